//! The heartbeat and what hangs on it: it never stops, and delivery does not hang on it.

use wx_proto::{Cause, Config, Endpoint, Event};
use wx_testkit::{
    runner::Runner,
    server::{Fault, FaultKind},
};

use crate::support::{last_batch, online, online_with, say, seconds};

const HOUR: u64 = 3600;

/// One message is open, another waits on the server.
fn unacknowledged() -> Runner {
    let mut runner = online();
    runner.acks = false;
    say(&mut runner, "明哥", "one");
    runner.run_for(seconds(60));
    say(&mut runner, "明哥", "two");
    runner
}

/// The longest time between two looks at the stream.
fn longest_silence(runner: &Runner, since: wx_proto::Timestamp) -> u64 {
    let mut looks = runner.seconds_of(Endpoint::SyncCheck, since);
    looks.extend(runner.seconds_of(Endpoint::Sync, since));
    looks.sort_unstable();
    looks.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(u64::MAX)
}

/// A check that only keeps the session alive promises nothing: what it costs is paid at once, not with the renewal.
#[test]
fn a_renewal_does_not_stop_the_heartbeat() {
    let mut runner = unacknowledged();
    let since = runner.now();
    runner.run_for(seconds(8 * HOUR));
    assert!(runner.seconds_of(Endpoint::Sync, since).len() >= 3, "renewals");
    assert!(longest_silence(&runner, since) <= 40, "{}", longest_silence(&runner, since));
}

#[test]
fn an_acknowledgement_starts_the_fetch_at_once() {
    for renewed in [false, true] {
        let mut runner = unacknowledged();
        let since = runner.now();
        runner.run_for(seconds(60));
        if renewed {
            runner
                .run_until(seconds(3 * HOUR), |runner| !runner.seconds_of(Endpoint::Sync, since).is_empty());
            runner.run_for(seconds(1));
        }
        runner.client.ack(last_batch(&runner)).unwrap();
        runner.run_for(seconds(1));
        assert_eq!(runner.texts().last().map(String::as_str), Some("two"), "{renewed}\n{}", runner.journal);
    }
}

/// A server that says news once, while there was no room for them: they are fetched although every check says nothing.
#[test]
fn remembered_news_are_fetched_though_checks_are_quiet() {
    let mut runner = unacknowledged();
    runner.run_for(seconds(5));
    // From here on the server holds each poll, as if there were nothing.
    runner.io.edit = Some(|endpoint, _| {
        (endpoint == Endpoint::SyncCheck).then(|| b"window.synccheck={retcode:\"0\",selector:\"0\"}".to_vec())
    });
    runner.run_for(seconds(40));
    runner.client.ack(last_batch(&runner)).unwrap();
    runner.acks = true;
    runner.run_for(seconds(1));
    assert_eq!(runner.texts(), ["one", "two"], "{}", runner.journal);
}

/// The push host fails for good: messages come all the same, the application hears of it once, the rates hold.
#[test]
fn a_broken_push_host_does_not_silence_the_account() {
    for kind in [FaultKind::Lose, FaultKind::Status(502), FaultKind::Html, FaultKind::Ret(7)] {
        let mut runner = online();
        runner.run_for(seconds(30));
        runner.io.server.add_fault(Fault::new(kind).on(Endpoint::SyncCheck).times(u32::MAX));
        let since = runner.now();
        let mut texts = Vec::new();
        for number in 0..30 {
            let text = format!("{number}");
            say(&mut runner, "明哥", &text);
            texts.push(text);
            let came = runner.run_until(seconds(60), |runner| runner.texts() == texts);
            assert!(came, "{kind:?}: {number}\n{}", runner.journal);
            runner.run_for(seconds(60));
        }
        let told = runner.count(|event| matches!(event, Event::Trouble { cause: Cause::ChecksLost, .. }));
        assert_eq!(told, 1, "{kind:?}");
        assert!(runner.count(|event| matches!(event, Event::Offline { .. })) <= 1, "{kind:?}");
        let minutes = runner.now().saturating_since(since).as_secs() / 60;
        let requests = runner.requests.iter().filter(|(at, _)| *at >= since).count() as u64;
        assert!(requests <= minutes * 10, "{kind:?}: {requests} requests in {minutes} minutes");
        // Once checks work, messages come at once again.
        runner.io.server.clear_faults();
        runner.run_for(seconds(90));
        say(&mut runner, "明哥", "again");
        assert!(
            runner.run_until(seconds(1), |runner| runner.texts().last().is_some_and(|last| last == "again"))
        );
    }
}

/// The selector says news for a day and webwxsync brings none: few requests, and real news come soon.
#[test]
fn news_that_are_none_do_not_delay_real_ones() {
    let mut runner = online_with(Config::default(), |config| config.hold = seconds(0));
    runner.io.edit = Some(|endpoint, _| {
        (endpoint == Endpoint::SyncCheck).then(|| b"window.synccheck={retcode:\"0\",selector:\"2\"}".to_vec())
    });
    runner.run_for(seconds(HOUR));
    let since = runner.now();
    runner.run_for(seconds(HOUR));
    let requests = runner.requests.iter().filter(|(at, _)| *at >= since).count();
    assert!(requests <= 60 * 15, "{requests} requests in an hour");
    for number in 0..20 {
        let text = format!("{number}");
        say(&mut runner, "明哥", &text);
        let came = runner.run_until(seconds(26), |runner| runner.texts().last() == Some(&text));
        assert!(came, "{}", runner.journal);
        runner.run_for(seconds(7 * number));
    }
}
