//! Everybody gets another user name: old ones are given up, people are recognised.

use wx_proto::{Confidence, Config, Endpoint, Fingerprint, LoginMethod, Phase, Recognised};
use wx_testkit::{
    io::SimulatedIo,
    runner::Runner,
    server::{Fault, FaultKind, Lookup},
};

use super::requests;
use crate::support::{is_contacts, online, say, seconds, server_with, user};

/// Lets webwxinit come again, with other user names, as after replies that are of no use.
fn change_names(runner: &mut Runner) {
    runner.io.server.change_names();
    runner.io.server.add_fault(Fault::new(FaultKind::Ret(-1)).on(Endpoint::Sync).times(3));
    let me = runner.client.me().unwrap().user_name.clone();
    say(runner, "明哥", "news");
    let changed = |runner: &Runner| runner.client.me().unwrap().user_name != me;
    assert!(runner.run_until(seconds(20), changed), "{}", runner.journal);
}

/// The answer to a request from before user names changed comes too late: nobody gets an old name back.
#[test]
fn a_contact_page_of_old_names_is_given_up() {
    let mut runner = Runner::new(Config::default(), server_with(|_| {}), 1);
    runner.client.login(LoginMethod::Auto).unwrap();
    let notified = |runner: &Runner| requests(runner, Endpoint::StatusNotify) == 1;
    assert!(runner.run_until(seconds(60), notified));
    runner.io.latency = seconds(30);
    assert!(runner.run_until(seconds(5), |runner| requests(runner, Endpoint::GetContact) == 1));
    runner.io.latency = SimulatedIo::LATENCY;
    let old = user(&runner, "明哥");
    change_names(&mut runner);
    runner.run_for(seconds(60));
    assert!(runner.client.contacts().get(old.as_str()).is_none(), "{}", runner.journal);
    assert_eq!((runner.client.contacts().counts().friends, runner.count(is_contacts)), (4, 1));
}

#[test]
fn an_answer_about_an_old_name_is_given_up() {
    let mut runner = online();
    let (now, asked) = (runner.now(), requests(&runner, Endpoint::BatchGetContact));
    let mut phone = runner.io.server.phone(now);
    phone.slip_in("周末爬山", "late", Lookup::Answered).unwrap();
    phone.say("周末爬山", "late", "hi").unwrap();
    assert!(runner.run_until(seconds(5), |runner| !runner.messages.is_empty()));
    runner.io.latency = seconds(30);
    let asks = |runner: &Runner| requests(runner, Endpoint::BatchGetContact) > asked;
    assert!(runner.run_until(seconds(5), asks), "{}", runner.journal);
    runner.io.latency = SimulatedIo::LATENCY;
    let old = runner.messages[0].sender.clone().unwrap();
    change_names(&mut runner);
    runner.run_for(seconds(60));
    assert!(runner.client.contacts().get(old.as_str()).is_none(), "{}", runner.journal);
}

/// In the next login everybody has another user name.
#[test]
fn people_are_recognised_in_the_next_login() {
    let mut runner = online();
    let old: Vec<(String, Fingerprint)> = (runner.client.contacts().iter())
        .map(|contact| (contact.name().into_owned(), contact.fingerprint()))
        .collect();
    let before = user(&runner, "明哥");
    runner.client.logout().unwrap();
    runner.run_for(seconds(2));
    // Meanwhile one takes another name, and another appears who is called like somebody.
    let now = runner.now();
    let mut phone = runner.io.server.phone(now);
    phone.change("Ada 😂", |ada| "Ada L.".clone_into(&mut ada.nick)).unwrap();
    phone.add_friend("李雷", "");
    assert_eq!(runner.log_in(LoginMethod::Qr), Phase::Online);
    assert!(runner.run_until(seconds(60), |runner| runner.count(is_contacts) == 2));
    assert_ne!(user(&runner, "明哥"), before);
    let contacts = runner.client.contacts();
    let prints: Vec<Fingerprint> = old.iter().map(|(_, print)| *print).collect();
    for ((name, _), recognised) in old.iter().zip(contacts.recognise(&prints)) {
        let Recognised::One { user_name, confidence } = recognised else { panic!("{name}: {recognised:?}") };
        let now = contacts.name_of(user_name.as_str()).unwrap();
        let renamed = name == "Ada 😂";
        assert_eq!(now, if renamed { "Ada L." } else { name.as_str() });
        assert!(
            confidence >= if renamed { Confidence::Medium } else { Confidence::High },
            "{name}: {confidence:?}"
        );
    }
}
