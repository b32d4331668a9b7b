//! `wx download`.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Sim, md5, text};

/// Lets `wx listen` see what is there, up to the message of this id.
fn see(sim: &Sim, msg_id: &Value) {
    let mut listen = sim.client(&["listen", "--json", "--login"]);
    // The names of chats come with the contacts, before or after.
    let (mut is_seen, mut has_names) = (false, false);
    while !is_seen || !has_names {
        let line = listen.json();
        is_seen |= &line["msg_id"] == msg_id;
        has_names |= line["type"] == "contacts";
    }
    listen.signal("TERM");
    listen.end().expect(0);
}

fn names(folder: &std::path::Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_file_that_was_seen_can_be_fetched_later() {
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    let ended = sim.run(&["download"]).expect(0);
    assert!(ended.stdout.is_empty() && ended.stderr.contains("nothing to fetch"), "{}", ended.stderr);
    let file = sim.send_file("file", "route.pdf", 3_000_000);
    let picture = sim.send_file("image", "", 90_000);
    see(&sim, &picture["msg_id"]);
    let listed = sim.run(&["download", "--json"]).expect(0).jsons();
    assert_eq!(listed.len(), 2);
    assert_eq!(
        (&listed[0]["msg_id"], &listed[0]["file_name"], &listed[0]["size"], &listed[0]["chat_name"]),
        (&file["msg_id"], &json!("route.pdf"), &json!(3_000_000), &json!("明哥"))
    );
    let text_list = sim.run(&["download"]).expect(0).stdout;
    assert!(text_list.contains("route.pdf (3.0 MB)") && text_list.contains("image"), "{text_list}");

    let folder = sim.file("files");
    fs::create_dir(&folder).unwrap();
    let id = file["msg_id"].as_str().unwrap();
    let ended = sim.run(&["download", id, "--to", text(&folder)]).expect(0);
    assert!(
        ended.stdout.starts_with("saved ") && ended.stdout.contains("route.pdf (3.0 MB)"),
        "{}",
        ended.stdout
    );
    assert_eq!(md5(&fs::read(folder.join("route.pdf")).unwrap()), file["md5"]);
    // Nothing is overwritten, unless it was asked for.
    fs::write(folder.join("route.pdf"), "mine").unwrap();
    let second = sim.run(&["download", id, "--to", text(&folder), "--json"]).expect(0).jsons().pop().unwrap();
    assert_eq!(second["path"], text(&folder.join("route (2).pdf")));
    assert_eq!((&second["size"], &second["mime"]), (&json!(3_000_000), &json!("application/pdf")));
    assert_eq!(fs::read(folder.join("route.pdf")).unwrap(), b"mine");
    sim.run(&["download", id, "--to", text(&folder.join("route.pdf")), "--force"]).expect(0);
    assert_eq!(md5(&fs::read(folder.join("route.pdf")).unwrap()), file["md5"]);
    assert_eq!(names(&folder), ["route (2).pdf", "route.pdf"]);

    let id = picture["msg_id"].as_str().unwrap();
    sim.run(&["download", id, "--to", text(&folder)]).expect(0);
    let name = names(&folder).into_iter().find(|name| name.contains(id)).unwrap();
    assert_eq!(name, format!("image-{id}.jpg"));
    assert_eq!(md5(&fs::read(folder.join(name)).unwrap()), picture["md5"]);
    let mode = |path: &std::path::Path| {
        use std::os::unix::fs::PermissionsExt;
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    };
    assert_eq!(mode(&sim.file("session.json.received")), 0o600);
}

#[test]
fn what_cannot_be_fetched_says_what_to_do() {
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    let ended = sim.run(&["download", "5120000000000000001"]).expect(1);
    assert!(ended.stderr.contains("no message 5120000000000000001"), "{}", ended.stderr);
    assert!(ended.stderr.contains("`wx download` lists"), "{}", ended.stderr);
    let file = sim.send_file("file", "a.pdf", 300_000);
    see(&sim, &file["msg_id"]);
    let id = file["msg_id"].as_str().unwrap();
    let nowhere = sim.file("nowhere").join("a.pdf");
    let ended = sim.run(&["download", id, "--to", text(&nowhere)]).expect(1);
    assert!(ended.stderr.contains("cannot write") && ended.stderr.contains("--to"), "{}", ended.stderr);
    let folder = sim.file("files");
    fs::create_dir(&folder).unwrap();
    let ended = sim.run(&["--max-file", "100K", "download", id, "--to", text(&folder)]).expect(1);
    assert!(ended.stderr.contains("102400 bytes") && ended.stderr.contains("--max-file"), "{}", ended.stderr);
    // A web page in its place is never kept.
    sim.command(&json!({"cmd": "fault", "kind": "html", "endpoint": "webwxgetmedia", "count": 100}));
    let ended = sim.run(&["download", id, "--to", text(&folder)]).expect(1);
    assert!(ended.stderr.contains("a page in place of it"), "{}", ended.stderr);
    assert_eq!(names(&folder), [""; 0]);
    // The next login has other names for everything.
    sim.run(&["logout"]).expect(0);
    assert!(!sim.file("session.json.received").exists());
}

#[test]
fn ctrl_c_leaves_nothing_behind() {
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    let file = sim.send_file("file", "large.bin", 8 << 20);
    see(&sim, &file["msg_id"]);
    sim.slow("webwxgetmedia", 20);
    let folder = sim.file("files");
    fs::create_dir(&folder).unwrap();
    let download = sim.client(&["download", file["msg_id"].as_str().unwrap(), "--to", text(&folder)]);
    let start = std::time::Instant::now();
    while !download.stderr().contains("% of") {
        assert!(start.elapsed() < crate::support::PATIENCE, "{}", download.stderr());
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(names(&folder).len(), 1, "what is there of it");
    download.signal("INT");
    let ended = download.end().expect(130);
    assert!(ended.stderr.contains("not fetched"), "{}", ended.stderr);
    assert_eq!(names(&folder), [""; 0]);
}
