//! Lines in, lines out.

use bytes::Bytes;

use super::*;
use crate::server::{Account, Answer, Kind, Server, ServerConfig};

const NOW: Timestamp = Timestamp::from_secs(1_735_700_000);

fn server() -> Accounts {
    Server::new(ServerConfig::web(), Account::demo(), 1).into()
}

fn run(server: &mut Accounts, line: &str) -> Value {
    serde_json::from_str(&execute(server, NOW, line)).unwrap()
}

#[test]
fn texts() {
    let mut server = server();
    let said = run(&mut server, r#"{"cmd":"say","chat":"周末爬山","from":"老王","text":"hi"}"#);
    assert_eq!(said["ok"], true);
    let id = said["msg_id"].as_str().unwrap();
    assert_eq!(run(&mut server, r#"{"cmd":"say","chat":"明哥","text":"hi"}"#)["ok"], true);
    assert_eq!(run(&mut server, &format!(r#"{{"cmd":"recall","msg_id":"{id}"}}"#))["ok"], true);
    assert_eq!(run(&mut server, &format!(r#"{{"cmd":"recall","msg_id":{id}}}"#))["ok"], true);
    assert_eq!(run(&mut server, r#"{"cmd":"burst","count":1000,"rate":0}"#)["ok"], true);
    assert_eq!(server.first().messages().count(), 1004);
    assert_eq!(run(&mut server, r#"{"cmd":"delivered"}"#), json!({"ok": true, "delivered": []}));
    assert_eq!(run(&mut server, r#"{"cmd":"sent"}"#), json!({"ok": true, "sent": []}));
    assert_eq!(run(&mut server, r#"{"cmd":"complaints"}"#), json!({"ok": true, "complaints": []}));
}

#[test]
fn kinds() {
    let mut server = server();
    for kind in Kind::ALL {
        let word = serde_json::to_value(kind).unwrap();
        let line = json!({"cmd": "say", "chat": "周末爬山", "from": "老王", "kind": word});
        assert_eq!(run(&mut server, &line.to_string())["ok"], true, "{word}");
    }
    assert_eq!(server.first().messages().count(), Kind::ALL.len());
    let stored = serde_json::to_string(server.first()).unwrap();
    let restored: Server = serde_json::from_str(&stored).unwrap();
    assert_eq!(serde_json::to_string(&restored).unwrap(), stored);
    let line = r#"{"cmd":"say","chat":"明哥","kind":"hologram"}"#;
    assert_eq!(run(&mut server, line)["ok"], false);
}

#[test]
fn the_world_by_name() {
    let mut server = server();
    let world = run(&mut server, r#"{"cmd":"world"}"#);
    assert_eq!(world["self"]["name"], "测试");
    assert_eq!(world["friends"][1]["name"], "Ada 😂");
    assert_eq!(world["groups"].as_array().unwrap().len(), 2);
    assert_eq!(world["official"].as_array().unwrap().len(), 2);
    let name = &world["groups"][0]["user_name"];
    assert_eq!(run(&mut server, &format!(r#"{{"cmd":"say","chat":{name},"text":"x"}}"#))["ok"], true);
}

#[test]
fn the_people() {
    let mut server = server();
    for line in [
        r#"{"cmd":"rename","chat":"周末爬山","nick":"周日爬山"}"#,
        r#"{"cmd":"open_chat","chat":"周日爬山"}"#,
        r#"{"cmd":"add_friend","nick":"Zoe"}"#,
        r#"{"cmd":"say","chat":"Zoe","text":"hi"}"#,
        r#"{"cmd":"rename","chat":"Zoe","remark":"Zo"}"#,
        r#"{"cmd":"remove_contact","chat":"Zoe"}"#,
        r#"{"cmd":"add_group","nick":"Chess","members":["明哥","Somebody New"]}"#,
        r#"{"cmd":"join","chat":"Chess","member":"Ada 😂"}"#,
        r#"{"cmd":"rename","chat":"Chess","member":"Ada 😂","nick":"Queen"}"#,
        r#"{"cmd":"hand_over","chat":"Chess","member":"Queen"}"#,
        r#"{"cmd":"leave","chat":"Chess","member":"Somebody New"}"#,
        r#"{"cmd":"leave","chat":"Chess"}"#,
        r#"{"cmd":"star","chat":"明哥"}"#,
        r#"{"cmd":"pin","chat":"明哥","on":true}"#,
        r#"{"cmd":"mute","chat":"Book Club"}"#,
        r#"{"cmd":"block","chat":"明哥","on":false}"#,
        r#"{"cmd":"hide_moments","chat":"明哥"}"#,
        r#"{"cmd":"rename_self","nick":"Me"}"#,
        r#"{"cmd":"selector","selector":5}"#,
        r#"{"cmd":"refuse","ret":1203}"#,
    ] {
        assert_eq!(run(&mut server, line)["ok"], true, "{line}");
    }
    for line in [
        r#"{"cmd":"say","chat":"Zoe","text":"hi"}"#,
        r#"{"cmd":"say","chat":"Chess","text":"hi"}"#,
        r#"{"cmd":"join","chat":"明哥","member":"Ada 😂"}"#,
        r#"{"cmd":"join","chat":"Book Club","member":"周日爬山"}"#,
        r#"{"cmd":"leave","chat":"Book Club","member":"明哥"}"#,
        r#"{"cmd":"rename","chat":"Book Club","member":"Mei","remark":"x"}"#,
        r#"{"cmd":"pin","chat":"nobody"}"#,
    ] {
        assert_eq!(run(&mut server, line)["ok"], false, "{line}");
    }
}

#[test]
fn the_code() {
    let mut server = server();
    for cmd in ["scan", "confirm", "decline", "expire_qr", "kick"] {
        assert_eq!(run(&mut server, &format!(r#"{{"cmd":"{cmd}"}}"#))["ok"], false, "{cmd}");
    }
    let address = "https://login.wx.qq.com/jslogin?appid=wx782c26e4c19acffb";
    let jslogin = || http::Request::get(address).body(Bytes::new()).unwrap();
    server.handle(NOW, jslogin());
    for cmd in ["scan", "decline"] {
        assert_eq!(run(&mut server, &format!(r#"{{"cmd":"{cmd}"}}"#))["ok"], true, "{cmd}");
    }
    server.handle(NOW, jslogin());
    for cmd in ["scan", "confirm"] {
        assert_eq!(run(&mut server, &format!(r#"{{"cmd":"{cmd}"}}"#))["ok"], true, "{cmd}");
    }
    server.handle(NOW, jslogin());
    assert_eq!(run(&mut server, r#"{"cmd":"expire_qr"}"#)["ok"], true);
}

#[test]
fn faults() {
    let mut server = server();
    for kind in ["status", "html", "empty", "garbage", "ret", "lose_request", "lose_reply"] {
        let line = format!(r#"{{"cmd":"fault","kind":"{kind}","count":1,"endpoint":"jslogin"}}"#);
        assert_eq!(run(&mut server, &line)["ok"], true, "{kind}");
        let request = http::Request::get("https://login.wx.qq.com/jslogin").body(Bytes::new()).unwrap();
        let answer = server.handle(NOW, request);
        assert_eq!(matches!(answer, Answer::Drop), kind.starts_with("lose"), "{kind}");
    }
    for line in [
        r#"{"cmd":"fault","kind":"empty_key","ret":3}"#,
        r#"{"cmd":"fault","kind":"cut","at":70000,"endpoint":"webwxgetvideo"}"#,
        r#"{"cmd":"fault","kind":"forget","chunk":3,"count":2}"#,
        r#"{"cmd":"fault","kind":"slow","ms":50,"endpoint":"webwxgetmedia"}"#,
        r#"{"cmd":"fault","kind":"no_media_id","endpoint":"webwxuploadmedia"}"#,
    ] {
        assert_eq!(run(&mut server, line)["ok"], true, "{line}");
    }
    assert_eq!(run(&mut server, r#"{"cmd":"clear_faults"}"#)["ok"], true);
}

#[test]
fn bad_lines_are_answered() {
    let mut server = server();
    let before = serde_json::to_string(server.first()).unwrap();
    for line in [
        "",
        "{",
        "[]",
        "null",
        "{}",
        r#"{"cmd":"fly"}"#,
        r#"{"cmd":"say","chat":"明哥"}"#,
        r#"{"cmd":"say","chat":"nobody","text":"x"}"#,
        r#"{"cmd":"say","chat":"明哥","from":"老王","text":"x"}"#,
        r#"{"cmd":"scan","typo":1}"#,
        r#"{"cmd":"burst","count":-1}"#,
        r#"{"cmd":"burst","count":18446744073709551615}"#,
        r#"{"cmd":"recall","msg_id":"x"}"#,
        r#"{"cmd":"recall","msg_id":"1"}"#,
        r#"{"cmd":"fault","kind":"rain"}"#,
        r#"{"cmd":"fault","kind":"html","at":1}"#,
        r#"{"cmd":"fault","kind":"cut","ms":1}"#,
        r#"{"cmd":"fault","kind":"html","endpoint":"nowhere"}"#,
        r#"{"cmd":"world","account":0}"#,
        r#"{"cmd":"world","account":2}"#,
        r#"{"cmd":"world","account":-1}"#,
        r#"{"cmd":"world","account":18446744073709551616}"#,
        r#"{"cmd":"world","account":"1"}"#,
        r#"{"cmd":"world","account":null}"#,
    ] {
        let answer = run(&mut server, line);
        assert_eq!(answer["ok"], false, "{line}");
        assert!(!answer["error"].as_str().unwrap().is_empty());
    }
    let mut after: Value = serde_json::to_value(server.first()).unwrap();
    let mut before: Value = serde_json::from_str(&before).unwrap();
    for state in [&mut after, &mut before] {
        state["now"] = Value::Null;
    }
    assert_eq!(after, before);
}

#[test]
fn a_command_is_for_one_account() {
    let mut accounts = Accounts::demo(&ServerConfig::web(), 3, 1);
    for (account, name) in [("", "测试"), (",\"account\":1", "测试"), (",\"account\":3", "测试 3")] {
        let world = run(&mut accounts, &format!(r#"{{"cmd":"world"{account}}}"#));
        assert_eq!(world["self"]["name"], name, "{account}");
    }
    let count = |accounts: &Accounts| -> Vec<usize> {
        accounts.servers().map(|server| server.messages().count()).collect()
    };
    run(&mut accounts, r#"{"cmd":"say","chat":"明哥","text":"hi","account":2}"#);
    assert_eq!(count(&accounts), [0, 1, 0]);
    run(&mut accounts, r#"{"cmd":"burst","count":5,"account":3}"#);
    run(&mut accounts, r#"{"cmd":"say","chat":"明哥","text":"hi"}"#);
    assert_eq!(count(&accounts), [1, 1, 5]);
    let address = "https://login.wx.qq.com/jslogin?appid=wx782c26e4c19acffb";
    for _ in 0..2 {
        accounts.handle(NOW, http::Request::get(address).body(Bytes::new()).unwrap());
    }
    let steps = [
        ("scan", 3, false),
        ("scan", 2, true),
        ("decline", 1, false),
        ("decline", 2, true),
        ("scan", 1, true),
    ];
    for (cmd, account, ok) in steps {
        let line = format!(r#"{{"cmd":"{cmd}","account":{account}}}"#);
        assert_eq!(run(&mut accounts, &line)["ok"], ok, "{line}");
    }
    let before = count(&accounts);
    assert_eq!(run(&mut accounts, r#"{"cmd":"say","chat":"明哥","text":"hi","account":4}"#)["ok"], false);
    assert_eq!(count(&accounts), before);
}
