//! The command line itself.

use serde_json::json;

use crate::support::{Program, Sim, run, run_in};

#[test]
fn every_command_explains_itself() {
    for command in [
        "completions",
        "contacts",
        "demo",
        "doctor",
        "listen",
        "login",
        "logout",
        "man",
        "rpc",
        "send",
        "sim",
        "status",
    ] {
        for help in ["-h", "--help"] {
            let ended = run(&[command, help]).expect(0);
            assert!(ended.stdout.contains("Examples:"), "{command}");
            assert!(ended.stdout.lines().all(|line| line.chars().count() <= 120), "{}", ended.stdout);
        }
    }
    let all = run(&["--help"]).expect(0).stdout;
    for part in ["wx demo", "Exit codes", "not an official client", "--connect-to"] {
        assert!(all.contains(part), "{part}: {all}");
    }
    assert!(run(&["--version"]).expect(0).stdout.starts_with("wx "));
}

#[test]
fn wrong_usage_is_2() {
    for args in [
        &[][..],
        &["fly"],
        &["listen", "--nothing"],
        &["send", "hello"],
        &["send", "--to", "filehelper"],
        &["send", "--to", "filehelper", ""],
        &["send", "--to", "filehelper", "--typo"],
        &["sim"],
        &["listen", "--connect-to", "nowhere"],
        &["listen", "--profile", "desktop"],
        &["listen", "--account", "../other"],
        &["listen", "--color", "sometimes"],
        &["listen", "--reply"],
        &["rpc", "--ack", "sometimes"],
        &["listen", "--lang", "fr"],
        &["completions"],
        &["completions", "sh"],
        &["contacts", "show"],
        &["contacts", "--timeout", "0"],
    ] {
        let ended = run(args).expect(2);
        assert!(ended.stdout.is_empty() && !ended.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn without_a_home_it_says_what_to_set() {
    let ended = run(&["listen"]).expect(1);
    assert!(ended.stderr.contains("HOME") && ended.stderr.contains("--session"), "{}", ended.stderr);
}

#[test]
fn without_a_login_it_says_how_to_get_one() {
    let folder = tempfile::tempdir().unwrap();
    let session = folder.path().join("none.json");
    let session = session.to_str().unwrap();
    for args in [&["send", "--to", "filehelper", "hello"][..], &["logout"]] {
        let mut args = args.to_vec();
        args.extend(["--session", session]);
        let ended = run(&args).expect(3);
        assert!(ended.stderr.contains("wx login"), "{}", ended.stderr);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was made");
}

#[test]
fn a_damaged_session_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.json");
    std::fs::write(&path, "{\"secret\":").unwrap();
    let ended = run(&["listen", "--session", path.to_str().unwrap()]).expect(1);
    assert!(ended.stderr.contains("session.json"), "{}", ended.stderr);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\"secret\":");
}

#[test]
fn a_real_login_begins_with_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let session = folder.path().join("session.json");
    // A proxy that refuses: nothing leaves this computer.
    let args = ["login", "--session", session.to_str().unwrap(), "--proxy", "http://127.0.0.1:1"];
    let mut program = Program::start(&args);
    let first = program.line();
    assert!(first.contains("offline"), "{first}");
    program.signal("TERM");
    let ended = program.end().expect(1);
    assert!(ended.stderr.starts_with("wx logs in to your real WeChat account"), "{}", ended.stderr);
}

#[test]
fn the_locale_and_the_option_choose_the_language() {
    let ended = run_in(&[("LANG", "zh_CN.UTF-8")], &["listen"]).expect(1);
    assert!(ended.stderr.starts_with("错误：没有可存放会话的主目录\n  下一步："), "{}", ended.stderr);
    for (variables, args) in [
        (&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "en_US.UTF-8")][..], &["listen"][..]),
        (&[("LANG", "zh_CN.UTF-8")], &["listen", "--lang", "en"]),
    ] {
        let ended = run_in(variables, args).expect(1);
        assert!(ended.stderr.starts_with("error: there is no home folder"), "{}", ended.stderr);
    }
}

#[test]
fn help_and_wrong_usage_speak_the_language_of_the_interface() {
    let zh = [("LANG", "zh_CN.UTF-8")];
    for args in [&["--help"][..], &["help", "listen"], &["listen", "-h"], &["contacts", "show", "--help"]] {
        let help = run_in(&zh, args).expect(0).stdout;
        assert!(help.contains("用法：wx") && help.contains("示例："), "{help}");
        assert!(!help.contains("Options") && !help.contains('\x1b'), "{help}");
    }
    let bare = run_in(&zh, &[]).expect(2);
    assert!(bare.stderr.contains("用法：wx [选项] <命令>"), "{}", bare.stderr);
    for (args, what) in [
        (&["fly"][..], "未知的命令“fly”"),
        (&["lisen"], "是否想写 listen？"),
        (&["listen", "--nothing"], "未知的选项 --nothing"),
        (&["send", "hello"], "缺少：--to <名字>"),
        (&["send", "--to"], "--to <名字> 缺少值"),
        (&["listen", "--connect-to", "x"], "请用 IP:端口"),
        (&["listen", "--profile", "x"], "请用 web、file-helper"),
        (&["contacts", "--timeout", "0"], "数字超出范围"),
        (&["contacts", "--timeout", "x"], "请用整数"),
        (&["listen", "--json", "--json"], "--json 重复给出"),
    ] {
        let ended = run_in(&zh, args).expect(2);
        assert!(
            ended.stderr.starts_with("错误：") && ended.stderr.contains(what),
            "{args:?} {}",
            ended.stderr
        );
        assert!(ended.stderr.contains("\n  下一步："), "{}", ended.stderr);
        assert!(!ended.stderr.lines().any(str::is_ascii), "{}", ended.stderr);
    }
    // The option counts as well as the locale, wherever it stands.
    for args in [&["--lang", "zh", "fly"][..], &["fly", "--lang=zh"]] {
        assert!(run(args).expect(2).stderr.starts_with("错误："), "{args:?}");
    }
}

#[test]
fn short_help_leaves_the_long_explanations_out() {
    let (short, long) =
        (run(&["listen", "-h"]).expect(0).stdout, run(&["listen", "--help"]).expect(0).stdout);
    assert!(short.len() < long.len() && !short.contains("is acknowledged once"), "{short}");
}

/// Every line says something in Chinese; names, paths and codes may stand beside it.
fn is_chinese(text: &str) -> bool {
    let han = |char| ('\u{4e00}'..='\u{9fff}').contains(&char);
    !text.is_empty() && text.lines().all(|line| line.chars().any(han))
}

#[test]
fn errors_speak_the_language_of_the_interface() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (bad, none, ca) = (path("bad"), path("none"), path("CA.pem"));
    std::fs::write(&bad, "bad").unwrap();
    // One that others can read is told in the log, which is English.
    #[cfg(unix)]
    std::fs::set_permissions(&bad, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let below = path("bad/below");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for args in [
        &["listen", "--session", &bad][..],
        &["status", "--session", &bad],
        &["listen", "--session", &none, "--ca-file", &none],
        &["listen", "--session", &none, "--ca-file", &bad],
        &["login", "--session", &none, "--proxy", "ftp://x"],
        &["login", "--session", &none, "--proxy", "http://x:1", "--connect-to", "127.0.0.1:1"],
        &["login", "--session", &below],
        &["send", "--to", "a", "b", "--session", &none],
        &["send", "--to", "a", "", "--session", &none],
        &["logout", "--session", &none],
        &["sim", "--ca-out", &ca, "--state", &bad],
        &["sim", "--ca-out", &ca, "--script", &bad],
        &["sim", "--ca-out", &ca, "--script", &path("missing")],
        &["sim", "--ca-out", &ca, "--port", &port],
        &["sim", "--ca-out", &below],
        &["man", &bad],
    ] {
        let ended = run_in(&[("LANG", "zh_CN.UTF-8")], args);
        assert!(!ended.status.success() && is_chinese(&ended.stderr), "{args:?} {}", ended.stderr);
    }
}

#[test]
fn the_end_of_a_session_speaks_the_language_of_the_interface() {
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    let mut listen = sim.client(&["listen", "--json", "--lang", "zh"]);
    listen.until("ready");
    let ended = sim.run(&["contacts", "--lang", "zh"]);
    assert!(is_chinese(&ended.stderr), "{}", ended.stderr);
    sim.command(&json!({"cmd": "kick", "retcode": 1101}));
    let ended = listen.end().expect(3);
    assert!(ended.stderr.starts_with("错误：已在别处登录，本机已下线\n"), "{}", ended.stderr);
    assert!(is_chinese(&ended.stderr), "{}", ended.stderr);
}
