//! `wx send --file`.

use std::{fs, io::Write, time::Duration};

use serde_json::json;

use crate::support::{Sim, bytes, md5, text};

#[test]
fn files_arrive_in_the_order_of_the_line() {
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    let (report, photo) = (sim.file("report.pdf"), sim.file("photo.bin"));
    let (report_bytes, photo_bytes) = (bytes(1_300_000), [&b"\xff\xd8\xff\xe0"[..], &bytes(900)].concat());
    fs::write(&report, &report_bytes).unwrap();
    fs::write(&photo, &photo_bytes).unwrap();
    let args = ["send", "--to", "明哥", "--file", text(&report), "here it is", "--image", text(&photo)];
    let ended = sim.run(&args).expect(0);
    let lines: Vec<&str> = ended.stdout.lines().collect();
    assert_eq!(lines.len(), 3, "{}", ended.stdout);
    assert!(lines[0].starts_with("sent report.pdf (1.3 MB) to 明哥, message 512"), "{}", ended.stdout);
    assert!(lines[2].starts_with("sent photo.bin (904 B) to 明哥"), "{}", ended.stdout);
    assert!(!ended.stderr.contains('\x1b') && !ended.stderr.contains('%'), "{}", ended.stderr);

    let files = sim.files();
    let told: Vec<_> = files
        .iter()
        .map(|file| {
            (file["name"].as_str().unwrap(), file["md5"].as_str().unwrap(), file["count"].as_u64().unwrap())
        })
        .collect();
    assert_eq!(told[0], ("report.pdf", &*md5(&report_bytes), 1));
    assert_eq!((told[1].1, told[1].2), (&*md5(&photo_bytes), 1));
    let sent = sim.command(&json!({"cmd": "sent"}));
    let kinds: Vec<_> =
        sent["sent"].as_array().unwrap().iter().map(|sent| sent["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["file", "text", "image"]);
    assert_eq!(sim.command(&json!({"cmd": "complaints"}))["complaints"], json!([]));
}

#[test]
fn what_a_program_writes_is_a_file_with_a_name() {
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    let content = bytes(600_000);
    let folder = sim.file("tmp");
    fs::create_dir(&folder).unwrap();
    let args = ["send", "--to", "filehelper", "--file", "-", "--name", "of a pipe.bin"];
    let mut command = sim.prepare(&args);
    command.env("TMPDIR", &folder);
    let input = sim.file("input");
    fs::write(&input, &content).unwrap();
    command.stdin(fs::File::open(&input).unwrap());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let file = sim.files().pop().unwrap();
    assert_eq!((&file["name"], &file["md5"]), (&json!("of a pipe.bin"), &json!(md5(&content))));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "nothing is left behind");

    // No more is kept than may be sent.
    let mut command =
        sim.prepare(&["--max-file", "100K", "send", "--to", "filehelper", "--file", "-", "--name", "x"]);
    command.env("TMPDIR", &folder).stdin(fs::File::open(&input).unwrap());
    let output = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("stdin holds more than 100 KiB") && stderr.contains("--max-file"), "{stderr}");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "nothing is left behind");
    assert_eq!(sim.files().len(), 1);
}

#[test]
fn what_cannot_be_sent_says_what_to_do() {
    let mut sim = Sim::start();
    let (empty, large, good) = (sim.file("empty.txt"), sim.file("large.bin"), sim.file("good.txt"));
    fs::write(&empty, "").unwrap();
    fs::File::create(&large).unwrap().set_len(51 << 20).unwrap();
    fs::write(&good, "good").unwrap();
    let (missing, folder) = (sim.file("missing.txt"), sim.file("folder"));
    fs::create_dir(&folder).unwrap();
    sim.run(&["login"]).expect(0);
    let to = ["send", "--to", "filehelper"];
    for (args, code, what, next) in [
        (&["--file", text(&missing)][..], 1, "cannot read", "check the path"),
        (&["--file", text(&empty)], 1, "empty.txt is empty", "choose another"),
        (&["--file", text(&large)], 1, "has 51 MiB, 50 MiB are allowed", "--max-file"),
        (&["--file", text(&folder)], 1, "not a regular file", "pack a folder"),
        (&["--file", text(&good), "--file", text(&missing)], 1, "cannot read", "check the path"),
        (&["--file", "-"], 2, "no file name", "--name"),
        (&["--file", "-", "-", "--name", "x"], 2, "once only", "give - once"),
        (
            &["--file", text(&good), "--file", text(&good), "--name", "x"],
            2,
            "--name is for one file",
            "one by one",
        ),
        (&["hello", "--name", "x"], 2, "--name is for one file", "one by one"),
        (&[], 2, "nothing to send", "--file PATH"),
    ] {
        let ended = sim.run(&[&to[..], args].concat()).expect(code);
        assert!(ended.stderr.contains(what) && ended.stderr.contains(next), "{args:?}: {}", ended.stderr);
        assert_eq!(ended.stdout, "", "{args:?}");
    }
    let ended = sim
        .client_in(&[("LANG", "zh_CN.UTF-8")], &["send", "--to", "filehelper", "--file", text(&large)])
        .end();
    assert!(ended.stderr.contains("上限为 50 MiB"), "{}", ended.stderr);
    assert_eq!(
        sim.command(&json!({"cmd": "sent"}))["sent"],
        json!([]),
        "not even the good one before the missing"
    );
}

#[test]
fn the_first_that_fails_ends_the_line() {
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    let file = sim.file("a.txt");
    fs::write(&file, "a").unwrap();
    sim.command(
        &json!({"cmd": "fault", "kind": "ret", "ret": 1201, "endpoint": "webwxsendappmsg", "count": 100}),
    );
    let ended = sim
        .run(&["send", "--to", "filehelper", "first", "--file", text(&file), "--file", text(&file)])
        .expect(1);
    assert!(ended.stdout.starts_with("sent to ") && ended.stdout.lines().count() == 1, "{}", ended.stdout);
    assert!(ended.stderr.contains("1201") && ended.stderr.contains("1 more not begun"), "{}", ended.stderr);
}

#[test]
fn ctrl_c_gives_an_upload_up() {
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    let file = sim.file("large.bin");
    fs::write(&file, bytes(8 << 20)).unwrap();
    sim.slow("webwxuploadmedia", 200);
    let send = sim.client(&["send", "--to", "filehelper", "--file", text(&file)]);
    let start = std::time::Instant::now();
    while !send.stderr().contains("% of") {
        assert!(start.elapsed() < crate::support::PATIENCE, "{}", send.stderr());
        std::thread::sleep(Duration::from_millis(20));
    }
    send.signal("INT");
    let ended = send.end().expect(130);
    assert!(ended.stderr.contains("% of 8.3 MB"), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("not sent") && ended.stdout.is_empty(),
        "{} {}",
        ended.stderr,
        ended.stdout
    );
    // It does not go on by itself.
    sim.command(&json!({"cmd": "clear_faults"}));
    sim.run(&["send", "--to", "filehelper", "after"]).expect(0);
    assert!(sim.files().is_empty());
}

#[test]
fn a_file_that_changes_on_its_way_is_not_sent() {
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    let file = sim.file("log.txt");
    fs::write(&file, bytes(4 << 20)).unwrap();
    sim.slow("webwxuploadmedia", 200);
    let send = sim.client(&["send", "--to", "filehelper", "--file", text(&file)]);
    let start = std::time::Instant::now();
    while !send.stderr().contains("% of") {
        assert!(start.elapsed() < crate::support::PATIENCE, "{}", send.stderr());
        std::thread::sleep(Duration::from_millis(20));
    }
    fs::File::options().append(true).open(&file).unwrap().write_all(b"one more line").unwrap();
    let ended = send.end().expect(1);
    assert!(
        ended.stderr.contains("changed") && ended.stderr.contains("nobody writes to it"),
        "{}",
        ended.stderr
    );
    assert!(sim.files().is_empty());
}

#[test]
fn quiet_says_nothing_on_the_way() {
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    let file = sim.file("large.bin");
    fs::write(&file, bytes(4 << 20)).unwrap();
    let ended = sim.run(&["-q", "send", "--to", "filehelper", "--file", text(&file)]).expect(0);
    assert_eq!(ended.stderr, "");
    assert_eq!(sim.files().len(), 1);
}

#[test]
fn an_upload_whose_sender_was_killed_goes_on_with_the_next_command() {
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    let (file, content) = (sim.file("large.bin"), bytes(6 << 20));
    fs::write(&file, &content).unwrap();
    sim.slow("webwxuploadmedia", 100);
    let send = sim.client(&["send", "--to", "filehelper", "--file", text(&file)]);
    let start = std::time::Instant::now();
    while !send.stderr().contains("% of") {
        assert!(start.elapsed() < crate::support::PATIENCE, "{}", send.stderr());
        std::thread::sleep(Duration::from_millis(20));
    }
    send.signal("KILL");
    send.end();
    sim.command(&json!({"cmd": "clear_faults"}));
    let listen = sim.client(&["listen"]);
    while sim.files().is_empty() {
        assert!(start.elapsed() < crate::support::PATIENCE, "{}", listen.stderr());
        std::thread::sleep(Duration::from_millis(50));
    }
    listen.signal("TERM");
    listen.end().expect(0);
    let files = sim.files();
    assert_eq!((files.len(), &files[0]["md5"], &files[0]["count"]), (1, &json!(md5(&content)), &json!(1)));
}
