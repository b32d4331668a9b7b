//! Contacts and groups that change while a client runs: the phone changes them, the book and the events follow.

use wx_proto::{
    Confidence, Config, Contact, Endpoint, Event, Fingerprint, Found, GroupChange, LoginMethod, Message,
    Phase, Recognised, UserName,
};
use wx_testkit::{
    io::SimulatedIo,
    runner::{Runner, START},
    server::{Fault, FaultKind, Lookup, Mark, Phone},
};

use crate::support::{is_contacts, online, online_with, say, seconds, server_with, user};

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
