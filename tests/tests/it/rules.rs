//! The rules for long times and hostile servers: renewal, doubt, the ladder, reminders, rates, clocks.

use std::time::Duration;

use wx_proto::{
    BatchContent, Cause, Config, Endpoint, Event, GapReason, LoginMethod, OpError, Outcome, Outgoing, Phase,
    SendOptions, UserName,
};
use wx_testkit::{
    runner::Runner,
    server::{Fault, FaultKind},
};

use crate::support::{online, online_with, say, seconds};

const HOUR: u64 = 3600;

fn gaps(runner: &Runner, reason: GapReason) -> usize {
    runner.count(|event| {
        matches!(event, Event::Batch(batch) if matches!(&batch.content, BatchContent::Gap(gap) if gap.reason == reason))
    })
}

fn ended(runner: &Runner) -> bool {
    matches!(runner.client.phase(), Phase::Ended(_))
}

/// Only a webwxsync renews the cookies: one goes out every two hours, whatever the selector.
#[test]
fn two_idle_days_stay_online() {
    let mut runner = online();
    runner.run_for(seconds(48 * HOUR));
    assert_eq!(runner.client.phase(), &Phase::Online, "{:?}", runner.client.phase());
    let syncs = runner.io.server.record().requests(Endpoint::Sync);
    assert!((20..=26).contains(&syncs), "{syncs}");
    say(&mut runner, "明哥", "still there?");
    runner.run_for(seconds(1));
    assert_eq!(runner.texts(), ["still there?"]);
}

/// Without an acknowledgement the heartbeat and the renewal go on; what was not acknowledged is not lost.
#[test]
fn two_days_without_an_acknowledgement_stay_online() {
    let mut runner = online();
    runner.acks = false;
    say(&mut runner, "明哥", "one");
    runner.run_for(seconds(60));
    say(&mut runner, "明哥", "two");
    runner.run_for(seconds(48 * HOUR));
    assert_eq!(runner.client.phase(), &Phase::Online);
    assert_eq!(runner.texts(), ["one"]);
    let reminders =
        runner.count(|event| matches!(event, Event::Trouble { cause: Cause::AckOverdue { .. }, .. }));
    assert!((570..=580).contains(&reminders), "one each five minutes: {reminders}");
    runner.crash();
    runner.acks = true;
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    runner.run_for(seconds(60));
    assert_eq!(runner.texts(), ["one", "one", "two"]);
}

/// A week without a network: no logout, few requests, nothing lost.
#[test]
fn a_week_offline_is_survived() {
    let mut runner = online_with(Config::default(), |config| config.cookie_life = seconds(30 * 24 * HOUR));
    runner.io.cut = true;
    let before = runner.io.requests;
    runner.run_for(seconds(7 * 24 * HOUR));
    let requests = runner.io.requests - before;
    assert!(requests < 7 * 24 * 60 * 2, "{requests} requests");
    assert_eq!(runner.client.phase(), &Phase::Online);
    runner.io.cut = false;
    say(&mut runner, "明哥", "welcome back");
    assert!(runner.run_until(seconds(120), |runner| runner.texts() == ["welcome back"]));
}

/// A single 1100 or 1102 is asked for once more; 1101, or a second one, ends the session.
#[test]
fn a_single_code_out_of_the_blue_is_doubted() {
    for (ret, times, ends) in
        [(1100, 1, false), (1102, 1, false), (1100, 2, true), (1102, 2, true), (1101, 1, true)]
    {
        for endpoint in [Endpoint::SyncCheck, Endpoint::Sync] {
            let mut runner = online();
            runner.io.server.add_fault(Fault::new(FaultKind::Ret(ret)).on(endpoint));
            if times == 2 {
                runner.io.server.add_fault(Fault::new(FaultKind::Ret(ret)).on(Endpoint::SyncCheck));
            }
            say(&mut runner, "明哥", "here");
            runner.run_for(seconds(120));
            assert_eq!(ended(&runner), ends, "{ret} x {times} on {endpoint:?}\n{}", runner.journal);
            if !ends {
                assert_eq!(runner.texts(), ["here"], "{ret} x {times} on {endpoint:?}");
            }
        }
    }
}

/// Replies that cannot be used for a while lose nothing: the position is not given up while time may help.
#[test]
fn half_a_minute_of_useless_replies_skips_nothing() {
    for kind in [FaultKind::Ret(-1), FaultKind::Html, FaultKind::Garbage, FaultKind::EmptyKey(0)] {
        let mut runner = online();
        runner.io.server.add_fault(Fault::new(kind).on(Endpoint::Sync).times(8));
        say(&mut runner, "明哥", "kept");
        runner.run_for(seconds(900));
        assert_eq!(runner.texts(), ["kept"], "{kind:?}\n{}", runner.journal);
        assert_eq!(gaps(&runner, GapReason::Unreadable), 0);
        // The ladder's first rung: the tokens are tried.
        assert_eq!(runner.io.server.record().requests(Endpoint::Init), 2, "{kind:?}");
    }
}

/// The ten minutes count from the first useless reply at a key, not from one that was followed by a good one.
#[test]
fn a_useless_reply_of_before_does_not_count() {
    let mut runner = online();
    for (text, times) in [("one", 1), ("two", 12)] {
        runner.io.server.add_fault(Fault::new(FaultKind::Garbage).on(Endpoint::Sync).times(times));
        say(&mut runner, "明哥", text);
        runner.run_for(seconds(1800));
    }
    assert_eq!((runner.texts(), gaps(&runner, GapReason::Unreadable)), (vec!["one".into(), "two".into()], 0));
}

/// A position that stays useless is given up after ten minutes, behind a Gap, and the client goes on.
#[test]
fn a_position_that_stays_useless_is_given_up_behind_a_gap() {
    let mut runner = online();
    say(&mut runner, "明哥", "before");
    runner.run_for(seconds(5));
    runner.io.server.add_fault(Fault::new(FaultKind::Garbage).on(Endpoint::Sync).times(u32::MAX));
    say(&mut runner, "明哥", "unreadable");
    runner.run_for(seconds(9 * 60));
    assert_eq!(gaps(&runner, GapReason::Unreadable), 0, "not before ten minutes");
    runner.run_for(seconds(5 * 60));
    assert_eq!(gaps(&runner, GapReason::Unreadable), 1, "{}", runner.journal);
    runner.io.server.clear_faults();
    say(&mut runner, "明哥", "after");
    runner.run_for(seconds(120));
    assert_eq!(runner.texts().last().map(String::as_str), Some("after"), "{}", runner.journal);
    assert_eq!(runner.client.phase(), &Phase::Online);
}

/// Whatever the server answers, requests stay within the rates.
#[test]
fn requests_stay_within_the_rates() {
    for kind in [FaultKind::Ret(0), FaultKind::Ret(-1), FaultKind::Ret(7), FaultKind::Empty, FaultKind::Html]
    {
        let mut runner = online();
        runner.run_for(seconds(60));
        runner.io.server.add_fault(Fault::new(kind).times(u32::MAX));
        let before = runner.io.requests;
        runner.run_for(seconds(600));
        let requests = runner.io.requests - before;
        assert!(requests <= 30 + 300, "{kind:?}: {requests} requests in ten minutes");
    }
}

/// Ten years forward and back: online within a minute, both times.
#[test]
fn a_clock_that_jumps_is_survived() {
    let mut runner = online();
    runner.run_for(seconds(30));
    let ten_years = Duration::from_secs(10 * 365 * 24 * HOUR);
    for jump in [true, false] {
        runner.jump_client_clock(ten_years, jump);
        say(&mut runner, "明哥", "tick");
        let texts = runner.texts().len() + 1;
        assert!(
            runner.run_until(seconds(60), |runner| runner.texts().len() == texts),
            "{jump}\n{}",
            runner.journal
        );
    }
    assert_eq!(runner.client.phase(), &Phase::Online);
}

/// What an earlier run may have sent is repeated only while it is fresh.
#[test]
fn an_old_ambiguous_send_is_not_repeated() {
    for (pause, repeated) in [(60, true), (400, false)] {
        let mut runner = online();
        let helper = UserName::new(UserName::FILE_HELPER);
        runner.client.send(&helper, Outgoing::text("once"), SendOptions::default()).unwrap();
        let sent = |runner: &Runner| runner.io.server.record().requests(Endpoint::SendMsg);
        assert!(runner.run_until(seconds(1), |runner| sent(runner) == 1));
        runner.crash();
        runner.run_for(seconds(pause));
        assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
        runner.run_for(seconds(60));
        if repeated {
            assert!(matches!(&runner.outcomes()[..], [Ok(Outcome::Sent(sent))] if sent.repeated));
        } else {
            assert_eq!(runner.outcomes(), [Err(OpError::Unknown)]);
            assert_eq!(sent(&runner), 1);
        }
    }
}

/// 1205 on a send holds the next ones back for minutes.
#[test]
fn too_often_holds_sends_back() {
    let mut runner = online();
    let helper = UserName::new(UserName::FILE_HELPER);
    runner.io.server.add_fault(Fault::new(FaultKind::Ret(1205)).on(Endpoint::SendMsg).times(2));
    for _ in 0..3 {
        runner.client.send(&helper, Outgoing::text("x"), SendOptions::default()).unwrap();
    }
    runner.run_for(seconds(299));
    assert_eq!(runner.outcomes(), [Err(OpError::RateLimited)]);
    runner.run_for(seconds(10));
    assert_eq!(runner.outcomes().len(), 2);
    runner.run_for(seconds(590));
    assert_eq!(runner.outcomes().len(), 2, "the pause doubles");
    runner.run_for(seconds(20));
    assert!(matches!(runner.outcomes()[..], [_, _, Ok(_)]), "{:?}", runner.outcomes());
}
