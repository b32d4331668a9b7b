//! Receiving: the stored position never passes what is not acknowledged.

use wx_proto::{BatchId, CommandError, Config, Endpoint, Event, LoginMethod, Outgoing, Phase, SendOptions};
use wx_testkit::{
    runner::Runner,
    server::{Fault, FaultKind},
};

use crate::support::{gaps, last_batch, online, online_with, say, seconds, user};

/// Not acknowledged: the next run gets it again. Acknowledged and stored: it does not.
#[test]
fn an_unacknowledged_batch_comes_again() {
    let mut runner = online();
    runner.acks = false;
    say(&mut runner, "明哥", "one");
    runner.run_for(seconds(1));
    let first = last_batch(&runner);
    for _ in 0..3 {
        runner.crash();
        assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
        runner.run_for(seconds(1));
    }
    assert_eq!(runner.texts(), ["one"; 4], "{}", runner.journal);
    let last = last_batch(&runner);
    assert!(last > first && last.get() < 1 << 53, "ids of batches never come again");
    assert_eq!(runner.client.ack(first), Err(CommandError::UnknownBatch));
    runner.client.ack(last).unwrap();
    assert_eq!(runner.client.ack(last), Err(CommandError::UnknownBatch));
    runner.run_for(seconds(1));
    runner.crash();
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    runner.run_for(seconds(60));
    assert_eq!(runner.texts().len(), 4);
}

/// While a batch is open no fetch starts, but the heartbeat goes on; the acknowledgement lets the next fetch start at once.
#[test]
fn a_full_window_pauses_fetching_not_the_heartbeat() {
    let mut runner = online();
    runner.acks = false;
    say(&mut runner, "明哥", "one");
    runner.run_for(seconds(1));
    say(&mut runner, "明哥", "two");
    let (syncs, checks) = counts(&runner);
    runner.run_for(seconds(600));
    let (later_syncs, later_checks) = counts(&runner);
    assert_eq!(later_syncs, syncs, "{}", runner.journal);
    assert!((20..=30).contains(&(later_checks - checks)), "{}", later_checks - checks);
    runner.client.ack(last_batch(&runner)).unwrap();
    runner.run_for(seconds(1));
    assert_eq!(runner.texts(), ["one", "two"]);
}

fn counts(runner: &Runner) -> (u64, u64) {
    let record = runner.io.server.record();
    (record.requests(Endpoint::Sync), record.requests(Endpoint::SyncCheck))
}

/// With a window of 1 no fetch presents a key that a crash could forget.
#[test]
fn a_fetch_waits_until_the_acknowledgement_is_stored() {
    let mut runner = online();
    runner.stores = false;
    say(&mut runner, "明哥", "one");
    runner.run_for(seconds(1));
    say(&mut runner, "明哥", "two");
    runner.run_for(seconds(600));
    assert_eq!(runner.texts(), ["one"], "{}", runner.journal);
    let session = runner.client.session().unwrap();
    runner.client.stored(session.revision());
    runner.run_for(seconds(1));
    assert_eq!(runner.texts(), ["one", "two"]);
}

/// With a wider window batches stay open side by side, and one acknowledgement covers all before it.
#[test]
fn acknowledgements_are_cumulative() {
    let mut config = Config::default();
    config.unacked_batches = 3;
    let mut runner = online_with(config, |_| {});
    runner.acks = false;
    for text in ["one", "two", "three", "four"] {
        say(&mut runner, "明哥", text);
        runner.run_for(seconds(1));
    }
    assert_eq!(runner.texts(), ["one", "two", "three"]);
    runner.client.ack(last_batch(&runner)).unwrap();
    runner.run_for(seconds(1));
    assert_eq!(runner.texts(), ["one", "two", "three", "four"]);
    runner.crash();
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    runner.run_for(seconds(1));
    assert_eq!(runner.texts(), ["one", "two", "three", "four", "four"], "{}", runner.journal);
}

/// For applications that store their data and the session in one transaction.
#[test]
fn the_session_after_a_batch_does_not_bring_it_again() {
    let mut runner = online();
    runner.acks = false;
    say(&mut runner, "明哥", "one");
    runner.run_for(seconds(1));
    let id = last_batch(&runner);
    let after = runner.client.session_after(id).unwrap();
    assert!(runner.client.session_after(BatchId::new(1)).is_none());
    let mut client = wx_proto::Client::restore(after, Config::default(), 9, runner.now());
    client.login(LoginMethod::Auto).unwrap();
    std::mem::swap(&mut client, &mut runner.client);
    runner.run_for(seconds(60));
    assert_eq!(runner.texts(), ["one"], "{}", runner.journal);
}

/// One transaction a batch: what was stored with it is not stored again, and the next batch comes at once.
#[test]
fn a_batch_acknowledged_as_stored_is_not_stored_twice() {
    let is_checkpoint = |event: &Event| matches!(event, Event::Checkpoint { .. });
    for told in [true, false] {
        let mut runner = online();
        runner.acks = false;
        say(&mut runner, "明哥", "one");
        runner.run_for(seconds(1));
        say(&mut runner, "明哥", "two");
        let id = last_batch(&runner);
        let before = runner.count(is_checkpoint);
        let session = runner.client.session_after(id).unwrap();
        if told {
            runner.client.ack_stored(id, &session).unwrap();
            assert!(runner.client.ack_stored(id, &session).is_err(), "it is acknowledged already");
        } else {
            runner.client.ack(id).unwrap();
        }
        runner.run_for(seconds(30));
        assert_eq!(runner.texts(), ["one", "two"], "{}", runner.journal);
        assert_eq!(runner.count(is_checkpoint) - before, usize::from(!told), "{}", runner.journal);
    }
}

/// Only what the session holds counts as stored.
#[test]
fn what_a_stored_session_does_not_hold_is_still_asked_for() {
    let open = || {
        let mut runner = online();
        (runner.acks, runner.stores) = (false, false);
        say(&mut runner, "明哥", "one");
        runner.run_for(seconds(1));
        let id = last_batch(&runner);
        (runner, id)
    };
    let checkpoint = |event: &Event| match event {
        Event::Checkpoint { revision } => Some(*revision),
        _ => None,
    };
    let asked = |runner: &mut Runner| {
        let before = runner.events.len();
        runner.run_for(seconds(10));
        runner.events[before..].iter().find_map(checkpoint)
    };

    // Another session: the acknowledgement is not in it.
    let (mut runner, id) = open();
    let session = runner.client.session().unwrap();
    runner.client.ack_stored(id, &session).unwrap();
    assert!(asked(&mut runner).is_some_and(|revision| revision > session.revision()));

    // From a store: of which revision it is nobody knows.
    let (mut runner, id) = open();
    let session = runner.client.session_after(id).unwrap();
    let stored = serde_json::from_str(&serde_json::to_string(&session).unwrap()).unwrap();
    runner.client.ack_stored(id, &stored).unwrap();
    assert!(asked(&mut runner).is_some());

    // What came between is in none: the acknowledgement is stored, the send is not.
    let (mut runner, id) = open();
    let session = runner.client.session_after(id).unwrap();
    let to = user(&runner, "明哥");
    runner.client.send(&to, Outgoing::text("hi"), SendOptions::default()).unwrap();
    runner.client.ack_stored(id, &session).unwrap();
    let sends = runner.requests.iter().filter(|(_, asked)| *asked == Endpoint::SendMsg).count();
    assert_eq!(sends, 0);
    assert!(asked(&mut runner).is_some_and(|revision| revision > session.revision()));
    assert_eq!(runner.requests.iter().filter(|(_, asked)| *asked == Endpoint::SendMsg).count(), 0);
    let resumed = runner.client.session().unwrap();
    assert!(resumed.revision() > session.revision());
}

/// A login that ended meanwhile took its position along: the session of before does not hold that.
#[test]
fn an_end_between_store_and_acknowledgement_is_stored() {
    let mut runner = online();
    runner.acks = false;
    say(&mut runner, "明哥", "one");
    runner.run_for(seconds(1));
    let id = last_batch(&runner);
    let session = runner.client.session_after(id).unwrap();
    runner.client.forget_login();
    runner.client.ack_stored(id, &session).unwrap();
    runner.run_for(seconds(10));
    assert!(!runner.stored_session().unwrap().has_login());
}

/// A key that an error reply empties is never adopted: everything comes, once.
#[test]
fn an_empty_key_is_never_adopted() {
    for ret in [0, 3] {
        let mut runner = online();
        runner.io.server.add_fault(Fault::new(FaultKind::EmptyKey(ret)).on(Endpoint::Sync).times(2));
        say(&mut runner, "明哥", "one");
        runner.run_for(seconds(60));
        say(&mut runner, "明哥", "two");
        runner.run_for(seconds(60));
        assert_eq!(runner.texts(), ["one", "two"], "Ret {ret}\n{}", runner.journal);
    }
}

/// News that turn out to be none do not make the client spin.
#[test]
fn news_without_messages_are_spaced_out() {
    let mut runner = online();
    let before = runner.io.requests;
    for _ in 0..600 {
        let now = runner.now();
        runner.io.server.phone(now).nudge(7);
        runner.run_for(seconds(1));
    }
    let requests = runner.io.requests - before;
    assert!(requests < 300, "{requests} requests in ten minutes");
    say(&mut runner, "明哥", "real news");
    assert!(runner.run_until(seconds(90), |runner| runner.texts() == ["real news"]), "{}", runner.journal);
}

/// A burst over several replies arrives whole and in order.
#[test]
fn a_burst_arrives_whole() {
    let mut runner = online();
    for number in 0..500 {
        say(&mut runner, "明哥", &number.to_string());
    }
    assert!(runner.run_until(seconds(60), |runner| runner.texts().len() == 500));
    assert_eq!(runner.texts(), (0..500).map(|number| number.to_string()).collect::<Vec<_>>());
}

/// Killed after any step: nothing is lost, and only what was not acknowledged comes again.
#[test]
fn a_crash_at_any_step_loses_nothing() {
    for step in 0..120 {
        let mut runner = online();
        for number in 0..3 {
            say(&mut runner, "明哥", &format!("early {number}"));
        }
        runner.stores = step % 3 != 0;
        runner.run_for(std::time::Duration::from_millis(step * 5));
        runner.crash();
        runner.stores = true;
        say(&mut runner, "周末爬山", "late");
        assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
        runner.run_for(seconds(60));
        let mut texts = runner.texts();
        texts.dedup();
        texts.sort();
        texts.dedup();
        assert_eq!(texts, ["early 0", "early 1", "early 2", "late"], "step {step}\n{}", runner.journal);
        assert_eq!(runner.io.server.record().complaints(), &[] as &[String]);
    }
}

/// A reply that counts messages and holds no list: its key would skip them, so it is not taken.
#[test]
fn a_counted_message_without_its_list_is_not_skipped() {
    let mut runner = online();
    say(&mut runner, "明哥", "one");
    runner.io.edit = Some(|endpoint, body| {
        let mut reply: serde_json::Value =
            serde_json::from_slice(body).ok().filter(|_| endpoint == Endpoint::Sync)?;
        reply.as_object_mut()?.remove("AddMsgList");
        serde_json::to_vec(&reply).ok()
    });
    runner.run_for(seconds(20));
    assert!(runner.texts().is_empty());
    runner.io.edit = None;
    runner.run_for(seconds(60));
    assert_eq!(runner.texts(), ["one"], "{}", runner.journal);
    assert!(gaps(&runner).is_empty());
}

/// With a window of more than one batch a fetch does not wait for the store.
#[test]
fn a_wide_window_does_not_wait_for_the_store() {
    for (window, texts) in [(1, &["one"][..]), (2, &["one", "two"])] {
        let mut config = Config::default();
        config.unacked_batches = window;
        let mut runner = online_with(config, |_| {});
        runner.stores = false;
        for text in ["one", "two"] {
            say(&mut runner, "明哥", text);
            runner.run_for(seconds(30));
        }
        assert_eq!(runner.texts(), texts, "{window}\n{}", runner.journal);
    }
}
