//! Login by code: its pages, pictures, refusals and outages.

use std::time::Duration;

use wx_proto::{
    CommandError, Config, EndReason, Endpoint, Event, FailureKind, LoginMethod, OpError, Outcome, Phase,
    Timestamp,
};
use wx_testkit::{
    runner::Runner,
    server::{Fault, FaultKind},
};

use crate::support::{gaps, is_contacts, is_qr, online, say, seconds, server_with, user};

/// After a lost confirmation the next poll asks for the present state, and the login goes on.
#[test]
fn a_lost_confirmation_is_asked_for_again() {
    let mut runner = Runner::new(Config::default(), server_with(|config| config.confirm_after = None), 1);
    runner.client.login(LoginMethod::Auto).unwrap();
    assert!(runner.run_until(seconds(60), |runner| *runner.client.phase() == Phase::AwaitConfirm));
    runner.io.server.add_fault(Fault::new(FaultKind::Lose).on(Endpoint::LoginPoll).after());
    runner.run_for(seconds(30));
    let now = runner.now();
    runner.io.server.phone(now).confirm().unwrap();
    assert!(
        runner.run_until(seconds(60), |runner| *runner.client.phase() == Phase::Online),
        "{}",
        runner.journal
    );
    assert_eq!(runner.count(is_qr), 1);
}

/// Nobody scans: six codes, then the end.
#[test]
fn codes_that_nobody_scans_end_the_login() {
    let mut runner = Runner::new(Config::default(), server_with(|config| config.scan_after = None), 1);
    runner.client.login(LoginMethod::Auto).unwrap();
    runner.run_for(seconds(3600));
    assert_eq!(runner.client.phase(), &Phase::Ended(EndReason::QrExpired), "{}", runner.journal);
    assert_eq!(runner.count(is_qr), 6);
}

/// The login page is repeated, 10 s apart, before a new code is asked for.
#[test]
fn a_lost_login_page_is_repeated() {
    let mut runner = Runner::new(Config::default(), server_with(|_| {}), 1);
    runner.io.server.add_fault(Fault::new(FaultKind::Status(502)).on(Endpoint::LoginPage).times(3));
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online, "{}", runner.journal);
    assert_eq!(runner.io.server.record().requests(Endpoint::LoginPage), 4);
    assert_eq!(runner.count(is_qr), 1);
}

/// Hiccups of every kind never end a login or a session.
#[test]
fn hiccups_never_end_a_session() {
    for kind in
        [FaultKind::Status(503), FaultKind::Html, FaultKind::Empty, FaultKind::Garbage, FaultKind::Lose]
    {
        for endpoint in [Endpoint::Init, Endpoint::SyncCheck, Endpoint::Sync, Endpoint::GetContact] {
            let mut runner = Runner::new(Config::default(), server_with(|_| {}), 1);
            runner.io.server.add_fault(Fault::new(kind).on(endpoint).times(3));
            assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online, "{kind:?} {endpoint:?}");
            say(&mut runner, "明哥", "here");
            let got = runner.run_until(seconds(120), |runner| runner.texts() == ["here"]);
            assert!(got, "{kind:?} {endpoint:?}\n{}", runner.journal);
        }
    }
}

#[test]
fn a_kick_ends_the_session_with_its_code() {
    let mut runner = online();
    let now = runner.now();
    runner.io.server.phone(now).kick(1101).unwrap();
    runner.run_for(seconds(60));
    let Phase::Ended(reason) = runner.client.phase() else { panic!("{}", runner.journal) };
    assert_eq!((reason.kind(), reason.code()), ("kicked", Some(1101)));
    assert_eq!(runner.client.deadline(), None);
    assert!(!runner.stored_session().unwrap().has_login());
}

/// A picture that is still being fetched when the login ends has its end too.
#[test]
fn commands_end_with_the_login() {
    let mut runner = Runner::new(Config::default(), server_with(|config| config.scan_after = None), 1);
    runner.client.login(LoginMethod::Qr).unwrap();
    runner.run_for(seconds(1));
    runner.client.qr_image().unwrap();
    let op = runner.client.qr_image().unwrap();
    assert!(runner.client.cancel(op), "one that waits can be cancelled");
    runner.client.logout().unwrap();
    runner.run_for(seconds(1));
    let outcomes = runner.outcomes();
    assert!(outcomes.contains(&Err(OpError::Cancelled)), "{outcomes:?}");
    assert!(outcomes.contains(&Err(OpError::SessionEnded)), "{outcomes:?}");
    assert!(outcomes.contains(&Ok(Outcome::LoggedOut)), "{outcomes:?}");
    assert_eq!(runner.client.phase(), &Phase::Ended(EndReason::LoggedOut));
    assert_eq!(runner.client.deadline(), None);
}

/// Pictures are commands, which the rates do not count; one that does not come has its end.
#[test]
fn pictures_do_not_hold_a_login_up() {
    let mut config = Config::default();
    config.idle_requests_per_minute = 2;
    let mut runner = Runner::new(config, server_with(|_| {}), 1);
    runner.client.login(LoginMethod::Qr).unwrap();
    runner.run_for(seconds(1));
    runner.io.server.add_fault(Fault::new(FaultKind::Lose).on(Endpoint::QrCode));
    for _ in 0..8 {
        runner.client.qr_image().unwrap();
    }
    assert!(
        runner.run_until(seconds(10), |runner| *runner.client.phase() == Phase::Online),
        "{}",
        runner.journal
    );
    let outcomes = runner.outcomes();
    assert_eq!(outcomes.iter().filter(|end| matches!(end, Ok(Outcome::QrImage(_)))).count(), 7);
    assert!(outcomes.contains(&Err(OpError::Failed(FailureKind::Closed))), "{outcomes:?}");
}

/// A code that was scanned is of no use to anybody else: there is no picture of it any more.
#[test]
fn a_scanned_code_has_no_picture() {
    let mut runner = Runner::new(Config::default(), server_with(|config| config.confirm_after = None), 1);
    runner.client.login(LoginMethod::Qr).unwrap();
    assert!(runner.run_until(seconds(60), |runner| runner.client.phase() == &Phase::AwaitScan));
    runner.run_for(seconds(1));
    assert!(runner.client.qr_image().is_ok());
    assert!(runner.run_until(seconds(60), |runner| runner.client.phase() == &Phase::AwaitConfirm));
    assert_eq!(runner.client.qr_image(), Err(CommandError::NoQrCode));
}

/// Nor is there one of a login that was given up; two pictures are fetched at once, not more.
#[test]
fn pictures_are_fetched_two_at_once_while_a_code_is_shown() {
    let mut runner = Runner::new(Config::default(), server_with(|config| config.scan_after = None), 1);
    runner.client.login(LoginMethod::Qr).unwrap();
    runner.run_for(seconds(1));
    runner.io.latency = seconds(5);
    let since = runner.now();
    for _ in 0..3 {
        runner.client.qr_image().unwrap();
    }
    runner.run_for(seconds(8));
    assert_eq!(runner.seconds_of(Endpoint::QrCode, since), [0, 0, 5], "{}", runner.journal);
    runner.client.logout().unwrap();
    assert_eq!(runner.client.qr_image(), Err(CommandError::NoQrCode));
}

/// Polls that are answered at once with nothing count as idle, like all that brings nothing.
#[test]
fn login_polls_that_bring_nothing_are_bounded() {
    let mut runner = Runner::new(Config::default(), server_with(|config| config.scan_after = None), 1);
    runner.io.edit =
        Some(|endpoint, _| (endpoint == Endpoint::LoginPoll).then(|| b"window.code=408;".to_vec()));
    runner.io.server.add_fault(Fault::new(FaultKind::Ret(408)).on(Endpoint::LoginPoll).times(u32::MAX));
    runner.client.login(LoginMethod::Qr).unwrap();
    runner.run_for(seconds(600));
    let polls = runner.seconds_of(Endpoint::LoginPoll, Timestamp::from_secs(0)).len();
    assert!((250..=330).contains(&polls), "30 a minute: {polls}");
}

/// Whatever moves a login on, brings people or messages is not idle: all of it goes at once.
#[test]
fn what_brings_something_is_not_idle() {
    let mut config = Config::default();
    // One for webwxstatusnotify, whose reply brings nothing.
    config.idle_requests_per_minute = 2;
    let mut runner = Runner::new(config, server_with(|config| config.contact_page = 1), 1);
    runner.client.login(LoginMethod::Qr).unwrap();
    assert!(runner.run_until(seconds(10), |runner| runner.count(is_contacts) == 1), "{}", runner.journal);
    for number in 1..=5 {
        say(&mut runner, "明哥", "news");
        assert!(runner.run_until(seconds(3), |runner| runner.texts().len() == number), "{}", runner.journal);
    }
}

/// The state changed, so the next poll goes out at once; those that are answered at once keep a second apart.
#[test]
fn the_poll_after_a_scan_goes_at_once() {
    let mut runner = Runner::new(Config::default(), server_with(|config| config.confirm_after = None), 1);
    runner.client.login(LoginMethod::Qr).unwrap();
    runner.run_until(seconds(10), |runner| runner.client.phase() == &Phase::AwaitConfirm);
    let scanned = runner.now();
    runner.run_for(seconds(0));
    assert_eq!(runner.seconds_of(Endpoint::LoginPoll, scanned), [0], "{}", runner.journal);
    runner.io.edit =
        Some(|endpoint, _| (endpoint == Endpoint::LoginPoll).then(|| b"window.code=201;".to_vec()));
    runner.run_for(seconds(60));
    let polls = runner.seconds_of(Endpoint::LoginPoll, scanned);
    assert!(polls.len() <= 62 && polls.windows(2).skip(1).all(|pair| pair[1] > pair[0]), "{polls:?}");
}

/// A code of no meaning is no reason to believe a 1100 that comes out of the blue.
#[test]
fn an_odd_code_does_not_confirm_an_end() {
    let mut runner = online();
    runner.crash();
    runner.io.server.add_fault(Fault::new(FaultKind::Ret(7)).on(Endpoint::Sync));
    runner.io.server.add_fault(Fault::new(FaultKind::Ret(1100)).on(Endpoint::Init));
    assert_eq!(runner.log_in(LoginMethod::Resume), Phase::Online, "{}", runner.journal);
    let inits = runner.io.server.record().requests(Endpoint::Init);
    assert_eq!(inits, 3, "the code leads to webwxinit, which is asked once more");
}

/// A login page that does not come at all: after its repeats another code is shown.
#[test]
fn a_login_page_that_never_comes_leads_to_a_new_code() {
    let mut runner = Runner::new(Config::default(), server_with(|_| {}), 1);
    runner.io.server.add_fault(Fault::new(FaultKind::Status(502)).on(Endpoint::LoginPage).times(4));
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online, "{}", runner.journal);
    assert_eq!((runner.io.server.record().requests(Endpoint::LoginPage), runner.count(is_qr)), (5, 2));
}

/// An outage while a code is shown ends with the first answer.
#[test]
fn an_outage_during_a_login_is_told_with_its_end() {
    let mut runner = Runner::new(Config::default(), server_with(|config| config.scan_after = None), 1);
    runner.client.login(LoginMethod::Qr).unwrap();
    runner.run_for(seconds(30));
    let told = |runner: &Runner| {
        let is_offline = |event: &Event| matches!(event, Event::Offline { .. });
        (runner.count(is_offline), runner.count(|event| matches!(event, Event::Online)))
    };
    assert_eq!(told(&runner), (0, 0));
    runner.io.cut = true;
    runner.run_for(seconds(60));
    assert_eq!(told(&runner), (1, 0), "{}", runner.journal);
    runner.io.cut = false;
    runner.run_for(seconds(120));
    assert_eq!(told(&runner), (1, 1), "{}", runner.journal);
}

/// Names changed in a webwxinit that gives the keys too.
#[test]
fn names_that_change_with_a_key_are_told() {
    let mut runner = online();
    runner.io.server.change_names();
    runner.io.server.add_fault(Fault::new(FaultKind::Ret(-1)).on(Endpoint::Sync).times(4));
    say(&mut runner, "明哥", "one");
    runner.events.clear();
    runner.run_for(seconds(300));
    let told = |event: &Event| matches!(event, Event::LoggedIn { resumed: false, .. });
    assert_eq!(runner.count(told), 1, "{}", runner.journal);
    assert_eq!((runner.count(is_contacts), gaps(&runner).len()), (1, 1));
}

/// Names changed in a webwxinit that has no key: the application hears of it, and everybody is loaded anew.
#[test]
fn names_that_change_without_a_key_are_told() {
    let mut runner = online();
    runner.io.server.change_names();
    runner.io.server.add_fault(Fault::new(FaultKind::Ret(-1)).on(Endpoint::Sync).times(3));
    runner.io.edit = Some(|endpoint, body| {
        let mut init: serde_json::Value =
            serde_json::from_slice(body).ok().filter(|_| endpoint == Endpoint::Init)?;
        init.as_object_mut()?.remove("SyncKey");
        serde_json::to_vec(&init).ok()
    });
    say(&mut runner, "明哥", "one");
    runner.events.clear();
    let since = runner.now();
    let told = |runner: &Runner| runner.count(|event| matches!(event, Event::LoggedIn { .. }));
    assert!(runner.run_until(seconds(120), |runner| told(runner) == 1), "{}", runner.journal);
    runner.run_for(seconds(60));
    runner.io.edit = None;
    assert!(runner.run_until(seconds(120), |runner| runner.count(is_contacts) == 1), "{}", runner.journal);
    assert!(!runner.seconds_of(Endpoint::GetContact, since).is_empty());
    assert!(runner.run_until(seconds(120), |runner| gaps(runner).len() == 1), "{}", runner.journal);
    say(&mut runner, "明哥", "two");
    assert!(runner.run_until(seconds(120), |runner| runner.texts().contains(&"two".to_owned())));
    assert_eq!(told(&runner), 1);
}

/// A webwxinit without a key is asked for again; the chats that it names are known all the same.
#[test]
fn chats_of_a_webwxinit_without_a_key_are_known() {
    fn edited(endpoint: Endpoint, body: &[u8], change: fn(&mut serde_json::Value)) -> Option<Vec<u8>> {
        let mut init = serde_json::from_slice(body).ok().filter(|_| endpoint == Endpoint::Init)?;
        change(&mut init);
        serde_json::to_vec(&init).ok()
    }
    let mut runner = Runner::new(Config::default(), server_with(|_| {}), 1);
    runner.io.edit = Some(|endpoint, body| edited(endpoint, body, |init| init["SyncKey"] = "".into()));
    runner.client.login(LoginMethod::Auto).unwrap();
    let asked = |runner: &Runner| runner.io.server.record().requests(Endpoint::Init);
    assert!(runner.run_until(seconds(60), |runner| asked(runner) == 1));
    // The next one names nobody.
    runner.io.edit = Some(|endpoint, body| {
        edited(endpoint, body, |init| {
            init["ContactList"] = serde_json::json!([]);
            init["ChatSet"] = "".into();
        })
    });
    runner.run_for(Duration::from_millis(100));
    assert_eq!(runner.client.phase(), &Phase::Starting);
    let group = user(&runner, "周末爬山");
    assert!(runner.run_until(seconds(60), |runner| runner.count(is_contacts) == 1), "{}", runner.journal);
    assert_eq!(asked(&runner), 2);
    assert_eq!(runner.client.contacts().get(group.as_str()).unwrap().members().len(), 4);
}

/// Account and session id are in the cookies too, if the login page leaves them out.
#[test]
fn cookies_stand_in_for_what_a_login_page_leaves_out() {
    let mut runner = Runner::new(Config::default(), server_with(|_| {}), 1);
    runner.io.edit = Some(|endpoint, body| {
        let text = std::str::from_utf8(body).ok().filter(|_| endpoint == Endpoint::LoginPage)?;
        Some(text.replace("wxsid>", "left>").replace("wxuin>", "out>").into_bytes())
    });
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online, "{}", runner.journal);
    assert_eq!(runner.io.server.record().requests(Endpoint::LoginPage), 1);
    assert_eq!(runner.io.server.record().complaints(), &[] as &[String]);
}

/// The answer that ends an outage says so, also when it is the one that brings the session online.
#[test]
fn an_outage_before_webwxinit_ends_with_it() {
    let mut runner = Runner::new(Config::default(), server_with(|_| {}), 1);
    runner.client.login(LoginMethod::Qr).unwrap();
    assert!(runner.run_until(seconds(60), |runner| *runner.client.phase() == Phase::Starting));
    runner.io.cut = true;
    runner.run_for(seconds(5));
    runner.io.cut = false;
    runner.io.server.add_fault(Fault::new(FaultKind::Lose).on(Endpoint::Init));
    assert!(runner.run_until(seconds(120), |runner| *runner.client.phase() == Phase::Online));
    let is_offline = |event: &Event| matches!(event, Event::Offline { .. });
    let (offline, back) = (runner.count(is_offline), runner.count(|event| matches!(event, Event::Online)));
    assert!(offline > 0 && offline == back, "{}", runner.journal);
}
