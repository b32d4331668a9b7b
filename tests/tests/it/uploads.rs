//! Files to send: up once, chunk by chunk, and then sent as any other message.

mod trouble;

use wx_proto::{
    CommandError, Config, Endpoint, Event, FileKind, OpError, OpId, Outcome, Outgoing, OutgoingFile,
    Progress, SendOptions, TransferDirection, UserName,
};
use wx_testkit::{
    content::{FileContent, FileForm},
    runner::Runner,
    server::SentFile,
};

use crate::support::{online, say, seconds};

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
