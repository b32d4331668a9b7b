//! Code 1205: each kind of action is held back by itself, and by codes 1205 alone.

use wx_proto::{
    Config, Endpoint, Event, LoginMethod, OpError, Outgoing, Phase, SendOptions, Timestamp, UserName,
};
use wx_testkit::{
    runner::Runner,
    server::{Fault, FaultKind},
};

use crate::support::{last_batch, online, say, seconds, server_with};

fn limit(runner: &mut Runner, endpoint: Endpoint, times: u32) {
    runner.io.server.add_fault(Fault::new(FaultKind::Ret(1205)).on(endpoint).times(times));
}

fn lose(runner: &mut Runner, endpoint: Endpoint, times: u32) {
    runner.io.server.add_fault(Fault::new(FaultKind::Lose).on(endpoint).times(times));
}

/// The first pause is five minutes, the second ten, whatever else went wrong before.
fn assert_pauses(seconds: &[u64]) {
    let pauses: Vec<u64> = seconds.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!((300..=330).contains(&pauses[0]) && (600..=630).contains(&pauses[1]), "{pauses:?}");
}

#[test]
fn lost_replies_do_not_lengthen_the_pause_of_webwxsync() {
    let mut runner = online();
    say(&mut runner, "明哥", "hello");
    lose(&mut runner, Endpoint::Sync, 6);
    limit(&mut runner, Endpoint::Sync, 2);
    let since = runner.now();
    runner.run_for(seconds(1800));
    let syncs = runner.seconds_of(Endpoint::Sync, since);
    assert_pauses(&syncs[6..]);
    assert_eq!(runner.texts(), ["hello"]);
}

#[test]
fn lost_pages_do_not_lengthen_the_pause_of_contacts() {
    let mut runner = Runner::new(Config::default(), server_with(|_| {}), 1);
    lose(&mut runner, Endpoint::GetContact, 5);
    limit(&mut runner, Endpoint::GetContact, 2);
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    runner.run_for(seconds(1800));
    assert_pauses(&runner.seconds_of(Endpoint::GetContact, Timestamp::from_secs(0))[5..]);
}

#[test]
fn webwxinit_has_its_own_pause() {
    let mut runner = Runner::new(Config::default(), server_with(|_| {}), 1);
    lose(&mut runner, Endpoint::Init, 3);
    limit(&mut runner, Endpoint::Init, 2);
    runner.client.login(LoginMethod::Auto).unwrap();
    runner.run_for(seconds(1800));
    assert_pauses(&runner.seconds_of(Endpoint::Init, Timestamp::from_secs(0))[3..]);
    assert_eq!(runner.client.phase(), &Phase::Online);
}

/// The heartbeat is another kind of action: it goes on while webwxsync is held back.
#[test]
fn the_heartbeat_goes_on_while_webwxsync_is_held_back() {
    let mut runner = online();
    limit(&mut runner, Endpoint::Sync, 1);
    say(&mut runner, "明哥", "hello");
    let since = runner.now();
    runner.run_for(seconds(299));
    assert_eq!(runner.seconds_of(Endpoint::Sync, since).len(), 1);
    let checks = runner.seconds_of(Endpoint::SyncCheck, since);
    assert!(checks.len() >= 8 && checks.windows(2).all(|pair| pair[1] - pair[0] <= 30), "{checks:?}");
    runner.run_for(seconds(3));
    assert_eq!(runner.texts(), ["hello"], "{}", runner.journal);
}

/// A check that is too often is asked for again in five minutes; meanwhile messages are fetched without it.
#[test]
fn a_limited_check_is_held_back_and_messages_come() {
    let mut runner = online();
    runner.run_for(seconds(26));
    limit(&mut runner, Endpoint::SyncCheck, u32::MAX);
    runner.run_for(seconds(60));
    let since = runner.now();
    say(&mut runner, "明哥", "hello");
    assert!(runner.run_until(seconds(40), |runner| runner.texts() == ["hello"]), "{}", runner.journal);
    runner.run_for(seconds(1800));
    let checks = runner.seconds_of(Endpoint::SyncCheck, since);
    assert!((2..=4).contains(&checks.len()), "{checks:?}");
}

/// Acknowledged or not, webwxsync stays held back by the code that a renewal got.
#[test]
fn an_acknowledgement_does_not_end_the_pause_of_a_renewal() {
    let mut runner = online();
    runner.acks = false;
    say(&mut runner, "明哥", "one");
    runner.run_for(seconds(7100));
    say(&mut runner, "明哥", "two");
    limit(&mut runner, Endpoint::Sync, 1);
    let since = runner.now();
    assert!(runner.run_until(seconds(9000), |runner| !runner.seconds_of(Endpoint::Sync, since).is_empty()));
    let since = runner.now() + seconds(1);
    runner.run_for(seconds(1));
    runner.client.ack(last_batch(&runner)).unwrap();
    runner.run_for(seconds(400));
    let syncs = runner.seconds_of(Endpoint::Sync, since);
    assert!(syncs.first().is_some_and(|secs| (295..=305).contains(secs)), "{syncs:?}");
}

/// The standing of an account does not change with a new login.
#[test]
fn a_new_login_does_not_end_a_pause() {
    let mut runner = online();
    limit(&mut runner, Endpoint::Sync, 1);
    say(&mut runner, "明哥", "hello");
    runner.run_for(seconds(5));
    let now = runner.now();
    runner.io.server.phone(now).kick(1101).unwrap();
    runner.run_for(seconds(60));
    assert!(matches!(runner.client.phase(), Phase::Ended(_)), "{}", runner.journal);
    let since = runner.now();
    assert_eq!(runner.log_in(LoginMethod::Qr), Phase::Online);
    say(&mut runner, "明哥", "after");
    runner.run_for(seconds(400));
    let syncs = runner.seconds_of(Endpoint::Sync, since);
    assert!(syncs.first().is_some_and(|secs| *secs >= 230), "{syncs:?}");
    assert_eq!(runner.texts().last().map(String::as_str), Some("after"), "{}", runner.journal);
}

/// The application hears until when.
#[test]
fn a_limit_is_told_with_its_end() {
    let mut runner = online();
    limit(&mut runner, Endpoint::Sync, 1);
    say(&mut runner, "明哥", "hello");
    runner.run_for(seconds(5));
    let told = runner.events.iter().find_map(|event| match event {
        Event::Trouble { retry_at, .. } => Some(retry_at.saturating_since(runner.now()).as_secs()),
        _ => None,
    });
    assert!(told.is_some_and(|secs| (290..=300).contains(&secs)), "{told:?}");
}

/// Which code in a row each one was, as the application heard it.
fn told(runner: &Runner) -> Vec<u32> {
    let attempt = |event: &Event| match event {
        Event::Trouble { attempt, .. } => Some(*attempt),
        _ => None,
    };
    runner.events.iter().filter_map(attempt).collect()
}

/// What works in between ends the count: the next code counts as the first one again.
#[test]
fn a_good_reply_ends_the_count() {
    for endpoint in [Endpoint::SyncCheck, Endpoint::Sync] {
        let mut runner = online();
        runner.run_for(seconds(60));
        runner.events.clear();
        for _ in 0..2 {
            limit(&mut runner, endpoint, 1);
            say(&mut runner, "明哥", "hello");
            runner.run_for(seconds(400));
        }
        assert_eq!(told(&runner), [1, 1], "{endpoint:?}\n{}", runner.journal);
    }
}

#[test]
fn a_good_webwxinit_ends_its_count() {
    let mut runner = Runner::new(Config::default(), server_with(|_| {}), 1);
    for _ in 0..2 {
        limit(&mut runner, Endpoint::Init, 1);
        assert_eq!(runner.log_in(LoginMethod::Qr), Phase::Online, "{}", runner.journal);
        runner.client.logout().unwrap();
        runner.run_for(seconds(5));
    }
    assert_eq!(told(&runner), [1, 1], "{}", runner.journal);
}

#[test]
fn good_pages_and_good_names_end_the_count_of_contacts() {
    let mut runner = Runner::new(Config::default(), server_with(|_| {}), 1);
    limit(&mut runner, Endpoint::GetContact, 1);
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    for _ in 0..2 {
        limit(&mut runner, Endpoint::BatchGetContact, 1);
        runner.run_for(seconds(800));
        let now = runner.now();
        runner.io.server.phone(now).tell_members("周末爬山", |_| {}).unwrap();
    }
    assert_eq!(told(&runner), [1, 1, 1], "{}", runner.journal);
}

/// Each send that the server answers for, with a yes or a no, ends the count.
#[test]
fn an_answer_to_a_send_ends_the_count_of_sends() {
    for answer in [0, 1204] {
        let mut runner = online();
        let helper = UserName::new(UserName::FILE_HELPER);
        let since = runner.now();
        for (number, code) in [1205, answer, 1205, 0].into_iter().enumerate() {
            if code != 0 {
                runner.io.server.add_fault(Fault::new(FaultKind::Ret(code)).on(Endpoint::SendMsg));
            }
            runner.client.send(&helper, Outgoing::text("x"), SendOptions::default()).unwrap();
            runner.run_until(seconds(3600), |runner| runner.outcomes().len() > number);
        }
        let limited = runner.outcomes().iter().filter(|end| **end == Err(OpError::RateLimited)).count();
        assert_eq!((runner.outcomes().len(), limited), (4, 2), "{answer}");
        let sends = runner.seconds_of(Endpoint::SendMsg, since);
        assert!(sends.last().is_some_and(|secs| (600..=630).contains(secs)), "{answer} {sends:?}");
    }
}

/// The fetch goes out when the pause is over, whenever the next check is.
#[test]
fn the_end_of_a_pause_starts_the_fetch() {
    let mut runner = online();
    runner.io.latency = seconds(7);
    runner.run_for(seconds(60));
    limit(&mut runner, Endpoint::Sync, 1);
    say(&mut runner, "明哥", "hello");
    let since = runner.now();
    runner.run_for(seconds(600));
    let syncs = runner.seconds_of(Endpoint::Sync, since);
    assert_eq!(syncs[1] - syncs[0], 307, "five minutes after its reply: {syncs:?}");
}
