//! `wx rpc`: calls, answers and events.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Program, Sim};

/// A running `wx rpc`.
pub(crate) struct Rpc {
    pub(crate) program: Program,
    /// Answers by id, as they came.
    pub(crate) answers: BTreeMap<String, Value>,
    pub(crate) events: Vec<Value>,
}

impl Rpc {
    pub(crate) fn start(sim: &Sim, args: &[&str]) -> Self {
        Self::of(sim.client(&[&["rpc", "--login"], args].concat()))
    }

    pub(crate) fn of(program: Program) -> Self {
        Self { program, answers: BTreeMap::new(), events: Vec::new() }
    }

    /// Started, logged in, contacts loaded.
    pub(crate) fn ready(sim: &Sim, args: &[&str]) -> Self {
        let mut rpc = Self::start(sim, args);
        rpc.until("contacts");
        rpc
    }

    pub(crate) fn ask(&mut self, id: &Value, method: &str, params: &Value) {
        let call = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        self.program.write(&format!("{call}\n"));
    }

    /// Asks and waits for the answer.
    pub(crate) fn call(&mut self, method: &str, params: &Value) -> Value {
        self.ask(&json!("call"), method, params);
        self.answer(&json!("call"))
    }

    pub(crate) fn answer(&mut self, id: &Value) -> Value {
        loop {
            if let Some(answer) = self.answers.remove(&id.to_string()) {
                return answer;
            }
            self.step();
        }
    }

    /// The next event of this type.
    pub(crate) fn until(&mut self, kind: &str) -> Value {
        loop {
            let before = self.events.len();
            self.step();
            if let Some(event) = self.events[before..].iter().find(|event| event["type"] == kind) {
                return event.clone();
            }
        }
    }

    pub(crate) fn step(&mut self) {
        let line = self.program.json();
        self.take(line);
    }

    pub(crate) fn take(&mut self, line: Value) {
        assert_eq!(line["jsonrpc"], "2.0", "{line}");
        if line["method"] == "event" {
            assert!(line.get("id").is_none(), "{line}");
            self.events.push(line["params"].clone());
        } else {
            self.answers.insert(line["id"].to_string(), line);
        }
    }
}

pub(crate) fn kind(answer: &Value) -> &str {
    assert_eq!(answer["error"]["code"], -32000, "{answer}");
    answer["error"]["data"]["kind"].as_str().unwrap()
}

/// What the server stored, by text.
pub(crate) fn sent(sim: &mut Sim) -> BTreeMap<String, u64> {
    let sent = sim.command(&json!({"cmd": "sent"}));
    let list = sent["sent"].as_array().unwrap().iter();
    list.map(|sent| (sent["text"].as_str().unwrap().to_owned(), sent["count"].as_u64().unwrap())).collect()
}

#[test]
fn a_conversation() {
    let mut sim = Sim::with(&["--scan-after", "never", "--confirm-after", "never"]);
    let mut rpc = Rpc::start(&sim, &[]);
    rpc.until("qr");
    assert_eq!(kind(&rpc.call("send_text", &json!({"to": "filehelper", "text": "early"}))), "not_online");
    assert_eq!(kind(&rpc.call("contacts", &json!({}))), "not_online");
    sim.command(&json!({"cmd": "scan"}));
    sim.command(&json!({"cmd": "confirm"}));
    rpc.until("ready");
    // Names are known only with the contacts: these wait for them, in their order.
    rpc.ask(&json!(1), "send_text", &json!({"to": "明哥", "text": "one"}));
    rpc.ask(&json!(2), "contacts", &json!({"query": "明"}));
    rpc.ask(&json!(3), "send_text", &json!({"to": "明哥", "text": "two"}));
    rpc.ask(&json!("four"), "send_text", &json!({"to": "filehelper", "text": "three"}));
    let first = rpc.answer(&json!(1))["result"].clone();
    assert_eq!((&first["outcome"], &first["repeated"]), (&json!("sent"), &json!(false)));
    assert!(first["msg_id"].as_str().unwrap().starts_with("512"), "{first}");
    assert_eq!(first["client_msg_id"].as_str().unwrap().len(), 17, "{first}");
    let found = rpc.answer(&json!(2))["result"].clone();
    let ming = &found["contacts"][0];
    assert_eq!(
        (&ming["name"], &ming["nick_name"], &ming["kind"]),
        (&json!("明哥"), &json!("小明"), &json!("friend"))
    );
    assert_eq!((found["contacts"].as_array().unwrap().len(), &found["complete"]), (1, &json!(true)));
    for id in [json!(3), json!("four")] {
        assert_eq!(rpc.answer(&id)["result"]["outcome"], "sent");
    }
    assert_eq!(
        rpc.call("send_text", &json!({"to": ming["user_name"], "text": "four"}))["result"]["outcome"],
        "sent"
    );

    let said =
        sim.command(&json!({"cmd": "say", "chat": "周末爬山", "from": "老王", "text": "七点\u{202e}"}));
    let message = rpc.until("message");
    assert_eq!((&message["msg_id"], &message["last"]), (&said["msg_id"], &json!(true)));
    assert_eq!(message["text"], "七点\u{202e}");
    let status = rpc.call("status", &Value::Null)["result"].clone();
    for (pointer, value) in [
        ("/phase", json!("online")),
        ("/online", json!(true)),
        ("/nick_name", json!("测试")),
        ("/contacts/friends", json!(4)),
        ("/outbox/settled", json!(0)),
        ("/messages/received", json!(1)),
    ] {
        assert_eq!(status.pointer(pointer), Some(&value), "{pointer}: {status}");
    }
    assert_eq!(sent(&mut sim).len(), 4);
    assert_eq!(rpc.call("logout", &json!({}))["result"], json!({"logged_out": true}));
    assert_eq!(rpc.until("logged_out")["reason"], "logged_out");
    rpc.program.end().expect(0);
    assert!(sim.command(&json!({"cmd": "complaints"}))["complaints"].as_array().unwrap().is_empty());
}

#[test]
fn errors_have_their_kind() {
    let mut sim = Sim::start();
    for _ in 0..2 {
        sim.command(&json!({"cmd": "add_friend", "nick": "Zoe"}));
    }
    let mut rpc = Rpc::ready(&sim, &[]);
    let long = "x".repeat(2001);
    for (method, params, expected) in [
        ("send_text", json!({"to": "Nobody", "text": "a"}), "unknown_chat"),
        ("send_text", json!({"to": "@0123456789abcdef", "text": "a"}), "unknown_chat"),
        ("send_text", json!({"to": "Zoe", "text": "a"}), "ambiguous_name"),
        ("send_text", json!({"to": "filehelper", "text": long}), "too_large"),
        ("ack", json!({"batch": 7}), "unknown_batch"),
    ] {
        let answer = rpc.call(method, &params);
        assert_eq!(kind(&answer), expected);
        if expected == "ambiguous_name" {
            let data = &answer["error"]["data"];
            assert_eq!(data["user_names"].as_array().unwrap().len(), 2, "{answer}");
            let names: Vec<_> =
                data["candidates"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
            assert_eq!(names, ["Zoe", "Zoe"], "{answer}");
        }
    }
    for (fault, expected) in [
        (json!({"cmd": "fault", "kind": "ret", "ret": 1201, "endpoint": "webwxsendmsg"}), "refused"),
        (
            json!({"cmd": "fault", "kind": "lose_reply", "endpoint": "webwxsendmsg", "count": 3}),
            "unknown_outcome",
        ),
        (json!({"cmd": "fault", "kind": "ret", "ret": 1205, "endpoint": "webwxsendmsg"}), "rate_limited"),
    ] {
        sim.command(&fault);
        let answer = rpc.call("send_text", &json!({"to": "filehelper", "text": "a"}));
        assert_eq!(kind(&answer), expected);
        assert_eq!(answer["error"]["data"].get("ret"), (expected == "refused").then_some(&json!(1201)));
    }
    sim.command(&json!({"cmd": "kick", "retcode": 1101}));
    rpc.until("logged_out");
    let ended = rpc.program.end().expect(3);
    assert!(ended.stderr.contains("next:"), "{}", ended.stderr);
}

#[test]
fn lines_are_answered_as_the_standard_says() {
    let sim = Sim::start();
    let mut rpc = Program::spawn(sim.prepare(&["rpc", "--login"]));
    let code = |answer: &Value| (answer["error"]["code"].as_i64(), answer["id"].clone());
    let mut next = |line: &str| {
        rpc.write(&format!("{line}\n"));
        loop {
            let answer = rpc.json();
            if answer["method"] != "event" {
                return answer;
            }
        }
    };
    for (line, expected, id) in [
        ("nonsense", -32700, Value::Null),
        ("[1,", -32700, Value::Null),
        ("{\"jsonrpc\":\"2.0\",\"id\":1", -32700, Value::Null),
        ("[]", -32600, Value::Null),
        ("7", -32600, Value::Null),
        (r#"{"jsonrpc":"2.0","id":"x","params":{}}"#, -32600, json!("x")),
        (r#"{"jsonrpc":"2.0","id":4,"method":"send_text","params":7}"#, -32600, json!(4)),
        (r#"{"jsonrpc":"2.0","id":5,"method":"fly"}"#, -32601, json!(5)),
        (r#"{"jsonrpc":"2.0","id":6.5,"method":"revoke","params":{"msg_id":"1"}}"#, -32601, json!(6.5)),
        (r#"{"jsonrpc":"2.0","id":7,"method":"send_text","params":{"to":"a"}}"#, -32602, json!(7)),
        (r#"{"jsonrpc":"2.0","id":8,"method":"send_text","params":["a","b"]}"#, -32602, json!(8)),
        (r#"{"jsonrpc":"2.0","id":9,"method":"ack","params":{"batch":"x"}}"#, -32602, json!(9)),
    ] {
        assert_eq!(code(&next(line)), (Some(expected), id), "{line}");
    }
    // Notifications and blank lines have no answer: the next one is that of the call after them.
    let quiet = "\n  \r\n{\"jsonrpc\":\"2.0\",\"method\":\"fly\"}\n[{\"jsonrpc\":\"2.0\",\"method\":\"status\"}]\n\
                 \u{feff}{\"jsonrpc\":\"2.0\",\"id\":10,\"method\":\"status\"}\r";
    assert_eq!(next(quiet)["id"], 10);
    let batch = next(
        r#"[{"jsonrpc":"2.0","id":1,"method":"status"},{"jsonrpc":"2.0","method":"fly"},1,{"jsonrpc":"2.0","id":2,"method":"fly"}]"#,
    );
    let batch: Vec<_> = batch.as_array().unwrap().iter().map(code).collect();
    assert_eq!(batch, [(None, json!(1)), (Some(-32600), Value::Null), (Some(-32601), json!(2))]);
    // 10 MB are still a request, with its id; more than 16 MiB are not held.
    let long = format!(
        r#"{{"jsonrpc":"2.0","id":11,"method":"forget","params":{{"x":"{}"}}}}"#,
        "x".repeat(10_000_000)
    );
    assert_eq!(code(&next(&long)), (Some(-32602), json!(11)));
    assert_eq!(code(&next(&"[".repeat(10_000_000))), (Some(-32700), Value::Null));
    assert_eq!(code(&next(&format!("[{}1]", "1,".repeat(5_000_000)))), (Some(-32600), Value::Null));
    let longer = next(&"x".repeat(40_000_000));
    assert_eq!(
        (code(&longer), &longer["error"]["data"]["kind"]),
        ((Some(-32700), Value::Null), &json!("too_large"))
    );
    assert_eq!(next(r#"{"jsonrpc":"2.0","id":12,"method":"status"}"#)["id"], 12);
    rpc.close_stdin();
    rpc.end().expect(0);
}

#[test]
fn a_batch_is_answered_when_all_outcomes_are_known() {
    let mut sim = Sim::start();
    let mut rpc = Rpc::ready(&sim, &[]);
    let send = |id: u64, text: &str| json!({"jsonrpc": "2.0", "id": id, "method": "send_text", "params": {"to": "filehelper", "text": text}});
    let quiet =
        json!({"jsonrpc": "2.0", "method": "send_text", "params": {"to": "filehelper", "text": "quiet"}});
    rpc.program.write(&format!("{}\n", json!([send(1, "a"), quiet, send(2, "b"), send(3, "")])));
    let mut answers = loop {
        let line = rpc.program.json();
        if let Value::Array(answers) = line {
            break answers;
        }
    };
    answers.sort_by_key(|answer| answer["id"].as_u64());
    let outcomes: Vec<_> =
        answers.iter().map(|answer| (&answer["result"]["outcome"], &answer["error"]["code"])).collect();
    let sent_ok = (&json!("sent"), &Value::Null);
    assert_eq!(outcomes, [sent_ok, sent_ok, (&Value::Null, &json!(-32602))]);
    assert_eq!(sent(&mut sim).into_keys().collect::<Vec<_>>(), ["a", "b", "quiet"]);
    // None of them is remembered.
    while rpc.call("status", &json!({}))["result"]["outbox"] != json!({"open": 0, "settled": 0}) {
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn an_own_id_is_sent_once() {
    let mut sim = Sim::start();
    let mut rpc = Rpc::ready(&sim, &[]);
    let send = json!({"to": "filehelper", "text": "once", "client_msg_id": "mine-1"});
    rpc.ask(&json!(1), "send_text", &send);
    rpc.ask(&json!(2), "send_text", &send);
    let first = rpc.answer(&json!(1))["result"].clone();
    assert_eq!((&first["client_msg_id"], &first["outcome"]), (&json!("mine-1"), &json!("sent")));
    assert_eq!(rpc.answer(&json!(2))["result"], first);
    rpc.program.signal("KILL");
    rpc.program.end();
    // What is known is known after a restart too, and told.
    let mut rpc = Rpc::start(&sim, &[]);
    let done = rpc.until("done");
    for member in ["client_msg_id", "msg_id", "outcome", "repeated"] {
        assert_eq!(done[member], first[member], "{done}");
    }
    assert_eq!(rpc.call("send_text", &send)["result"], first);
    rpc.program.close_stdin();
    rpc.program.end().expect(0);
    // `wx listen` leaves it to its program.
    let mut listen = sim.client(&["listen", "--json", "--login"]);
    assert_eq!(listen.until("done").pop().unwrap()["client_msg_id"], "mine-1");
    listen.signal("TERM");
    listen.end().expect(0);
    let mut rpc = Rpc::ready(&sim, &[]);
    assert_eq!(rpc.call("send_text", &send)["result"], first);
    assert_eq!(rpc.call("forget", &json!({"client_msg_id": "mine-1"}))["result"], json!({"forgotten": true}));
    assert_eq!(
        rpc.call("forget", &json!({"client_msg_id": "mine-1"}))["result"],
        json!({"forgotten": false})
    );
    assert_eq!(sent(&mut sim)["once"], 1);
    assert_ne!(rpc.call("send_text", &send)["result"]["msg_id"], first["msg_id"], "it is a new one");
}

#[test]
fn a_send_that_was_killed_is_told_when_it_is_over() {
    let mut sim = Sim::start();
    let mut rpc = Rpc::ready(&sim, &[]);
    sim.command(
        &json!({"cmd": "fault", "kind": "status", "status": 503, "endpoint": "webwxsendmsg", "count": 1000}),
    );
    rpc.ask(&json!(1), "send_text", &json!({"to": "filehelper", "text": "first", "client_msg_id": "mine-1"}));
    rpc.ask(&json!(2), "send_text", &json!({"to": "filehelper", "text": "second"}));
    rpc.until("trouble");
    rpc.program.signal("KILL");
    rpc.program.end();
    sim.command(&json!({"cmd": "clear_faults"}));
    let mut rpc = Rpc::start(&sim, &[]);
    let (first, second) = (rpc.until("done"), rpc.until("done"));
    assert_eq!((&first["client_msg_id"], &first["outcome"]), (&json!("mine-1"), &json!("sent")));
    assert_eq!((&second["outcome"], &second["repeated"]), (&json!("sent"), &json!(false)));
    rpc.program.signal("TERM");
    rpc.program.end().expect(0);
    // Told once, but for the one that has an owner.
    let mut rpc = Rpc::start(&sim, &[]);
    rpc.until("contacts");
    let done: Vec<_> = rpc.events.iter().filter(|event| event["type"] == "done").collect();
    assert_eq!(done.len(), 1, "{done:?}");
    assert_eq!(sent(&mut sim).into_values().collect::<Vec<_>>(), [1, 1]);
}

#[test]
fn without_an_ack_messages_come_again() {
    let mut sim = Sim::start();
    let mut rpc = Rpc::ready(&sim, &["--ack", "manual"]);
    sim.command(&json!({"cmd": "say", "chat": "明哥", "text": "one"}));
    let first = rpc.until("message");
    sim.command(&json!({"cmd": "say", "chat": "明哥", "text": "two"}));
    rpc.program.signal("TERM");
    let ended = rpc.program.end().expect(0);
    assert!(!ended.stdout.contains("\"two\""), "nothing more before the ack: {}", ended.stdout);

    let mut rpc = Rpc::start(&sim, &["--ack", "manual"]);
    let mut texts = BTreeSet::new();
    while texts.len() < 2 {
        let message = rpc.until("message");
        assert!(message["batch"].as_u64() > first["batch"].as_u64(), "{message}");
        texts.insert(message["text"].as_str().unwrap().to_owned());
        if message["last"] == true {
            let batch = &message["batch"];
            assert_eq!(&rpc.call("ack", &json!({"batch": batch}))["result"]["batch"], batch);
        }
    }
    rpc.program.signal("TERM");
    rpc.program.end().expect(0);
    let rpc = Rpc::ready(&sim, &["--ack", "manual"]);
    assert!(!rpc.events.iter().any(|event| event["type"] == "message"), "{:?}", rpc.events);
}

#[test]
fn a_peer_that_does_not_read_loses_nothing() {
    let mut sim = Sim::start();
    let mut rpc = Rpc::of(Program::spawn_unread(sim.prepare(&["rpc", "--login", "-v"])));
    rpc.until("contacts");
    // More answers than the pipe holds.
    for id in 0..1200 {
        rpc.ask(&json!(id), "status", &Value::Null);
    }
    sim.command(&json!({"cmd": "burst", "count": 2000, "rate": 0}));
    let polls = |rpc: &Rpc| rpc.program.stderr().matches("synccheck").count();
    let before = polls(&rpc);
    while polls(&rpc) < before + 4 {
        assert!(rpc.program.is_running());
        std::thread::sleep(Duration::from_millis(50));
    }
    if let Ok(status) = std::fs::read_to_string(format!("/proc/{}/status", rpc.program.id())) {
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        assert!(kib < 100 << 10, "{kib} KiB");
    }
    let messages = |rpc: &Rpc| -> Vec<String> {
        let messages = rpc.events.iter().filter(|event| event["type"] == "message");
        messages.map(|event| event["msg_id"].as_str().unwrap().to_owned()).collect()
    };
    while rpc.answers.len() < 1200 || messages(&rpc).len() < 2000 {
        rpc.step();
    }
    assert_eq!(messages(&rpc).into_iter().collect::<BTreeSet<_>>().len(), 2000);
    rpc.program.signal("TERM");
    rpc.program.end().expect(0);
}
