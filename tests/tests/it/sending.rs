//! Sending: once, in order, never before it is stored, and always with an end.

use wx_proto::{
    CommandError, Config, Endpoint, Event, LoginMethod, OpError, Outcome, Outgoing, Phase, SendOptions,
    UserName,
};
use wx_testkit::{
    runner::Runner,
    server::{Fault, FaultKind},
};

use crate::support::{online, online_with, seconds};

fn helper() -> UserName {
    UserName::new(UserName::FILE_HELPER)
}

fn text(text: &str) -> Outgoing {
    Outgoing::text(text)
}

#[test]
fn sends_keep_their_order_and_pace() {
    let mut runner = online();
    for number in 0..30 {
        runner.client.send(&helper(), text(&format!("text {number}")), SendOptions::default()).unwrap();
    }
    let start = runner.now();
    assert!(runner.run_until(seconds(60), |runner| runner.outcomes().len() == 30), "{}", runner.journal);
    let sent: Vec<&str> = runner.io.server.record().sent().iter().map(|sent| sent.text.as_str()).collect();
    assert_eq!(sent, (0..30).map(|number| format!("text {number}")).collect::<Vec<_>>());
    // A burst of 20, then one each 300 ms.
    assert!(runner.now().saturating_since(start).as_millis() >= 10 * 300 - 300);
    let mut ids: Vec<&str> =
        runner.io.server.record().sent().iter().map(|sent| sent.client_msg_id.as_str()).collect();
    assert!(ids.iter().all(|id| id.len() == 17) && ids.is_sorted());
    ids.dedup();
    assert_eq!(ids.len(), 30);
}

#[test]
fn nothing_leaves_before_it_is_stored() {
    let mut runner = online();
    runner.stores = false;
    runner.client.send(&helper(), text("not yet"), SendOptions::default()).unwrap();
    runner.run_for(seconds(30));
    assert_eq!(runner.io.server.record().requests(Endpoint::SendMsg), 0, "{}", runner.journal);
    let session = runner.client.session().unwrap();
    runner.client.stored(session.revision());
    runner.run_for(seconds(1));
    assert_eq!(runner.io.server.record().requests(Endpoint::SendMsg), 1);
    assert_eq!(runner.outcomes(), [], "its end is told once that is stored");
    let session = runner.client.session().unwrap();
    runner.client.stored(session.revision());
    runner.run_for(seconds(1));
    assert_eq!(runner.outcomes().len(), 1);
}

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

/// What did not leave is simply tried again, and counts as a first try.
#[test]
fn a_send_waits_for_the_network() {
    let mut runner = online();
    runner.io.cut = true;
    runner.client.send(&helper(), text("later"), SendOptions::default()).unwrap();
    runner.run_for(seconds(600));
    assert_eq!(runner.outcomes(), []);
    runner.io.cut = false;
    assert!(runner.run_until(seconds(120), |runner| !runner.outcomes().is_empty()), "{}", runner.journal);
    assert!(matches!(&runner.outcomes()[..], [Ok(Outcome::Sent(sent))] if !sent.repeated));
}

#[test]
fn refusals_and_limits_are_told() {
    for (ret, error) in [
        (1204, OpError::Refused { ret: 1204, message: String::new() }),
        (1205, OpError::RateLimited),
        (-1, OpError::Unknown),
    ] {
        let mut runner = online();
        runner.io.server.add_fault(Fault::new(FaultKind::Ret(ret)).on(Endpoint::SendMsg).times(3));
        runner.client.send(&helper(), text("x"), SendOptions::default()).unwrap();
        runner.run_for(seconds(60));
        assert_eq!(runner.outcomes(), [Err(error)], "{}", runner.journal);
    }
    let mut runner = online();
    assert_eq!(runner.client.send(&helper(), text(""), SendOptions::default()), Err(CommandError::EmptyText));
    let long = "字".repeat(2001);
    let error = CommandError::TextTooLong { length: 2001, limit: 2000 };
    assert_eq!(runner.client.send(&helper(), text(&long), SendOptions::default()), Err(error));
}

/// The outcome comes again after a crash, until the application has it.
#[test]
fn an_outcome_comes_again_until_forgotten() {
    let mut runner = online();
    let op = runner.client.send(&helper(), text("x"), SendOptions::with_id("mine")).unwrap();
    runner.run_for(seconds(1));
    assert_eq!(runner.outcomes().len(), 1);
    assert_eq!(runner.client.send(&helper(), text("x"), SendOptions::with_id("mine")), Ok(op));
    runner.run_for(seconds(1));
    assert_eq!(runner.outcomes().len(), 2, "the same id is told again, not sent again");
    runner.crash();
    runner.run_for(seconds(1));
    assert_eq!(runner.outcomes().len(), 3);
    assert_eq!(runner.client.outbox().next().unwrap().op, op);
    runner.client.forget(op);
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    runner.run_for(seconds(5));
    runner.crash();
    runner.run_for(seconds(5));
    assert_eq!(runner.outcomes().len(), 3);
    assert_eq!(runner.io.server.record().sent().len(), 1);
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

#[test]
fn every_send_has_an_end_when_the_session_ends() {
    let mut runner = online();
    runner.io.cut = true;
    for _ in 0..3 {
        runner.client.send(&helper(), text("x"), SendOptions::default()).unwrap();
    }
    runner.client.logout().unwrap();
    runner.run_for(seconds(60));
    let sends =
        runner.outcomes().into_iter().filter(|outcome| *outcome == Err(OpError::SessionEnded)).count();
    assert_eq!(sends, 3, "{}", runner.journal);
}

#[test]
fn cancelled_and_expired_sends_never_leave() {
    let mut runner = online();
    runner.io.cut = true;
    let op = runner.client.send(&helper(), text("cancelled"), SendOptions::default()).unwrap();
    let mut options = SendOptions::default();
    options.expires_at = Some(runner.now() + seconds(30));
    runner.client.send(&helper(), text("expired"), options).unwrap();
    runner.run_for(seconds(5));
    assert!(runner.client.cancel(op));
    runner.run_for(seconds(60));
    runner.io.cut = false;
    runner.run_for(seconds(120));
    assert_eq!(runner.outcomes(), [Err(OpError::Cancelled), Err(OpError::Expired)], "{}", runner.journal);
    assert_eq!(runner.io.server.record().sent().len(), 0);
    assert!(!runner.client.cancel(op));
}

#[test]
fn the_outbox_is_bounded() {
    let mut config = Config::default();
    config.outbox = 2;
    let mut runner = online_with(config, |_| {});
    runner.io.cut = true;
    for _ in 0..2 {
        runner.client.send(&helper(), text("x"), SendOptions::default()).unwrap();
    }
    let full = runner.client.send(&helper(), text("x"), SendOptions::default());
    assert_eq!(full, Err(CommandError::OutboxFull { limit: 2 }));
    runner.io.cut = false;
    runner.run_for(seconds(120));
    assert_eq!(runner.count(|event| matches!(event, Event::Done { .. })), 2);
    // Settled and told: the oldest makes room.
    runner.client.send(&helper(), text("x"), SendOptions::default()).unwrap();
}

/// A disk that hangs until a send's time is over: it does not leave when the disk works again.
#[test]
fn a_send_that_expired_before_its_claim_was_stored_does_not_leave() {
    for claimed in [false, true] {
        let mut runner = online();
        runner.stores = false;
        let to = UserName::new(UserName::FILE_HELPER);
        let mut options = SendOptions::default();
        options.expires_at = Some(runner.now() + seconds(10));
        runner.client.send(&to, Outgoing::text("too late"), options).unwrap();
        runner.run_for(seconds(if claimed { 5 } else { 600 }));
        let revision = runner.client.session().unwrap().revision();
        runner.run_for(seconds(if claimed { 6 } else { 0 }));
        runner.client.stored(revision);
        runner.stores = true;
        runner.run_for(seconds(60));
        assert!(runner.io.server.record().sent().is_empty(), "{claimed}");
        assert_eq!(runner.outcomes(), [Err(OpError::Expired)]);
    }
}

/// A send in hand costs two stores, its claim and its outcome; what nothing waits for goes with the next one.
#[test]
fn a_send_costs_two_stores() {
    let mut runner = online();
    runner.run_for(seconds(5));
    let to = UserName::new(UserName::FILE_HELPER);
    let stores = |runner: &Runner| runner.count(|event| matches!(event, Event::Checkpoint { .. }));
    let before = stores(&runner);
    for number in 1..=10 {
        let op = runner.client.send(&to, Outgoing::text("x"), SendOptions::default()).unwrap();
        assert!(runner.run_until(seconds(5), |runner| runner.outcomes().len() == number));
        runner.client.forget(op);
    }
    assert_eq!(stores(&runner) - before, 20, "{}", runner.journal);
    runner.run_for(seconds(2));
    assert_eq!(stores(&runner) - before, 21, "the last forget, by itself");
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
