//! `wx logout`, and what is known of a session that ended.

use serde_json::{Value, json};

use crate::{rpc::Rpc, support::Sim};

fn status(sim: &Sim, code: i32) -> Value {
    sim.run(&["status", "--json"]).expect(code).jsons().remove(0)
}

#[test]
fn without_the_servers_answer_the_login_stays() {
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    sim.stop();
    let ended = sim.run(&["logout"]).expect(1);
    assert_eq!(ended.stdout, "");
    for part in ["did not confirm", "is kept", "next:", "wx logout --local"] {
        assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
    }
    assert_eq!(status(&sim, 0)["logged_in"], true);
    // The session there lives on, and so does the login here.
    sim.start_again();
    sim.run(&["send", "--to", "filehelper", "still here"]).expect(0);
    let ended = sim.run(&["logout"]).expect(0);
    assert!(ended.stdout.starts_with("logged out"), "{}", ended.stdout);
    assert_eq!(status(&sim, 3)["logged_in"], false);
}

#[test]
fn a_lost_answer_is_asked_for_again() {
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    sim.command(&json!({"cmd": "fault", "kind": "lose_reply", "endpoint": "webwxlogout", "count": 1}));
    sim.run(&["logout"]).expect(0);
}

#[test]
fn local_forgets_it_here_only() {
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    sim.stop();
    let ended = sim.run(&["logout", "--local"]).expect(0);
    assert!(ended.stdout.contains("forgotten here"), "{}", ended.stdout);
    let session = std::fs::read_to_string(sim.session()).unwrap();
    assert!(!session.contains("webwx_data_ticket") && !session.contains("@crypt_"), "no tokens are left");
    sim.run(&["logout", "--local"]).expect(3);
}

#[test]
fn a_call_gets_the_same_answer() {
    let mut sim = Sim::start();
    let mut rpc = Rpc::ready(&sim, &[]);
    sim.command(&json!({"cmd": "fault", "kind": "status", "endpoint": "webwxlogout", "count": 3}));
    let answer = rpc.call("logout", &json!({}));
    assert_eq!(crate::rpc::kind(&answer), "unknown_outcome", "{answer}");
    // It goes on with the login.
    rpc.events.clear();
    rpc.until("ready");
    assert!(rpc.events.iter().all(|event| event["type"] != "qr"), "{:?}", rpc.events);
    let sent = rpc.call("send_text", &json!({"to": "filehelper", "text": "x"}));
    assert_eq!(sent["result"]["outcome"], "sent", "{sent}");
    assert_eq!(rpc.call("logout", &json!({}))["result"], json!({"logged_out": true}));
    rpc.program.end().expect(0);
}

#[test]
fn status_says_since_when_and_why() {
    let mut sim = Sim::start();
    let mut listen = sim.client(&["listen", "--json", "--login"]);
    listen.until("ready");
    sim.command(&json!({"cmd": "kick", "retcode": 1101}));
    listen.end().expect(3);
    let ended = sim.run(&["status"]).expect(3);
    for part in ["none; the last session ended at ", "1101", "wx login"] {
        assert!(ended.stdout.contains(part), "{part}: {}", ended.stdout);
    }
    assert_eq!(ended.stderr, "");
    let line = status(&sim, 3);
    assert_eq!((&line["end_reason"], &line["end_code"]), (&json!("kicked"), &json!(1101)), "{line}");
    assert!(line["ended"].as_u64().is_some_and(|at| at > 1_700_000_000), "{line}");
    // Whoever wants to use it is told the same.
    let ended = sim.run(&["send", "--to", "filehelper", "x"]).expect(3);
    for part in ["the session ended at ", "1101", "wx login"] {
        assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
    }
    sim.run(&["login"]).expect(0);
    assert_eq!(status(&sim, 0).get("ended"), None);
}

/// With nobody there to scan it no code is printed, and none after it.
#[test]
fn without_a_terminal_no_code_is_shown_unasked() {
    let mut sim = Sim::start();
    for command in [&["listen"][..], &["listen", "--json"], &["rpc"]] {
        let ended = sim.run(command).expect(3);
        assert_eq!(ended.stdout, "", "{command:?}");
        assert!(ended.stderr.contains("wx login") && ended.stderr.contains("--login"), "{}", ended.stderr);
        assert!(!ended.stderr.contains("http"), "{}", ended.stderr);
    }
    // The same when the server does not accept what is stored.
    for command in [&["listen", "--json"][..], &["rpc"]] {
        sim.run(&["login"]).expect(0);
        sim.command(&json!({"cmd": "kick", "retcode": 1101}));
        let mut program = sim.client(command);
        let mut told = String::new();
        while !told.contains("\"logged_out\"") {
            told += &program.line();
        }
        let ended = program.end().expect(3);
        assert!(!told.contains("\"qr\"") && ended.stdout.is_empty(), "{told}{}", ended.stdout);
        assert!(ended.stderr.contains("next:"), "{}", ended.stderr);
    }
    let mut listen = sim.client(&["listen", "--json", "--login"]);
    listen.until("qr");
}
