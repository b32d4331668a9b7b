//! `wx login`, `wx listen`, `wx logout`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::Sim;

fn types(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().unwrap()).collect()
}

/// The ids of messages, and of the last batch among them.
fn ids(events: &[Value]) -> (Vec<String>, BTreeSet<String>) {
    let messages = || events.iter().filter(|event| event["type"] == "message");
    let id = |event: &Value| event["msg_id"].as_str().unwrap().to_owned();
    let last = messages().next_back().map(|event| event["batch"].clone());
    let in_last = messages().filter(|event| Some(&event["batch"]) == last.as_ref()).map(id).collect();
    (messages().map(id).collect(), in_last)
}

#[test]
fn events_come_in_order() {
    let mut sim = Sim::start();
    let mut listen = sim.client(&["listen", "--json", "--login"]);
    let events = listen.until("contacts");
    assert_eq!(types(&events), ["qr", "scanned", "logged_in", "ready", "contacts"]);
    assert_eq!(events[2]["nick_name"], "测试");
    assert_eq!((&events[2]["resumed"], &events[2]["profile"]), (&json!(false), &json!("web")));
    assert_eq!(events[4], json!({"type": "contacts", "friends": 4, "groups": 2, "official": 2}));
    let said =
        sim.command(&json!({"cmd": "say", "chat": "周末爬山", "from": "老王", "text": "七点\n南门 <b>&"}));
    let message = listen.json();
    assert_eq!(message["type"], "message");
    assert_eq!(message["msg_id"], said["msg_id"]);
    assert_eq!((&message["chat_name"], &message["sender_name"]), (&json!("周末爬山"), &json!("向导老王")));
    assert_eq!(
        (&message["kind"], &message["mine"], &message["last"]),
        (&json!("text"), &json!(false), &json!(true))
    );
    assert_eq!(message["text"], "七点\n南门 <b>&");
    let notice = sim.command(&json!({"cmd": "recall", "msg_id": said["msg_id"]}));
    let recalled = listen.json();
    assert_eq!((&recalled["type"], &recalled["msg_id"]), (&json!("recalled"), &notice["msg_id"]));
    assert_eq!(recalled["recalled_msg_id"], said["msg_id"]);
    assert_eq!(recalled["recalled_text"], "七点\n南门 <b>&");
    sim.command(&json!({"cmd": "rename", "chat": "Tom & Jerry", "nick": "Tom"}));
    let changed = listen.until("contact_changed").pop().unwrap();
    assert_eq!(changed["name"], "Tom");
    listen.signal("TERM");
    let ended = listen.end().expect(0);
    assert_eq!(ended.stdout, "");
    assert!(sim.command(&json!({"cmd": "complaints"}))["complaints"].as_array().unwrap().is_empty());
}

#[test]
fn every_kind_has_its_fields() {
    let mut sim = Sim::start();
    let mut listen = sim.client(&["listen", "--json", "--login"]);
    listen.until("contacts");
    let mut say = |kind: &str, text: &str| {
        let line = json!({"cmd": "say", "chat": "周末爬山", "from": "老王", "kind": kind, "text": text});
        sim.command(&line);
        let message = listen.json();
        assert_eq!(message["kind"], kind, "{message}");
        message
    };
    let at_me = say("text", "@测试\u{2005} 七点？");
    assert_eq!(at_me["mentions_me"], true);
    let quote = say("quote", "好");
    assert_eq!(quote["text"], "> 老王: @测试 七点？\n好");
    let old = json!({"msg_id": at_me["msg_id"], "sender_name": "老王", "kind": "text", "text": "@测试\u{2005} 七点？"});
    assert_eq!((&quote["answer"], &quote["quoted"]), (&json!("好"), &old));
    let file = say("file", "报告 & plan.pdf");
    assert_eq!(file["text"], "[file 报告 & plan.pdf 1.2 MB]");
    assert_eq!((&file["file_name"], &file["size"]), (&json!("报告 & plan.pdf"), &json!(1_234_567)));
    let image = say("image", "");
    assert_eq!((&image["width"], &image["height"]), (&json!(210), &json!(240)));
    assert_eq!(say("voice", "")["duration_ms"], 2112);
    let place = say("location", "");
    assert_eq!((&place["latitude"], &place["longitude"]), (&json!(22.54), &json!(113.93)));
    assert_eq!(say("link", "T")["url"], "https://example.com/a?x=1&y=2");
    assert_eq!(say("card", "Anna")["nick_name"], "Anna");
    assert_eq!(say("transfer", "￥8.88")["amount"], "￥8.88");
    let system = say("system", "\"小明\"邀请你和\"Mei\"加入了群聊");
    assert_eq!(system["event"], json!({"what": "joined", "who": [null, "Mei"], "by": "小明"}));
    assert_eq!(say("unknown", "x")["msg_type"], 99_999);
    let request = say("friend_request", "");
    assert_eq!((&request["greeting"], &request["scene"]), (&json!("我是Anna"), &json!(14)));
    assert!(!request.to_string().contains("v2_"), "{request}");
    for kind in
        ["video", "emoticon", "live_location", "music", "mini_program", "chat_history", "channel_video"]
    {
        say(kind, "");
    }
    for kind in ["red_packet", "pat", "voip", "status", "app"] {
        say(kind, "");
    }
    listen.signal("TERM");
    listen.end().expect(0);
}

#[test]
fn a_killed_listener_goes_on_where_it_was() {
    let mut sim = Sim::start();
    let mut listen = sim.client(&["listen", "--json", "--login"]);
    listen.until("contacts");
    sim.command(&json!({"cmd": "burst", "count": 300, "rate": 0}));
    let mut first: Vec<Value> = (0..120).map(|_| listen.json()).collect();
    listen.signal("KILL");
    first.extend(listen.end().jsons());
    let (shown, last_batch) = ids(&first);

    let mut listen = sim.client(&["listen", "--json", "--login"]);
    let mut second = listen.until("ready");
    let login = second.iter().find(|event| event["type"] == "logged_in").unwrap();
    assert_eq!(login["resumed"], true);
    assert!(!types(&second).contains(&"qr"), "{second:?}");
    let mut all: BTreeSet<String> = shown.iter().cloned().collect();
    while all.len() < 300 {
        second.push(listen.json());
        all.extend(ids(&second[second.len() - 1..]).0);
    }
    listen.signal("INT");
    second.extend(listen.end().expect(130).jsons());
    let again: BTreeSet<String> = ids(&second).0.into_iter().filter(|id| shown.contains(id)).collect();
    assert!(again.is_subset(&last_batch), "{again:?} is more than {last_batch:?}");
    assert_eq!(ids(&second).0.len() + shown.len() - again.len(), 300, "nothing twice but that");
    let delivered = sim.command(&json!({"cmd": "delivered"}));
    assert_eq!(delivered["delivered"].as_array().unwrap().len(), 300);
}

#[test]
fn a_server_that_comes_back_ends_nothing() {
    let mut sim = Sim::start();
    let mut listen = sim.client(&["listen", "--json", "--login"]);
    listen.until("contacts");
    sim.stop();
    listen.until("offline");
    sim.start_again();
    listen.until("online");
    let said = sim.command(&json!({"cmd": "say", "chat": "明哥", "text": "back"}));
    let message = listen.until("message").pop().unwrap();
    assert_eq!(message["msg_id"], said["msg_id"]);
    listen.signal("TERM");
    listen.end().expect(0);
}

#[test]
fn a_closed_pipe_acknowledges_nothing_more() {
    let mut sim = Sim::start();
    let mut listen = sim.client(&["listen", "--json", "--login"]);
    listen.until("contacts");
    listen.close_stdout();
    let mut texts = Vec::new();
    for text in ["one", "two", "three"] {
        if listen.is_running() {
            texts.push(sim.command(&json!({"cmd": "say", "chat": "明哥", "text": text}))["msg_id"].clone());
            std::thread::sleep(std::time::Duration::from_millis(500));
        }
    }
    let ended = listen.end().expect(0);
    assert_eq!(ended.stderr, "");
    // The reader here closes the pipe only after it got a line, as `head` does: that one was read.
    let mut listen = sim.client(&["listen", "--json", "--login"]);
    let message = listen.until("message").pop().unwrap();
    assert!(texts.contains(&message["msg_id"]) && message["msg_id"] != texts[0], "{message}");
    listen.signal("TERM");
    listen.end().expect(0);
}

#[test]
fn people_read_lines() {
    let mut sim = Sim::start();
    let login = sim.run(&["login"]).expect(0);
    for part in ["https://login.weixin.qq.com/l/", "logged in as 测试", "contacts: 4 friends", "wx listen"]
    {
        assert!(login.stdout.contains(part), "{part}: {}", login.stdout);
    }
    let mut listen = sim.client(&["listen"]);
    sim.command(&json!({"cmd": "say", "chat": "周末爬山", "from": "老王", "text": "a\u{1b}[31m\nb\u{202e}"}));
    let line = listen.line();
    // In a pipe there is the whole time, which reads as one word: 2025-01-01T08:00:00+08:00.
    let (time, rest) = line.split_once("  ").unwrap();
    assert_eq!(rest, "[周末爬山] 向导老王: a[31m\n");
    let shape: String = time.chars().map(|char| if char.is_ascii_digit() { '0' } else { char }).collect();
    assert!(["0000-00-00T00:00:00+00:00", "0000-00-00T00:00:00-00:00"].contains(&&*shape), "{time}");
    assert_eq!(listen.line(), format!("{:27}b\n", ""));
    listen.signal("TERM");
    let ended = listen.end().expect(0);
    assert!(ended.stderr.contains("login resumed"), "{}", ended.stderr);
}

#[test]
fn people_read_kinds_in_their_language() {
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    let mut listen = sim.client(&["listen", "--lang", "zh"]);
    let mut say = |command: Value, ends: &str| {
        let said = sim.command(&command)["msg_id"].clone();
        let line = listen.line();
        assert!(line.ends_with(ends), "{line}");
        said
    };
    let image = say(json!({"cmd": "say", "chat": "明哥", "kind": "image"}), "  明哥: [图片 210x240]\n");
    say(json!({"cmd": "say", "chat": "明哥", "kind": "file"}), "  明哥: [文件 report.pdf 1.2 MB]\n");
    say(json!({"cmd": "recall", "msg_id": image}), " 撤回了一条消息: [图片 210x240]\n");
    listen.signal("TERM");
    listen.end().expect(0);
}

#[test]
fn the_end_of_a_session_is_3() {
    let mut sim = Sim::start();
    let mut listen = sim.client(&["listen", "--json", "--login"]);
    listen.until("ready");
    sim.command(&json!({"cmd": "kick", "retcode": 1101}));
    let ended = listen.end().expect(3);
    let last = ended.jsons().pop().unwrap();
    assert_eq!(
        (&last["type"], &last["reason"], &last["code"]),
        (&json!("logged_out"), &json!("kicked"), &json!(1101))
    );
    assert!(ended.stderr.contains("next:"), "{}", ended.stderr);
}

#[test]
fn a_refused_login_tells_the_servers_words() {
    let mut sim = Sim::start();
    sim.command(&json!({"cmd": "refuse", "ret": 1203}));
    let ended = sim.run(&["login"]).expect(3);
    assert!(ended.stderr.contains("1203") && ended.stderr.contains("next:"), "{}", ended.stderr);
    assert!(ended.stderr.chars().any(|char| char > '\u{3000}'), "the server's own words: {}", ended.stderr);
}

#[test]
fn one_process_a_session() {
    let sim = Sim::start();
    let mut listen = sim.client(&["listen", "--json", "--login"]);
    listen.until("ready");
    let ended = sim.run(&["listen", "--json", "--login"]).expect(1);
    assert!(ended.stderr.contains(&listen.id().to_string()), "{}", ended.stderr);
    assert_eq!(ended.stdout, "");
}

#[test]
fn logout_ends_the_login_here_and_there() {
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    sim.run(&["logout"]).expect(0);
    sim.run(&["logout"]).expect(3);
    let session = std::fs::read_to_string(sim.session()).unwrap();
    assert!(!session.contains("webwx_data_ticket") && !session.contains("@crypt_"), "no tokens are left");
    assert!(sim.command(&json!({"cmd": "complaints"}))["complaints"].as_array().unwrap().is_empty());
}
