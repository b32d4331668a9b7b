//! `wx contacts`.

use serde_json::json;

use crate::support::Sim;

#[test]
fn people_find_people() {
    let mut sim = Sim::start();
    sim.command(&json!({"cmd": "add_friend", "nick": "e\u{301}\u{1b}[31m\u{202e}x", "remark": ""}));
    sim.run(&["login"]).expect(0);
    let all = sim.run(&["contacts"]).expect(0);
    assert!(all.stdout.contains("\n明哥          friend    小明\n"), "{}", all.stdout);
    assert!(all.stdout.contains("\ne\u{301}[31mx        friend\n"), "{}", all.stdout);
    assert_eq!(all.stdout.lines().count(), 10, "nobody of a group, and not oneself: {}", all.stdout);
    assert!(all.stderr.contains("contacts: 5 friends"), "{}", all.stderr);
    let zh = sim.run(&["contacts", "--lang", "zh", "爬"]).expect(0);
    assert_eq!(zh.stdout, "周末爬山  群聊  4 人\n");
    let few = sim.run(&["contacts", "LIBRARY"]).expect(0);
    assert_eq!(few.stdout, "City Library  official\n");
    let none = sim.run(&["contacts", "nobody here"]).expect(1);
    assert!(none.stdout.is_empty() && none.stderr.contains("\"nobody here\""), "{}", none.stderr);
}

#[test]
fn one_contact_is_shown_in_full() {
    let sim = Sim::start();
    sim.run(&["login"]).expect(0);
    let group = sim.run(&["contacts", "show", "周末爬山"]).expect(0).stdout;
    for part in
        ["name       周末爬山\n", "user name  @@", "members    测试\n", "           向导老王 (老王)\n"]
    {
        assert!(group.contains(part), "{part}: {group}");
    }
    let lines = sim.run(&["contacts", "--json", "明"]).expect(0).jsons();
    assert_eq!(
        (&lines[0]["name"], &lines[0]["kind"], &lines[0]["nick_name"]),
        (&json!("明哥"), &json!("friend"), &json!("小明"))
    );
    let group =
        sim.run(&["contacts", "show", "--json", "周末爬山", "--lang", "zh"]).expect(0).jsons().remove(0);
    assert_eq!((&group["kind"], &group["members"][1]["name"]), (&json!("group"), &json!("向导老王")));
    // Options may stand before the commands they belong to.
    for line in [
        &["contacts", "--json", "--timeout", "50", "show", "周末爬山"][..],
        &["--json", "contacts", "show", "周末爬山"],
        &["--timeout", "50", "contacts", "show", "周末爬山", "--json"],
    ] {
        assert_eq!(sim.run(line).expect(0).jsons().remove(0)["name"], "周末爬山", "{line:?}");
    }
    sim.run(&["contacts", "明", "show", "周末爬山"]).expect(2);
    let ended = sim.run(&["contacts", "show", "Nobody"]).expect(1);
    assert!(ended.stderr.contains("wx contacts"), "{}", ended.stderr);
}

#[test]
fn what_arrives_meanwhile_stays_unread() {
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    let said = sim.command(&json!({"cmd": "say", "chat": "明哥", "text": "for later"}));
    for _ in 0..2 {
        sim.run(&["contacts"]).expect(0);
    }
    let mut listen = sim.client(&["listen", "--json", "--login"]);
    let message = listen.until("message").pop().unwrap();
    assert_eq!(message["msg_id"], said["msg_id"]);
    listen.signal("TERM");
    listen.end().expect(0);
    assert!(sim.command(&json!({"cmd": "complaints"}))["complaints"].as_array().unwrap().is_empty());
}

#[test]
fn without_a_login_or_a_server_it_says_so() {
    let mut sim = Sim::start();
    let ended = sim.run(&["contacts"]).expect(3);
    assert!(ended.stderr.contains("wx login"), "{}", ended.stderr);
    sim.run(&["login"]).expect(0);
    sim.stop();
    let ended = sim.run(&["contacts", "--timeout", "1"]).expect(1);
    assert!(ended.stderr.contains("in time") && ended.stderr.contains("wx doctor"), "{}", ended.stderr);
}
