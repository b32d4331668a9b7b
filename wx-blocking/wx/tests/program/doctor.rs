//! `wx doctor`.

use std::{collections::BTreeMap, net::TcpListener};

use serde_json::{Value, json};

use crate::support::{Ended, Sim, run, run_in};

/// The checks of a report by their subject.
fn checks(ended: &Ended) -> BTreeMap<String, Value> {
    ended.jsons().into_iter().map(|check| (check["check"].as_str().unwrap().to_owned(), check)).collect()
}

#[track_caller]
fn expect(ended: &Ended, results: &[(&str, &str)]) {
    let checks = checks(ended);
    for (subject, result) in results {
        assert_eq!(checks[*subject]["result"], *result, "{}", ended.stdout);
        assert!(*result != "fail" || checks[*subject]["next"].is_string(), "{}", ended.stdout);
    }
}

#[test]
fn all_is_well_before_a_login_and_after() {
    let mut sim = Sim::start();
    for login in [false, true] {
        if login {
            sim.run(&["login"]).expect(0);
        }
        let ended = sim.run(&["doctor", "--json"]).expect(0);
        assert_eq!(checks(&ended).len(), 11, "{}", ended.stdout);
        expect(
            &ended,
            &[("clock", "ok"), ("dns", "skip"), ("connection", "ok"), ("tls", "ok"), ("portal", "ok")],
        );
        expect(&ended, &[("session", "ok"), ("permissions", "ok"), ("lock", "ok"), ("terminal", "skip")]);
    }
    let text = sim.run(&["doctor", "--lang", "zh"]).expect(0).stdout;
    assert!(text.contains("\n正常  TLS       证书可信\n"), "{text}");
    assert!(sim.command(&json!({"cmd": "complaints"}))["complaints"].as_array().unwrap().is_empty());
}

#[test]
fn each_break_of_the_way_is_told_from_the_others() {
    let mut sim = Sim::start();
    let to = sim.address();
    let session = sim.session();
    let session = session.to_str().unwrap();
    // A server whose certificate nobody here signed, like a portal's.
    let ended = run(&["doctor", "--json", "--connect-to", &to, "--session", session]).expect(1);
    expect(&ended, &[("connection", "ok"), ("tls", "fail"), ("portal", "skip")]);
    // A web page in place of the answer.
    sim.command(&json!({"cmd": "fault", "kind": "html", "endpoint": "jslogin"}));
    let ended = sim.run(&["doctor", "--json"]).expect(1);
    expect(&ended, &[("connection", "ok"), ("tls", "ok"), ("portal", "fail")]);
    // Nobody there.
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let ended = run(&["doctor", "--json", "--connect-to", &closed, "--session", session]).expect(1);
    expect(&ended, &[("connection", "fail"), ("tls", "skip"), ("portal", "skip"), ("session", "ok")]);
    assert!(ended.stderr.contains("see above"), "{}", ended.stderr);
    // A proxy that is none, one that is not there, and a certificate file that is none.
    let ended = run(&["doctor", "--json", "--proxy", "ftp://u:s3cret@x", "--session", session]).expect(1);
    expect(&ended, &[("proxy", "fail"), ("connection", "skip")]);
    assert!(!ended.stdout.contains("s3cret"), "{}", ended.stdout);
    let unusable = [("ALL_PROXY", "socks9://u:s3cret@x")];
    let ended = run_in(&unusable, &["doctor", "--json", "--session", session]).expect(1);
    expect(&ended, &[("dns", "skip"), ("proxy", "fail"), ("connection", "skip")]);
    assert!(ended.stdout.contains("in ALL_PROXY") && !ended.stdout.contains("s3cret"), "{}", ended.stdout);
    let ended = run_in(&unusable, &["login", "--session", session]);
    assert!(ended.stderr.contains("in ALL_PROXY is not a usable proxy"), "{}", ended.stderr);
    let proxy = format!("http://u:s3cret@{closed}");
    let ended = run(&["doctor", "--json", "--proxy", &proxy, "--session", session]).expect(1);
    expect(&ended, &[("dns", "skip"), ("proxy", "ok"), ("connection", "fail")]);
    assert!(!ended.stdout.contains("s3cret") && ended.stdout.contains(&closed), "{}", ended.stdout);
    let ended =
        run(&["doctor", "--json", "--connect-to", &to, "--ca-file", session, "--session", session]).expect(1);
    expect(&ended, &[("tls", "fail"), ("session", "ok")]);
}

#[test]
fn the_session_is_looked_at() {
    use std::os::unix::fs::PermissionsExt;
    let sim = Sim::start();
    let mut listen = sim.client(&["listen", "--json", "--login"]);
    listen.until("ready");
    let ended = sim.run(&["doctor", "--json"]).expect(0);
    expect(&ended, &[("lock", "warn")]);
    assert!(checks(&ended)["lock"]["message"].as_str().unwrap().contains(&listen.id().to_string()));
    listen.signal("TERM");
    listen.end().expect(0);
    std::fs::set_permissions(sim.session(), std::fs::Permissions::from_mode(0o644)).unwrap();
    expect(&sim.run(&["doctor", "--json"]).expect(1), &[("permissions", "fail"), ("session", "ok")]);
    std::fs::write(sim.session(), "{\"s3cret\"").unwrap();
    let ended = sim.run(&["doctor", "--json"]).expect(1);
    expect(&ended, &[("session", "fail")]);
    assert!(!ended.stdout.contains("s3cret"), "{}", ended.stdout);
    let ended = run(&["doctor", "--json", "--connect-to", &sim.address()]).expect(1);
    expect(&ended, &[("session", "fail")]);
}
