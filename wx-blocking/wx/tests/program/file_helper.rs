//! `--profile`: the file helper against its simulated server, and profiles from a file.

use std::fs;

use serde_json::json;

use crate::support::{Sim, bytes, md5, run, run_in, text};

const FLAVOUR: [&str; 2] = ["--profile", "file-helper"];

fn with<'a>(args: &[&'a str]) -> Vec<&'a str> {
    [&FLAVOUR, args].concat()
}

fn start() -> Sim {
    Sim::with(&["--profile", "file-helper", "--scan-after", "50", "--confirm-after", "50"])
}

/// Login, a text each way with echoes on, a restart of the program without a code.
#[test]
fn texts_go_both_ways_and_a_restart_needs_no_code() {
    let mut sim = start();
    sim.command(&json!({"cmd": "echo"}));
    let ended = sim.run(&with(&["login"])).expect(0);
    assert!(ended.stdout.contains("wx --profile file-helper send TEXT"), "{}", ended.stdout);
    assert!(!ended.stdout.contains("contacts:"), "{}", ended.stdout);
    sim.run(&with(&["send", "to the phone"])).expect(0);
    sim.run(&with(&["send", "--to", "filehelper", "to it as well"])).expect(0);
    let sent = sim.command(&json!({"cmd": "sent"}));
    let texts: Vec<_> = sent["sent"].as_array().unwrap().iter().map(|sent| &sent["text"]).collect();
    assert_eq!(texts, ["to the phone", "to it as well"]);

    let said = sim.command(&json!({"cmd": "say", "chat": "filehelper", "text": "from the phone"}));
    let mut listen = sim.client(&with(&["listen", "--json"]));
    let seen = listen.until("message");
    assert!(seen.iter().all(|line| line["type"] != "qr"), "{seen:?}");
    let login = seen.iter().find(|line| line["type"] == "logged_in").unwrap();
    assert_eq!((&login["profile"], &login["resumed"]), (&json!("file-helper"), &json!(true)));
    let message = seen.last().unwrap();
    assert_eq!((&message["msg_id"], &message["text"]), (&said["msg_id"], &json!("from the phone")));
    assert_eq!((&message["chat"], &message["mine"]), (&json!("filehelper"), &json!(false)));
    assert_eq!((&message["from"], &message["to"]), (&login["user_name"], &json!("filehelper")));
    let complaints = sim.command(&json!({"cmd": "complaints"}));
    assert_eq!(complaints["complaints"], json!([]));
}

#[test]
fn the_wrong_region_is_told_and_left() {
    let mut sim = start();
    sim.command(&json!({"cmd": "region", "entry": "szfilehelper.weixin.qq.com"}));
    let mut listen = sim.client(&with(&["listen", "--json", "--login"]));
    let seen = listen.until("ready");
    let wrong = seen.iter().find(|line| line["type"] == "wrong_entry").unwrap();
    assert_eq!(
        *wrong,
        json!({"type": "wrong_entry", "entry": "filehelper.weixin.qq.com", "next": "szfilehelper.weixin.qq.com"})
    );
    assert_eq!(seen.iter().filter(|line| line["type"] == "qr").count(), 2);
    let bad = json!({"cmd": "region", "entry": "wx.qq.com"});
    sim.program.write(&format!("{bad}\n"));
    assert_eq!(sim.program.json()["ok"], false);
}

#[test]
fn other_chats_are_a_mistake_in_the_line() {
    let sim = start();
    sim.run(&with(&["login"])).expect(0);
    let ended = sim.run(&with(&["send", "--to", "明哥", "x"])).expect(2);
    assert!(ended.stderr.contains("filehelper alone") && ended.stderr.contains("--to"), "{}", ended.stderr);
    assert!(run(&["send", "x"]).expect(2).stderr.contains("missing: --to"));
    // A login of one flavour is none for the other.
    let ended = sim.run(&["send", "--to", "filehelper", "x"]).expect(1);
    assert!(ended.stderr.contains("file-helper"), "{}", ended.stderr);
}

/// The phone's messages have a name at once, in the language of the interface.
#[test]
fn what_the_phone_writes_is_shown_under_the_chat_s_name() {
    let mut sim = start();
    sim.run(&with(&["login"])).expect(0);
    for (lang, line) in [("en", "File Transfer: one"), ("zh", "文件传输助手: one")] {
        sim.command(&json!({"cmd": "say", "chat": "filehelper", "text": "one"}));
        let mut listen = sim.client(&with(&["--lang", lang, "listen"]));
        let shown = listen.line();
        assert!(shown.ends_with(&format!("  {line}\n")), "{shown}");
    }
    let mut rpc = sim.client(&with(&["rpc"]));
    rpc.write(&format!(
        "{}\n",
        json!({"jsonrpc": "2.0", "id": 1, "method": "send_text", "params": {"to": "明哥", "text": "x"}})
    ));
    let answer = std::iter::repeat_with(|| rpc.json()).find(|line| line["id"] == 1).unwrap();
    assert_eq!(answer["error"]["data"]["kind"], "unknown_chat", "{answer}");
}

#[test]
fn each_profile_has_its_own_session_file() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().to_str().unwrap();
    let file = |args: &[&str]| {
        let ended = run_in(&[("HOME", home)], &[args, &["status", "--json"]].concat());
        ended.jsons()[0]["path"].as_str().unwrap().to_owned()
    };
    assert!(file(&[]).ends_with("/default/session.json"));
    assert!(file(&FLAVOUR).ends_with("/default/session-file-helper.json"));
}

#[test]
fn a_profile_comes_from_a_file() {
    let sim = start();
    let path = sim.file("mine.toml");
    let path = path.to_str().unwrap();
    fs::write(
        path,
        "flavour = 'file-helper'\nname = 'mine'\n\n[[hosts]]\npage = 'cmfilehelper.weixin.qq.com'\n",
    )
    .unwrap();
    let mut listen = sim.client(&["--profile", path, "listen", "--json", "--login"]);
    let seen = listen.until("ready");
    let login = seen.iter().find(|line| line["type"] == "logged_in").unwrap();
    assert_eq!(login["profile"], "mine");

    fs::write(path, "flavour = 'file-helper'\nhost = 'x'\n").unwrap();
    let ended = run(&["--profile", path, "listen"]).expect(2);
    assert!(ended.stderr.contains("line 2") && ended.stderr.contains("host"), "{}", ended.stderr);
    let ended = run(&["--lang", "zh", "--profile", path, "listen"]).expect(2);
    assert!(ended.stderr.contains("第 2 行"), "{}", ended.stderr);
    let ended = run(&["--profile", "nowhere.toml", "listen"]).expect(2);
    assert!(ended.stderr.contains("cannot read nowhere.toml"), "{}", ended.stderr);
    let ended = run(&["--profile", "desktop", "listen"]).expect(2);
    assert!(ended.stderr.contains("use web, file-helper"), "{}", ended.stderr);
}

/// A file to the own phone, and one from it.
#[test]
fn files_go_both_ways() {
    let mut sim = start();
    let (path, content, folder) = (sim.file("photo.bin"), bytes(1_300_000), sim.file("saved"));
    fs::write(&path, &content).unwrap();
    fs::create_dir(&folder).unwrap();
    sim.run(&with(&["login"])).expect(0);
    let ended = sim.run(&with(&["send", "--file", text(&path)])).expect(0);
    assert!(ended.stdout.starts_with("sent photo.bin (1.3 MB) to "), "{}", ended.stdout);
    let sent = sim.files().pop().unwrap();
    assert_eq!((&sent["name"], &sent["md5"]), (&json!("photo.bin"), &json!(md5(&content))));
    let command =
        json!({"cmd": "send_file", "chat": "filehelper", "name": "../from it.pdf", "size": 1_200_000});
    let file = sim.command(&command);
    let mut listen = sim.client(&with(&["listen", "--json", "--save", text(&folder)]));
    let saved = listen.until("saved").pop().unwrap();
    assert_eq!((&saved["msg_id"], &saved["path"]), (&file["msg_id"], &json!(folder.join("from it.pdf"))));
    assert_eq!(md5(&fs::read(folder.join("from it.pdf")).unwrap()), file["md5"]);
    listen.signal("TERM");
    listen.end().expect(0);
    let id = file["msg_id"].as_str().unwrap();
    sim.run(&with(&["download", id, "--to", text(&folder)])).expect(0);
    assert!(folder.join("from it (2).pdf").exists());
}
