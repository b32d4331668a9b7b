//! Sending: once, in order, never before it is stored, and always with an end.

mod ends;
mod outbox;
mod repeats;

use wx_proto::{
    CommandError, Endpoint, Event, Lane, OpError, Outcome, Outgoing, SendOptions, Timestamp, UserName,
};
use wx_testkit::{
    runner::Runner,
    server::{Fault, FaultKind},
};

use crate::support::{online, seconds};

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
