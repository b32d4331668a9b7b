//! What the requests of the file helper have in common: the name of its page, where that page has it.

use std::collections::BTreeSet;

use http::{HeaderMap, Method, Uri};
use wx_proto::{
    Client, Endpoint, Event, FileKind, LoginMethod, MediaRef, MediaVariant, Outgoing, OutgoingFile, Output,
    SendOptions,
};
use wx_testkit::{
    content::{FileContent, FileForm},
    io::SimulatedIo,
    runner::START,
    server::{Account, FileKind as PhoneKind, PhoneFile, Server, ServerConfig},
};

use super::{config, helper};
use crate::support::seconds;

const APPID: &str = "wx_webfilehelper";

/// The head of a request.
struct Head {
    endpoint: Endpoint,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
}

/// A client before the simulated server, and the head of every request it made.
struct Watched {
    client: Client,
    io: SimulatedIo,
    heads: Vec<Head>,
    media: Vec<MediaRef>,
    done: usize,
}

impl Watched {
    fn run_for(&mut self, seconds_: u64) {
        let end = self.io.now() + seconds(seconds_);
        while self.io.now() < end {
            while let Some(output) = self.client.poll(self.io.now()) {
                self.take(output);
            }
            if let Some(reply) = self.io.poll() {
                self.client.handle(self.io.now(), reply);
                continue;
            }
            let next = self.client.deadline().into_iter().chain(self.io.next_at()).min();
            self.io.advance_to(next.unwrap_or(end).min(end));
        }
    }

    fn take(&mut self, output: Output) {
        match output {
            Output::Start(request) => {
                let head = request.http.clone().into_parts().0;
                let (method, uri, headers) = (head.method, head.uri, head.headers);
                self.heads.push(Head { endpoint: request.endpoint, method, uri, headers });
                self.io.start(request);
            }
            Output::Abort(id) => self.io.abort(id),
            Output::Event(Event::Checkpoint { revision }) => self.client.stored(revision),
            Output::Event(Event::Batch(batch)) => {
                let media = batch.messages().iter().filter_map(|message| message.content.media().cloned());
                self.media.extend(media);
                self.client.ack(batch.id).unwrap();
            }
            Output::Event(Event::Done { outcome, .. }) => {
                assert!(outcome.is_ok(), "{outcome:?}");
                self.done += 1;
            }
            Output::Event(_) => {}
        }
    }

    fn send(&mut self, message: Outgoing) {
        self.client.send(&helper(), message, SendOptions::default()).unwrap();
    }
}

/// A session with a text, each kind of file both ways, a large one, and its end.
fn whole_session(change: impl FnOnce(&mut ServerConfig)) -> Watched {
    let mut server = ServerConfig::file_helper();
    server.scan_after = Some(seconds(3));
    server.confirm_after = Some(seconds(2));
    change(&mut server);
    let io = SimulatedIo::new(Server::new(server, Account::demo(), 7), START);
    let client = Client::new(config(), 1, START);
    let mut watched = Watched { client, io, heads: Vec::new(), media: Vec::new(), done: 0 };
    watched.client.login(LoginMethod::Qr).unwrap();
    watched.run_for(30);
    watched.send(Outgoing::text("hello"));
    for (kind, form, len) in [
        (FileKind::Image, FileForm::Jpeg, 1_000),
        (FileKind::Video, FileForm::Mp4, 1_000),
        (FileKind::Emoticon, FileForm::Gif, 1_000),
        (FileKind::File, FileForm::Plain, 1_000),
        (FileKind::File, FileForm::Plain, (25 << 20) + 1),
    ] {
        let content = FileContent::pattern(form, len, len);
        let locator = format!("{kind} {len}");
        let source = content.source(&locator);
        watched.io.files.insert(&locator, content);
        watched.send(Outgoing::file(OutgoingFile::new(kind, "a.bin", "application/octet-stream", source)));
    }
    for kind in [PhoneKind::Image, PhoneKind::Voice, PhoneKind::Video, PhoneKind::File, PhoneKind::Emoticon] {
        let content = FileContent::pattern(kind.form(), 1_000, 1_000);
        let file = PhoneFile { kind, name: "b.bin".into(), content };
        watched.io.phone().send_file("filehelper", None, file).unwrap();
    }
    watched.run_for(120);
    assert_eq!((watched.done, watched.media.len()), (6, 5));
    for media in std::mem::take(&mut watched.media) {
        watched.client.download(&media, MediaVariant::Full).unwrap();
    }
    watched.run_for(60);
    assert_eq!(watched.done, 11);
    watched.client.logout().unwrap();
    watched.run_for(60);
    assert_eq!(watched.io.server.record().complaints(), [] as [&str; 0]);
    watched
}

/// In a header of what the page's script asks for, in the query of what the browser loads by itself. The first two requests
/// have `appid`.
fn names_the_page(head: &Head) -> bool {
    let query = head.uri.query().unwrap_or_default();
    let parameter = |name: &str| query.split('&').any(|pair| pair.strip_prefix(name) == Some(APPID));
    let header = head.headers.get("mmweb_appid").map(|value| value.to_str().unwrap());
    let places = (header, parameter("mmweb_appid="), parameter("appid="));
    match head.endpoint {
        // The page leaves with a form of its own.
        Endpoint::Logout => places == (None, false, false),
        Endpoint::JsLogin | Endpoint::LoginPoll => places == (None, false, true),
        Endpoint::SyncCheck
        | Endpoint::GetMsgImg
        | Endpoint::GetVoice
        | Endpoint::GetVideo
        | Endpoint::GetMedia => places == (None, true, false),
        _ => places == (Some(APPID), false, false),
    }
}

#[test]
fn every_request_names_the_page_in_its_place() {
    for head in &whole_session(|_| {}).heads {
        let Head { method, uri, headers, .. } = head;
        assert!(names_the_page(head), "{method} {uri} {headers:?}");
        let query = uri.query().unwrap_or_default();
        assert!(!query.contains("wx782c26e4c19acffb") && !query.contains("redirect=true"), "{uri}");
    }
}

/// What the web's page asks for and this one does not: the phone is told of nothing, nobody's contacts are loaded.
#[test]
fn no_request_of_the_web_alone_appears() {
    let asked = |watched: &Watched| -> BTreeSet<&'static str> {
        watched.heads.iter().map(|head| head.endpoint.as_str()).collect()
    };
    let expected = BTreeSet::from(
        [
            Endpoint::JsLogin,
            Endpoint::LoginPoll,
            Endpoint::LoginPage,
            Endpoint::Init,
            Endpoint::SyncCheck,
            Endpoint::Sync,
            Endpoint::SendMsg,
            Endpoint::SendMsgImg,
            Endpoint::SendVideoMsg,
            Endpoint::SendEmoticon,
            Endpoint::SendAppMsg,
            Endpoint::UploadMedia,
            Endpoint::CheckUpload,
            Endpoint::UploadMediaParallel,
            Endpoint::GetMsgImg,
            Endpoint::GetVoice,
            Endpoint::GetVideo,
            Endpoint::GetMedia,
            Endpoint::Logout,
        ]
        .map(|endpoint| endpoint.as_str()),
    );
    assert_eq!(asked(&whole_session(|_| {})), expected);
    // One more address that not every server has.
    assert_eq!(asked(&whole_session(|server| server.serves_parallel = false)), expected);
}
