//! The log.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::Sim;

/// Every text and every long number in `value` that the server or the client keeps to itself.
fn secrets(value: &Value, name: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| secrets(value, name, found)),
        Value::Array(items) => items.iter().for_each(|item| secrets(item, name, found)),
        Value::String(text)
            if SECRET.iter().any(|secret| name.to_lowercase().contains(secret)) && text.len() >= 4 =>
        {
            found.insert(text.clone());
        }
        Value::Number(number) if name == "uin" => {
            found.insert(number.to_string());
        }
        Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => {}
    }
}

const SECRET: [&str; 8] = ["sid", "skey", "ticket", "cookie", "value", "uuid", "token", "device"];

#[test]
fn no_secret_of_a_session_is_in_the_log() {
    let mut sim = Sim::start();
    for (more, variable) in [("-vv", None), ("-v", None), ("--color=never", Some(("RUST_LOG", "trace")))] {
        let mut listen = sim.client_in(variable.as_slice(), &["listen", "--json", "--login", more]);
        listen.until("contacts");
        let said = sim.command(&json!({"cmd": "say", "chat": "明哥", "text": "a private text"}));
        assert_eq!(listen.json()["msg_id"], said["msg_id"]);
        sim.command(&json!({"cmd": "fault", "kind": "ret", "ret": -1, "endpoint": "synccheck"}));
        sim.command(
            &json!({"cmd": "say", "chat": "周末爬山", "from": "老王", "text": "another private text"}),
        );
        listen.until("message");
        listen.signal("TERM");
        let mut log = listen.end().expect(0).stderr;
        let send = sim.client_in(variable.as_slice(), &["send", "--to", "明哥", "a private answer", more]);
        // The rest is for the person, who may see names.
        let is_log = |line: &&str| line.starts_with("20");
        log.extend(send.end().expect(0).stderr.split_inclusive('\n').filter(is_log));
        assert!(log.lines().count() >= 10 && log.contains("webwxsync"), "{more}: {log}");

        let mut found = BTreeSet::new();
        for file in [sim.session(), sim.file("state.json")] {
            let stored: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
            secrets(&stored, "", &mut found);
        }
        assert!(found.len() >= 8, "{found:?}");
        found.extend(
            ["a private text", "another private text", "a private answer", "测试"].map(str::to_owned),
        );
        for secret in &found {
            assert!(!log.contains(secret.as_str()), "{more}: {secret} is in the log:\n{log}");
        }
        sim.run(&["logout"]).expect(0);
    }
}

#[test]
fn without_being_asked_nothing_is_logged() {
    let sim = Sim::start();
    let mut listen = sim.client(&["listen", "--json", "--login"]);
    listen.until("ready");
    listen.signal("TERM");
    assert_eq!(listen.end().expect(0).stderr, "");
    let log = sim.client_in(&[("RUST_LOG", "wx_blocking=debug")], &["login"]).end().expect(0).stderr;
    assert!(log.contains("DEBUG wx_blocking"), "{log}");
    assert!(!log.contains('\u{1b}'), "no colours in a file: {log}");
}
