//! The examples in other languages, as they stand in `examples/` and in the README.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::support::{PATIENCE, Program, Sim};

/// The file of an example, and its interpreter if it is on this machine.
fn example(name: &str, interpreter: &str) -> Option<(PathBuf, &'static str)> {
    let interpreter = match interpreter {
        "node" => "node",
        _ => "python3",
    };
    let there =
        Command::new(interpreter).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !there.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED: {name} was not tested, because there is no {interpreter} on this machine");
        return None;
    }
    Some((Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name), interpreter))
}

#[test]
fn ten_lines_answer_a_ping() {
    for (name, interpreter) in [("rpc.py", "python3"), ("rpc.mjs", "node")] {
        let Some((file, interpreter)) = example(name, interpreter) else { continue };
        let mut sim = Sim::start();
        sim.run(&["login"]).expect(0);
        let wx = sim.prepare(&["rpc", "--login"]);
        let mut command = Command::new(interpreter);
        command.arg(&file).arg(wx.get_program()).args(wx.get_args());
        let mut program = Program::spawn(command);
        sim.command(&json!({"cmd": "say", "chat": "明哥", "text": "ping"}));
        let start = Instant::now();
        while sim.command(&json!({"cmd": "sent"}))["sent"][0]["text"] != "pong" {
            assert!(start.elapsed() < PATIENCE && program.is_running(), "{name}: {}", program.stderr());
            thread::sleep(Duration::from_millis(50));
        }
        program.signal("KILL");
        wait_for_the_lock(&sim);
    }
}

#[test]
fn the_readme_shows_the_examples() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("../../README.md")).unwrap();
    for name in ["rpc.py", "rpc.mjs"] {
        let text = std::fs::read_to_string(root.join("examples").join(name)).unwrap();
        assert!(readme.contains(&text), "README.md does not hold the text of examples/{name}");
    }
}

#[test]
fn a_bot_that_is_killed_ten_times_answers_each_message_once() {
    const MESSAGES: usize = 1000;
    const KILLS: usize = 10;
    let Some((file, python)) = example("echo_bot.py", "python3") else { return };
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    let journal = sim.file("journal.db");
    let start = |sim: &Sim| {
        let wx = sim.prepare(&["rpc", "--ack", "manual", "--send-interval", "0"]);
        let mut command = Command::new(python);
        command.arg(&file).arg(&journal).arg(wx.get_program()).args(wx.get_args());
        Program::spawn(command)
    };
    let mut bot = start(&sim);
    sim.command(&json!({"cmd": "burst", "count": MESSAGES, "rate": 0}));
    let (mut kills, began) = (0, Instant::now());
    loop {
        assert!(began.elapsed() < 4 * PATIENCE, "{kills} kills; {}", bot.stderr());
        let sent = count(&mut sim, "sent").len();
        if kills < KILLS && sent >= (kills + 1) * MESSAGES / (KILLS + 2) {
            let wx = std::fs::read_to_string(sim.file("session.json.lock")).unwrap();
            // Both at once, the one or the other.
            if kills % 3 != 1 {
                kill(wx.trim());
            }
            if kills % 3 != 2 {
                bot.signal("KILL");
            }
            kills += 1;
        }
        if !bot.is_running() {
            // While the session is still held by a `wx` whose bot was killed, the next one ends at once.
            bot = start(&sim);
        }
        if sent >= MESSAGES && answered(python, &journal).len() == MESSAGES {
            break;
        }
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(kills, KILLS);
    // By the bot's journal and by the server's record: every message, and each once.
    let outcomes = answered(python, &journal);
    let delivered = count(&mut sim, "delivered");
    assert_eq!(outcomes.keys().collect::<Vec<_>>(), delivered.keys().collect::<Vec<_>>());
    assert!(outcomes.values().all(|outcome| outcome == "sent"), "{outcomes:?}");
    let sent = sim.command(&json!({"cmd": "sent"}));
    let mut texts = BTreeMap::new();
    for sent in sent["sent"].as_array().unwrap() {
        assert_eq!(sent["count"], 1, "{sent}");
        *texts.entry(sent["text"].as_str().unwrap().to_owned()).or_insert(0) += 1;
    }
    let expected = (1..=MESSAGES).map(|number| (format!("{number}/{MESSAGES}"), 1));
    assert_eq!(texts, expected.collect());
    bot.signal("KILL");
    wait_for_the_lock(&sim);
}

/// How often each message was sent or delivered, by its id.
fn count(sim: &mut Sim, what: &str) -> BTreeMap<String, u64> {
    let answer = sim.command(&json!({"cmd": what}));
    let list = answer[what].as_array().unwrap().iter();
    list.map(|one| (one["msg_id"].as_str().unwrap().to_owned(), one["count"].as_u64().unwrap())).collect()
}

/// What the bot wrote down as over, by message id.
fn answered(python: &str, journal: &Path) -> BTreeMap<String, String> {
    let script = "import json, sqlite3, sys\n\
                  rows = sqlite3.connect(sys.argv[1]).execute('SELECT id, outcome FROM messages WHERE outcome IS NOT NULL')\n\
                  print(json.dumps(dict(rows.fetchall())))";
    let output = Command::new(python).args(["-c", script]).arg(journal).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

fn kill(pid: &str) {
    // It may be gone.
    let _ = Command::new("kill").args(["-KILL", pid]).stderr(Stdio::null()).status();
}

/// The bot's `wx` notices that nobody is there and ends by itself.
fn wait_for_the_lock(sim: &Sim) {
    let lock = std::fs::File::open(sim.file("session.json.lock")).unwrap();
    let start = Instant::now();
    while lock.try_lock().is_err() {
        assert!(start.elapsed() < PATIENCE);
        thread::sleep(Duration::from_millis(20));
    }
}
