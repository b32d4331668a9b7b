//! Each wrong request, what it is answered, and that it is noted.

use serde_json::json;

use super::super::{Account, Answer, ServerConfig};
use super::browser::{Browser, body, now};

fn ret(reply: &serde_json::Value) -> i64 {
    reply["BaseResponse"]["Ret"].as_i64().unwrap()
}

#[test]
fn without_cookies() {
    let mut browser = Browser::online();
    browser.cookies.clear();
    assert_eq!(ret(&browser.init()), 1100);
    assert_eq!(body(&now(browser.check())), "window.synccheck={retcode:\"1102\",selector:\"0\"}");
    assert_eq!(
        browser.complaints(),
        ["webwxinit without the cookies wxuin and wxsid", "synccheck without the cookies wxuin and wxsid"]
    );
}

#[test]
fn with_cookies_of_nobody() {
    let mut browser = Browser::online();
    browser.cookies.insert("wxsid".to_owned(), "AAAAAAAAAAAAAAAA".to_owned());
    assert_eq!(ret(&browser.init()), 1100);
    let mut browser = Browser::online();
    browser.cookies.insert("wxuin".to_owned(), "1".to_owned());
    assert_eq!(ret(&browser.init()), 1100);
    assert_eq!(browser.complaints(), ["webwxinit with the wxuin of somebody else"]);
}

#[test]
fn a_refused_init_is_an_empty_skeleton() {
    let mut browser = Browser::online();
    browser.cookies.clear();
    let reply = browser.init();
    assert_eq!(reply["SyncKey"], json!({"Count": 0, "List": []}));
    assert_eq!((&reply["User"]["UserName"], &reply["SystemTime"]), (&json!(""), &json!(0)));
}

#[test]
fn base_request() {
    let wrong = [
        ("Uin", json!(1), 1),
        ("Sid", json!("x"), 1),
        ("Skey", json!("@crypt_x"), 1),
        ("Skey", json!(""), 0),
        ("Uin", json!("1234567890"), 0),
        ("DeviceID", json!("anything"), 0),
    ];
    for (field, value, expected) in wrong {
        let mut browser = Browser::online();
        let mut base = browser.base_request();
        base[field] = value.clone();
        let reply = browser.call("webwxinit", json!({ "BaseRequest": base }));
        assert_eq!(ret(&reply), expected, "{field} {value}");
        assert_eq!(browser.complaints().is_empty(), expected == 0);
    }
    let mut browser = Browser::online();
    assert_eq!(ret(&browser.call("webwxinit", json!({}))), 1);
    let address = "https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxinit";
    let reply = now(browser.post(address, "{".to_owned()));
    assert!(body(&reply).contains("\"Ret\": 1200,"));
}

#[test]
fn pass_ticket_in_each_accepted_form() {
    let mut browser = Browser::online();
    let text = browser.pass_ticket.clone();
    let plain = text.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
    let forms = [text.replace('%', "%25"), text, plain.replace('+', "%2B"), plain];
    for form in forms {
        let address = format!("https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxinit?pass_ticket={form}");
        let body = json!({ "BaseRequest": browser.base_request() }).to_string();
        let reply = now(browser.post(&address, body));
        assert!(reply.body().starts_with(b"{\n\"BaseResponse\": {\n\"Ret\": 0,"), "{form}");
    }
    browser.pass_ticket = "undefined".to_owned();
    assert_eq!(ret(&browser.init()), 1);
    assert_eq!(browser.complaints(), ["webwxinit with a wrong pass_ticket"]);
}

#[test]
fn hosts() {
    let mut browser = Browser::online();
    let body = json!({ "BaseRequest": browser.base_request() }).to_string();
    let reply = now(browser.post("https://wx.qq.com/cgi-bin/mmwebwx-bin/webwxinit", body));
    assert!(reply.body().starts_with(b"{\n\"BaseResponse\": {\n\"Ret\": 1100,"));
    let reply = now(browser.get("https://wx2.qq.com/cgi-bin/mmwebwx-bin/synccheck?synckey=1_1"));
    assert_eq!(super::browser::body(&reply), "window.synccheck={retcode:\"1102\",selector:\"0\"}");
    for address in ["https://example.com/jslogin", "https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxnothing"] {
        assert_eq!(now(browser.get(address)).status(), http::StatusCode::NOT_FOUND);
    }
    assert_eq!(
        browser.complaints(),
        [
            "webwxinit on wx.qq.com",
            "synccheck on wx2.qq.com",
            "no such address: example.com/jslogin",
            "no such address: wx2.qq.com/cgi-bin/mmwebwx-bin/webwxnothing",
        ]
    );
}

#[test]
fn sync_keys() {
    let mut browser = Browser::online();
    let empty = json!({"Count": 0, "List": []});
    let reply = browser.sync_with(&empty);
    assert_eq!((ret(&reply), &reply["SyncKey"]), (3, &empty));
    let mut changed = browser.key.clone();
    changed["List"][1]["Val"] = json!(700_000_299);
    assert_eq!(ret(&browser.sync_with(&changed)), 1);
    let mut short = browser.key.clone();
    short["Count"] = json!(3);
    assert_eq!(ret(&browser.sync_with(&short)), 1);
    assert!(body(&now(browser.check_with(&changed))).contains("selector:\"2\""));
    assert_eq!(browser.complaints().len(), 4);
}

#[test]
fn sends() {
    let mut browser = Browser::online();
    let ming = browser.user_name("小明");
    let change = |browser: &Browser, change: fn(&mut serde_json::Value)| {
        let mut body = browser.send_body(&ming, "x", "1");
        change(&mut body);
        body
    };
    let bodies = [
        (change(&browser, |body| drop(body.as_object_mut().unwrap().remove("Scene"))), 1204),
        (change(&browser, |body| body["Msg"]["FromUserName"] = json!("@x")), 1),
        (change(&browser, |body| body["Msg"]["ToUserName"] = json!("@x")), 1),
        (change(&browser, |body| body["Msg"]["ToUserName"] = json!("@@x")), 1201),
        (change(&browser, |body| body["Msg"]["Type"] = json!(3)), 1),
        (change(&browser, |body| drop(body.as_object_mut().unwrap().remove("Msg"))), 1),
    ];
    for (body, expected) in bodies {
        assert_eq!(ret(&browser.call("webwxsendmsg", body.clone())), expected, "{body}");
    }
    assert_eq!(browser.complaints().len(), 6);
    assert!(browser.server.record().sent().is_empty());

    browser.redeem();
    browser.init();
    assert_eq!(ret(&browser.send(&ming, "x", "2")), 1);
    assert_eq!(browser.complaints().last(), Some(&"webwxsendmsg to a UserName of an earlier login"));
}

#[test]
fn more_than_50_contacts_at_once() {
    let mut browser = Browser::online();
    let list = vec![json!({"UserName": "filehelper", "EncryChatRoomId": ""}); 51];
    let body = json!({"BaseRequest": browser.base_request(), "Count": 51, "List": list});
    assert_eq!(ret(&browser.call("webwxbatchgetcontact", body)), 1);
    assert_eq!(browser.complaints(), ["webwxbatchgetcontact for more than 50 contacts"]);
}

#[test]
fn a_link_grows_old() {
    let mut browser = Browser::online();
    browser.advance(300);
    assert!(browser.redeem().contains("<skey>"));
    browser.advance(1);
    assert!(browser.redeem().contains("<html>"));
}

#[test]
fn cookies_grow_old_without_a_sync() {
    let mut browser = Browser::online();
    browser.advance(12 * 3600);
    assert_eq!(ret(&browser.sync()), 0);
    browser.advance(12 * 3600);
    assert!(matches!(browser.check(), Answer::Held(_)));
    browser.advance(1);
    assert_eq!(body(&now(browser.check())), "window.synccheck={retcode:\"1102\",selector:\"0\"}");
    assert_eq!(ret(&browser.sync()), 1100);
    assert!(browser.complaints().is_empty(), "time is nobody's fault");
}

#[test]
fn a_refused_account() {
    let mut browser = Browser::new(ServerConfig::web(), Account::demo());
    browser.server.phone(browser.now).refuse(1203);
    browser.jslogin();
    browser.login_poll(1);
    let at = browser.now;
    browser.server.phone(at).scan().unwrap();
    browser.server.phone(at).confirm().unwrap();
    let (_, reply) = browser.server.poll(at).unwrap();
    browser.redirect = super::browser::between(&body(&reply), "redirect_uri=\"", "\"").to_owned();
    let text = browser.redeem();
    assert!(text.starts_with("<error><ret>1203</ret><message>当前登录环境异常"), "{text}");
    browser.server.phone(at).refuse(0);
    assert!(browser.redeem().contains("<ret>0</ret>"));
}

#[test]
fn a_kick_has_its_code() {
    for code in [1100, 1101, 1102] {
        let mut browser = Browser::online();
        let Answer::Held(hold) = browser.check() else { panic!("nothing is new") };
        let at = browser.now;
        browser.server.phone(at).kick(code).unwrap();
        assert_eq!(browser.polled(hold), format!("window.synccheck={{retcode:\"{code}\",selector:\"0\"}}"));
        assert_eq!(ret(&browser.sync()), code);
        assert!(browser.server.phone(at).kick(code).is_err(), "nobody is logged in");
    }
}
