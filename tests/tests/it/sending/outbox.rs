//! What the outbox keeps, says and gives up.

use std::time::Duration;

use wx_proto::{CommandError, Config, Endpoint, Event, LoginMethod, OpId, Phase, SendOptions};
use wx_testkit::{
    runner::Runner,
    server::{Fault, FaultKind},
};

use super::{helper, text};
use crate::support::{online, online_with, seconds};

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
