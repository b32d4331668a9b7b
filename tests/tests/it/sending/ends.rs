//! Sends that are cancelled, expire or outlive their session.

use wx_proto::{Endpoint, LoginMethod, OpError, Outgoing, Phase, SendOptions, UserName};
use wx_testkit::runner::Runner;

use super::{helper, text};
use crate::support::{online, seconds};

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
