//! `POST https://BASE/cgi-bin/mmwebwx-bin/webwxsendappmsg`: sends a file that was uploaded, or passes one on.
//!
//! As in a capture of 2018; for a large file with the signature of webwxcheckupload, which the file helper's clients send
//! together with the key.

use super::{
    Draft, Page, Query, Quota, Spec, Timeouts,
    check_upload::Permit,
    message::{self, Envelope, Payload, Scene},
};
use crate::{
    Endpoint, Lane, Secret,
    outgoing::{OutgoingFile, app_msg},
    tokens::Tokens,
};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::SendAppMsg,
    lane: Lane::Send,
    timeouts: Timeouts::CALL,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: Some(Quota::Send),
};

/// A file, as it is sent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum AppFile<'a> {
    Uploaded {
        file: &'a OutgoingFile,
        media_id: &'a Secret<String>,
        permit: Option<&'a Permit>,
    },
    /// The `<appmsg>` that it came with, under its new name.
    Received(&'a str),
}

const FILE: u32 = 6;

pub(crate) fn build(page: &Page<'_>, tokens: &Tokens, envelope: &Envelope<'_>, file: AppFile<'_>) -> Draft {
    let made;
    let payload = match file {
        AppFile::Uploaded { file, media_id, permit } => {
            made = app_msg::of_file(&file.name, file.source.len, media_id.expose());
            Payload { content: Some(&made), permit, ..Payload::of(FILE) }
        }
        AppFile::Received(content) => {
            Payload { content: Some(content), scene: Scene::Forward, ..Payload::of(FILE) }
        }
    };
    let query = page.tail(Query::new().raw("fun", "async").raw("f", "json"), tokens);
    message::build(&SPEC, page, tokens, query, envelope, &payload)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        FileKind, FileSource, Flavour, Md5,
        endpoint::{
            message::tests::{BASE, BEGIN, END, sent},
            testing::TAIL,
        },
    };

    const MEDIA_ID: &str = "@crypt_5e6f7a8b_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\
                            0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\
                            0123456789abcdef";

    fn uploaded(flavour: Flavour, name: &str, permit: Option<&Permit>) -> (String, String) {
        let source = FileSource::new("/x", 28, Md5::from_bytes([0; 16]));
        let file = OutgoingFile::new(FileKind::File, name, "text/plain", source);
        let media_id = Secret::new(MEDIA_ID.to_owned());
        sent(flavour, |page, tokens, envelope| {
            let file = AppFile::Uploaded { file: &file, media_id: &media_id, permit };
            build(page, tokens, envelope, file)
        })
    }

    fn xml(name: &str, ending: &str) -> String {
        format!(
            "<appmsg appid='wxeb7ec651dd0aefa9' sdkver=''><title>{name}</title><des></des><action></action><type>6</type>\
             <content></content><url></url><lowurl></lowurl><appattach><totallen>28</totallen>\
             <attachid>{MEDIA_ID}</attachid><fileext>{ending}</fileext></appattach><extinfo></extinfo></appmsg>"
        )
    }

    #[test]
    fn the_request_is_the_page_s() {
        let (line, msg) = uploaded(Flavour::Web, "note.txt", None);
        assert_eq!(
            line,
            format!("POST https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxsendappmsg?fun=async&f=json&{TAIL}")
        );
        let content = xml("note.txt", "txt");
        assert_eq!(msg, format!("{{\"Type\":6,\"Content\":\"{content}\",{END},\"Scene\":0}}"));
        assert_eq!(msg.len() + BASE.len(), 833);
        let (_, msg) = uploaded(Flavour::FileHelper, "会议.txt", None);
        let content = xml("会议.txt", "txt");
        assert_eq!(msg, format!("{BEGIN}\"Type\":6,\"Content\":\"{content}\"}},\"Scene\":0}}"));
    }

    #[test]
    fn a_large_file_has_its_signature() {
        let permit = Permit::new("v1_5f1e", "0011");
        let content = xml("note.txt", "txt");
        let (_, msg) = uploaded(Flavour::Web, "note.txt", Some(&permit));
        assert_eq!(
            msg,
            format!("{{\"Signature\":\"v1_5f1e\",\"Type\":6,\"Content\":\"{content}\",{END},\"Scene\":0}}")
        );
        let (_, msg) = uploaded(Flavour::FileHelper, "note.txt", Some(&permit));
        assert_eq!(
            msg,
            format!(
                "{BEGIN}\"Type\":6,\"Content\":\"{content}\",\"AESKey\":\"0011\",\"Signature\":\"v1_5f1e\"}},\
                 \"Scene\":0}}"
            )
        );
    }

    #[test]
    fn one_that_is_passed_on_keeps_its_content() {
        let (_, msg) = sent(Flavour::Web, |page, tokens, envelope| {
            build(page, tokens, envelope, AppFile::Received("<appmsg></appmsg>"))
        });
        assert_eq!(msg, format!("{{\"Type\":6,\"Content\":\"<appmsg></appmsg>\",{END},\"Scene\":2}}"));
    }
}
