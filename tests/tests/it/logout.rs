//! Logging out, and what stays of a session that ended.

use wx_proto::{
    Config, EndReason, Endpoint, Event, FailureKind, LoginMethod, OpError, Outcome, Outgoing, Phase,
    SendOptions, Session, UserName,
};
use wx_testkit::{
    runner::{Runner, START},
    server::{Fault, FaultKind},
};

use crate::support::{is_contacts, is_qr, last_batch, online, online_with, say, seconds, server_with};

fn logouts(runner: &Runner) -> u64 {
    runner.io.server.record().requests(Endpoint::Logout)
}

fn is_trouble(event: &Event) -> bool {
    matches!(event, Event::Trouble { .. })
}

/// Without the server's answer nothing says that the session is over: it is asked three times, and the login stays.
#[test]
fn a_logout_without_an_answer_keeps_the_login() {
    let mut runner = online();
    runner.run_for(seconds(5));
    runner.io.cut = true;
    runner.client.logout().unwrap();
    runner.run_for(seconds(300));
    let outcomes = runner.outcomes();
    assert!(matches!(outcomes[..], [Err(OpError::Failed(FailureKind::Connect))]), "{outcomes:?}");
    assert_eq!((runner.client.phase(), runner.count(is_trouble)), (&Phase::Idle, 2), "{}", runner.journal);
    assert_eq!(runner.client.deadline(), None);
    let session = runner.stored_session().unwrap();
    assert!(session.has_login() && session.ended().is_none());

    runner.io.cut = false;
    say(&mut runner, "明哥", "still there");
    assert_eq!(runner.log_in(LoginMethod::Resume), Phase::Online, "{}", runner.journal);
    runner.run_for(seconds(60));
    assert_eq!(runner.texts(), ["still there"], "{}", runner.journal);
    assert_eq!(runner.count(is_contacts), 2);
    let resumed = |event: &Event| matches!(event, Event::LoggedIn { resumed: true, .. });
    assert_eq!(runner.count(resumed), 1);
    let helper = UserName::new(UserName::FILE_HELPER);
    runner.client.send(&helper, Outgoing::text("x"), SendOptions::default()).unwrap();
    runner.run_for(seconds(5));
    assert!(matches!(runner.outcomes()[..], [_, Ok(Outcome::Sent(_))]), "{}", runner.journal);
    assert_eq!(runner.io.server.record().complaints(), &[] as &[String]);
}

/// The same from what is stored, and with a logout in the middle of resuming.
#[test]
fn the_kept_login_can_be_resumed_by_another_run() {
    let mut runner = online();
    runner.crash();
    runner.client.login(LoginMethod::Resume).unwrap();
    runner.io.cut = true;
    runner.client.logout().unwrap();
    runner.run_for(seconds(300));
    assert_eq!(runner.client.phase(), &Phase::Idle, "{}", runner.journal);
    runner.crash();
    runner.io.cut = false;
    assert_eq!(runner.log_in(LoginMethod::Resume), Phase::Online, "{}", runner.journal);
}

#[test]
fn a_lost_reply_is_asked_for_again() {
    for kind in [FaultKind::Lose, FaultKind::Status(502)] {
        let mut runner = online();
        runner.io.server.add_fault(Fault::new(kind).on(Endpoint::Logout).times(2));
        runner.client.logout().unwrap();
        runner.run_for(seconds(120));
        assert_eq!(runner.client.phase(), &Phase::Ended(EndReason::LoggedOut), "{}", runner.journal);
        assert_eq!(runner.outcomes(), [Ok(Outcome::LoggedOut)]);
        assert_eq!(logouts(&runner), 3, "{}", runner.journal);
    }
}

#[test]
fn what_is_no_answer_of_the_server_ends_nothing() {
    let mut runner = online();
    runner.io.server.add_fault(Fault::new(FaultKind::Status(503)).on(Endpoint::Logout).times(100));
    runner.client.logout().unwrap();
    runner.run_for(seconds(600));
    assert_eq!(
        (runner.outcomes(), logouts(&runner)),
        (vec![Err(OpError::BadReply)], 3),
        "{}",
        runner.journal
    );
    assert_eq!(runner.client.phase(), &Phase::Idle);
}

/// Whoever looks at the session later learns when it ended, and why; the next login takes that away.
#[test]
fn the_session_says_how_the_last_one_ended() {
    let ended = |session: &Option<Session>| session.as_ref().unwrap().ended().unwrap();
    let mut runner = online();
    runner.run_for(seconds(60));
    let now = runner.now();
    runner.io.server.phone(now).kick(1101).unwrap();
    runner.run_for(seconds(60));
    let end = ended(&runner.stored_session());
    let is_check = |endpoint: Endpoint| endpoint == Endpoint::SyncCheck;
    assert!(
        matches!(end.reason, EndReason::SessionOver { code: 1101, endpoint, age_secs: 60.. } if is_check(endpoint)),
        "{end:?}"
    );
    assert!(end.at >= now && end.at <= runner.now());

    // It stays through a restart, and through a login that comes to nothing.
    runner.crash();
    runner.client.login(LoginMethod::Qr).unwrap();
    runner.client.logout().unwrap();
    runner.run_for(seconds(5));
    assert_eq!(ended(&runner.client.session()), end);
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    runner.run_for(seconds(5));
    assert_eq!(runner.stored_session().unwrap().ended(), None);
    runner.client.logout().unwrap();
    runner.run_for(seconds(5));
    assert_eq!(ended(&runner.stored_session()).reason, EndReason::LoggedOut);
}

/// A stored login that is not accepted any more ended too, though a code is shown in its place.
#[test]
fn a_refused_resume_is_an_end() {
    let mut runner = online();
    runner.crash();
    let now = runner.now();
    runner.io.server.phone(now).kick(1101).unwrap();
    runner.client.login(LoginMethod::Auto).unwrap();
    assert!(runner.run_until(seconds(60), |runner| *runner.client.phase() == Phase::AwaitScan));
    let end = runner.client.session().unwrap().ended().unwrap();
    assert!(matches!(end.reason, EndReason::SessionOver { endpoint: Endpoint::Init, .. }), "{end:?}");
}

/// Groups that were still to be asked for when a logout came to nothing are not forgotten.
#[test]
fn a_logout_without_an_answer_keeps_the_groups() {
    let groups = |session: &Session| serde_json::to_value(session).unwrap()["login"]["groups"].clone();
    // The phone's list of chats names a group that is in no list of contacts.
    let mut server = server_with(|config| config.announce_chats = true);
    server.phone(START).add_group("Chess", &["明哥"]).unwrap();
    let mut runner = Runner::new(Config::default(), server, 1);
    runner.io.server.add_fault(Fault::new(FaultKind::Lose).on(Endpoint::BatchGetContact).times(100));
    runner.io.server.add_fault(Fault::new(FaultKind::Lose).on(Endpoint::Logout).times(100));
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    runner.run_for(seconds(60));
    let before = groups(&runner.client.session().unwrap());
    assert!(before.as_array().is_some_and(|groups| !groups.is_empty()));
    runner.client.logout().unwrap();
    runner.run_for(seconds(300));
    assert_eq!(runner.client.phase(), &Phase::Idle, "{}", runner.journal);
    assert_eq!(groups(&runner.client.session().unwrap()), before);
    runner.io.server.clear_faults();
    assert_eq!(runner.log_in(LoginMethod::Resume), Phase::Online);
    assert!(runner.run_until(seconds(60), |runner| runner.count(is_contacts) == 1), "{}", runner.journal);
    assert_eq!(runner.client.contacts().groups().filter(|group| group.members().is_empty()).count(), 0);
}

/// An outage is over with the session that it struck: the next login tells its own.
#[test]
fn an_outage_ends_with_the_session() {
    for forgotten in [false, true] {
        let mut runner = online();
        runner.io.cut = true;
        assert!(runner.run_until(seconds(60), |runner| runner.count(is_offline) == 1));
        if forgotten {
            runner.client.forget_login();
        } else {
            runner.client.logout().unwrap();
        }
        runner.run_for(seconds(300));
        runner.events.clear();
        runner.client.login(LoginMethod::Auto).unwrap();
        runner.run_for(seconds(30));
        assert_eq!(runner.count(is_offline), 1, "{forgotten}\n{}", runner.journal);
        runner.io.cut = false;
        if !forgotten {
            assert!(runner.run_until(seconds(120), |runner| *runner.client.phase() == Phase::Online));
        }
        let back = |runner: &Runner| runner.count(|event| matches!(event, Event::Online)) == 1;
        let within = if forgotten { 120 } else { 0 };
        assert!(runner.run_until(seconds(within), back), "{forgotten}\n{}", runner.journal);
    }
}

fn is_offline(event: &Event) -> bool {
    matches!(event, Event::Offline { .. })
}

/// Dropped here without a word to the server: nothing of it stays but why it ended, and the next login begins with a code.
#[test]
fn a_forgotten_login_leaves_nothing() {
    let mut runner = online();
    runner.run_for(seconds(5));
    runner.client.forget_login();
    assert_eq!(runner.client.phase(), &Phase::Ended(EndReason::LoggedOut));
    assert!(runner.client.deadline().is_some_and(|at| at <= runner.now()), "there is something to tell");
    runner.run_for(seconds(60));
    assert_eq!((runner.client.deadline(), logouts(&runner)), (None, 0));
    let session = runner.stored_session().unwrap();
    assert!(!session.has_login() && session.ended().unwrap().reason == EndReason::LoggedOut);
    let stored = serde_json::to_value(&session).unwrap();
    let cookies: Vec<&str> =
        stored["cookies"].as_array().unwrap().iter().map(|cookie| cookie["name"].as_str().unwrap()).collect();
    assert_eq!(cookies, ["mm_lang", "MM_WX_NOTIFY_STATE", "MM_WX_SOUND_STATE"]);
    runner.client.forget_login();
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    assert_eq!(runner.count(is_qr), 2);
}

/// A batch that is open when a login is resumed by the same client: the stored key is tried for its cookies alone.
#[test]
fn a_login_is_resumed_behind_an_open_batch() {
    // News that were said once are not said again.
    let mut runner = online_with(Config::default(), |config| config.says_once = true);
    runner.acks = false;
    say(&mut runner, "明哥", "one");
    runner.run_for(seconds(5));
    say(&mut runner, "明哥", "two");
    runner.run_for(seconds(1));
    runner.io.server.add_fault(Fault::new(FaultKind::Lose).on(Endpoint::Logout).times(3));
    runner.client.logout().unwrap();
    runner.run_for(seconds(300));
    assert_eq!(runner.log_in(LoginMethod::Resume), Phase::Online, "{}", runner.journal);
    let since = runner.now();
    runner.run_for(seconds(300));
    assert_eq!(runner.texts(), ["one"], "nothing more before the acknowledgement");
    assert!(runner.seconds_of(Endpoint::SyncCheck, since).len() >= 8, "{}", runner.journal);
    runner.client.ack(last_batch(&runner)).unwrap();
    runner.run_for(seconds(5));
    assert_eq!(runner.texts(), ["one", "two"], "{}", runner.journal);
}

/// A command is not held back by the rates, nor is its next try.
#[test]
fn a_logout_does_not_wait_for_the_rates() {
    let mut config = Config::default();
    config.requests_per_minute = 4;
    let mut runner = Runner::new(config, server_with(|_| {}), 1);
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    assert!(runner.run_until(seconds(300), |runner| runner.count(is_contacts) == 1));
    runner.io.server.add_fault(Fault::new(FaultKind::Lose).on(Endpoint::Logout));
    runner.client.logout().unwrap();
    runner.run_for(seconds(3));
    assert_eq!(runner.client.phase(), &Phase::Ended(EndReason::LoggedOut), "{}", runner.journal);
}
