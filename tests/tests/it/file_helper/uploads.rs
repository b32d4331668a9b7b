//! Files to the phone.

use std::time::Duration;

use wx_proto::{
    Direction, Endpoint, FileKind, LoginMethod, OpError, OpId, Outcome, Outgoing, OutgoingFile, Phase,
    SendOptions,
};
use wx_testkit::{
    content::{FileContent, FileForm},
    io::CutAt,
    runner::Runner,
    server::{Fault, FaultKind, FileKind as PhoneKind, PhoneFile, SentFile},
};

use super::{ENTRIES, assert_careful, config, helper, online_with, wrong_entries};
use crate::support::{is_qr, seconds};

const CHUNK: u64 = 512 << 10;
const LARGE: u64 = 30 << 20;
const LARGE_CHUNKS: u64 = 60;
const PATH: &str = "/home/me/plan.pdf";

fn content(kind: FileKind, len: u64) -> FileContent {
    let form = match kind {
        FileKind::Image => FileForm::Jpeg,
        FileKind::Video => FileForm::Mp4,
        FileKind::Emoticon => FileForm::Gif,
        FileKind::File => FileForm::Plain,
    };
    FileContent::pattern(form, len, len)
}

fn send(runner: &mut Runner, kind: FileKind, len: u64) -> OpId {
    let content = content(kind, len);
    let source = content.source(PATH);
    runner.io.files.insert(PATH, content);
    let message = Outgoing::file(OutgoingFile::new(kind, "plan.pdf", "application/pdf", source));
    runner.client.send(&helper(), message, SendOptions::default()).unwrap()
}

fn finish(runner: &mut Runner) {
    assert!(runner.run_until(seconds(900), |runner| !runner.outcomes().is_empty()), "{}", runner.journal);
}

fn requests(runner: &Runner, endpoint: Endpoint) -> u64 {
    runner.io.server.record().requests(endpoint)
}

/// How many requests of each endpoint a large file took: announced, in its own way, chunk by chunk.
fn large_requests(runner: &Runner) -> [u64; 3] {
    [Endpoint::CheckUpload, Endpoint::UploadMediaParallel, Endpoint::UploadMedia]
        .map(|endpoint| requests(runner, endpoint))
}

/// The one file that arrived, which must be the right one.
fn arrived(runner: &Runner) -> SentFile {
    assert_careful(runner);
    let [sent] = runner.io.server.record().sent() else { panic!("{}", runner.journal) };
    let content = &runner.io.files.get(PATH).unwrap().content;
    let file = sent.file.clone().unwrap();
    assert_eq!((sent.count, sent.to.as_str()), (1, "filehelper"));
    assert_eq!((file.len, file.md5), (content.len(), Some(content.md5())), "{}", runner.journal);
    file
}

fn assert_sent(runner: &Runner) {
    let outcomes = runner.outcomes();
    assert!(matches!(&outcomes[..], [Ok(Outcome::Sent(_))]), "{outcomes:?}\n{}", runner.journal);
}

/// To which hosts requests of this address went, one after the other.
fn hosts(runner: &Runner, path: &str) -> Vec<String> {
    let journal = runner.journal.to_string();
    let host = |line: &str| {
        let (before, _) = line.split_once(path)?;
        let url = before.split_once("-> #")?.1.rsplit(' ').next()?;
        Some(url.split('/').next()?.to_owned())
    };
    let mut hosts: Vec<String> = journal.lines().filter_map(host).collect();
    hosts.dedup();
    hosts
}

#[test]
fn each_kind_goes_up_and_is_sent_in_its_own_way() {
    for (kind, endpoint) in [
        (FileKind::Image, Endpoint::SendMsgImg),
        (FileKind::Video, Endpoint::SendVideoMsg),
        (FileKind::Emoticon, Endpoint::SendEmoticon),
        (FileKind::File, Endpoint::SendAppMsg),
    ] {
        let mut runner = online_with(config(), |_| {});
        send(&mut runner, kind, 3 * CHUNK + 1);
        finish(&mut runner);
        assert_sent(&runner);
        arrived(&runner);
        assert_eq!(runner.io.server.record().sent()[0].kind, kind.as_str());
        assert_eq!((large_requests(&runner), requests(&runner, endpoint)), ([0, 0, 4], 1), "{kind}");
        assert_eq!(hosts(&runner, "/cgi-bin/mmwebwx-bin/webwxuploadmedia"), ["file.wx.qq.com"]);
    }
}

#[test]
fn a_large_file_has_an_address_of_its_own() {
    for (len, asked) in [(25 << 20, [0, 0, 50]), ((25 << 20) + 1, [1, 51, 0])] {
        let mut runner = online_with(config(), |_| {});
        send(&mut runner, FileKind::File, len);
        finish(&mut runner);
        assert_sent(&runner);
        assert_eq!((arrived(&runner).name.as_str(), large_requests(&runner)), ("plan.pdf", asked));
    }
}

/// No chunk leaves while another is out, so the first goes alone too.
#[test]
fn the_chunks_of_a_large_file_go_one_at_a_time() {
    let mut runner = online_with(config(), |_| {});
    runner.io.latency = Duration::from_secs(1);
    let before = runner.now();
    send(&mut runner, FileKind::File, LARGE);
    finish(&mut runner);
    let started = runner.seconds_of(Endpoint::UploadMediaParallel, before);
    let first = started[0];
    assert!(first >= 1, "the answer to webwxcheckupload comes first");
    assert_eq!(started, (first..first + LARGE_CHUNKS).collect::<Vec<u64>>(), "{}", runner.journal);
}

/// A server without that address says so to the first chunk, in one way or another. The permit is good for the other address.
#[test]
fn a_server_without_that_address_gets_the_chunks_in_the_usual_way() {
    for refusal in [None, Some(FaultKind::Ret(1))] {
        let mut runner = online_with(config(), |server| server.serves_parallel = refusal.is_some());
        if let Some(refusal) = refusal {
            runner.io.server.add_fault(Fault::new(refusal).on(Endpoint::UploadMediaParallel));
        }
        send(&mut runner, FileKind::File, LARGE);
        finish(&mut runner);
        assert_sent(&runner);
        arrived(&runner);
        assert_eq!(large_requests(&runner), [1, 1, LARGE_CHUNKS], "{refusal:?}");
    }
}

#[test]
fn a_file_that_the_server_has_is_not_sent_again() {
    let mut runner = online_with(config(), |_| {});
    send(&mut runner, FileKind::File, LARGE);
    finish(&mut runner);
    send(&mut runner, FileKind::File, LARGE);
    assert!(runner.run_until(seconds(60), |runner| runner.outcomes().len() == 2), "{}", runner.journal);
    assert_eq!(large_requests(&runner), [2, LARGE_CHUNKS, 0]);
    assert_eq!(runner.io.server.record().sent().len(), 2);
    assert_careful(&runner);
}

#[test]
fn a_large_file_that_is_cut_goes_on_at_its_place() {
    let mut runner = online_with(config(), |_| {});
    send(&mut runner, FileKind::File, LARGE);
    let out = |runner: &Runner| requests(runner, Endpoint::UploadMediaParallel);
    let cuts = [CutAt::Request(0), CutAt::Request(CHUNK / 2), CutAt::Request(CHUNK * 2), CutAt::Reply(3)];
    for (chunk, cut) in [0, 1, 30, LARGE_CHUNKS - 1].into_iter().zip(cuts) {
        // What did not arrive is not counted, and what arrived without an answer is counted twice.
        assert!(runner.run_until(seconds(60), |runner| out(runner) >= chunk), "{}", runner.journal);
        runner.io.cut_next(Some(Endpoint::UploadMediaParallel), cut);
    }
    finish(&mut runner);
    assert_sent(&runner);
    arrived(&runner);
    assert!(out(&runner) <= LARGE_CHUNKS + 4, "{}", runner.journal);
}

/// The file goes up from its start, under another name.
#[test]
fn a_server_that_forgets_a_large_file_gets_it_once_more() {
    let mut runner = online_with(config(), |_| {});
    runner.io.server.add_fault(Fault::new(FaultKind::Forget(20)).on(Endpoint::UploadMediaParallel));
    send(&mut runner, FileKind::File, LARGE);
    finish(&mut runner);
    assert_sent(&runner);
    arrived(&runner);
    assert!(large_requests(&runner)[1] > LARGE_CHUNKS, "{}", runner.journal);
}

/// The process dies at 30, 60 and 90 %: no code is needed, and at most the chunk in doubt goes up twice.
#[test]
fn a_killed_client_goes_on_without_a_code() {
    let mut runner = online_with(config(), |_| {});
    send(&mut runner, FileKind::File, LARGE);
    let out = |runner: &Runner| requests(runner, Endpoint::UploadMediaParallel);
    for (deaths, at) in (0..).zip([18, 36, 54]) {
        let reached = |runner: &Runner| out(runner) == at + deaths;
        assert!(runner.run_until(seconds(60), reached), "{}", runner.journal);
        runner.crash();
        assert_eq!(runner.log_in(LoginMethod::Resume), Phase::Online, "{}", runner.journal);
    }
    finish(&mut runner);
    assert_sent(&runner);
    arrived(&runner);
    assert_eq!(large_requests(&runner), [1, LARGE_CHUNKS + 3, 0], "{}", runner.journal);
    assert_eq!(runner.count(is_qr), 1);
}

/// What was sent comes back or does not; the same file from the phone is another message.
#[test]
fn own_files_that_come_back_are_left_out_by_their_ids() {
    let kinds = [
        (FileKind::Image, PhoneKind::Image),
        (FileKind::Video, PhoneKind::Video),
        (FileKind::Emoticon, PhoneKind::Emoticon),
        (FileKind::File, PhoneKind::File),
    ];
    for echo_sends in [false, true] {
        for (kind, phone_kind) in kinds {
            let mut runner = online_with(config(), |server| server.echo_sends = echo_sends);
            send(&mut runner, kind, 5_000);
            finish(&mut runner);
            runner.run_for(seconds(1));
            assert!(runner.messages.is_empty(), "{kind}: {}", runner.journal);
            let now = runner.now();
            let same = PhoneFile { kind: phone_kind, name: "plan.pdf".into(), content: content(kind, 5_000) };
            let id = runner.io.server.phone(now).send_file("filehelper", None, same).unwrap();
            runner.run_for(seconds(1));
            let [message] = &runner.messages[..] else { panic!("{kind}: {}", runner.journal) };
            assert_eq!(message.id.as_ref().unwrap().as_str(), id.to_string());
            assert_eq!(message.direction, Direction::Incoming, "{kind}");
            assert_careful(&runner);
        }
    }
}

/// Its own file comes back to a run that did not send it.
#[test]
fn an_own_file_is_known_again_after_a_restart() {
    let mut runner = online_with(config(), |_| {});
    send(&mut runner, FileKind::File, 5_000);
    finish(&mut runner);
    runner.run_for(seconds(1));
    runner.crash();
    let (now, id) = (runner.now(), runner.io.server.record().sent()[0].msg_id);
    runner.io.server.phone(now).echo(id).unwrap();
    assert_eq!(runner.log_in(LoginMethod::Resume), Phase::Online, "{}", runner.journal);
    runner.run_for(seconds(1));
    assert!(runner.messages.is_empty(), "{}", runner.journal);
}

/// The account moved while a file was on its way and the client was not running: the file ends with its session, and no byte
/// of it goes elsewhere. The next one goes to the file host of the entry that knows the account.
#[test]
fn a_file_that_waits_on_a_wrong_entry_is_given_up() {
    let mut runner = online_with(config(), |server| server.region = Some(ENTRIES[1].to_owned()));
    runner.io.rate = Some(CHUNK);
    send(&mut runner, FileKind::File, 10 * CHUNK);
    let chunks = |runner: &Runner| requests(runner, Endpoint::UploadMedia);
    assert!(runner.run_until(seconds(60), |runner| chunks(runner) == 3), "{}", runner.journal);
    runner.crash();
    runner.io.server.config_mut().region = Some(ENTRIES[2].to_owned());
    let (now, before) = (runner.now(), chunks(&runner));
    runner.io.server.phone(now).kick(1101).unwrap();
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online, "{}", runner.journal);
    assert_eq!(wrong_entries(&runner).last().unwrap().1, ENTRIES[2], "{}", runner.journal);
    runner.run_for(seconds(60));
    assert_eq!(runner.outcomes(), [Err(OpError::PeerChanged)], "{}", runner.journal);
    assert_eq!((chunks(&runner), runner.io.server.record().sent().len()), (before, 0));
    send(&mut runner, FileKind::File, CHUNK);
    assert!(runner.run_until(seconds(60), |runner| runner.outcomes().len() == 2), "{}", runner.journal);
    arrived(&runner);
    let hosts = hosts(&runner, "/cgi-bin/mmwebwx-bin/webwxuploadmedia");
    assert_eq!(hosts, ["file.wx2.qq.com", "file.wx8.qq.com"]);
}
