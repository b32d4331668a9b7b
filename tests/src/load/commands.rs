//! Commands that make a client ask for what it does not ask for by itself.

use wx_proto::{
    Client, Endpoint, FileKind, FileSource, Md5, MediaRef, MediaVariant, OpId, Outgoing, OutgoingFile,
    SendOptions, UserName,
};

use crate::{
    content::{FileContent, FileForm},
    io::Files,
};

/// Gives the command after which a client that is online asks `endpoint`; `None` if it is none of those, or no client of this
/// flavour asks it.
pub(super) fn ask(client: &mut Client, files: &mut Files, endpoint: Endpoint) -> Option<OpId> {
    let file = |files: &mut Files, kind| {
        let content = FileContent::pattern(FileForm::Plain, 1, 100);
        let source = content.source("file");
        files.insert("file", content);
        Outgoing::file(OutgoingFile::new(kind, "file", "", source))
    };
    match endpoint {
        Endpoint::SendMsg => send(client, Outgoing::text("hi")),
        Endpoint::SendEmoticon => send(client, Outgoing::Emoticon(Md5::from_bytes([7; 16]))),
        Endpoint::SendMsgImg => send(client, file(files, FileKind::Image)),
        Endpoint::SendVideoMsg => send(client, file(files, FileKind::Video)),
        Endpoint::SendAppMsg | Endpoint::UploadMedia => send(client, file(files, FileKind::File)),
        Endpoint::CheckUpload => {
            // Nobody gets to read it.
            let large = FileSource::new("large", 30 << 20, Md5::from_bytes([7; 16]));
            send(client, Outgoing::file(OutgoingFile::new(FileKind::File, "large", "", large)))
        }
        Endpoint::Logout => client.logout().ok(),
        Endpoint::GetMsgImg => fetch(client, r#""kind":"image","msg_id":"7""#),
        Endpoint::GetVoice => fetch(client, r#""kind":"voice","msg_id":"7""#),
        Endpoint::GetVideo => fetch(client, r#""kind":"video","msg_id":"7""#),
        Endpoint::GetPublicLinkImg => fetch(client, r#""kind":"map","msg_id":"7""#),
        Endpoint::GetMedia => fetch(
            client,
            r#""kind":"file","sender":"@1","media_id":"@c","encry_file_name":"a","file_name":"a""#,
        ),
        Endpoint::GetIcon => client.avatar(&UserName::new("@1")).ok(),
        Endpoint::GetHeadImg => client.avatar(&UserName::new("@@1")).ok(),
        // The client asks for these by itself, or not at all.
        Endpoint::JsLogin
        | Endpoint::QrCode
        | Endpoint::LoginPoll
        | Endpoint::LoginPage
        | Endpoint::Init
        | Endpoint::StatusNotify
        | Endpoint::GetContact
        | Endpoint::BatchGetContact
        | Endpoint::SyncCheck
        | Endpoint::Sync
        | Endpoint::UploadMediaParallel
        | _ => None,
    }
}

fn send(client: &mut Client, message: Outgoing) -> Option<OpId> {
    client.send(&UserName::new(UserName::FILE_HELPER), message, SendOptions::default()).ok()
}

fn fetch(client: &mut Client, source: &str) -> Option<OpId> {
    let login = client.me()?.user_name.clone();
    let media: MediaRef = serde_json::from_str(&format!(r#"{{"login":"{login}",{source}}}"#)).ok()?;
    client.download(&media, MediaVariant::Full).ok()
}
