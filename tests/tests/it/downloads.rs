//! Files, pictures, sounds and films to fetch: the right bytes, all of them, or a clear end.

use wx_proto::{
    CommandError, Config, Endpoint, LoginMethod, MediaRef, MediaVariant, OpError, OpId, Outcome, Outgoing,
    Phase, SendOptions, UserName,
};
use wx_testkit::{
    content::FileContent,
    io::CutAt,
    runner::Runner,
    server::{Fault, FaultKind, FileKind},
};

use crate::{
    media::{KINDS, assert_came, fetch, received_in},
    support::{online, online_with, say, seconds},
};

/// Somebody sends a file of so many bytes, and it arrives.
fn received(runner: &mut Runner, kind: FileKind, len: u64) -> (MediaRef, FileContent) {
    received_in(runner, "明哥", "plan.zip", kind, len)
}

fn finish(runner: &mut Runner) {
    let done = runner.run_until(seconds(3_600), |runner| !runner.outcomes().is_empty());
    assert!(done, "{}", runner.journal);
}

fn assert_whole(runner: &Runner, op: OpId, content: &FileContent) {
    let outcomes = runner.outcomes();
    let [Ok(Outcome::Downloaded(downloaded))] = &outcomes[..] else {
        panic!("{outcomes:?}\n{}", runner.journal)
    };
    assert_eq!(downloaded.len, content.len());
    assert_came(runner, op, content);
    assert_eq!(runner.io.server.record().complaints(), [] as [&str; 0]);
}

#[test]
fn each_kind_is_fetched_with_one_request() {
    for (kind, endpoint) in KINDS {
        let mut runner = online();
        let (media, content) = received(&mut runner, kind, 300_000);
        let op = fetch(&mut runner, &media);
        finish(&mut runner);
        assert_whole(&runner, op, &content);
        assert_eq!(runner.io.server.record().requests(endpoint), 1, "{kind:?}");
    }
}

/// A reference is all it takes, also for another run.
#[test]
fn a_stored_reference_is_enough() {
    let mut runner = online();
    let (media, content) = received(&mut runner, FileKind::File, 1_000);
    let stored = serde_json::to_string(&media).unwrap();
    runner.crash();
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    let media: MediaRef = serde_json::from_str(&stored).unwrap();
    let op = fetch(&mut runner, &media);
    finish(&mut runner);
    assert_whole(&runner, op, &content);
}

#[test]
fn a_download_that_is_cut_goes_on_or_begins_anew() {
    for (kind, endpoint) in KINDS {
        for cut in [0, 1, 1_000, 299_999] {
            let mut runner = online();
            let (media, content) = received(&mut runner, kind, 300_000);
            let op = fetch(&mut runner, &media);
            runner.io.cut_next(Some(endpoint), CutAt::Reply(cut));
            finish(&mut runner);
            assert_whole(&runner, op, &content);
            assert_eq!(runner.io.server.record().requests(endpoint), 2, "{kind:?} {cut}");
        }
    }
}

/// Bytes that come are as good as an answer: a line that breaks again and again still brings all of it.
#[test]
fn many_cuts_are_no_end_where_the_server_goes_on() {
    let mut runner = online();
    let (media, content) = received(&mut runner, FileKind::Video, 300_000);
    let op = fetch(&mut runner, &media);
    for _ in 0..20 {
        runner.io.cut_next(Some(Endpoint::GetVideo), CutAt::Reply(10_000));
    }
    finish(&mut runner);
    assert_whole(&runner, op, &content);
    assert_eq!(runner.io.server.record().requests(Endpoint::GetVideo), 21);
}

/// Errors come with status 200: none of them is ever taken for what was asked for.
#[test]
fn a_page_and_an_empty_reply_are_errors() {
    for (kind, endpoint) in KINDS {
        for (fault, error) in [
            (FaultKind::Html, OpError::NotMedia),
            (FaultKind::Empty, OpError::NoMedia),
            (FaultKind::Status(404), OpError::NoMedia),
        ] {
            let mut runner = online();
            let (media, _) = received(&mut runner, kind, 1_000);
            let op = fetch(&mut runner, &media);
            runner.io.server.add_fault(Fault::new(fault).on(endpoint).times(100));
            finish(&mut runner);
            assert_eq!(runner.outcomes(), [Err(error)], "{kind:?} {fault:?}\n{}", runner.journal);
            assert_eq!(runner.io.sinks.get(op).map_or(0, <[u8]>::len), 0, "{kind:?} {fault:?}");
            assert_eq!(runner.io.server.record().requests(endpoint), 4);
            // Once is no harm.
            let mut runner = online();
            let (media, content) = received(&mut runner, kind, 1_000);
            let op = fetch(&mut runner, &media);
            runner.io.server.add_fault(Fault::new(fault).on(endpoint));
            finish(&mut runner);
            assert_whole(&runner, op, &content);
        }
    }
}

#[test]
fn the_server_s_own_no_is_told() {
    let mut runner = online();
    let (media, _) = received(&mut runner, FileKind::Image, 1_000);
    fetch(&mut runner, &media);
    runner.io.server.add_fault(Fault::new(FaultKind::Ret(5)).on(Endpoint::GetMsgImg));
    finish(&mut runner);
    assert!(matches!(&runner.outcomes()[..], [Err(OpError::Refused { ret: 5, .. })]), "{}", runner.journal);
}

#[test]
fn what_is_longer_than_allowed_is_given_up() {
    let mut config = Config::default();
    config.max_download = 1_000;
    let mut runner = online_with(config, |_| {});
    let (media, _) = received(&mut runner, FileKind::Image, 1_001);
    fetch(&mut runner, &media);
    finish(&mut runner);
    assert_eq!(runner.outcomes(), [Err(OpError::TooLarge { limit: 1_000 })]);
}

#[test]
fn a_sink_that_takes_no_more_ends_its_download() {
    let mut runner = online();
    let (media, _) = received(&mut runner, FileKind::File, 100_000);
    let op = fetch(&mut runner, &media);
    runner.io.sinks.limit(op, 50_000);
    finish(&mut runner);
    let error = OpError::Failed(wx_proto::FailureKind::FileUnwritable);
    assert_eq!(runner.outcomes(), [Err(error)], "{}", runner.journal);
}

#[test]
fn a_download_waits_for_nobody_and_nobody_waits_for_it() {
    let mut runner = online();
    runner.io.rate = Some(1_000);
    let (media, _) = received(&mut runner, FileKind::File, 600_000);
    let op = fetch(&mut runner, &media);
    runner.run_for(seconds(30));
    say(&mut runner, "明哥", "news");
    assert!(
        runner.run_until(seconds(2), |runner| runner.texts().last().is_some_and(|text| text == "news")),
        "{}",
        runner.journal
    );
    // A long one is not taken for lost while bytes pass.
    finish(&mut runner);
    assert_eq!(runner.io.server.record().requests(Endpoint::GetMedia), 1, "{}", runner.journal);
    assert!(runner.io.sinks.get(op).is_some_and(|bytes| bytes.len() == 600_000));
}

#[test]
fn a_download_can_be_cancelled() {
    let mut runner = online();
    runner.io.rate = Some(1_000);
    let (media, _) = received(&mut runner, FileKind::File, 600_000);
    let op = fetch(&mut runner, &media);
    runner.run_for(seconds(30));
    assert!(runner.client.cancel(op));
    finish(&mut runner);
    assert_eq!(runner.outcomes(), [Err(OpError::Cancelled)]);
    assert!(!runner.client.cancel(op));
}

#[test]
fn references_of_another_login_and_missing_variants_are_refused() {
    let mut runner = online();
    let (file, _) = received(&mut runner, FileKind::File, 1_000);
    let (voice, _) = received(&mut runner, FileKind::Voice, 1_000);
    let (image, _) = received(&mut runner, FileKind::Image, 1_000);
    let thumbnail = |runner: &mut Runner, media| runner.client.download(media, MediaVariant::Thumbnail);
    assert_eq!(thumbnail(&mut runner, &voice), Err(CommandError::NoSuchVariant));
    assert!(thumbnail(&mut runner, &image).is_ok());
    let now = runner.now();
    runner.io.server.phone(now).kick(1101).unwrap();
    assert!(runner.run_until(seconds(60), |runner| matches!(runner.client.phase(), Phase::Ended(_))));
    assert_eq!(runner.client.download(&file, MediaVariant::Full), Err(CommandError::NotOnline));
    assert_eq!(runner.log_in(LoginMethod::Qr), Phase::Online);
    assert_eq!(runner.client.download(&file, MediaVariant::Full), Err(CommandError::OtherLogin));
    // The id of a message is the same in every login.
    assert!(runner.client.download(&voice, MediaVariant::Full).is_ok());
}

/// A file that was passed on comes back under the MediaId that it had, and is the same file.
#[test]
fn a_file_that_was_passed_on_is_still_there() {
    let mut runner = online_with(Config::default(), |config| config.echo_sends = true);
    let (media, content) = received(&mut runner, FileKind::File, 5_000);
    let forward = Outgoing::forward(runner.messages.last().unwrap()).unwrap();
    runner.client.send(&UserName::new(UserName::FILE_HELPER), forward, SendOptions::default()).unwrap();
    let sent = runner.run_until(seconds(60), |runner| runner.messages.len() == 2);
    assert!(sent, "{}", runner.journal);
    let echo = runner.messages.last().unwrap().content.media().unwrap().clone();
    for media in [media, echo] {
        let op = fetch(&mut runner, &media);
        let before = runner.outcomes().len();
        assert!(
            runner.run_until(seconds(60), |runner| runner.outcomes().len() > before),
            "{}",
            runner.journal
        );
        assert_came(&runner, op, &content);
    }
}
