//! How `wx rpc` and other commands end, and what they say when they cannot start.

use std::{collections::BTreeSet, fs};

use serde_json::{Value, json};

use crate::{
    rpc::{Rpc, kind, sent},
    support::{Program, Sim, within_shell, wx},
};

#[test]
fn a_signal_or_the_end_of_stdin_ends_it_without_a_logout() {
    let mut sim = Sim::start();
    for end in ["EOF", "INT", "TERM", "HUP"] {
        let mut rpc = Rpc::ready(&sim, &[]);
        rpc.ask(&json!(1), "send_text", &json!({"to": "明哥", "text": end}));
        if end == "EOF" {
            rpc.program.close_stdin();
        } else {
            rpc.program.signal(end);
        }
        let ended = rpc.program.end().expect(if end == "INT" { 130 } else { 0 });
        assert_eq!(ended.stderr, "", "{end}");
        let answer = ended.jsons().pop().unwrap();
        // The signal may be faster than the call.
        let outcome = answer["result"]["outcome"].as_str().unwrap_or_else(|| kind(&answer));
        let is_sent = sent(&mut sim).contains_key(end);
        assert_eq!(outcome, if is_sent { "sent" } else { "cancelled" }, "{end}: {answer}");
    }
    let mut rpc = Rpc::ready(&sim, &[]);
    let login = rpc.events.iter().find(|event| event["type"] == "logged_in").unwrap();
    assert_eq!(login["resumed"], true);
    assert_eq!(rpc.call("status", &json!({}))["result"]["outbox"], json!({"open": 0, "settled": 0}));
    // Before anything else, too.
    let mut rpc = sim.client(&["rpc", "--login", "--session", "/dev/null/none"]);
    rpc.close_stdin();
    rpc.end().expect(1);
}

#[test]
fn a_term_in_the_middle_of_100_sends_answers_each() {
    let mut sim = Sim::start();
    let mut rpc = Rpc::ready(&sim, &["--send-interval", "200"]);
    for id in 0..100 {
        rpc.ask(&json!(id), "send_text", &json!({"to": "filehelper", "text": format!("text {id}")}));
    }
    rpc.answer(&json!(30));
    rpc.program.signal("TERM");
    let mut all: BTreeSet<u64> = BTreeSet::from([30]);
    let mut told = BTreeSet::from(["text 30".to_owned()]);
    let (mut cancelled, earlier) = (0, std::mem::take(&mut rpc.answers));
    let ended = rpc.program.end().expect(0);
    let lines = ended.jsons();
    for answer in earlier.values().chain(&lines).filter(|line| line.get("id").is_some()) {
        let id = answer["id"].as_u64().unwrap();
        assert!(all.insert(id), "answered twice: {answer}");
        if answer["result"]["outcome"] == "sent" {
            told.insert(format!("text {id}"));
        } else {
            // With a server that answers, none is in doubt.
            assert_eq!(kind(answer), "cancelled");
            cancelled += 1;
        }
    }
    assert_eq!(all.len(), 100);
    assert_eq!(told.len() + cancelled, 100);
    let stored = sent(&mut sim);
    assert_eq!(stored.keys().cloned().collect::<BTreeSet<_>>(), told);
    assert!(stored.values().all(|count| *count == 1));
    // The session is stored, and nothing of it goes out later.
    let mut rpc = Rpc::ready(&sim, &[]);
    assert_eq!(rpc.call("status", &json!({}))["result"]["outbox"], json!({"open": 0, "settled": 0}));
    assert!(!rpc.events.iter().any(|event| event["type"] == "done" || event["type"] == "qr"));
}

#[test]
fn the_end_of_the_session_answers_what_is_under_way() {
    let mut sim = Sim::start();
    let mut rpc = Rpc::ready(&sim, &[]);
    sim.command(&json!({"cmd": "fault", "kind": "lose_request", "endpoint": "webwxsendmsg", "count": 1000}));
    for id in 0..10 {
        rpc.ask(&json!(id), "send_text", &json!({"to": "filehelper", "text": "a"}));
    }
    rpc.until("trouble");
    sim.command(&json!({"cmd": "kick", "retcode": 1101}));
    let ended = rpc.program.end().expect(3);
    for line in ended.jsons() {
        rpc.answers.insert(line["id"].to_string(), line);
    }
    for id in 0..10 {
        let answer = &rpc.answers[&id.to_string()];
        assert!(["unknown_outcome", "session_ended"].contains(&kind(answer)), "{answer}");
    }
}

#[test]
fn a_second_process_says_who_holds_the_session() {
    let sim = Sim::start();
    let rpc = Rpc::ready(&sim, &[]);
    let folder = || {
        let mut files: Vec<_> = fs::read_dir(sim.session().parent().unwrap()).unwrap().flatten().collect();
        files.sort_by_key(fs::DirEntry::file_name);
        let wanted = files.iter().filter(|file| file.file_name().to_str().unwrap().contains("session"));
        wanted
            .map(|file| {
                (
                    file.file_name(),
                    fs::read(file.path()).unwrap(),
                    file.metadata().unwrap().modified().unwrap(),
                )
            })
            .collect::<Vec<_>>()
    };
    // Nothing is stored any more by itself.
    let mut before = folder();
    loop {
        std::thread::sleep(std::time::Duration::from_millis(500));
        let now = folder();
        if now == before {
            break;
        }
        before = now;
    }
    for command in [
        &["rpc", "--login"][..],
        &["listen", "--login"],
        &["send", "--to", "filehelper", "hello"],
        &["logout"],
        &["login"],
    ] {
        let ended = sim.run(command).expect(1);
        assert_eq!(ended.stdout, "");
        let pid = rpc.program.id().to_string();
        assert!(ended.stderr.contains(&pid) && ended.stderr.contains("next:"), "{}", ended.stderr);
        // What holds it, and what works: nobody is sent into a second login.
        for part in ["wx rpc", "send_text", &format!("kill {pid}")] {
            assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
        }
        assert!(!ended.stderr.contains("choose another"), "{}", ended.stderr);
    }
    assert!(folder() == before, "the files are untouched");
}

#[test]
fn a_closed_pipe_ends_it_and_acknowledges_nothing_more() {
    let mut sim = Sim::start();
    let mut rpc = Rpc::ready(&sim, &[]);
    rpc.program.close_stdout();
    let mut said: Vec<Value> = Vec::new();
    while rpc.program.is_running() {
        said.push(sim.command(&json!({"cmd": "say", "chat": "明哥", "text": "hello"}))["msg_id"].clone());
        std::thread::sleep(std::time::Duration::from_millis(300));
    }
    assert_eq!(rpc.program.end().expect(0).stderr, "");
    // The reader here closes the pipe only when it has a line more: that one was read.
    let mut rpc = Rpc::start(&sim, &[]);
    let first = rpc.until("message");
    assert!(said.contains(&first["msg_id"]) && first["msg_id"] != said[0], "{first}");
}

#[test]
fn output_that_cannot_be_written_is_an_error() {
    if !fs::exists("/dev/full").unwrap() {
        return eprintln!("skipped: this system has no /dev/full");
    }
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    sim.command(&json!({"cmd": "say", "chat": "明哥", "text": "hello"}));
    for command in [&["rpc", "--login"][..], &["listen", "--json", "--login"], &["listen", "--login"]] {
        let program = Program::spawn(within_shell("exec \"$@\" >/dev/full", &sim.prepare(command)));
        let ended = program_end(program);
        assert!(ended.contains("No space left") && ended.contains("next:"), "{ended}");
    }
    let mut rpc = Rpc::start(&sim, &[]);
    assert_eq!(rpc.until("message")["text"], "hello", "it was not acknowledged");
}

/// Waits for a failure without closing stdin before.
fn program_end(mut program: Program) -> String {
    while program.is_running() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    program.end().expect(1).stderr
}

#[test]
fn a_full_disk_is_told_and_nothing_is_sent() {
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    let before = fs::read(sim.session()).unwrap();
    // No file may grow beyond one block: enough for the lock, not for a session.
    let script = "trap '' 25; ulimit -f 1; exec \"$@\"";
    let mut rpc = Rpc::of(Program::spawn(within_shell(script, &sim.prepare(&["rpc", "--login"]))));
    let trouble = rpc.until("trouble");
    assert_eq!(trouble["cause"], "the session could not be stored");
    let answer = rpc.call("send_text", &json!({"to": "filehelper", "text": "a"}));
    assert_eq!(kind(&answer), "not_online");
    rpc.program.signal("TERM");
    let ended = rpc.program.end().expect(1);
    assert!(
        ended.stderr.contains("session.json") && ended.stderr.contains("next: free some space"),
        "{}",
        ended.stderr
    );
    assert!(fs::read(sim.session()).unwrap() == before, "the last whole session stays");
    assert_eq!(sim.command(&json!({"cmd": "sent"}))["sent"], json!([]));
}

#[test]
fn without_a_place_for_the_session_each_call_is_answered_all_the_same() {
    let sim = Sim::start();
    let folder = sim.file("gone");
    let session = folder.join("session.json");
    let mut rpc = Rpc::ready(&sim, &["--session", session.to_str().unwrap()]);
    fs::remove_dir_all(&folder).unwrap();
    // Else it would be made again.
    fs::write(&folder, "").unwrap();
    rpc.ask(&json!(1), "send_text", &json!({"to": "filehelper", "text": "a"}));
    rpc.until("trouble");
    rpc.program.signal("TERM");
    let ended = rpc.program.end().expect(1);
    let answer = ended.jsons().into_iter().find(|line| line["id"] == 1).unwrap();
    assert_eq!(kind(&answer), "unknown_outcome");
    assert!(ended.stderr.contains("the session was not stored"), "{}", ended.stderr);
}

#[test]
fn what_cannot_start_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let inside = file.join("session.json");
    for command in ["rpc", "listen", "login"] {
        // A folder that cannot be made, one in which nothing can be written, and none at all.
        for session in [inside.to_str().unwrap(), "/proc/session.json"] {
            let ended = Program::spawn(wx(&[command, "--session", session])).end().expect(1);
            assert!(ended.stderr.contains(session.trim_end_matches("/session.json")), "{}", ended.stderr);
            assert!(ended.stderr.contains("next:") && ended.stderr.contains("--session"), "{}", ended.stderr);
            assert_eq!(ended.stdout, "");
        }
        let ended = Program::spawn(wx(&[command])).end().expect(1);
        assert!(ended.stderr.contains("HOME") && ended.stderr.contains("next:"), "{}", ended.stderr);
    }
}
