//! Ctrl-C, options that cannot work, and quiet.

use serde_json::json;

use crate::support::{PATIENCE, Program, Sim, run};

/// Runs it until it wrote `sign` to stderr or stdout, then presses Ctrl-C.
fn interrupted(mut program: Program, sign: &str) -> crate::support::Ended {
    let start = std::time::Instant::now();
    let mut out = String::new();
    while !program.stderr().contains(sign) && !out.contains(sign) {
        assert!(start.elapsed() < PATIENCE && program.is_running(), "{out} {}", program.stderr());
        out.extend(program.line_within(std::time::Duration::from_millis(50)));
    }
    program.signal("INT");
    program.end().expect(130)
}

#[test]
fn ctrl_c_is_130() {
    let mut sim = Sim::with(&["--scan-after", "never"]);
    for command in
        [&["login"][..], &["listen", "--login"], &["listen", "--json", "--login"], &["rpc", "--login"]]
    {
        let ended = interrupted(sim.client(command), "login.weixin.qq.com");
        assert!(!ended.stderr.contains("error:"), "{command:?}: {}", ended.stderr);
    }
    let login = sim.client(&["login"]);
    std::thread::sleep(std::time::Duration::from_millis(300));
    sim.command(&json!({"cmd": "scan"}));
    sim.command(&json!({"cmd": "confirm"}));
    login.end().expect(0);
    // With the server gone, and in the middle of a send.
    sim.command(&json!({"cmd": "fault", "kind": "lose_reply", "endpoint": "webwxsendmsg", "count": 100}));
    let send = sim.client(&["-vv", "send", "--to", "filehelper", "x"]);
    let ended = interrupted(send, "endpoint=webwxsendmsg");
    assert!(ended.stderr.contains("may have been sent"), "{}", ended.stderr);
    sim.stop();
    for command in [
        &["-vv", "contacts"][..],
        &["-vv", "logout"],
        &["-vv", "send", "--to", "明哥", "x"],
        &["-vv", "listen"],
    ] {
        interrupted(sim.client(command), "request");
    }
}

/// Not every code that is replaced expired.
#[test]
fn a_declined_login_says_so() {
    let mut sim = Sim::with(&["--scan-after", "never", "--confirm-after", "never"]);
    let mut login = sim.client(&["login"]);
    login.line();
    sim.command(&json!({"cmd": "scan"}));
    login.line();
    assert!(login.line().contains("confirm on the phone"));
    sim.command(&json!({"cmd": "decline"}));
    let line = login.line();
    assert!(line.contains("declined on the phone") && !line.contains("expired"), "{line}");
    login.line();
    sim.command(&json!({"cmd": "expire_qr"}));
    assert!(login.line().contains("expired"));
    login.signal("KILL");
    login.end();

    let mut listen = sim.client(&["listen", "--json", "--login"]);
    listen.until("qr");
    sim.command(&json!({"cmd": "scan"}));
    listen.until("scanned");
    sim.command(&json!({"cmd": "decline"}));
    let events: Vec<_> = listen.until("qr").iter().map(|event| event["type"].clone()).collect();
    assert_eq!(events, ["declined", "qr"]);
}

#[test]
fn a_simulator_that_is_interrupted_says_so_too() {
    let sim = Sim::start();
    sim.program.signal("INT");
    let Sim { program, .. } = sim;
    program.end().expect(130);
}

#[test]
fn a_proxy_that_is_none_is_wrong_usage() {
    for command in ["login", "listen", "rpc", "logout", "contacts"] {
        for proxy in ["nonsense", "ftp://anna:s3cret@proxy.example:1", "http://"] {
            let ended = run(&[command, "--proxy", proxy]).expect(2);
            assert!(
                ended.stderr.contains("not a usable proxy") && !ended.stderr.contains("s3cret"),
                "{}",
                ended.stderr
            );
        }
        let both = ["--proxy", "http://127.0.0.1:1", "--connect-to", "127.0.0.1:1"];
        run(&[&[command], &both[..]].concat()).expect(2);
    }
}

#[test]
fn quiet_leaves_results_and_errors() {
    let mut sim = Sim::start();
    let login = sim.run(&["login", "-q"]).expect(0);
    assert_eq!(
        login.stdout.lines().count(),
        2,
        "the code's address, and what to do with it: {}",
        login.stdout
    );
    let sent = sim.run(&["-q", "send", "--to", "filehelper", "x"]).expect(0);
    assert_eq!((sent.stdout.lines().count(), &*sent.stderr), (1, ""), "{}", sent.stdout);
    let mut listen = sim.client(&["listen", "--quiet"]);
    sim.command(&json!({"cmd": "say", "chat": "明哥", "text": "hello"}));
    assert!(listen.line().ends_with("明哥: hello\n"));
    listen.signal("TERM");
    assert_eq!(listen.end().expect(0).stderr, "");
    let failed = sim.run(&["-q", "send", "--to", "nobody at all", "x"]).expect(1);
    assert!(failed.stderr.starts_with("error: ") && !failed.stderr.contains("next:"), "{}", failed.stderr);
    run(&["-q", "-v", "status"]).expect(2);
}

#[test]
fn stdin_has_a_bound() {
    let sim = Sim::start();
    sim.run(&["login"]).expect(0);
    let mut command = sim.prepare(&["send", "--to", "filehelper", "-"]);
    command.stdin(std::process::Stdio::from(std::fs::File::open("/dev/zero").unwrap()));
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("2000 characters"), "{output:?}");
}
