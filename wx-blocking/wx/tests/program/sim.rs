//! `wx sim`.

use std::time::Duration;

use serde_json::json;

use crate::support::{Sim, run};

#[test]
fn every_line_has_an_answer() {
    let mut sim = Sim::start();
    for (line, ok) in [("{\"cmd\":\"world\"}", true), ("nonsense", false), ("{\"cmd\":\"fly\"}", false)] {
        sim.program.write(&format!("\n{line}\n"));
        assert_eq!(sim.program.json()["ok"], ok, "{line}");
    }
    sim.program.close_stdin();
    std::thread::sleep(Duration::from_millis(300));
    assert!(sim.program.is_running(), "it serves on without its stdin");
    sim.run(&["login"]).expect(0);
    sim.program.signal("TERM");
    let sim_program = sim.program;
    assert_eq!(sim_program.end().expect(0).stdout, "");
}

#[test]
fn a_script_is_played() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("script.jsonl");
    let lines = [
        json!({"at_ms": 0, "cmd": "say", "chat": "明哥", "text": "before the login"}),
        json!({"at_ms": 300, "cmd": "world"}),
    ];
    std::fs::write(&script, lines.map(|line| format!("{line}\n")).concat()).unwrap();
    let mut sim = Sim::with(&["--script", script.to_str().unwrap()]);
    let answer = sim.program.json();
    assert!(answer["ok"] == true && answer["msg_id"].is_string() && answer["at_ms"].is_u64(), "{answer}");
    assert!(sim.program.json()["at_ms"].as_u64().unwrap() >= 300);
}

#[test]
fn the_phone_sends_files() {
    let mut sim = Sim::start();
    let mut listen = sim.client(&["listen", "--json", "--login"]);
    listen.until("ready");
    let file = json!({"cmd": "send_file", "chat": "明哥", "kind": "file", "name": "a.pdf", "size": 70_000});
    let sent = sim.command(&file);
    assert!(sent["md5"].is_string() && sent["size"] == 70_000, "{sent}");
    let seen = listen.until("message");
    let message = seen.last().unwrap();
    assert_eq!((&message["msg_id"], &message["kind"]), (&sent["msg_id"], &json!("file")), "{message}");
    assert_eq!((&message["file_name"], &message["size"]), (&json!("a.pdf"), &json!(70_000)), "{message}");
    assert_eq!(sim.command(&json!({"cmd": "files"})), json!({"ok": true, "files": []}));
}

#[test]
fn the_person_can_be_played_by_hand() {
    let mut sim = Sim::with(&["--scan-after", "never", "--confirm-after", "never"]);
    let mut listen = sim.client(&["listen", "--json", "--login"]);
    listen.until("qr");
    sim.command(&json!({"cmd": "scan"}));
    listen.until("scanned");
    sim.command(&json!({"cmd": "decline"}));
    // A new code after the old one was declined.
    listen.until("qr");
    sim.command(&json!({"cmd": "scan"}));
    sim.command(&json!({"cmd": "confirm"}));
    listen.until("ready");
}

#[test]
fn what_cannot_start_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (ca, bad) = (path("CA.pem"), path("bad"));
    std::fs::write(&bad, "bad").unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for args in [["--state", &bad], ["--script", &bad], ["--port", &port]] {
        let ended = run(&[&["sim", "--ca-out", &ca], &args[..]].concat()).expect(1);
        assert!(ended.stdout.is_empty() && ended.stderr.contains("next:"), "{}", ended.stderr);
    }
}
