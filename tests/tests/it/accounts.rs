//! Whose a stored session is, and what of it is still good.

use wx_proto::{Endpoint, LoginMethod, Outgoing, Phase, SendOptions, Session, UserName};
use wx_testkit::{
    runner::Runner,
    server::{Account, Fault, FaultKind, Server, ServerConfig},
};

use crate::support::{gaps, online, say, seconds};

/// Another account scans the next code; its server counts its messages from the same number on.
fn another_account(runner: &mut Runner) {
    let now = runner.now();
    runner.io.server.phone(now).kick(1101).unwrap();
    runner.run_for(seconds(60));
    let mut config = ServerConfig::web();
    config.scan_after = Some(seconds(3));
    config.confirm_after = Some(seconds(2));
    let mut world = Account::new(4_242, "second");
    world.add_friend("Ann", "");
    runner.io.break_off();
    runner.io.server = Server::new(config, world, 99);
    assert_eq!(runner.log_in(LoginMethod::Qr), Phase::Online, "{}", runner.journal);
}

#[test]
fn another_account_s_messages_are_no_duplicates() {
    let mut runner = online();
    for number in 0..5 {
        say(&mut runner, "明哥", &format!("a{number}"));
    }
    runner.run_for(seconds(60));
    assert_eq!(runner.texts().len(), 5);
    another_account(&mut runner);
    assert!(gaps(&runner).is_empty(), "what the first account missed is no Gap of the second");
    for number in 0..5 {
        say(&mut runner, "Ann", &format!("b{number}"));
    }
    runner.run_for(seconds(60));
    assert_eq!(runner.texts().len(), 10, "{:?}", runner.texts());
    // It stays so in the store.
    runner.crash();
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    runner.run_for(seconds(60));
    assert_eq!(runner.texts().len(), 10);
}

/// An id that the first account's application gave is free for the second one.
#[test]
fn another_account_s_ids_are_its_own() {
    let mut runner = online();
    let to = UserName::new(UserName::FILE_HELPER);
    runner.client.send(&to, Outgoing::text("first"), SendOptions::with_id("order-1")).unwrap();
    runner.run_for(seconds(5));
    another_account(&mut runner);
    runner.client.send(&to, Outgoing::text("second"), SendOptions::with_id("order-1")).unwrap();
    runner.run_for(seconds(5));
    let sent = runner.io.server.record().sent();
    assert_eq!(sent.iter().map(|sent| sent.text.as_str()).collect::<Vec<_>>(), ["second"]);
}

/// The same account again: its acknowledged ids are still good, and a Gap says what may be missing.
#[test]
fn the_same_account_goes_on() {
    let mut runner = online();
    say(&mut runner, "明哥", "before");
    runner.run_for(seconds(60));
    let now = runner.now();
    runner.io.server.phone(now).kick(1101).unwrap();
    runner.run_for(seconds(60));
    assert_eq!(runner.log_in(LoginMethod::Qr), Phase::Online);
    runner.run_for(seconds(60));
    assert_eq!(gaps(&runner).len(), 1);
    assert_eq!(runner.texts(), ["before"]);
}

/// A login whose host the profile no longer lists is dropped, and a Gap says that messages may be missing.
#[test]
fn a_login_that_is_dropped_on_load_leaves_a_gap() {
    let mut runner = online();
    say(&mut runner, "明哥", "one");
    runner.run_for(seconds(60));
    let mut stored = serde_json::to_value(runner.stored_session().unwrap()).unwrap();
    stored["login"]["base_host"] = "wx99.qq.com".into();
    let session: Session = serde_json::from_value(stored).unwrap();
    let now = runner.now();
    runner.io.break_off();
    runner.client = wx_proto::Client::restore(session, wx_proto::Config::default(), 9, now);
    say(&mut runner, "明哥", "missed");
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    runner.run_for(seconds(60));
    assert!(matches!(&gaps(&runner)[..], [gap] if gap.since <= now), "{:?}", gaps(&runner));
}

/// Ids of requests and batches never come again, and neither do those of a session that was moved away.
#[test]
fn no_id_comes_again_in_another_run() {
    let mut runner = online();
    say(&mut runner, "明哥", "one");
    runner.run_for(seconds(60));
    let first = crate::support::last_batch(&runner);
    runner.crash();
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    say(&mut runner, "明哥", "two");
    runner.run_for(seconds(60));
    assert!(crate::support::last_batch(&runner) > first);
    let at = |secs| wx_proto::Timestamp::from_secs(secs);
    let run = |secs| {
        let mut client = wx_proto::Client::new(wx_proto::Config::default(), 1, at(secs));
        client.login(LoginMethod::Qr).unwrap();
        let op = client.logout().unwrap();
        op.get()
    };
    assert!(run(1_790_000_000) < run(1_790_000_700));
    assert!(run(1_790_000_000) < 1 << 53);
}

/// What the server said of the first account's standing does not hold the second one back.
#[test]
fn another_account_has_its_own_standing() {
    let mut runner = online();
    runner.io.server.add_fault(Fault::new(FaultKind::Ret(1205)).on(Endpoint::Sync));
    say(&mut runner, "明哥", "hello");
    runner.run_for(seconds(5));
    another_account(&mut runner);
    say(&mut runner, "Ann", "hello");
    assert!(runner.run_until(seconds(60), |runner| runner.texts() == ["hello"]), "{}", runner.journal);
}
