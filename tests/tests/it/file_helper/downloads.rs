//! Files from the phone.

use wx_proto::{Direction, Endpoint, LoginMethod, MediaRef, OpError, OpId, Outcome, Phase};
use wx_testkit::{
    content::FileContent,
    io::CutAt,
    runner::Runner,
    server::{Fault, FaultKind, FileKind},
};

use super::{assert_careful, config, online_with};
use crate::{
    media::{KINDS, assert_came, fetch, received_in},
    support::{is_qr, seconds},
};

/// The phone sends a file of so many bytes, and it arrives.
fn received(runner: &mut Runner, kind: FileKind, len: u64) -> (MediaRef, FileContent) {
    let came = received_in(runner, "filehelper", "会议 1.zip", kind, len);
    assert_eq!(runner.messages.last().unwrap().direction, Direction::Incoming);
    came
}

fn finish(runner: &mut Runner) {
    assert!(runner.run_until(seconds(900), |runner| !runner.outcomes().is_empty()), "{}", runner.journal);
}

fn assert_whole(runner: &Runner, op: OpId, content: &FileContent) {
    let outcomes = runner.outcomes();
    assert!(matches!(&outcomes[..], [Ok(Outcome::Downloaded(_))]), "{outcomes:?}\n{}", runner.journal);
    assert_came(runner, op, content);
    assert_careful(runner);
}

#[test]
fn each_kind_is_fetched_with_one_request() {
    for (kind, endpoint) in KINDS {
        let mut runner = online_with(config(), |_| {});
        let (media, content) = received(&mut runner, kind, 300_000);
        let op = fetch(&mut runner, &media);
        finish(&mut runner);
        assert_whole(&runner, op, &content);
        assert_eq!(runner.io.server.record().requests(endpoint), 1, "{kind:?}");
    }
}

#[test]
fn a_large_file_comes_down_though_its_line_breaks() {
    for file_ranges in [false, true] {
        let mut runner = online_with(config(), |server| server.file_ranges = file_ranges);
        let (media, content) = received(&mut runner, FileKind::File, 30 << 20);
        let op = fetch(&mut runner, &media);
        runner.io.cut_next(Some(Endpoint::GetMedia), CutAt::Reply(20 << 20));
        finish(&mut runner);
        assert_whole(&runner, op, &content);
        assert_eq!(runner.io.server.record().requests(Endpoint::GetMedia), 2);
    }
}

/// The process dies in the middle: another run fetches it by what the first one stored, and no code is needed.
#[test]
fn a_killed_client_fetches_it_without_a_code() {
    for (kind, _) in KINDS {
        let mut runner = online_with(config(), |_| {});
        let (media, content) = received(&mut runner, kind, 300_000);
        let stored = serde_json::to_string(&media).unwrap();
        runner.io.rate = Some(100_000);
        fetch(&mut runner, &media);
        runner.run_for(seconds(1));
        runner.crash();
        assert_eq!(runner.log_in(LoginMethod::Resume), Phase::Online, "{}", runner.journal);
        let media: MediaRef = serde_json::from_str(&stored).unwrap();
        let op = fetch(&mut runner, &media);
        finish(&mut runner);
        assert_whole(&runner, op, &content);
        assert_eq!((runner.count(is_qr), runner.messages.len()), (1, 1));
    }
}

#[test]
fn a_page_is_no_file() {
    for (kind, endpoint) in KINDS {
        let mut runner = online_with(config(), |_| {});
        let (media, _) = received(&mut runner, kind, 1_000);
        let op = fetch(&mut runner, &media);
        runner.io.server.add_fault(Fault::new(FaultKind::Html).on(endpoint).times(100));
        finish(&mut runner);
        assert_eq!(runner.outcomes(), [Err(OpError::NotMedia)], "{kind:?}\n{}", runner.journal);
        assert_eq!(runner.io.sinks.get(op).map_or(0, <[u8]>::len), 0);
    }
}
