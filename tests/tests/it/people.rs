//! Contacts and groups that change while a client runs: the phone changes them, the book and the events follow.

mod loading;
mod lookups;
mod user_names;

use wx_proto::{Config, Contact, Endpoint, Event, GroupChange, UserName};
use wx_testkit::{
    runner::Runner,
    server::{Mark, Phone},
};

use crate::support::{online, online_with, say, seconds, user};

/// Does something on the phone and lets the client hear of it.
fn on_phone(runner: &mut Runner, act: impl FnOnce(&mut Phone<'_>)) {
    let now = runner.now();
    runner.events.clear();
    act(&mut runner.io.server.phone(now));
    runner.run_for(seconds(5));
}

fn contact<'a>(runner: &'a Runner, name: &str) -> &'a Contact {
    runner.client.contacts().get(user(runner, name).as_str()).unwrap()
}

fn changed(runner: &Runner) -> Vec<UserName> {
    let changed = |event: &Event| match event {
        Event::ContactChanged(name) => Some(name.clone()),
        _ => None,
    };
    runner.events.iter().filter_map(changed).collect()
}

fn group_change(runner: &Runner) -> GroupChange {
    let change = |event: &Event| match event {
        Event::GroupChanged(change) => Some(change.clone()),
        _ => None,
    };
    runner.events.iter().find_map(change).unwrap_or_else(|| panic!("{}", runner.journal))
}

fn requests(runner: &Runner, endpoint: Endpoint) -> u64 {
    runner.io.server.record().requests(endpoint)
}

#[test]
fn friends_come_change_and_go() {
    let mut runner = online();
    on_phone(&mut runner, |phone| _ = phone.add_friend("Zoe", ""));
    let zoe = user(&runner, "Zoe");
    assert_eq!(changed(&runner), std::slice::from_ref(&zoe), "{}", runner.journal);
    assert_eq!(runner.client.contacts().counts().friends, 5);

    on_phone(&mut runner, |phone| phone.change("Zoe", |zoe| "Zo".clone_into(&mut zoe.remark)).unwrap());
    assert_eq!((contact(&runner, "Zo").name(), contact(&runner, "Zo").nick_name()), ("Zo".into(), "Zoe"));
    on_phone(&mut runner, |phone| phone.change("Zo", |zoe| "Zoë".clone_into(&mut zoe.nick)).unwrap());
    assert_eq!(contact(&runner, "Zo").nick_name(), "Zoë");
    assert_eq!(changed(&runner), std::slice::from_ref(&zoe));

    on_phone(&mut runner, |phone| phone.remove("Zo").unwrap());
    assert!(runner.client.contacts().get(zoe.as_str()).is_none());
    assert_eq!(runner.count(|event| matches!(event, Event::ContactRemoved(name) if *name == zoe)), 1);
    assert_eq!(runner.client.contacts().counts().friends, 4);
    assert_eq!(requests(&runner, Endpoint::GetContact), 1, "no reload");
    assert_eq!(runner.io.server.record().complaints(), &[] as &[String]);
}

#[test]
fn marks_come_and_go() {
    let mut runner = online();
    let is_set = |runner: &Runner, name: &str, mark: Mark| {
        let contact = contact(runner, name);
        match mark {
            Mark::Star => contact.is_starred(),
            Mark::Pin => contact.is_pinned(),
            Mark::Mute => contact.is_muted(),
            Mark::Block => contact.is_blocked(),
            Mark::HideMoments => contact.contact_flags().hides_my_moments(),
            _ => unreachable!("all marks are named"),
        }
    };
    for name in ["明哥", "周末爬山"] {
        for mark in [Mark::Star, Mark::Pin, Mark::Mute, Mark::Block, Mark::HideMoments] {
            assert!(!is_set(&runner, name, mark), "{mark:?}");
            on_phone(&mut runner, |phone| phone.mark(name, mark, true).unwrap());
            assert!(is_set(&runner, name, mark), "{name} {mark:?}");
            assert_eq!(changed(&runner), [user(&runner, name)]);
            on_phone(&mut runner, |phone| phone.mark(name, mark, false).unwrap());
            assert!(!is_set(&runner, name, mark), "{name} {mark:?}");
        }
    }
}

#[test]
fn groups_change_and_say_how() {
    let mut runner = online();
    let group = user(&runner, "周末爬山");
    let named = |runner: &Runner, name: &UserName| {
        runner.client.contacts().sender_name(&group.to_group()?, name).map(str::to_owned)
    };
    on_phone(&mut runner, |phone| phone.join("周末爬山", "Newcomer").unwrap());
    let change = group_change(&runner);
    assert_eq!((change.group.as_str(), change.joined.len(), change.left.len()), (group.as_str(), 1, 0));
    assert_eq!(named(&runner, &change.joined[0]).as_deref(), Some("Newcomer"));
    assert_eq!(contact(&runner, "周末爬山").member_count(), 5);

    on_phone(&mut runner, |phone| phone.rename_member("周末爬山", "Newcomer", "Rookie").unwrap());
    let change = group_change(&runner);
    assert_eq!(change.renamed_members.len(), 1);
    assert_eq!(named(&runner, &change.renamed_members[0]).as_deref(), Some("Rookie"));
    let rookie = change.renamed_members[0].clone();

    on_phone(&mut runner, |phone| phone.hand_over("周末爬山", "Rookie").unwrap());
    assert_eq!(
        contact(&runner, "周末爬山").owner(),
        rookie.as_str(),
        "not told before, so no change to tell"
    );
    on_phone(&mut runner, |phone| phone.hand_over("周末爬山", "测试").unwrap());
    let me = runner.client.me().unwrap().user_name.clone();
    assert_eq!(group_change(&runner).owner, Some(me));
    assert!(contact(&runner, "周末爬山").is_owned());

    on_phone(&mut runner, |phone| phone.leave("周末爬山", Some("Rookie")).unwrap());
    let left = &group_change(&runner).left;
    assert_eq!((left.len(), &left[0].user_name, &*left[0].name), (1, &rookie, "Rookie"));

    on_phone(&mut runner, |phone| {
        phone.change("周末爬山", |group| "周日爬山".clone_into(&mut group.nick)).unwrap()
    });
    let change = group_change(&runner);
    assert_eq!(change.name_before.as_deref(), Some("周末爬山"));
    assert_eq!(runner.client.contacts().name_of(group.as_str()).as_deref(), Some("周日爬山"));
    assert_eq!(changed(&runner), std::slice::from_ref(&group));

    on_phone(&mut runner, |phone| phone.leave("周日爬山", None).unwrap());
    assert!(runner.client.contacts().get(group.as_str()).is_none());
    assert_eq!(requests(&runner, Endpoint::GetContact), 1, "no reload");
    assert_eq!(runner.io.server.record().complaints(), &[] as &[String]);
}

#[test]
fn a_new_group_comes_with_its_members() {
    let mut runner = online();
    on_phone(&mut runner, |phone| _ = phone.add_group("Chess", &["明哥", "Somebody"]).unwrap());
    assert_eq!(contact(&runner, "Chess").members().len(), 3);
    assert_eq!(runner.client.contacts().is_member(&user(&runner, "Chess").to_group().unwrap()), Some(true));
}

/// Nobody knows what such an entry would hold: the group is asked for, once for all that come together.
#[test]
fn an_entry_of_the_empty_list_makes_the_group_known_again() {
    let mut runner = online();
    let before = requests(&runner, Endpoint::BatchGetContact);
    on_phone(&mut runner, |phone| {
        for _ in 0..3 {
            phone.tell_members("周末爬山", |group| drop(group.members.pop())).unwrap();
        }
        phone.tell_members("Book Club", |group| "Club".clone_into(&mut group.nick)).unwrap();
    });
    assert_eq!(contact(&runner, "周末爬山").members().len(), 1, "{}", runner.journal);
    assert_eq!(contact(&runner, "Club").members().len(), 5);
    assert_eq!(requests(&runner, Endpoint::BatchGetContact), before + 1);
}

#[test]
fn the_own_name_changes() {
    let mut runner = online();
    on_phone(&mut runner, |phone| phone.rename_self("A & B 😂"));
    let me = runner.client.me().unwrap().clone();
    assert_eq!(me.nick_name, "A & B 😂");
    assert_eq!(changed(&runner), [me.user_name]);
    assert_eq!(runner.stored_session().unwrap().me().unwrap().nick_name, "A & B 😂");
}

/// Behind an open batch nothing else asks for a store: the own new name does, a second later at the latest.
#[test]
fn the_own_new_name_is_stored_by_itself() {
    let mut config = Config::default();
    config.unacked_batches = 2;
    let mut runner = online_with(config, |_| {});
    runner.acks = false;
    say(&mut runner, "明哥", "hello");
    runner.run_for(seconds(5));
    let now = runner.now();
    runner.io.server.phone(now).rename_self("A & B 😂");
    runner.run_for(seconds(2));
    assert_eq!(runner.stored_session().unwrap().me().unwrap().nick_name, "A & B 😂", "{}", runner.journal);
}

/// Names as large as they may get: bounded when kept, more so when shown, and the book keeps its limit.
#[test]
fn hostile_names_are_bounded() {
    let mut config = Config::default();
    // Room for three names of a kibibyte.
    config.contact_bytes = online().client.contacts().bytes() + 4_000;
    let limit = config.contact_bytes;
    let mut runner = online_with(config, |_| {});
    let long = format!("\u{1b}[2J\u{202e}\n{}", "长".repeat(1 << 18));
    on_phone(&mut runner, |phone| phone.change("李雷", |li| long.clone_into(&mut li.nick)).unwrap());
    let li = changed(&runner)[0].clone();
    let contacts = runner.client.contacts();
    let nick = contacts.get(li.as_str()).unwrap().nick_name();
    assert!((1021..=1024).contains(&nick.len()) && long.starts_with(nick));
    assert_eq!(contacts.name_of(li.as_str()).unwrap().chars().count(), 200);
    for number in 0..10 {
        let name = format!("{number}{long}");
        on_phone(&mut runner, |phone| _ = phone.add_friend(&name, ""));
    }
    let contacts = runner.client.contacts();
    assert!(contacts.bytes() <= limit, "{}", contacts.bytes());
    assert_eq!(contacts.counts().friends, 4 + 2);
    say(&mut runner, "明哥", "still there");
    runner.run_for(seconds(1));
    assert_eq!(runner.texts(), ["still there"]);
}
