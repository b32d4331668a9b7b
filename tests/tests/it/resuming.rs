//! Going on with a stored login, and what is done when the server knows it no more.

use std::time::Duration;

use wx_proto::{Config, EndReason, Endpoint, Event, LoginMethod, Output, Phase, ResumeStep};
use wx_testkit::{
    runner::Runner,
    server::{Fault, FaultKind},
};

use crate::support::{is_contacts, is_qr, online, say, seconds, server_with, user};

/// A stored login goes on without a code: nothing lost, nothing twice.
#[test]
fn a_stored_login_goes_on() {
    let mut runner = online();
    say(&mut runner, "明哥", "before");
    runner.run_for(seconds(1));
    runner.crash();
    say(&mut runner, "明哥", "between");
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    runner.run_for(seconds(1));
    assert_eq!(runner.texts(), ["before", "between"], "{}", runner.journal);
    assert_eq!(runner.count(is_qr), 1);
    assert_eq!(runner.io.server.record().requests(Endpoint::Init), 1);
    assert_eq!(runner.count(|event| matches!(event, Event::Resume { step: ResumeStep::Stored })), 1);
    assert_eq!(runner.count(|event| matches!(event, Event::LoggedIn { resumed: true, .. })), 1);
}

/// No webwxinit says which contact is the account itself: the stored login does.
#[test]
fn a_resumed_client_knows_which_contact_is_itself() {
    let mut runner = online();
    let counts = runner.client.contacts().counts();
    runner.crash();
    assert_eq!(runner.log_in(LoginMethod::Resume), Phase::Online);
    assert!(runner.run_until(seconds(60), |runner| runner.count(is_contacts) == 2), "{}", runner.journal);
    assert_eq!(runner.io.server.record().requests(Endpoint::Init), 1);
    let group = user(&runner, "周末爬山").to_group().unwrap();
    assert_eq!(runner.client.contacts().is_member(&group), Some(true));
    assert_eq!(runner.client.contacts().counts(), counts);
}

/// webwxsync is answered at once, also with nothing new.
#[test]
fn resuming_does_not_wait_for_the_long_poll() {
    let mut runner = online();
    runner.crash();
    let start = runner.now();
    assert_eq!(runner.log_in(LoginMethod::Resume), Phase::Online);
    assert!(runner.now().saturating_since(start) < seconds(1), "{}", runner.journal);
    say(&mut runner, "明哥", "hello again");
    runner.run_for(seconds(1));
    assert_eq!(runner.texts(), ["hello again"]);
}

/// A stored login that the server knows no more: webwxinit, then a code, each step told; Resume alone ends.
#[test]
fn a_dead_login_falls_back_to_a_code() {
    for (how, end) in [(LoginMethod::Auto, Phase::Online), (LoginMethod::Resume, Phase::Idle)] {
        let mut runner = online();
        let now = runner.now();
        runner.io.server.phone(now).kick(1101).unwrap();
        runner.crash();
        let phase = runner.log_in(how);
        let steps: Vec<&str> = runner
            .events
            .iter()
            .filter_map(|event| if let Event::Resume { step } = event { Some(step.as_str()) } else { None })
            .collect();
        if end == Phase::Online {
            assert_eq!(phase, Phase::Online, "{}", runner.journal);
            assert_eq!(steps, ["stored", "init", "qr"]);
            assert_eq!(runner.count(is_qr), 2);
        } else {
            assert!(matches!(phase, Phase::Ended(EndReason::SessionOver { .. })), "{phase:?}");
            assert_eq!(steps, ["stored", "init"]);
        }
    }
}

/// However slow the line: a dead session goes down the ladder, and nobody is told that it is logged in.
#[test]
fn a_dead_session_on_a_slow_line_falls_back_too() {
    for latency in [100, 2_500, 10_000] {
        for code in [1100, 1101] {
            let mut runner = online();
            let now = runner.now();
            runner.io.server.phone(now).kick(code).unwrap();
            runner.crash();
            runner.io.latency = Duration::from_millis(latency);
            runner.events.clear();
            runner.client.login(LoginMethod::Auto).unwrap();
            let shown = runner.run_until(seconds(120), |runner| runner.count(is_qr) == 1);
            assert!(shown, "{latency} ms, {code}\n{}", runner.journal);
            assert_eq!(runner.count(|event| matches!(event, Event::LoggedIn { .. })), 0);
        }
    }
}

/// A web page comes from something in between: the stored key is tried until the server itself answers.
#[test]
fn a_web_page_says_nothing_of_a_stored_login() {
    let mut runner = online();
    runner.crash();
    runner.io.server.add_fault(Fault::new(FaultKind::Html).on(Endpoint::Sync).times(6));
    assert_eq!(runner.log_in(LoginMethod::Resume), Phase::Online, "{}", runner.journal);
    assert_eq!(runner.io.server.record().requests(Endpoint::Init), 1);
}

/// A stored login is of no matter to a login by code, which begins at the profile's own host.
#[test]
fn a_login_by_code_begins_without_the_stored_one() {
    let mut runner = online();
    runner.crash();
    let mut client = runner.client.clone();
    client.login(LoginMethod::Qr).unwrap();
    let now = runner.now();
    let outputs: Vec<Output> = std::iter::from_fn(|| client.poll(now)).collect();
    let hosts: Vec<&str> = (outputs.iter())
        .filter_map(
            |output| if let Output::Start(request) = output { request.http.uri().host() } else { None },
        )
        .collect();
    assert_eq!(hosts, ["login.wx.qq.com"]);
    assert!(client.me().is_none() && !client.session().unwrap().has_login());
}

/// A stored key at which every reply is useless does not hold a login up for ever.
#[test]
fn a_stored_login_with_a_useless_key_goes_on_by_webwxinit() {
    let mut runner = online();
    say(&mut runner, "明哥", "one");
    runner.run_for(seconds(5));
    runner.crash();
    runner.io.server.add_fault(Fault::new(FaultKind::Garbage).on(Endpoint::Sync).times(20));
    assert_eq!(runner.log_in(LoginMethod::Resume), Phase::Online, "{}", runner.journal);
    say(&mut runner, "明哥", "two");
    assert!(runner.run_until(seconds(1800), |runner| runner.texts() == ["one", "two"]), "{}", runner.journal);
}

/// A login that was cut off between its tokens and webwxinit goes on there.
#[test]
fn a_login_without_an_account_goes_on_with_webwxinit() {
    let mut runner = Runner::new(Config::default(), server_with(|_| {}), 1);
    runner.io.server.add_fault(Fault::new(FaultKind::Lose).on(Endpoint::Init));
    runner.client.login(LoginMethod::Auto).unwrap();
    let asked = |runner: &Runner| runner.io.server.record().requests(Endpoint::Init);
    assert!(runner.run_until(seconds(60), |runner| asked(runner) == 1));
    runner.crash();
    runner.events.clear();
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online, "{}", runner.journal);
    assert_eq!(runner.count(|event| matches!(event, Event::Resume { step: ResumeStep::Init })), 1);
    assert_eq!((runner.count(is_qr), asked(&runner)), (0, 2));
}

/// A code of webwxsync that ends a session needs no second word of webwxinit's; code 1205 is no such code.
#[test]
fn only_a_code_that_ends_a_session_goes_before_another() {
    let mut runner = online();
    runner.crash();
    let now = runner.now();
    runner.io.server.phone(now).kick(1100).unwrap();
    assert!(matches!(runner.log_in(LoginMethod::Resume), Phase::Ended(_)));
    assert_eq!(runner.io.server.record().requests(Endpoint::Init), 2, "{}", runner.journal);

    let mut runner = online();
    runner.crash();
    runner.io.server.add_fault(Fault::new(FaultKind::Ret(1205)).on(Endpoint::Sync));
    runner.io.server.add_fault(Fault::new(FaultKind::Ret(1100)).on(Endpoint::Init));
    assert_eq!(runner.log_in(LoginMethod::Resume), Phase::Online, "{}", runner.journal);
}

/// Resumed by webwxinit, a client looks at what came before: not every server says it again.
#[test]
fn a_resumed_login_looks_at_what_came_before() {
    let server = server_with(|config| config.says_once = true);
    let mut runner = Runner::new(Config::default(), server, 1);
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    runner.run_for(seconds(60));
    runner.acks = false;
    for text in ["one", "two"] {
        say(&mut runner, "明哥", text);
        runner.run_for(seconds(60));
    }
    runner.acks = true;
    runner.crash();
    runner.io.server.add_fault(Fault::new(FaultKind::Ret(7)).on(Endpoint::Sync));
    assert_eq!(runner.log_in(LoginMethod::Resume), Phase::Online);
    runner.run_for(seconds(5));
    assert_eq!(runner.texts(), ["one", "one", "two"], "{}", runner.journal);
}
