//! The heartbeat and what hangs on it: it never stops, and delivery does not hang on it.

use std::time::Duration;

use wx_proto::{Cause, Client, Config, Endpoint, Event, Lane, LoginMethod, Output, Phase, Timestamp};
use wx_testkit::{
    runner::{Runner, START},
    server::{Fault, FaultKind},
};

use crate::support::{last_batch, online, online_with, say, seconds, server_with};

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
fn longest_silence(runner: &Runner, since: Timestamp) -> u64 {
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
        let came = runner.run_until(seconds(17), |runner| runner.texts().last() == Some(&text));
        assert!(came, "{}", runner.journal);
        runner.run_for(seconds(7 * number));
    }
}

/// A driver that never answers for a request is told to give it up, and the call is made again.
#[test]
fn a_request_without_an_end_is_given_up() {
    let now = START;
    let mut client = Client::new(Config::default(), 1, now);
    client.login(LoginMethod::Qr).unwrap();
    let mut asked = Vec::new();
    while let Some(output) = client.poll(now) {
        if let Output::Start(request) = output {
            asked.push(request.id);
        }
    }
    assert_eq!(asked.len(), 1);
    let late = client.deadline().unwrap();
    assert_eq!(late.saturating_since(now), seconds(35), "30 s for the exchange, and 5 s for the driver");
    let outputs: Vec<Output> = std::iter::from_fn(|| client.poll(late)).collect();
    assert!(
        outputs.iter().any(|output| matches!(output, Output::Abort(id) if *id == asked[0])),
        "{outputs:?}"
    );
    let again = client.deadline().unwrap();
    let outputs: Vec<Output> = std::iter::from_fn(|| client.poll(again)).collect();
    assert!(outputs.iter().any(|output| matches!(output, Output::Start(_))), "{outputs:?}");
}

/// A renewal that still waits for its turn when there is room again: one fetch takes its place, and renews the cookies as well.
#[test]
fn a_fetch_takes_the_place_of_a_renewal_that_waits() {
    let mut config = Config::default();
    config.requests_per_minute = 1;
    let mut runner = Runner::new(config, server_with(|_| {}), 1);
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    runner.acks = false;
    say(&mut runner, "明哥", "one");
    assert!(runner.run_until(seconds(1800), |runner| runner.texts() == ["one"]), "{}", runner.journal);
    say(&mut runner, "明哥", "two");
    // The cookies are due, and the check that finds it has spent the minute's request.
    runner.run_for(seconds(2 * HOUR - 1));
    let due = runner.now();
    assert!(runner.run_until(seconds(300), |runner| runner.seconds_of(Endpoint::SyncCheck, due).len() == 1));
    runner.run_for(seconds(30));
    let since = runner.now();
    runner.client.ack(last_batch(&runner)).unwrap();
    runner.run_for(seconds(100));
    assert_eq!(runner.texts(), ["one", "two"], "{}", runner.journal);
    assert_eq!(runner.seconds_of(Endpoint::Sync, since).len(), 1, "{}", runner.journal);
}

/// A check with a code of no known meaning may be hiding something: a webwxsync looks.
#[test]
fn an_odd_check_is_followed_by_a_fetch() {
    let mut runner = online();
    runner.io.server.add_fault(Fault::new(FaultKind::Ret(7)).on(Endpoint::SyncCheck));
    let since = runner.now();
    runner.run_for(seconds(40));
    assert_eq!(runner.seconds_of(Endpoint::Sync, since).len(), 1, "{}", runner.journal);
}

/// Checks that the server holds are not idle, however few requests may be.
#[test]
fn held_checks_are_not_idle() {
    let mut config = Config::default();
    config.idle_requests_per_minute = 1;
    let mut runner = Runner::new(config, server_with(|_| {}), 1);
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    runner.run_for(seconds(600));
    let since = runner.now();
    runner.run_for(seconds(600));
    let checks = runner.seconds_of(Endpoint::SyncCheck, since).len();
    assert!((23..=24).contains(&checks), "{checks}");
}

/// A check that is held is given up for a fetch: what was said before it need not wait for its end.
#[test]
fn an_acknowledgement_gives_up_a_check_that_is_held() {
    let mut runner = online_with(Config::default(), |config| config.says_once = true);
    runner.acks = false;
    say(&mut runner, "明哥", "one");
    runner.run_for(seconds(1));
    say(&mut runner, "明哥", "two");
    runner.run_for(seconds(40));
    runner.client.ack(last_batch(&runner)).unwrap();
    runner.run_for(seconds(1));
    assert_eq!(runner.texts(), ["one", "two"], "{}", runner.journal);
}

/// A renewal that is lost is tried again, a minute apart.
#[test]
fn a_lost_renewal_is_tried_again_in_a_minute() {
    let mut runner = unacknowledged();
    let since = runner.now();
    runner.io.server.add_fault(Fault::new(FaultKind::Lose).on(Endpoint::Sync).times(4));
    runner.run_for(seconds(3 * HOUR));
    let syncs = runner.seconds_of(Endpoint::Sync, since);
    let pauses: Vec<u64> = syncs.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(pauses.len() >= 4 && pauses[..4].iter().all(|pause| (60..=120).contains(pause)), "{pauses:?}");
}

/// webwxinit and each webwxsync may hand out another skey, which is kept.
#[test]
fn the_newest_skey_is_kept() {
    fn another(body: &[u8]) -> Option<Vec<u8>> {
        let mut reply: serde_json::Value = serde_json::from_slice(body).ok()?;
        reply["SKey"] = "@crypt_0_another".into();
        serde_json::to_vec(&reply).ok()
    }
    let skey = |runner: &Runner| {
        let session = serde_json::to_value(runner.client.session().unwrap()).unwrap();
        session["login"]["tokens"]["skey"].clone()
    };
    let mut runner = online();
    runner.io.edit = Some(|endpoint, body| if endpoint == Endpoint::Sync { another(body) } else { None });
    say(&mut runner, "明哥", "hello");
    assert!(runner.run_until(seconds(5), |runner| runner.texts() == ["hello"]));
    assert_eq!(skey(&runner), "@crypt_0_another");

    let mut runner = Runner::new(Config::default(), server_with(|_| {}), 1);
    runner.io.edit = Some(|endpoint, body| if endpoint == Endpoint::Init { another(body) } else { None });
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    assert_eq!(skey(&runner), "@crypt_0_another");
}

/// A renewal moves no position: the skey that it hands out is stored all the same.
#[test]
fn the_skey_of_a_renewal_is_stored() {
    let mut runner = unacknowledged();
    runner.io.edit = Some(|endpoint, body| {
        let mut sync: serde_json::Value =
            serde_json::from_slice(body).ok().filter(|_| endpoint == Endpoint::Sync)?;
        sync["SKey"] = "@crypt_0_another".into();
        serde_json::to_vec(&sync).ok()
    });
    let since = runner.now();
    assert!(
        runner.run_until(seconds(3 * HOUR), |runner| !runner.seconds_of(Endpoint::Sync, since).is_empty())
    );
    runner.run_for(Duration::from_millis(10));
    runner.io.cut = true;
    runner.run_for(seconds(5));
    let session = serde_json::to_value(runner.stored_session().unwrap()).unwrap();
    assert_eq!(session["login"]["tokens"]["skey"], "@crypt_0_another");
}

/// A reply that cannot be used is told, with the time of the next try.
#[test]
fn a_useless_reply_is_told() {
    let mut runner = online();
    runner.run_for(seconds(30));
    runner.io.server.add_fault(Fault::new(FaultKind::Html).on(Endpoint::Sync));
    runner.events.clear();
    say(&mut runner, "明哥", "hello");
    let since = runner.now();
    runner.run_for(seconds(20));
    let told: Vec<Timestamp> = (runner.events.iter())
        .filter_map(|event| match event {
            Event::Trouble { lane: Lane::LongPoll, attempt: 1, retry_at, cause: Cause::Reply { .. } } => {
                Some(*retry_at)
            }
            _ => None,
        })
        .collect();
    let syncs = runner.requests.iter().filter(|(at, asked)| *asked == Endpoint::Sync && *at >= since);
    assert_eq!(syncs.map(|(at, _)| *at).collect::<Vec<_>>()[1..], told[..], "{}", runner.journal);
    assert_eq!(told.len(), 1);
}
