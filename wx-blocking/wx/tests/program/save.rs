//! `wx listen --save`.

use std::{collections::BTreeMap, fs};

use serde_json::{Value, json};

use crate::support::{Sim, md5, text};

#[test]
fn hostile_names_end_inside_the_folder() {
    let mut sim = Sim::start();
    let emoji = "\u{1f469}\u{1f3fd}".repeat(38);
    let names = [
        "../../x",
        "C:\\x",
        "a\r\nb",
        &emoji,
        "CON",
        "-rf",
        ".bashrc",
        "photo\u{202e}gpj.exe",
        "report.pdf",
        "report.pdf",
        "\u{1b}[31mred",
        "..",
        "/etc/passwd",
    ];
    let folder = sim.file("saved");
    fs::create_dir(&folder).unwrap();
    sim.run(&["login"]).expect(0);
    let mut md5s: BTreeMap<String, Value> = BTreeMap::new();
    for (size, name) in (40_000_u64..).zip(names) {
        let file = sim.send_file("file", name, size);
        md5s.insert(file["msg_id"].as_str().unwrap().to_owned(), file["md5"].clone());
    }
    let mut listen = sim.client(&["listen", "--json", "--save", text(&folder)]);
    let mut saved = Vec::new();
    for _ in names {
        saved.push(listen.until("saved").pop().unwrap());
    }
    listen.signal("TERM");
    listen.end().expect(0);
    for one in &saved {
        let path = std::path::Path::new(one["path"].as_str().unwrap());
        assert_eq!(path.parent(), Some(&*folder), "{one}");
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(!name.starts_with(['.', '-']) && name.len() <= 255, "{name:?}");
        assert!(
            !name.chars().any(|char| char.is_control() || ('\u{202a}'..='\u{202e}').contains(&char)),
            "{name:?}"
        );
        assert_eq!(&md5(&fs::read(path).unwrap()), &md5s[one["msg_id"].as_str().unwrap()], "{name:?}");
    }
    let mut there: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    there.sort();
    assert_eq!(there.len(), names.len(), "{there:?}");
    for name in
        ["x", "x (2)", "ab", "_CON", "rf", "bashrc", "photogpj.exe", "report.pdf", "report (2).pdf", "passwd"]
    {
        assert!(there.iter().any(|there| there == name), "{name}: {there:?}");
    }
    assert!(!sim.file("x").exists());
}

#[test]
fn no_message_waits_for_a_file() {
    let mut sim = Sim::start();
    let folder = sim.file("saved");
    fs::create_dir(&folder).unwrap();
    sim.run(&["login"]).expect(0);
    sim.slow("webwxgetmedia", 20);
    let mut listen = sim.client(&["listen", "--json", "--save", text(&folder)]);
    listen.until("ready");
    let file = sim.send_file("file", "large.bin", 8 << 20);
    let down = listen.until("transfer").pop().unwrap();
    assert_eq!(
        (&down["direction"], &down["msg_id"], &down["total"]),
        (&json!("down"), &file["msg_id"], &json!(8 << 20))
    );
    for number in 0..3 {
        let said = sim.command(&json!({"cmd": "say", "chat": "明哥", "text": number.to_string()}));
        let until = listen.until("message");
        assert_eq!(until.last().unwrap()["msg_id"], said["msg_id"]);
        assert!(until.iter().all(|line| line["type"] != "saved"), "{until:?}");
    }
    // What is not there yet is named at the end, and nothing is left of it.
    listen.signal("TERM");
    let ended = listen.end().expect(0);
    let last = ended.jsons().pop().unwrap();
    assert_eq!(
        (&last["type"], &last["msg_id"], &last["kind"]),
        (&json!("not_saved"), &file["msg_id"], &json!("cancelled"))
    );
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    // It can still be fetched.
    sim.command(&json!({"cmd": "clear_faults"}));
    sim.run(&["download", file["msg_id"].as_str().unwrap(), "--to", text(&folder)]).expect(0);
    assert_eq!(md5(&fs::read(folder.join("large.bin")).unwrap()), file["md5"]);
}

#[test]
fn people_are_told_where_files_are() {
    let mut sim = Sim::start();
    let folder = sim.file("saved");
    fs::create_dir(&folder).unwrap();
    sim.run(&["login"]).expect(0);
    let mut listen = sim.client(&["listen", "--save", text(&folder)]);
    for kind in ["image", "voice", "video", "emoticon", "file"] {
        sim.send_file(kind, "a.pdf", 30_000);
        let message = listen.line();
        assert!(message.contains("明哥: ["), "{message}");
        let saved = listen.line();
        assert!(saved.starts_with("saved ") && saved.ends_with(" (30.0 kB)\n"), "{kind}: {saved}");
    }
    sim.command(&json!({"cmd": "fault", "kind": "empty", "endpoint": "webwxgetmedia", "count": 100}));
    let file = sim.send_file("file", "gone.pdf", 30_000);
    listen.line();
    let start = std::time::Instant::now();
    let hint = format!("wx download {}", file["msg_id"].as_str().unwrap());
    while !listen.stderr().contains(&hint) {
        assert!(start.elapsed() < crate::support::PATIENCE, "{}", listen.stderr());
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert!(
        listen.stderr().contains("not saved: gone.pdf: the server has nothing there"),
        "{}",
        listen.stderr()
    );
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 5);
    let missing = sim.file("missing");
    listen.signal("TERM");
    listen.end().expect(0);
    let ended = sim.run(&["listen", "--save", text(&missing)]).expect(1);
    assert!(ended.stderr.contains("no folder") && ended.stderr.contains("make it first"), "{}", ended.stderr);
}
