//! `wx listen --exec`.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::{PATIENCE, Program, Sim};

/// Waits until `path` holds so many lines.
fn lines(path: &Path, count: usize, program: &Program) -> Vec<String> {
    let start = Instant::now();
    loop {
        let text = fs::read_to_string(path).unwrap_or_default();
        if text.lines().count() >= count {
            return text.lines().map(str::to_owned).collect();
        }
        assert!(start.elapsed() < PATIENCE, "{text}; {}", program.stderr());
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_command_gets_each_message_in_turn() {
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    let log = sim.file("log");
    let script = format!(
        "read -r line; printf '%s %s %s\\n%s\\n' \"$WX_KIND\" \"$WX_CHAT\" \"${{WX_TEXT-none}}\" \"$line\" >>'{}'; echo out; \
         case $line in *two*) exit 3;; esac",
        log.display()
    );
    let mut listen = sim.client(&["listen", "--json", "--login", "--exec", &script]);
    listen.until("contacts");
    let hostile = "one $(touch hacked) `x` \\\" ' \u{202e}";
    let said: Vec<Value> = [hostile, "two", "three"]
        .iter()
        .map(|text| sim.command(&json!({"cmd": "say", "chat": "明哥", "text": text}))["msg_id"].clone())
        .collect();
    let log = lines(&log, 10, &listen);
    // The second fails three times.
    for (id, runs) in said.iter().zip([0..1, 1..4, 4..5]) {
        let shown = listen.until("message").pop().unwrap();
        for at in runs {
            let taken: Value = serde_json::from_str(&log[2 * at + 1]).unwrap();
            assert_eq!((&shown["msg_id"], &taken), (id, &shown));
            assert_eq!(log[2 * at], format!("text {} none", shown["chat"].as_str().unwrap()));
        }
    }
    listen.signal("TERM");
    let ended = listen.end().expect(0);
    assert!(ended.stderr.contains("out\n"), "{}", ended.stderr);
    for part in ["exit status: 3; run 1 of 3", "run 2 of 3", "3 runs failed, the message is passed by"] {
        assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
    }
    // Failed or not, they are acknowledged, and what the command printed was not sent.
    let mut listen = sim.client(&["listen", "--json", "--login"]);
    assert!(listen.until("contacts").iter().all(|event| event["type"] != "message"));
    assert_eq!(sim.command(&json!({"cmd": "sent"}))["sent"], json!([]));
}

#[test]
fn with_reply_its_output_is_the_answer() {
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    let script = "read -r line; case $line in *quiet*) ;; *fail*) echo no; exit 1;; *) printf '你好\\n$HOME\\n\\n';; esac";
    let mut listen = sim.client(&["listen", "--exec", script, "--reply"]);
    for text in ["quiet", "fail", "hello"] {
        sim.command(&json!({"cmd": "say", "chat": "周末爬山", "from": "老王", "text": text}));
    }
    let start = Instant::now();
    let sent = loop {
        let sent = sim.command(&json!({"cmd": "sent"}))["sent"].as_array().unwrap().clone();
        if !sent.is_empty() {
            break sent;
        }
        assert!(start.elapsed() < PATIENCE && listen.is_running(), "{}", listen.stderr());
        thread::sleep(Duration::from_millis(50));
    };
    assert_eq!((&sent[0]["text"], &sent[0]["to_name"]), (&json!("你好\n$HOME"), &json!("周末爬山")));
    listen.signal("TERM");
    let ended = listen.end().expect(0);
    assert!(ended.stderr.contains("the command failed"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("earlier run"), "{}", ended.stderr);
    // Nothing of it is left to tell.
    let mut listen = sim.client(&["listen", "--json", "--login"]);
    let events = listen.until("contacts");
    assert!(events.iter().all(|event| event["type"] != "message" && event["type"] != "done"), "{events:?}");
    assert_eq!(sim.command(&json!({"cmd": "sent"}))["sent"].as_array().unwrap().len(), 1);
}

#[test]
fn a_signal_stops_the_command_and_its_message_comes_again() {
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    let pids = sim.file("pids");
    // Not only the shell has to go.
    let script = format!("sleep 1000 & echo $! >>'{0}'; echo $$ >>'{0}'; wait", pids.display());
    let listen = sim.client(&["listen", "--exec", &script]);
    sim.command(&json!({"cmd": "say", "chat": "明哥", "text": "again"}));
    let pids = lines(&pids, 2, &listen);
    listen.signal("TERM");
    let ended = listen.end().expect(0);
    assert_eq!(ended.stderr.matches("exec:").count(), 0, "{}", ended.stderr);
    let start = Instant::now();
    for pid in pids {
        let alive =
            || Command::new("kill").args(["-0", &pid]).stderr(Stdio::null()).status().unwrap().success();
        // A process that nobody waits for any more may be listed for a moment.
        while alive() && !is_dead(&pid) {
            assert!(start.elapsed() < PATIENCE, "{pid} is still there");
            thread::sleep(Duration::from_millis(20));
        }
    }
    let mut listen = sim.client(&["listen", "--json", "--login"]);
    assert_eq!(listen.until("message").pop().unwrap()["text"], "again");
}

/// A command that hangs is stopped when its time is over; meanwhile others are shown, and none of them is acknowledged.
#[test]
fn a_slow_command_holds_nothing_up() {
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    let script = "read -r line; case $line in *slow*) sleep 1000;; esac";
    let mut args = vec!["listen", "--json", "--exec", script, "--exec-timeout", "4"];
    let mut listen = sim.client(&args);
    listen.until("contacts");
    let start = Instant::now();
    for text in ["slow", "one", "two"] {
        sim.command(&json!({"cmd": "say", "chat": "明哥", "text": text}));
        assert_eq!(listen.until("message").pop().unwrap()["text"], text);
    }
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
    listen.signal("TERM");
    listen.end().expect(0);

    // They all come again; then the hanging one is passed by, and the others are acknowledged with it.
    args.pop();
    args.push("1");
    let mut listen = sim.client(&args);
    for text in ["slow", "one", "two"] {
        assert_eq!(listen.until("message").pop().unwrap()["text"], text);
    }
    while !listen.stderr().contains("passed by") {
        assert!(start.elapsed() < PATIENCE, "{}", listen.stderr());
        thread::sleep(Duration::from_millis(50));
    }
    assert!(listen.stderr().contains("longer than 1 s (--exec-timeout)"), "{}", listen.stderr());
    thread::sleep(Duration::from_secs(1));
    listen.signal("TERM");
    listen.end().expect(0);
    let mut listen = sim.client(&["listen", "--json"]);
    let events = listen.until("contacts");
    assert!(events.iter().all(|event| event["type"] != "message"), "{events:?}");
}

/// Ended, but still listed.
fn is_dead(pid: &str) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| stat.contains(") Z "))
}
