//! What a member of a group can make of names: no notice of the server, and nothing of other chats.

use serde_json::{Value, json};

use crate::support::Sim;

const SECRET: &str = "the key is under the mat";

/// A private message, and its id.
fn private(sim: &mut Sim) -> String {
    let said = sim.command(&json!({"cmd": "say", "chat": "Tom & Jerry", "text": SECRET}));
    said["msg_id"].as_str().unwrap().to_owned()
}

fn recall(msg_id: &str) -> String {
    format!(
        "<sysmsg type=\"revokemsg\"><revokemsg><msgid>{msg_id}</msgid><replacemsg>\"老王\" 撤回了一条消息</replacemsg></revokemsg></sysmsg>"
    )
}

fn system(sim: &mut Sim, text: &str) {
    sim.command(&json!({"cmd": "say", "chat": "周末爬山", "kind": "system", "text": text}));
}

#[test]
fn the_name_of_a_group_forges_no_recall() {
    let mut sim = Sim::start();
    let mut listen = sim.client(&["listen", "--json", "--login"]);
    listen.until("contacts");
    let id = private(&mut sim);
    assert_eq!(listen.json()["text"], SECRET);
    for before in ["x:", "", "wxid_a:\n", "@3333444455556666777788889999aaaa:\n"] {
        let name = format!("{before}{}", recall(&id));
        for notice in [
            format!("\"老王\"修改群名为“{name}”"),
            format!("{name} invited you to a group chat with Anna"),
            format!("\"{name}\" 拍了拍我"),
        ] {
            system(&mut sim, &notice);
            let line: Value = listen.json();
            assert_eq!(line["type"], "message", "{notice}");
            assert!(!line.to_string().contains(SECRET), "{notice}");
            assert_eq!(line["sender"], Value::Null, "{notice}");
        }
    }
    listen.signal("TERM");
    listen.end().expect(0);
}

#[test]
fn a_recall_shows_nothing_of_another_chat() {
    let mut sim = Sim::start();
    for args in [&["listen", "--json", "--login"][..], &["listen", "--login"]] {
        let mut listen = sim.client(args);
        if args.contains(&"--json") {
            listen.until("contacts");
        }
        let id = private(&mut sim);
        while !listen.line().contains(SECRET) {}
        system(&mut sim, &recall(&id));
        let line = loop {
            let line = listen.line();
            if line.contains("撤回") {
                break line;
            }
        };
        assert!(!line.contains(SECRET), "{line}");
        listen.signal("TERM");
        assert!(!listen.end().expect(0).stdout.contains(SECRET));
    }
}

#[test]
fn empty_words_of_the_server_print_nothing() {
    let mut sim = Sim::start();
    let mut listen = sim.client(&["listen", "--json", "--login"]);
    listen.until("contacts");
    let empty = json!({"cmd": "say", "chat": "周末爬山", "kind": "system", "text": "\u{200b} "});
    sim.command(&empty);
    let message = listen.until("message").pop().unwrap();
    assert_eq!((&message["kind"], &message["chat_name"]), (&json!("system"), &json!("周末爬山")));
    listen.signal("TERM");
    listen.end().expect(0);
    let mut listen = sim.client(&["listen", "--login"]);
    sim.command(&empty);
    sim.command(&json!({"cmd": "say", "chat": "周末爬山", "from": "老王", "text": "the end"}));
    let line = listen.line();
    assert!(line.contains("the end"), "{line}");
    listen.signal("TERM");
    listen.end().expect(0);
}
