//! A send whose answer is missing is repeated under its id, by the next run too, or ends as unknown.

use wx_proto::{Config, Endpoint, LoginMethod, OpError, Outcome, Phase, SendOptions};
use wx_testkit::{
    runner::Runner,
    server::{Fault, FaultKind},
};

use super::{helper, text};
use crate::support::{is_contacts, online, online_with, say, seconds, server_with};

/// The reply is lost: the same id goes out again, three tries in all, then nobody knows.
#[test]
fn a_lost_reply_is_repeated_under_the_same_id() {
    for (losses, dedup) in [(1, true), (2, true), (1, false), (3, true)] {
        let mut runner = online_with(Config::default(), |config| config.dedup_sends = dedup);
        runner.io.server.add_fault(Fault::new(FaultKind::Lose).on(Endpoint::SendMsg).times(losses).after());
        runner.client.send(&helper(), text("once"), SendOptions::default()).unwrap();
        runner.run_for(seconds(60));
        let sent = runner.io.server.record().sent();
        assert_eq!(sent.len(), 1, "one id on the wire");
        assert_eq!(sent[0].requests, u64::from(losses + 1).min(3));
        let outcomes = runner.outcomes();
        match losses {
            3 => assert_eq!(outcomes, [Err(OpError::Unknown)]),
            _ => assert!(matches!(&outcomes[..], [Ok(Outcome::Sent(sent))] if sent.repeated), "{outcomes:?}"),
        }
    }
}

/// A repeat is bounded by the rates; one that gets through brought something, and delays nothing that comes after it.
#[test]
fn a_repeat_that_gets_through_is_not_idle() {
    let mut config = Config::default();
    config.idle_requests_per_minute = 1;
    let mut runner = Runner::new(config, server_with(|_| {}), 1);
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    runner.run_for(seconds(600));
    runner.io.server.add_fault(Fault::new(FaultKind::Lose).on(Endpoint::SendMsg).after());
    runner.client.send(&helper(), text("once"), SendOptions::default()).unwrap();
    assert!(runner.run_until(seconds(30), |runner| !runner.outcomes().is_empty()), "{}", runner.journal);
    say(&mut runner, "明哥", "news");
    assert!(runner.run_until(seconds(3), |runner| runner.texts() == ["news"]), "{}", runner.journal);
}

#[test]
fn ambiguous_sends_may_be_left_alone() {
    let mut config = Config::default();
    config.retry_ambiguous_sends = false;
    let mut runner = online_with(config, |_| {});
    runner.io.server.add_fault(Fault::new(FaultKind::Lose).on(Endpoint::SendMsg).after());
    runner.client.send(&helper(), text("once"), SendOptions::default()).unwrap();
    runner.run_for(seconds(60));
    assert_eq!(runner.outcomes(), [Err(OpError::Unknown)]);
    assert_eq!(runner.io.server.record().requests(Endpoint::SendMsg), 1);
}

/// A crash between the request and its reply: the send is repeated under its id, and told as repeated.
#[test]
fn a_crash_never_turns_a_second_try_into_a_first() {
    let mut runner = online();
    runner.client.send(&helper(), text("x"), SendOptions::default()).unwrap();
    assert!(
        runner.run_until(seconds(1), |runner| runner.io.server.record().requests(Endpoint::SendMsg) == 1)
    );
    runner.crash();
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    runner.run_for(seconds(5));
    let sent = runner.io.server.record().sent();
    assert_eq!((sent.len(), sent[0].count, sent[0].requests), (1, 1, 2));
    assert!(
        matches!(&runner.outcomes()[..], [Ok(Outcome::Sent(sent))] if sent.repeated),
        "{}",
        runner.journal
    );
}

/// Without repeats, what an earlier run may have sent ends as unknown.
#[test]
fn an_ambiguous_send_is_not_repeated_by_the_next_run_either() {
    let mut config = Config::default();
    config.retry_ambiguous_sends = false;
    let mut runner = online_with(config, |_| {});
    runner.client.send(&helper(), text("once"), SendOptions::default()).unwrap();
    assert!(runner.run_until(seconds(1), |runner| !runner.io.server.record().sent().is_empty()));
    runner.crash();
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    runner.run_for(seconds(60));
    assert_eq!(runner.outcomes(), [Err(OpError::Unknown)]);
    assert_eq!(runner.io.server.record().sent()[0].count, 1);
}

/// A repeat that the rates hold back until its time is over does not leave, and the next send has its turn.
#[test]
fn a_repeat_whose_time_passed_does_not_leave() {
    let mut config = Config::default();
    config.requests_per_minute = 4;
    let mut runner = Runner::new(config, server_with(|_| {}), 1);
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    assert!(runner.run_until(seconds(300), |runner| runner.count(is_contacts) == 1), "{}", runner.journal);
    runner.io.server.add_fault(Fault::new(FaultKind::Lose).on(Endpoint::SendMsg).after());
    let mut options = SendOptions::default();
    options.expires_at = Some(runner.now() + seconds(5));
    runner.client.send(&helper(), text("once"), options).unwrap();
    runner.client.send(&helper(), text("next"), SendOptions::default()).unwrap();
    runner.run_for(seconds(600));
    let sent: Vec<(&str, u64)> =
        (runner.io.server.record().sent().iter()).map(|sent| (sent.text.as_str(), sent.requests)).collect();
    assert_eq!(sent, [("once", 1), ("next", 1)], "{}", runner.journal);
    assert!(
        matches!(runner.outcomes()[..], [Err(OpError::Unknown), Ok(Outcome::Sent(_))]),
        "{:?}",
        runner.outcomes()
    );
}

/// Sends that were accepted and not begun when the client died are first tries in the next run.
#[test]
fn sends_that_were_not_begun_go_on_after_a_crash() {
    let mut runner = online();
    for _ in 0..3 {
        runner.client.send(&helper(), text("x"), SendOptions::default()).unwrap();
    }
    runner.io.latency = seconds(1);
    runner.run_for(seconds(0));
    runner.crash();
    runner.run_for(seconds(60));
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    runner.run_for(seconds(30));
    let repeated: Vec<bool> = (runner.outcomes().iter())
        .map(|end| matches!(end, Ok(Outcome::Sent(sent)) if sent.repeated))
        .collect();
    assert_eq!(repeated, [true, false, false], "{:?}", runner.outcomes());
}

/// What may have left in an earlier run is repeated neither after its own time nor when it is old.
#[test]
fn a_repeat_ends_at_the_earlier_of_two_times() {
    for (life, pause) in [(60, 100), (3600, 400)] {
        let mut runner = online();
        let mut options = SendOptions::default();
        options.expires_at = Some(runner.now() + seconds(life));
        runner.client.send(&helper(), text("once"), options).unwrap();
        assert!(runner.run_until(seconds(1), |runner| !runner.io.server.record().sent().is_empty()));
        runner.crash();
        runner.run_for(seconds(pause));
        assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
        runner.run_for(seconds(60));
        assert_eq!(runner.outcomes(), [Err(OpError::Unknown)], "{life}");
        assert_eq!(runner.io.server.record().sent()[0].count, 1);
    }
}
