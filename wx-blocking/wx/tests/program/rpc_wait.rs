//! `wx rpc`: what waits, and how much of it may.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    rpc::{Rpc, kind, sent},
    support::{Program, Sim},
};

/// With a login, calls before `ready` are carried out once it is there.
#[test]
fn calls_before_ready_wait_for_it() {
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    sim.stop();
    let mut rpc = Rpc::start(&sim, &[]);
    rpc.ask(&json!(1), "send_text", &json!({"to": "filehelper", "text": "one"}));
    rpc.ask(&json!(2), "send_text", &json!({"to": "明哥", "text": "two"}));
    rpc.ask(&json!(3), "contacts", &json!({"query": "明"}));
    rpc.ask(&json!(4), "send_text", &json!({"to": "明哥", "text": "three"}));
    assert_eq!(rpc.call("status", &Value::Null)["result"]["phase"], "starting");
    // As many as there is room for.
    for id in 5..=256 {
        rpc.ask(&json!(id), "send_text", &json!({"to": "nobody", "text": "x"}));
    }
    rpc.ask(&json!(257), "send_text", &json!({"to": "filehelper", "text": "too many"}));
    assert_eq!(kind(&rpc.answer(&json!(257))), "outbox_full");
    assert_eq!(rpc.answers.len(), 0, "{:?}", rpc.answers);
    sim.start_again();
    for id in [1, 2, 4] {
        let answer = rpc.answer(&json!(id));
        assert_eq!(answer["result"]["outcome"], "sent", "{answer}");
    }
    assert_eq!(rpc.answer(&json!(3))["result"]["contacts"].as_array().unwrap().len(), 1);
    assert_eq!(kind(&rpc.answer(&json!(256))), "unknown_chat");
    let sent = sent(&mut sim);
    assert_eq!(
        sent.into_iter().collect::<Vec<_>>(),
        [("one", 1), ("three", 1), ("two", 1)].map(|(text, count)| (text.to_owned(), count))
    );
}

/// Without one they are told so, and those that waited when the stored one turned out to be over as well.
#[test]
fn without_a_login_nothing_waits() {
    let mut sim = Sim::start();
    for (args, expected) in [(&["--login"][..], "not_online"), (&["--ack", "manual"], "session_ended")] {
        sim.run(&["login"]).expect(0);
        sim.command(&json!({"cmd": "kick", "retcode": 1101}));
        sim.stop();
        let mut rpc = if args[0] == "--login" {
            Rpc::start(&sim, &[])
        } else {
            Rpc::of(sim.client(&[&["rpc"], args].concat()))
        };
        rpc.ask(&json!(1), "send_text", &json!({"to": "filehelper", "text": "x"}));
        rpc.ask(&json!(2), "contacts", &json!({}));
        assert_eq!(rpc.call("status", &Value::Null)["result"]["phase"], "starting");
        sim.start_again();
        for id in [1, 2] {
            assert_eq!(kind(&rpc.answer(&json!(id))), expected);
        }
        rpc.program.signal("KILL");
        rpc.program.end();
    }
}

/// One message asked for again and again while nothing can be sent: its callers are bounded, and each has an answer.
#[test]
fn those_who_wait_for_one_message_are_bounded() {
    const CALLS: u64 = 1100;
    let mut sim = Sim::start();
    let mut rpc = Rpc::ready(&sim, &[]);
    sim.stop();
    rpc.until("offline");
    for id in 0..CALLS {
        rpc.ask(&json!(id), "send_text", &json!({"to": "filehelper", "text": "x", "client_msg_id": "mine"}));
    }
    for id in 1024..CALLS {
        assert_eq!(kind(&rpc.answer(&json!(id))), "outbox_full");
    }
    assert_eq!(rpc.answers.len(), 0);
    sim.start_again();
    for id in 0..1024 {
        assert_eq!(rpc.answer(&json!(id))["result"]["client_msg_id"], "mine");
    }
    assert_eq!(sent(&mut sim)["x"], 1);
}

/// A peer that only talks: notifications take no memory, and do not fill the log.
#[test]
fn a_flood_of_notifications_leaves_nothing_behind() {
    let sim = Sim::start();
    sim.run(&["login"]).expect(0);
    let mut rpc = Rpc::of(Program::spawn_unread(sim.prepare(&["rpc"])));
    rpc.until("contacts");
    let memory = |rpc: &Rpc| {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", rpc.program.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.map_or(0, |line| line.split_whitespace().next().unwrap().parse::<u64>().unwrap())
    };
    let before = memory(&rpc);
    let lines = concat!(
        r#"{"jsonrpc":"2.0","method":"nope"}"#,
        "\n",
        r#"{"jsonrpc":"2.0","method":"status"}"#,
        "\n",
        r#"{"jsonrpc":"2.0","method":"forget","params":{"client_msg_id":"x"}}"#,
        "\n",
        r#"[{"jsonrpc":"2.0","method":"send_text"}]"#,
        "\n",
    )
    .repeat(500);
    for _ in 0..100 {
        rpc.program.write(&lines);
    }
    assert_eq!(rpc.call("status", &Value::Null)["result"]["phase"], "online");
    let grown = memory(&rpc).saturating_sub(before);
    assert!(grown < 10 << 10, "{grown} KiB");
    let warnings = rpc.program.stderr().lines().count();
    assert!((1..40).contains(&warnings), "{}", rpc.program.stderr());
    rpc.program.signal("TERM");
    std::thread::sleep(Duration::from_millis(100));
    rpc.program.end().expect(0);
}
