//! Through the virtual network: files that requests send, sinks, cuts, progress.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use wx_proto::{
    Body, Endpoint, Expect, FailureKind, FileSlice, FileSource, Lane, OpId, Outgoing, Reply, Request,
    RequestId, SendOptions, Sent, UserName,
};
use wx_testkit::{
    content::{FileContent, FileForm},
    io::{CutAt, SimulatedIo},
    runner::START,
    server::{FileKind, PhoneFile},
};

use super::raw::{Direct, Raw, server};

/// A network with a server that somebody is logged in to, and that login.
fn network() -> (SimulatedIo, Raw<Direct>) {
    let raw = Raw::log_in(Direct(server(|_| {})));
    (SimulatedIo::new(raw.carrier.0.clone(), START), raw)
}

/// The core alone makes ids of commands.
fn op() -> OpId {
    let mut runner = crate::support::online();
    let to = UserName::new(UserName::FILE_HELPER);
    runner.client.send(&to, Outgoing::text("hi"), SendOptions::default()).unwrap()
}

fn request(endpoint: Endpoint, http: http::Request<Body>, expect: Expect) -> Request {
    let mut request = Request::new(RequestId::new(9), endpoint, Lane::Transfer, http, 1 << 20);
    request.expect = expect;
    request
}

fn finish(io: &mut SimulatedIo) -> Reply {
    io.wait(Some(io.now() + Duration::from_secs(600))).expect("it ends")
}

fn upload(raw: &Raw<Direct>, source: FileSource, content: &FileContent) -> Request {
    let [before, after] = raw.form("note.bin", content, &source.md5.to_string(), 0);
    let file = FileSlice::new(Arc::new(source), 0, content.len());
    let body = Body::Upload { prefix: before.into(), file, suffix: after.into() };
    let address = "https://file.wx2.qq.com/cgi-bin/mmwebwx-bin/webwxuploadmedia?f=json";
    let builder = http::Request::post(address).header("Content-Type", "multipart/form-data; boundary=B");
    let http = raw.request(builder, Bytes::new()).map(|_| body);
    Request::new(RequestId::new(9), Endpoint::UploadMedia, Lane::Transfer, http, 1 << 20)
}

#[test]
fn a_file_goes_up() {
    let (mut io, raw) = network();
    let content = FileContent::pattern(FileForm::Plain, 1, 100_000);
    io.files.insert("/home/me/note.bin", content.clone());
    io.start(upload(&raw, content.source("/home/me/note.bin"), &content));
    assert_eq!(finish(&mut io).received().unwrap().0, 200);
    assert_eq!(io.server.uploads()[0].md5, Some(content.md5()));
}

#[test]
fn a_file_that_changed_or_vanished_does_not() {
    let (mut io, raw) = network();
    let content = FileContent::pattern(FileForm::Plain, 1, 100_000);
    let source = content.source("note");
    io.start(upload(&raw, source.clone(), &content));
    let failure = finish(&mut io).received().unwrap_err();
    assert_eq!((failure.kind, failure.sent), (FailureKind::FileUnreadable, Sent::No));
    io.files.insert("note", FileContent::pattern(FileForm::Plain, 1, 99_999));
    io.start(upload(&raw, source, &content));
    assert_eq!(finish(&mut io).received().unwrap_err().kind, FailureKind::FileChanged);
    assert_eq!(io.server.record().requests(Endpoint::UploadMedia), 0);
}

#[test]
fn a_request_is_cut_before_and_after_the_server_has_it() {
    let content = FileContent::pattern(FileForm::Plain, 1, 100_000);
    for (after, sent, reached) in [(0, Sent::No, 0), (50_000, Sent::Maybe, 0), (u64::MAX, Sent::Maybe, 1)] {
        let (mut io, raw) = network();
        io.files.insert("note", content.clone());
        io.cut_next(Some(Endpoint::UploadMedia), CutAt::Request(after));
        io.start(upload(&raw, content.source("note"), &content));
        let failure = finish(&mut io).received().unwrap_err();
        assert_eq!((failure.kind, failure.sent), (FailureKind::Closed, sent), "{after}");
        assert_eq!(io.server.uploads().len(), reached);
    }
}

#[test]
fn a_film_comes_down_and_goes_on_where_it_broke_off() {
    let (mut io, raw) = network();
    let content = FileContent::pattern(FileForm::Mp4, 1, 300_000);
    let file = PhoneFile { kind: FileKind::Video, name: String::new(), content: content.clone() };
    let id = io.server.phone(START).send_file("明哥", None, file).unwrap();
    let address =
        format!("https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxgetvideo?msgid={id}&skey={}", raw.skey);
    let op = op();
    let fetch = |io: &mut SimulatedIo| {
        let builder = http::Request::get(&address).header("Range", "bytes=0-");
        let http = raw.request(builder, Bytes::new()).map(|_| Body::Empty);
        io.start(request(Endpoint::GetVideo, http, Expect::streamed(op, 1 << 20)));
        finish(io)
    };
    io.cut_next(None, CutAt::Reply(120_000));
    let failure = fetch(&mut io).received().unwrap_err();
    assert_eq!((failure.kind, failure.received), (FailureKind::Closed, 120_000));
    assert_eq!(io.sinks.get(op).unwrap(), content.read_at(0, 120_000));
    assert_eq!(fetch(&mut io).received().unwrap().1, 300_000);
    assert_eq!(io.sinks.get(op).unwrap(), content.read_at(0, 300_000));
    io.sinks.limit(op, 1_000);
    let full = fetch(&mut io).received().unwrap_err();
    assert_eq!((full.kind, full.received), (FailureKind::FileUnwritable, 1_000));
}

#[test]
fn a_slow_line_tells_how_far_a_file_has_come() {
    let (mut io, raw) = network();
    io.rate = Some(20_000);
    let content = FileContent::pattern(FileForm::Plain, 1, 100_000);
    io.files.insert("note", content.clone());
    io.start(upload(&raw, content.source("note"), &content));
    let mut told = Vec::new();
    loop {
        told.extend(io.progress());
        if io.poll().is_some() {
            break;
        }
        let next = io.next_at().expect("it ends");
        io.advance_to(next);
    }
    let told: Vec<_> = told.into_iter().map(|(_, bytes)| bytes).collect();
    assert_eq!(told, [20_000, 40_000, 60_000, 80_000]);
    assert!(io.now().saturating_since(START) >= Duration::from_secs(5));
}
