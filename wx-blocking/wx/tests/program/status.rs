//! `wx status`.

use serde_json::{Value, json};

use crate::support::{Program, Sim, run_in};

fn status(sim: &Sim) -> Value {
    sim.run(&["status", "--json"]).expect(0).jsons().remove(0)
}

#[test]
fn it_tells_what_is_stored_and_touches_nothing() {
    let sim = Sim::start();
    let none = status(&sim);
    assert_eq!(
        (&none["stored"], &none["logged_in"], &none["locked"]),
        (&json!(false), &json!(false), &json!(false))
    );
    assert!(!sim.session().exists() && !sim.file("session.json.lock").exists());
    sim.run(&["login"]).expect(0);
    let before = std::fs::read(sim.session()).unwrap();
    let stored = status(&sim);
    assert_eq!(
        (&stored["nick_name"], &stored["profile"], &stored["open_sends"]),
        (&json!("测试"), &json!("web"), &json!(0))
    );
    assert!(stored["since"].as_u64() <= stored["position_since"].as_u64(), "{stored}");
    assert_eq!(std::fs::read(sim.session()).unwrap(), before);
    let text = sim.run(&["status"]).expect(0).stdout;
    assert!(text.contains("login         测试, since ") && text.contains("in use by     nobody\n"), "{text}");
}

#[test]
fn it_tells_who_holds_the_session() {
    let sim = Sim::start();
    let mut listen = sim.client(&["listen", "--json", "--login"]);
    listen.until("ready");
    assert_eq!(status(&sim)["lock_pid"], json!(listen.id()));
    let text = sim.run(&["status"]).expect(0).stdout;
    assert!(text.contains(&format!("in use by     process {} (`wx listen`)\n", listen.id())), "{text}");
    listen.signal("TERM");
    listen.end().expect(0);
    assert_eq!(status(&sim)["locked"], json!(false));
}

#[test]
fn accounts_live_in_the_data_folder() {
    let home = tempfile::tempdir().unwrap();
    let variables = [("HOME", home.path().to_str().unwrap())];
    let path = |account: &str| home.path().join(format!(".local/share/wx/{account}/session.json"));
    for account in ["default", "work"] {
        std::fs::create_dir_all(path(account).parent().unwrap()).unwrap();
    }
    std::fs::write(path("work"), "{").unwrap();
    let ended = run_in(&variables, &["status", "--json"]).expect(0).jsons().remove(0);
    assert_eq!((&ended["account"], &ended["accounts"]), (&json!("default"), &json!(["work"])));
    assert_eq!(ended["path"], json!(path("default")));
    let text = run_in(&variables, &["status"]).expect(0).stdout;
    assert!(text.contains("other accounts  work\n"), "{text}");
    let ended = run_in(&variables, &["status", "--account", "work"]).expect(1);
    assert!(ended.stderr.contains("move it away"), "{}", ended.stderr);
    let elsewhere = [("XDG_DATA_HOME", "/nowhere"), ("HOME", "/home/nobody")];
    let ended = run_in(&elsewhere, &["status", "--json"]).expect(0).jsons().remove(0);
    assert_eq!(ended["path"], "/nowhere/wx/default/session.json");
    Program::start(&["status"]).end().expect(1);
}
