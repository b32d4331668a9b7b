//! Sending: once, in order, never before it is stored, and always with an end.

use std::time::Duration;

use wx_proto::{
    CommandError, Config, Endpoint, Event, Lane, LoginMethod, OpError, OpId, Outcome, Outgoing, Phase,
    SendOptions, Timestamp, UserName,
};
use wx_testkit::{
    runner::Runner,
    server::{Fault, FaultKind},
};

use crate::support::{is_contacts, online, online_with, say, seconds, server_with};

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
    assert!(runner.client.send(&helper(), text(&"字".repeat(2000)), SendOptions::default()).is_ok());
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
    let op = runner.client.send(&helper(), text("x"), SendOptions::default()).unwrap();
    let ops: Vec<OpId> = runner.client.outbox().map(|entry| entry.op).collect();
    assert!(ops.len() == 2 && ops[1] == op, "{ops:?}");
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

/// A send that is held back after a failure is told, with the time of its next try; one that got through ends the count.
#[test]
fn a_send_that_is_held_back_is_told() {
    let mut runner = online();
    let told = |runner: &Runner| {
        let attempt = |event: &Event| match event {
            Event::Trouble { lane: Lane::Send, attempt, retry_at, .. } => Some((*attempt, *retry_at)),
            _ => None,
        };
        runner.events.iter().filter_map(attempt).collect::<Vec<_>>()
    };
    for _ in 0..2 {
        runner.io.server.add_fault(Fault::new(FaultKind::Lose).on(Endpoint::SendMsg).times(2));
        let since = runner.now();
        runner.events.clear();
        runner.client.send(&helper(), text("x"), SendOptions::default()).unwrap();
        runner.run_for(seconds(60));
        assert!(matches!(runner.outcomes()[..], [Ok(_)]));
        let (attempts, times): (Vec<u32>, Vec<Timestamp>) = told(&runner).into_iter().unzip();
        assert_eq!(attempts, [1, 2], "{}", runner.journal);
        let tries = runner.requests.iter().filter(|(at, asked)| *asked == Endpoint::SendMsg && *at >= since);
        assert_eq!(tries.map(|(at, _)| *at).collect::<Vec<_>>()[1..], times[..], "{}", runner.journal);
    }
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

/// The request of a send that is cancelled is given up: the next send need not wait for its reply.
#[test]
fn the_request_of_a_cancelled_send_is_given_up() {
    let mut runner = online();
    runner.io.latency = seconds(10);
    let since = runner.now();
    let op = runner.client.send(&helper(), text("cancelled"), SendOptions::default()).unwrap();
    runner.client.send(&helper(), text("next"), SendOptions::default()).unwrap();
    runner.run_for(seconds(2));
    assert!(runner.client.cancel(op));
    runner.run_for(seconds(30));
    assert_eq!(runner.seconds_of(Endpoint::SendMsg, since), [0, 2], "{}", runner.journal);
    assert!(matches!(runner.outcomes()[..], [Err(OpError::Unknown), Ok(_)]), "{:?}", runner.outcomes());
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

/// What the outbox says of each send on its way: whether its message may be on the server.
#[test]
fn the_outbox_says_what_may_have_left() {
    let mut runner = online();
    let may_have_left =
        |runner: &Runner| runner.client.outbox().map(|entry| entry.may_have_left()).collect::<Vec<_>>();
    runner.stores = false;
    runner.client.send(&helper(), text("x"), SendOptions::default()).unwrap();
    runner.client.send(&helper(), text("y"), SendOptions::default()).unwrap();
    assert_eq!(may_have_left(&runner), [false, false]);
    runner.run_for(seconds(1));
    assert_eq!(may_have_left(&runner), [false, false], "the claim is not stored");
    runner.io.server.add_fault(Fault::new(FaultKind::Lose).on(Endpoint::SendMsg).times(2));
    runner.client.stored(runner.client.session().unwrap().revision());
    runner.run_for(seconds(0));
    assert_eq!(may_have_left(&runner), [true, false], "it is out");
    runner.run_for(Duration::from_millis(100));
    assert_eq!(may_have_left(&runner), [true, false], "its reply was lost");
    runner.run_for(seconds(5));
    assert_eq!(may_have_left(&runner), [true, false], "it has its turn again");
    runner.stores = true;
    runner.client.stored(runner.client.session().unwrap().revision());
    runner.run_for(seconds(60));
    assert_eq!(may_have_left(&runner), [false, false], "over, and known how");
}

/// User names change with the login: what waits for a chat of the stored one does not leave in another.
#[test]
fn a_login_by_code_settles_what_waits() {
    let mut runner = online();
    runner.io.cut = true;
    for _ in 0..2 {
        runner.client.send(&helper(), text("x"), SendOptions::default()).unwrap();
    }
    runner.run_for(seconds(1));
    runner.crash();
    runner.io.cut = false;
    runner.events.clear();
    assert_eq!(runner.log_in(LoginMethod::Qr), Phase::Online);
    runner.run_for(seconds(30));
    assert_eq!(runner.outcomes(), [Err(OpError::PeerChanged), Err(OpError::PeerChanged)]);
    assert!(runner.io.server.record().sent().is_empty());
}

/// An outcome that nobody was told yet makes no room.
#[test]
fn an_untold_outcome_keeps_its_place() {
    let mut config = Config::default();
    config.outbox = 1;
    let mut runner = online_with(config, |_| {});
    runner.stores = false;
    runner.client.send(&helper(), text("x"), SendOptions::default()).unwrap();
    runner.run_for(seconds(1));
    runner.client.stored(runner.client.session().unwrap().revision());
    runner.run_for(seconds(1));
    assert_eq!((runner.io.server.record().sent().len(), runner.outcomes()), (1, vec![]));
    let full = runner.client.send(&helper(), text("y"), SendOptions::default());
    assert_eq!(full, Err(CommandError::OutboxFull { limit: 1 }));
}

/// Each send expires at its own time, the first one first.
#[test]
fn sends_expire_one_after_the_other() {
    let mut runner = online();
    runner.stores = false;
    let since = runner.now();
    for later in [90, 10, 50] {
        let mut options = SendOptions::default();
        options.expires_at = Some(since + seconds(later));
        runner.client.send(&helper(), text("x"), options).unwrap();
    }
    let expired = |runner: &Runner| {
        runner.client.outbox().filter(|entry| entry.outcome() == Some(Err(OpError::Expired))).count()
    };
    for (number, later) in [10, 50, 90].into_iter().enumerate() {
        assert!(runner.run_until(seconds(100), |runner| expired(runner) > number));
        assert_eq!(runner.now(), since + seconds(later));
    }
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
