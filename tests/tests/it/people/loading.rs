//! The pages of contacts, and the groups on them, until all are loaded.

use wx_proto::{Config, Endpoint, Event, Found, LoginMethod, Phase};
use wx_testkit::{
    runner::{Runner, START},
    server::{Fault, FaultKind},
};

use super::{changed, contact, requests};
use crate::support::{is_contacts, say, seconds, server_with};

/// However often the server was busy or away before, a contact page is asked for until it comes.
#[test]
fn contact_pages_are_asked_for_until_they_come() {
    for (kind, times) in [(FaultKind::Ret(1205), 5), (FaultKind::Lose, 20), (FaultKind::Empty, 9)] {
        let mut server = server_with(|_| {});
        let fault = |kind| Fault::new(kind).on(Endpoint::GetContact);
        server.add_fault(fault(kind).times(times));
        server.add_fault(fault(FaultKind::Lose));
        server.add_fault(fault(FaultKind::Ret(1205)));
        let mut runner = Runner::new(Config::default(), server, 1);
        assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
        // A group that turns up meanwhile need not wait for the page.
        runner.run_for(seconds(60));
        say(&mut runner, "周末爬山", "hi");
        let named = |runner: &Runner| runner.client.contacts().find("周末爬山") != Found::None;
        if kind == FaultKind::Lose {
            assert!(runner.run_until(seconds(300), named), "{}", runner.journal);
            assert_eq!(runner.count(is_contacts), 0);
        }
        let loaded = runner.run_until(seconds(24 * 3600), |runner| runner.count(is_contacts) > 0);
        assert!(loaded, "{kind:?} {}", runner.journal);
        runner.run_for(seconds(60));
        assert_eq!(runner.client.contacts().counts().friends, 4, "{kind:?}");
        assert_eq!(runner.count(is_contacts), 1);
    }
}

/// Answers that are of no use again and again: the page is given up, the rest goes on.
#[test]
fn a_page_that_is_refused_for_good_is_given_up() {
    let mut server = server_with(|_| {});
    server.add_fault(Fault::new(FaultKind::Ret(1)).on(Endpoint::GetContact).times(1000));
    let mut runner = Runner::new(Config::default(), server, 1);
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    assert!(runner.run_until(seconds(600), |runner| runner.count(is_contacts) == 1));
    runner.run_for(seconds(3600));
    assert_eq!(requests(&runner, Endpoint::GetContact), 6);
    assert_eq!(contact(&runner, "周末爬山").members().len(), 4, "groups are loaded all the same");
}

/// While people are loaded one event says so, not one for each.
#[test]
fn loading_tells_nobody_by_name() {
    let mut runner = Runner::new(Config::default(), server_with(|_| {}), 1);
    // webwxinit has an older name of a group.
    runner.io.edit = Some(|endpoint, body| {
        let text = std::str::from_utf8(body).ok().filter(|_| endpoint == Endpoint::Init)?;
        Some(text.replace("周末爬山", "周末爬").into_bytes())
    });
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    assert!(runner.run_until(seconds(60), |runner| runner.count(is_contacts) == 1));
    assert_eq!(contact(&runner, "周末爬山").members().len(), 4);
    assert_eq!(changed(&runner), [], "{}", runner.journal);
    assert_eq!(runner.count(|event| matches!(event, Event::GroupChanged(_))), 0);
}

/// Groups that only the pages of contacts have come with their members.
#[test]
fn a_group_of_a_contact_page_comes_with_its_members() {
    let mut runner = Runner::new(Config::default(), server_with(|_| {}), 1);
    runner.io.edit = Some(|endpoint, body| {
        let mut init: serde_json::Value =
            serde_json::from_slice(body).ok().filter(|_| endpoint == Endpoint::Init)?;
        init["ContactList"] = serde_json::json!([]);
        init["ChatSet"] = "".into();
        serde_json::to_vec(&init).ok()
    });
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    assert!(runner.run_until(seconds(60), |runner| runner.count(is_contacts) == 1));
    let sizes: Vec<usize> = runner.client.contacts().groups().map(|group| group.members().len()).collect();
    assert!(!sizes.is_empty() && sizes.iter().all(|members| *members > 0), "{sizes:?}");
}

/// A group that turns up while pages are asked for is loaded with the others.
#[test]
fn a_group_that_turns_up_between_pages_is_loaded_too() {
    let mut server = server_with(|config| config.announce_chats = true);
    server.phone(START).add_group("Chess", &["明哥"]).unwrap();
    server.add_fault(Fault::new(FaultKind::Lose).on(Endpoint::GetContact).times(3));
    let mut runner = Runner::new(Config::default(), server, 1);
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    assert!(runner.run_until(seconds(120), |runner| runner.count(is_contacts) == 1));
    assert_eq!(contact(&runner, "Chess").members().len(), 2, "{}", runner.journal);
}
