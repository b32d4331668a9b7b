//! People and groups that no list has are asked for by name.

use wx_proto::{Config, Endpoint, Found, Message};
use wx_testkit::{runner::Runner, server::Lookup};

use super::{changed, on_phone, requests};
use crate::support::{online, online_with, say, seconds, user};

/// Members whom no list has are asked for by their group, together, and not again.
#[test]
fn writers_that_no_list_has_are_fetched_together() {
    let mut runner = online();
    let before = requests(&runner, Endpoint::BatchGetContact);
    let (now, group) = (runner.now(), user(&runner, "周末爬山"));
    for number in 0..60 {
        let name = format!("late {number}");
        let mut phone = runner.io.server.phone(now);
        phone.slip_in("周末爬山", &name, Lookup::Answered).unwrap();
        phone.say("周末爬山", name.as_str(), "hi").unwrap();
        phone.say("周末爬山", name.as_str(), "hi again").unwrap();
    }
    runner.run_for(seconds(20));
    assert_eq!(runner.messages.len(), 120);
    for message in &runner.messages {
        let sender = message.sender.as_ref().unwrap();
        let name = runner.client.contacts().sender_name(&group.to_group().unwrap(), sender);
        assert!(name.is_some_and(|name| name.starts_with("late ")), "{name:?}");
    }
    let asked = requests(&runner, Endpoint::BatchGetContact) - before;
    assert!((2..=3).contains(&asked), "{asked} calls for 60 members");
    assert_eq!(runner.io.server.record().complaints(), &[] as &[String]);
}

/// A name that the server leaves out is asked for once, not with each of its messages; after an hour again.
#[test]
fn what_cannot_be_had_is_not_asked_for_again_and_again() {
    let mut runner = online();
    let before = requests(&runner, Endpoint::BatchGetContact);
    on_phone(&mut runner, |phone| _ = phone.slip_in("周末爬山", "ghost", Lookup::LeftOut).unwrap());
    let boo =
        |runner: &mut Runner| on_phone(runner, |phone| _ = phone.say("周末爬山", "ghost", "boo").unwrap());
    (0..100).for_each(|_| boo(&mut runner));
    assert_eq!(requests(&runner, Endpoint::BatchGetContact), before + 1);
    runner.run_for(seconds(2 * 3600));
    boo(&mut runner);
    assert_eq!(requests(&runner, Endpoint::BatchGetContact), before + 2);
}

/// One name for which the server refuses every call costs only itself.
#[test]
fn a_refused_name_is_cut_out() {
    let mut runner = online();
    let now = runner.now();
    for number in 0..60 {
        let name = format!("late {number}");
        let lookup = if number == 23 { Lookup::Refused } else { Lookup::Answered };
        let mut phone = runner.io.server.phone(now);
        phone.slip_in("周末爬山", &name, lookup).unwrap();
        phone.say("周末爬山", name.as_str(), "hi").unwrap();
    }
    runner.run_for(seconds(15 * 60));
    let contacts = runner.client.contacts();
    let known = |message: &&Message| contacts.get(message.sender.as_ref().unwrap().as_str()).is_some();
    assert_eq!(runner.messages.iter().filter(known).count(), 59, "{}", runner.journal);
    let asked = requests(&runner, Endpoint::BatchGetContact);
    assert!(asked <= 40, "{asked} calls");
    // Good answers after it: many are asked for at once again.
    for number in 60..120 {
        let (name, now) = (format!("late {number}"), runner.now());
        let mut phone = runner.io.server.phone(now);
        phone.slip_in("周末爬山", &name, Lookup::Answered).unwrap();
        phone.say("周末爬山", name.as_str(), "hi").unwrap();
    }
    runner.run_for(seconds(60));
    let again = requests(&runner, Endpoint::BatchGetContact) - asked;
    assert!((2..=5).contains(&again), "{again} calls for 60 members");
    say(&mut runner, "明哥", "still there");
    runner.run_for(seconds(2));
    assert_eq!(runner.texts().last().map(String::as_str), Some("still there"));
}

/// A group that a full book has no room for is not asked for: its answer would find no room either.
#[test]
fn a_group_that_the_book_left_out_is_not_asked_for() {
    let mut config = Config::default();
    config.contacts = online().client.contacts().len();
    let mut runner = online_with(config, |_| {});
    let asked = requests(&runner, Endpoint::BatchGetContact);
    on_phone(&mut runner, |phone| _ = phone.add_group("Chess", &["明哥"]).unwrap());
    assert_eq!(runner.client.contacts().find("Chess"), Found::None);
    assert_eq!(requests(&runner, Endpoint::BatchGetContact), asked, "{}", runner.journal);
}

/// Who turns up after all were loaded is told.
#[test]
fn who_turns_up_later_is_told() {
    let mut runner = online();
    on_phone(&mut runner, |phone| {
        phone.slip_in("周末爬山", "late", Lookup::Answered).unwrap();
        phone.say("周末爬山", "late", "hi").unwrap();
    });
    let sender = runner.messages[0].sender.clone().unwrap();
    assert_eq!(changed(&runner), [sender], "{}", runner.journal);
}
