//! Files to send: up once, chunk by chunk, whatever happens on the way, and then sent as any other message.

use wx_proto::{
    Client, CommandError, Config, Endpoint, Event, FailureKind, FileKind, LoginMethod, OpError, OpId,
    Outcome, Outgoing, OutgoingFile, Phase, Progress, SendOptions, Session, TransferDirection, UserName,
};
use wx_testkit::{
    content::{FileContent, FileForm},
    io::CutAt,
    runner::Runner,
    server::{Fault, FaultKind, SentFile},
};

use crate::support::{online, online_with, say, seconds};

const CHUNK: u64 = 512 << 10;
const PATH: &str = "/home/me/plan.pdf";

fn helper() -> UserName {
    UserName::new(UserName::FILE_HELPER)
}

/// A file of so many bytes lies there; gives the message that sends it.
fn file(runner: &mut Runner, kind: FileKind, len: u64) -> Outgoing {
    let form = match kind {
        FileKind::Image => FileForm::Jpeg,
        FileKind::Video => FileForm::Mp4,
        FileKind::Emoticon => FileForm::Gif,
        FileKind::File => FileForm::Plain,
    };
    let content = FileContent::pattern(form, len, len);
    let source = content.source(PATH);
    runner.io.files.insert(PATH, content);
    Outgoing::file(OutgoingFile::new(kind, "plan.pdf", "application/pdf", source))
}

fn send(runner: &mut Runner, kind: FileKind, len: u64) -> OpId {
    let message = file(runner, kind, len);
    runner.client.send(&helper(), message, SendOptions::default()).unwrap()
}

fn finish(runner: &mut Runner) {
    let done = runner.run_until(seconds(900), |runner| !runner.outcomes().is_empty());
    assert!(done, "{}", runner.journal);
}

fn chunks(runner: &Runner) -> u64 {
    runner.io.server.record().requests(Endpoint::UploadMedia)
}

/// The one file that arrived, which must be the right one.
fn arrived(runner: &Runner, len: u64) -> SentFile {
    let record = runner.io.server.record();
    assert_eq!(record.complaints(), [] as [&str; 0], "{}", runner.journal);
    let [sent] = record.sent() else { panic!("{:?}", record.sent()) };
    assert_eq!(sent.count, 1);
    let file = sent.file.clone().unwrap();
    let md5 = runner.io.files.get(PATH).unwrap().content.md5();
    assert_eq!((file.len, file.md5), (len, Some(md5)), "{}", runner.journal);
    file
}

fn assert_sent(runner: &Runner) {
    let outcomes = runner.outcomes();
    assert!(matches!(&outcomes[..], [Ok(Outcome::Sent(_))]), "{outcomes:?}\n{}", runner.journal);
}

#[test]
fn each_kind_goes_up_and_is_sent_in_its_own_way() {
    for (kind, name) in [
        (FileKind::Image, "image"),
        (FileKind::Video, "video"),
        (FileKind::Emoticon, "emoticon"),
        (FileKind::File, "file"),
    ] {
        let mut runner = online();
        send(&mut runner, kind, 3 * CHUNK + 1);
        finish(&mut runner);
        assert_sent(&runner);
        arrived(&runner, 3 * CHUNK + 1);
        assert_eq!(runner.io.server.record().sent()[0].kind, name);
        assert_eq!(chunks(&runner), 4);
        assert_eq!(
            runner.io.server.record().requests(Endpoint::CheckUpload),
            0,
            "only large files are announced"
        );
    }
}

#[test]
fn every_length_around_a_chunk_arrives() {
    for len in [1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK] {
        let mut runner = online();
        send(&mut runner, FileKind::File, len);
        finish(&mut runner);
        assert_sent(&runner);
        assert_eq!(arrived(&runner, len).name, "plan.pdf");
        assert_eq!(chunks(&runner), len.div_ceil(CHUNK));
    }
}

#[test]
fn a_large_file_is_announced_and_signed() {
    let len = (25 << 20) + 1;
    let mut runner = online();
    send(&mut runner, FileKind::File, len);
    finish(&mut runner);
    assert_sent(&runner);
    arrived(&runner, len);
    assert_eq!(runner.io.server.record().requests(Endpoint::CheckUpload), 1);
    // Exactly 25 MiB is not more than that.
    let mut runner = online();
    send(&mut runner, FileKind::File, 25 << 20);
    finish(&mut runner);
    assert_eq!(runner.io.server.record().requests(Endpoint::CheckUpload), 0);
}

#[test]
fn what_is_too_long_or_empty_is_refused_at_once() {
    let mut runner = online();
    let limit = Config::default().max_image;
    let message = file(&mut runner, FileKind::Image, limit + 1);
    assert_eq!(
        runner.client.send(&helper(), message, SendOptions::default()),
        Err(CommandError::FileTooLarge { len: limit + 1, limit })
    );
    let message = file(&mut runner, FileKind::File, 0);
    assert_eq!(runner.client.send(&helper(), message, SendOptions::default()), Err(CommandError::EmptyFile));
    runner.run_for(seconds(60));
    assert_eq!(chunks(&runner), 0);
}

/// Nothing of a file leaves before a revision is stored that says where the upload stands, and the next chunk waits again.
#[test]
fn no_chunk_leaves_before_it_is_stored() {
    let mut runner = online();
    runner.stores = false;
    send(&mut runner, FileKind::File, 3 * CHUNK);
    for stored in 0..3 {
        runner.run_for(seconds(30));
        assert_eq!(chunks(&runner), stored, "{}", runner.journal);
        let session = runner.client.session().unwrap();
        runner.client.stored(session.revision());
    }
    runner.stores = true;
    finish(&mut runner);
    assert_sent(&runner);
}

#[test]
fn an_upload_that_is_cut_goes_on_at_its_place() {
    let len = 3 * CHUNK + 100;
    for cut in [0, 1, CHUNK / 2, CHUNK + 1_000, 10 * CHUNK] {
        for chunk in 0..4 {
            let mut runner = online();
            send(&mut runner, FileKind::File, len);
            if chunk > 0 {
                assert!(
                    runner.run_until(seconds(60), |runner| chunks(runner) == chunk),
                    "{}",
                    runner.journal
                );
            }
            runner.io.cut_next(Some(Endpoint::UploadMedia), CutAt::Request(cut));
            finish(&mut runner);
            assert_sent(&runner);
            arrived(&runner, len);
            assert!(chunks(&runner) <= 5, "{cut} {chunk}: {}", runner.journal);
        }
    }
}

/// The process is killed at any moment: at most the chunk in doubt goes up twice, and the message is stored once.
#[test]
fn a_killed_client_goes_on_at_the_chunk_in_doubt() {
    let len = 4 * CHUNK + 7;
    for at in 0..=5 {
        for wait in [0, 5, 15] {
            let mut runner = online();
            send(&mut runner, FileKind::File, len);
            runner.run_until(seconds(60), |runner| chunks(runner) == at);
            runner.run_for(std::time::Duration::from_millis(wait));
            runner.crash();
            assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
            finish(&mut runner);
            arrived(&runner, len);
            assert!((5..=6).contains(&chunks(&runner)), "{at} {wait}: {}", runner.journal);
        }
    }
}

/// An upload that is done is never made again because its send failed.
#[test]
fn a_send_that_is_lost_is_repeated_without_a_new_upload() {
    let mut runner = online();
    runner.io.server.add_fault(Fault::new(FaultKind::Lose).on(Endpoint::SendAppMsg).times(2).after());
    send(&mut runner, FileKind::File, 2 * CHUNK);
    finish(&mut runner);
    assert!(matches!(&runner.outcomes()[..], [Ok(Outcome::Sent(sent))] if sent.repeated));
    arrived(&runner, 2 * CHUNK);
    assert_eq!(chunks(&runner), 2);

    // A restart in between changes nothing.
    let mut runner = online();
    runner.io.server.add_fault(Fault::new(FaultKind::Lose).on(Endpoint::SendAppMsg));
    send(&mut runner, FileKind::File, 2 * CHUNK);
    let asked = |runner: &Runner| runner.io.server.record().requests(Endpoint::SendAppMsg);
    assert!(runner.run_until(seconds(60), |runner| asked(runner) == 1));
    runner.crash();
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    finish(&mut runner);
    arrived(&runner, 2 * CHUNK);
    assert_eq!(chunks(&runner), 2);
}

#[test]
fn a_server_that_forgets_gets_the_file_from_its_start_once_more() {
    let len = 3 * CHUNK;
    let mut runner = online();
    runner.io.server.add_fault(Fault::new(FaultKind::Forget(1)).on(Endpoint::UploadMedia));
    send(&mut runner, FileKind::File, len);
    finish(&mut runner);
    assert_sent(&runner);
    arrived(&runner, len);

    let mut runner = online();
    runner.io.server.add_fault(Fault::new(FaultKind::Forget(1)).on(Endpoint::UploadMedia).times(1_000));
    send(&mut runner, FileKind::File, len);
    finish(&mut runner);
    assert_eq!(runner.outcomes(), [Err(OpError::UploadFailed)], "{}", runner.journal);
    assert_eq!(runner.io.server.record().sent().len(), 0);
}

#[test]
fn replies_of_no_use_are_asked_for_again() {
    for kind in [
        FaultKind::Status(502),
        FaultKind::Html,
        FaultKind::Empty,
        FaultKind::Garbage,
        FaultKind::Ret(-1),
        FaultKind::Lose,
        FaultKind::Ret(1101),
    ] {
        let mut runner = online();
        send(&mut runner, FileKind::File, 2 * CHUNK);
        assert!(runner.run_until(seconds(60), |runner| chunks(runner) == 1));
        runner.io.server.add_fault(Fault::new(kind).on(Endpoint::UploadMedia));
        finish(&mut runner);
        assert_sent(&runner);
        arrived(&runner, 2 * CHUNK);
        assert_eq!(chunks(&runner), 3, "{kind:?}");
    }
}

#[test]
fn a_file_that_changed_or_is_gone_ends_its_send() {
    for (gone, kind) in [(false, FailureKind::FileChanged), (true, FailureKind::FileUnreadable)] {
        let mut runner = online();
        send(&mut runner, FileKind::File, 3 * CHUNK);
        assert!(runner.run_until(seconds(60), |runner| chunks(runner) == 1));
        if gone {
            runner.io.files.remove(PATH);
        } else {
            runner.io.files.insert(PATH, FileContent::pattern(FileForm::Plain, 9, 3 * CHUNK - 1));
        }
        finish(&mut runner);
        assert_eq!(runner.outcomes(), [Err(OpError::Failed(kind))], "{}", runner.journal);
        assert_eq!(runner.io.server.record().sent().len(), 0);
    }
}

#[test]
fn an_upload_can_be_cancelled() {
    let mut runner = online();
    runner.io.rate = Some(CHUNK);
    let op = send(&mut runner, FileKind::File, 10 * CHUNK);
    assert!(runner.run_until(seconds(60), |runner| chunks(runner) == 3));
    assert!(runner.client.cancel(op));
    finish(&mut runner);
    assert_eq!(runner.outcomes(), [Err(OpError::Cancelled)]);
    let before = chunks(&runner);
    runner.run_for(seconds(60));
    assert_eq!((chunks(&runner), runner.io.server.record().sent().len()), (before, 0));
    // The lane is free again.
    send(&mut runner, FileKind::File, 5);
    assert!(runner.run_until(seconds(60), |runner| runner.outcomes().len() == 2), "{}", runner.journal);
}

/// Texts and news do not wait for a file.
#[test]
fn nothing_waits_for_an_upload() {
    let mut runner = online();
    runner.io.rate = Some(64 << 10);
    send(&mut runner, FileKind::File, 20 * CHUNK);
    runner.run_for(seconds(20));
    assert!(chunks(&runner) < 20);
    runner.client.send(&helper(), Outgoing::text("meanwhile"), SendOptions::default()).unwrap();
    assert!(runner.run_until(seconds(1), |runner| runner.io.server.record().sent().len() == 1));
    say(&mut runner, "明哥", "news");
    assert!(runner.run_until(seconds(2), |runner| runner.texts() == ["news"]), "{}", runner.journal);
    assert!(runner.run_until(seconds(600), |runner| runner.outcomes().len() == 2), "{}", runner.journal);
}

#[test]
fn the_application_hears_of_it_four_times_a_second_and_of_the_last_byte() {
    let mut runner = online();
    runner.io.rate = Some(4 * CHUNK);
    let op = send(&mut runner, FileKind::File, 20 * CHUNK);
    let start = runner.now();
    finish(&mut runner);
    let told: Vec<&Progress> = runner
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Transfer(progress) => Some(progress),
            _ => None,
        })
        .collect();
    let span = runner.now().saturating_since(start).as_secs() + 1;
    assert!(told.len() > 4 && told.len() as u64 <= span * 4 + 1, "{} in {span} s", told.len());
    assert!(told.iter().all(|told| told.op == op && told.direction == TransferDirection::Up));
    assert!(told.is_sorted_by_key(|told| told.done));
    assert_eq!(told.last().map(|told| (told.done, told.total)), Some((20 * CHUNK, Some(20 * CHUNK))));
}

/// Code 1205 to a chunk holds uploads back, and nothing else.
#[test]
fn too_often_holds_uploads_back_alone() {
    let mut runner = online();
    send(&mut runner, FileKind::File, 2 * CHUNK);
    runner.io.server.add_fault(Fault::new(FaultKind::Ret(1205)).on(Endpoint::UploadMedia));
    runner.run_for(seconds(200));
    assert_eq!(chunks(&runner), 1);
    runner.client.send(&helper(), Outgoing::text("meanwhile"), SendOptions::default()).unwrap();
    assert!(runner.run_until(seconds(2), |runner| runner.io.server.record().sent().len() == 1));
    runner.run_for(seconds(200));
    assert_eq!(chunks(&runner), 3, "{}", runner.journal);
}

/// The end of a session and a new login end uploads as they end sends.
#[test]
fn uploads_end_with_their_session() {
    let mut runner = online_with(Config::default(), |_| {});
    runner.io.rate = Some(CHUNK);
    send(&mut runner, FileKind::File, 10 * CHUNK);
    assert!(runner.run_until(seconds(60), |runner| chunks(runner) == 3));
    let now = runner.now();
    runner.io.server.phone(now).kick(1101).unwrap();
    assert!(runner.run_until(seconds(60), |runner| matches!(runner.client.phase(), Phase::Ended(_))));
    runner.run_for(seconds(5));
    assert_eq!(runner.outcomes(), [Err(OpError::SessionEnded)], "{}", runner.journal);
    let before = chunks(&runner);
    runner.log_in(LoginMethod::Auto);
    runner.run_for(seconds(60));
    assert_eq!(chunks(&runner), before);
}

/// A stored session may have been altered: a file without its upload, or with that of another, is not sent, and nothing hangs.
#[test]
fn an_upload_that_does_not_fit_its_file_ends() {
    let mut runner = online();
    runner.io.rate = Some(CHUNK);
    send(&mut runner, FileKind::File, 5 * CHUNK);
    assert!(runner.run_until(seconds(60), |runner| chunks(runner) == 2));
    let stored = serde_json::to_value(runner.stored_session().unwrap()).unwrap();
    for change in [
        "",
        "null",
        r#"{"handed":{}}"#,
        r#"{"at":{"step":{"chunk":9},"last":4,"checked":false,"parallel":false,"failures":0,"restarts":0},"handed":{}}"#,
        r#"{"at":{"step":"check","last":7,"checked":false,"parallel":false,"failures":0,"restarts":0},"handed":{}}"#,
    ] {
        let mut session = stored.clone();
        let entry = session.pointer_mut("/outbox/0").unwrap().as_object_mut().unwrap();
        let upload = serde_json::from_str(change).unwrap_or_default();
        if change.is_empty() {
            assert!(entry.remove("upload").is_some());
        } else {
            entry.insert("upload".into(), upload);
        }
        let session: Session = serde_json::from_value(session).unwrap();
        let client = Client::restore(session, Config::default(), 1, runner.now());
        let outcomes: Vec<_> = client.outbox().map(|entry| entry.outcome()).collect();
        assert_eq!(outcomes, [Some(Err(OpError::Unknown))], "{change}");
    }
}
