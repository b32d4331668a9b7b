//! Where a Gap begins, and when it is forgotten.

use wx_proto::{Config, Endpoint, Event, LoginMethod, Phase, Timestamp};
use wx_testkit::{
    runner::Runner,
    server::{Fault, FaultKind},
};

use crate::support::{gaps, online, say, seconds, server_with};

/// A new login after a lost one says what may be missing, and only an acknowledgement forgets it.
#[test]
fn a_new_login_begins_with_a_gap() {
    let mut runner = online();
    let now = runner.now();
    runner.io.server.phone(now).kick(1101).unwrap();
    runner.run_for(seconds(60));
    runner.acks = false;
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    runner.run_for(seconds(1));
    let gaps = |runner: &Runner| {
        runner.count(|event| matches!(event, Event::Batch(batch) if batch.messages().is_empty()))
    };
    assert_eq!(gaps(&runner), 1, "{}", runner.journal);
    runner.crash();
    runner.acks = true;
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    runner.run_for(seconds(1));
    assert_eq!(gaps(&runner), 2, "not acknowledged, so it comes again");
    runner.crash();
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    runner.run_for(seconds(60));
    assert_eq!(gaps(&runner), 2, "{}", runner.journal);
}

/// A Gap begins where the last complete look at the server was, even if its replies were full.
#[test]
fn a_gap_covers_what_a_full_reply_left_behind() {
    let mut runner = Runner::new(Config::default(), server_with(|config| config.max_per_sync = 1), 1);
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    runner.run_for(seconds(60));
    let queued = runner.now();
    for text in ["one", "two", "three"] {
        say(&mut runner, "明哥", text);
    }
    assert!(runner.run_until(seconds(5), |runner| runner.messages.len() == 1));
    runner.acks = false;
    runner.run_for(seconds(60));
    assert_eq!(runner.texts(), ["one", "two"]);
    let now = runner.now();
    runner.io.server.phone(now).kick(1101).unwrap();
    runner.run_for(seconds(60));
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    runner.run_for(seconds(60));
    let since = runner.events.iter().find_map(|event| match event {
        Event::Batch(batch) => match &batch.content {
            wx_proto::BatchContent::Gap(gap) => Some(gap.since),
            wx_proto::BatchContent::Messages(_) => None,
        },
        _ => None,
    });
    assert!(since.unwrap() <= queued, "{since:?} {queued:?}\n{}", runner.journal);
}

/// A reply that brings nothing but says that there is more is no sign of an empty queue.
#[test]
fn a_gap_covers_what_an_empty_reply_left_behind() {
    let mut runner = online();
    runner.run_for(seconds(60));
    runner.io.edit = Some(|endpoint, body| {
        let mut sync: serde_json::Value =
            serde_json::from_slice(body).ok().filter(|_| endpoint == Endpoint::Sync)?;
        sync["AddMsgList"] = serde_json::json!([]);
        sync["AddMsgCount"] = 0.into();
        sync["ContinueFlag"] = 1.into();
        serde_json::to_vec(&sync).ok()
    });
    let queued = runner.now();
    say(&mut runner, "明哥", "held back");
    runner.run_for(seconds(5));
    let now = runner.now();
    runner.io.server.phone(now).kick(1101).unwrap();
    runner.run_for(seconds(60));
    runner.io.edit = None;
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    runner.run_for(seconds(5));
    let gaps = gaps(&runner);
    assert!(gaps.len() == 1 && gaps[0].since <= queued, "{gaps:?} {queued:?}");
}

/// While checks are lost only a fetch looks at the queue: from the last one that found it empty on messages may be missing.
#[test]
fn a_gap_begins_at_the_last_fetch_that_found_nothing() {
    let mut runner = online();
    runner.io.server.add_fault(Fault::new(FaultKind::Lose).on(Endpoint::SyncCheck).times(u32::MAX));
    runner.run_for(seconds(600));
    let now = runner.now();
    runner.io.server.phone(now).kick(1101).unwrap();
    runner.run_for(seconds(60));
    runner.io.server.clear_faults();
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    runner.run_for(seconds(5));
    let since: Vec<Timestamp> = gaps(&runner).iter().map(|gap| gap.since).collect();
    let last = |since: &Timestamp| *since <= now && now.saturating_since(*since) <= seconds(30);
    assert!(since.len() == 1 && since.iter().all(last), "{since:?} {now:?}\n{}", runner.journal);
}
