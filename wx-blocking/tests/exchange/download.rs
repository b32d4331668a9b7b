//! Replies that are written to a file as they come.

use std::{
    fs::File,
    io::{Read, Seek, Write},
    thread,
    time::{Duration, Instant},
};

use http::header;
use wx_proto::{Expect, OpId, Request, Streamed};

use crate::support::{self, Setup, file, get};

const OP: OpId = OpId::new(7);

/// A file that is open twice: for the worker and for the test.
fn sink(setup: &Setup, content: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(content).unwrap();
    setup.sinks.insert(OP, file.try_clone().unwrap());
    file
}

fn request(url: &str, max: u64) -> Request {
    let mut request = get(url);
    request.expect = Expect::streamed(OP, max);
    request
}

fn content(mut file: File) -> Vec<u8> {
    let mut content = Vec::new();
    file.rewind().unwrap();
    file.read_to_end(&mut content).unwrap();
    content
}

#[test]
fn a_streamed_reply_is_in_the_file_and_its_start_is_told() {
    for gzip in [false, true] {
        let setup = Setup::new();
        let there = sink(&setup, b"something longer than nothing");
        let mut request = request("https://wx.qq.com/file/0", 2_000_000);
        if gzip {
            request.http.headers_mut().insert(header::ACCEPT_ENCODING, "gzip".parse().unwrap());
        }
        setup.start(request);
        let reply = setup.reply();
        assert_eq!(reply.received(), Ok((http::StatusCode::OK, 1_200_000)));
        let said = format!("{reply:?}");
        assert!(!said.contains("[0, 0"), "bytes of a file are nobody's business: {said}");
        assert!(content(there) == file());
    }
    assert_eq!(Streamed::START, 512);
}

#[test]
fn a_rest_goes_behind_what_is_there_and_overwrites_what_lay_behind() {
    let setup = Setup::new();
    let mut before = file()[..1_000].to_vec();
    before.extend_from_slice(&[9; 2_000_000]);
    let there = sink(&setup, &before);
    let mut rest = request("https://wx.qq.com/file/1000", 2_000_000);
    rest.expect = rest.expect.after(1_000);
    setup.start(rest);
    assert_eq!(setup.reply().received(), Ok((http::StatusCode::PARTIAL_CONTENT, 1_200_000)));
    assert!(content(there) == file());

    // The server may give the whole again.
    let there = sink(&setup, &[9; 1_300_000]);
    let mut whole = request("https://wx.qq.com/file/0", 2_000_000);
    whole.expect = whole.expect.after(1_000);
    setup.start(whole);
    assert_eq!(setup.reply().received(), Ok((http::StatusCode::OK, 1_200_000)));
    assert!(content(there) == file());

    // What should be there is gone.
    let there = sink(&setup, &[9; 999]);
    let mut rest = request("https://wx.qq.com/file/1000", 2_000_000);
    rest.expect = rest.expect.after(1_000);
    assert_eq!(setup.run(rest), "Err(Failure { kind: FileUnwritable, sent: Maybe, received: 0 })");
    assert_eq!(content(there).len(), 999);
    assert!(setup.sinks.error(OP).is_some());
}

#[test]
fn what_is_there_after_a_cut_is_counted_and_is_there() {
    let setup = Setup::new();
    let there = sink(&setup, &file()[..1_000]);
    setup.listener().cut_next_reply(600_000);
    let mut rest = request("https://wx.qq.com/file/1000", 2_000_000);
    rest.expect = rest.expect.after(1_000);
    assert_eq!(setup.run(rest), "Err(Failure { kind: Closed, sent: Maybe, received: 601000 })");
    assert!(content(there) == file()[..601_000]);
}

#[test]
fn a_reply_that_brings_nothing_leaves_what_is_there() {
    let setup = Setup::new();
    let there = sink(&setup, &[9; 3_000]);
    setup.listener().cut_next_reply(0);
    let mut rest = request("https://wx.qq.com/file/1000", 2_000_000);
    rest.expect = rest.expect.after(1_000);
    assert_eq!(setup.run(rest), "Err(Failure { kind: Closed, sent: Maybe, received: 0 })");
    assert_eq!(content(there).len(), 3_000);
}

#[test]
fn no_more_than_the_limit_is_written() {
    let setup = Setup::new();
    let there = sink(&setup, b"");
    let said = setup.run(request("https://wx.qq.com/file/0", 1_199_999));
    assert!(said.starts_with("Err(Failure { kind: TooLarge, sent: Maybe, received: "), "{said}");
    let there = content(there);
    assert!(there.len() < 1_200_000 && there[..] == file()[..there.len()]);
    sink(&setup, b"");
    assert_eq!(
        setup.run(request("https://wx.qq.com/file/0", 1_200_000)),
        "Ok(Received(200 OK, [1200000 bytes]))"
    );
}

#[test]
fn an_error_is_collected_and_leaves_the_file_alone() {
    let setup = Setup::new();
    let there = sink(&setup, b"a part");
    assert_eq!(
        setup.run(request("https://wx.qq.com/status/404", 10)),
        "Ok(Received(404 Not Found, [0 bytes]))"
    );
    assert_eq!(content(there), b"a part");
}

#[test]
fn a_file_that_cannot_be_written_ends_the_exchange_and_says_why() {
    let setup = Setup::new();
    let unwritable = "Err(Failure { kind: FileUnwritable, sent: Maybe, received: 0 })";
    assert_eq!(setup.run(request("https://wx.qq.com/file/0", 2_000_000)), unwritable);
    let read_only = tempfile::NamedTempFile::new().unwrap();
    setup.sinks.insert(OP, File::open(read_only.path()).unwrap());
    assert_eq!(setup.run(request("https://wx.qq.com/file/0", 2_000_000)), unwritable);
    assert!(setup.sinks.error(OP).is_some());
    assert!(setup.sinks.remove(OP) && !setup.sinks.remove(OP));
}

#[test]
fn nothing_is_written_once_a_download_was_given_up() {
    let setup = Setup::new();
    let there = sink(&setup, b"");
    let mut ids = Vec::new();
    for round in 0..40 {
        let request = request("https://wx.qq.com/file/0", 2_000_000);
        ids.push(request.id);
        setup.start(request);
        thread::sleep(Duration::from_micros(211 * round));
        let start = Instant::now();
        setup.worker.abort(ids[ids.len() - 1]);
        setup.reply();
        assert!(start.elapsed() < Duration::from_secs(1));
        let mark = content(there.try_clone().unwrap());
        thread::sleep(Duration::from_millis(2));
        assert!(content(there.try_clone().unwrap()) == mark);
    }
    support::eventually(|| !setup.worker.is_busy());
    setup.start(request("https://wx.qq.com/file/0", 2_000_000));
    setup.reply();
    assert!(content(there) == file());
}
