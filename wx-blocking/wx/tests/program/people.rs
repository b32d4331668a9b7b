//! Contacts and groups that change while `wx listen` runs, and names that mean harm.

use serde_json::{Value, json};

use crate::{rpc::Rpc, support::Sim};

/// Escape sequences, a bidirectional override, line breaks, quotes, and a mebibyte of length.
fn hostile() -> String {
    let steering = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}evil\r\n\u{2028}{\"type\":\"message\"}\u{85}\u{0}\"\\\u{feff}";
    format!("{steering}{}", "长".repeat((1 << 20) / 3))
}

/// The characters that could steer a terminal or end a line for some reader.
fn steers(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[test]
fn changes_show_without_a_reload() {
    let mut sim = Sim::start();
    let mut listen = sim.client(&["listen", "--json", "--login"]);
    listen.until("contacts");
    let mut event = |command: Value, kind: &str| {
        sim.command(&command);
        listen.until(kind).pop().unwrap()
    };
    let added = event(json!({"cmd": "add_friend", "nick": "Zoe"}), "contact_changed");
    assert_eq!(added["name"], "Zoe");
    let renamed = event(json!({"cmd": "rename", "chat": "Zoe", "remark": "Zo"}), "contact_changed");
    assert_eq!((&renamed["name"], &renamed["user_name"]), (&json!("Zo"), &added["user_name"]));
    let removed = event(json!({"cmd": "remove_contact", "chat": "Zo"}), "contact_removed");
    assert_eq!(removed["user_name"], added["user_name"]);

    let joined = event(json!({"cmd": "join", "chat": "周末爬山", "member": "Newcomer"}), "group_changed");
    assert_eq!((&joined["name"], &joined["joined"][0]["name"]), (&json!("周末爬山"), &json!("Newcomer")));
    assert!(joined.get("left").is_none() && joined.get("owner").is_none(), "{joined}");
    let command = json!({"cmd": "rename", "chat": "周末爬山", "member": "Newcomer", "nick": "Rookie"});
    assert_eq!(event(command, "group_changed")["renamed"][0]["name"], "Rookie");
    let left = event(json!({"cmd": "leave", "chat": "周末爬山", "member": "Rookie"}), "group_changed");
    assert_eq!(left["left"][0]["name"], "Rookie");
    let named = event(json!({"cmd": "rename", "chat": "周末爬山", "nick": "周日爬山"}), "group_changed");
    assert_eq!((&named["name"], &named["name_before"]), (&json!("周日爬山"), &json!("周末爬山")));
    listen.signal("TERM");
    listen.end().expect(0);
}

#[test]
fn a_running_client_knows_contacts_as_they_are() {
    let mut sim = Sim::start();
    let mut rpc = Rpc::ready(&sim, &[]);
    let mut after = |command: Value, kind: &str, query: &str| {
        sim.command(&command);
        rpc.until(kind);
        rpc.call("contacts", &json!({"query": query}))["result"]["contacts"].as_array().unwrap().clone()
    };
    let zoe = after(json!({"cmd": "add_friend", "nick": "Zoe"}), "contact_changed", "zoe");
    assert_eq!((zoe.len(), &zoe[0]["kind"]), (1, &json!("friend")));
    let zoe = after(json!({"cmd": "pin", "chat": "Zoe"}), "contact_changed", "ZOE");
    assert_eq!((&zoe[0]["pinned"], zoe[0].get("muted")), (&json!(true), None));
    let zo = after(json!({"cmd": "rename", "chat": "Zoe", "remark": "Zo"}), "contact_changed", "zo");
    assert_eq!((&zo[0]["name"], &zo[0]["nick_name"]), (&json!("Zo"), &json!("Zoe")));
    assert!(after(json!({"cmd": "remove_contact", "chat": "Zo"}), "contact_removed", "zo").is_empty());
    let group = after(json!({"cmd": "join", "chat": "周末爬山", "member": "New"}), "group_changed", "爬");
    assert_eq!(group[0]["member_count"], 5);
    assert!(after(json!({"cmd": "leave", "chat": "周末爬山"}), "contact_removed", "爬").is_empty());
    rpc.program.end().expect(0);
}

/// A member of a shared group, whom nobody accepted, calls himself what a friend's WeChat id, remark or nick name is.
#[test]
fn a_stranger_takes_over_no_address() {
    let mut sim = Sim::start();
    sim.command(&json!({"cmd": "rename", "chat": "明哥", "alias": "ming_1985"}));
    let mut rpc = Rpc::ready(&sim, &[]);
    let names = ["ming_1985", "明哥", "小明", "Ada 😂"];
    for (at, name) in names.iter().enumerate() {
        let known_as = format!("newcomer {at}");
        sim.command(&json!({"cmd": "join", "chat": "周末爬山", "member": known_as}));
        sim.command(&json!({"cmd": "say", "chat": "周末爬山", "from": known_as, "text": "hi"}));
        rpc.until("message");
        // From then on the stranger has a name of his own in the book.
        sim.command(&json!({"cmd": "rename", "chat": known_as, "nick": name, "alias": name}));
        rpc.until("contact_changed");
    }
    for name in names {
        let listed = rpc.call("contacts", &json!({"query": name}))["result"]["contacts"].clone();
        let of = |kind| listed.as_array().unwrap().iter().find(|contact| contact["kind"] == kind);
        assert!(of("stranger").is_some(), "{name}: {listed}");
        let answer = rpc.call("send_text", &json!({"to": name, "text": name}));
        assert_eq!(answer["result"]["outcome"], "sent", "{answer}");
        let sent = sim.command(&json!({"cmd": "sent"}));
        let to = &sent["sent"].as_array().unwrap().last().unwrap()["to"];
        assert_eq!(*to, of("friend").unwrap()["user_name"], "{name}");
    }
    let fault = rpc.call("send_text", &json!({"to": "newcomer", "text": "x"}));
    assert_eq!(fault["error"]["data"]["kind"], "unknown_chat");
    rpc.program.end().expect(0);
    for name in names {
        sim.run(&["send", "--to", name, "by a person"]).expect(0);
    }
}

#[test]
fn hostile_names_cannot_break_the_lines() {
    let mut sim = Sim::start();
    let name = hostile();
    for chat in ["明哥", "Ada 😂", "周末爬山"] {
        sim.command(&json!({"cmd": "rename", "chat": chat, "nick": name, "remark": name}));
    }
    sim.command(&json!({"cmd": "rename_self", "nick": name}));

    let mut listen = sim.client(&["listen", "--json", "--login"]);
    let check = |line: &str| {
        let json = line.strip_suffix('\n').unwrap();
        assert!(!json.chars().any(steers), "{json:.300}");
        assert!(json.len() < 20_000, "{} bytes: {json:.300}", json.len());
        let value: Value = serde_json::from_str(json).unwrap();
        value["type"].as_str().unwrap().to_owned()
    };
    while check(&listen.line()) != "contacts" {}
    // All three are called the same by now: the user names of this login tell them apart.
    let world = sim.command(&json!({"cmd": "world"}));
    for kind in ["friends", "groups"] {
        sim.command(&json!({"cmd": "say", "chat": world[kind][0]["user_name"], "text": "hi"}));
        while check(&listen.line()) != "message" {}
    }
    listen.signal("TERM");
    let ended = listen.end().expect(0);
    assert!(!ended.stderr.chars().any(|char| char != '\n' && steers(char)), "{:?}", ended.stderr);

    let mut listen = sim.client(&["listen"]);
    for kind in ["friends", "groups"] {
        sim.command(&json!({"cmd": "say", "chat": world[kind][0]["user_name"], "text": "the end"}));
    }
    let mut shown = 0;
    while shown < 2 {
        let line = listen.line();
        assert!(!line.trim_end_matches('\n').chars().any(steers), "{line:?}");
        assert!(line.len() < 2000, "{line:.300}");
        shown += usize::from(line.contains("the end"));
    }
    listen.signal("TERM");
    let ended = listen.end().expect(0);
    assert!(!ended.stderr.chars().any(|char| char != '\n' && steers(char)), "{:?}", ended.stderr);

    // Listed and shown; the JSON has as much of the names as is kept.
    for args in [&["contacts"][..], &["contacts", "show", world["friends"][0]["user_name"].as_str().unwrap()]]
    {
        let shown = sim.run(args).expect(0).stdout;
        assert!(shown.lines().all(|line| line.len() < 2000 && !line.chars().any(steers)), "{shown:.2000}");
    }
    let lines = sim.run(&["contacts", "--json"]).expect(0);
    assert!(!lines.stdout.chars().any(|char| char != '\n' && steers(char)));
    assert!(lines.jsons().iter().any(|contact| {
        let nick = contact["nick_name"].as_str().unwrap();
        (1000..=1024).contains(&nick.len()) && name.starts_with(nick)
    }));
}
