//! The way through: login, contacts, messages, sends, logout, and a restart in between.

use serde_json::json;
use wx_proto::Endpoint;

use super::super::{Account, Answer, ContactId, Server, ServerConfig};
use super::browser::{Browser, between, body, now, texts};

#[test]
fn from_the_code_to_the_logout() {
    let mut browser = Browser::online();
    let names = json!({"Code": 3, "FromUserName": browser.me, "ToUserName": browser.me, "ClientMsgId": 1});
    let mut notify = json!({ "BaseRequest": browser.base_request() });
    notify.as_object_mut().unwrap().extend(names.as_object().unwrap().clone());
    assert_eq!(browser.call("webwxstatusnotify", notify)["BaseResponse"]["Ret"], 0);

    let contacts = browser.call("webwxgetcontact?r=1&seq=0", json!({}));
    assert_eq!(contacts["Seq"], 0);
    let nicks: Vec<&str> = contacts["MemberList"]
        .as_array()
        .unwrap()
        .iter()
        .map(|who| who["NickName"].as_str().unwrap())
        .collect();
    assert!(nicks.contains(&"Ada <span class=\"emoji emoji1f602\"></span>"), "{nicks:?}");
    assert!(nicks.contains(&"Tom &amp; Jerry"));
    assert!(nicks.contains(&"Book Club"), "a saved group is in the list");
    assert!(!nicks.contains(&"周末爬山"), "an unsaved group is not");

    let group = browser.user_name("周末爬山");
    let wanted = json!({"BaseRequest": browser.base_request(), "Count": 1,
        "List": [{"UserName": group, "ChatRoomId": ""}]});
    let found = browser.call("webwxbatchgetcontact?type=ex&r=1", wanted);
    assert_eq!(found["ContactList"][0]["MemberCount"], 4);
    assert_eq!(found["ContactList"][0]["MemberList"][1]["DisplayName"], "向导老王");
    assert_eq!(found["ContactList"][0]["MemberList"][2]["NickName"], "明哥", "a friend's remark name");

    let Answer::Held(hold) = browser.check() else { panic!("nothing is new") };
    let at = browser.now;
    let id = browser.server.phone(at).say("明哥", "小明", "你好 <3 😂").unwrap();
    assert_eq!(browser.polled(hold), "window.synccheck={retcode:\"0\",selector:\"2\"}");
    let news = browser.sync();
    assert_eq!(texts(&news), ["你好 &lt;3 <span class=\"emoji emoji1f602\"></span>"]);
    assert_eq!(news["AddMsgList"][0]["MsgId"], id.to_string());
    assert_eq!(news["AddMsgList"][0]["FromUserName"], browser.user_name("小明"));
    assert!(matches!(browser.check(), Answer::Held(_)), "the new key is not behind");

    let ming = browser.user_name("小明");
    let sent = browser.send(&ming, "晚上见\nA&B", "17357000700000416");
    assert_eq!(sent["LocalID"], "17357000700000416");
    let record = &browser.server.record().sent()[0];
    assert_eq!((record.to_name.as_str(), record.text.as_str(), record.count), ("明哥", "晚上见\nA&B", 1));
    assert_eq!(sent["MsgID"], record.msg_id.to_string());
    assert_eq!(browser.server.record().delivered()[&id], 1);

    let address =
        format!("https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxlogout?redirect=1&type=0&skey={}", browser.skey);
    let sid = browser.sid.replace('/', "%2F").replace('+', "%2B");
    let reply = now(browser.post(&address, format!("sid={sid}&uin=1234567890")));
    assert_eq!(
        (reply.status(), reply.headers()["Location"].to_str().unwrap()),
        (http::StatusCode::MOVED_PERMANENTLY, "https://wx2.qq.com/")
    );
    assert_eq!(body(&now(browser.check())), "window.synccheck={retcode:\"1101\",selector:\"0\"}");
    assert_eq!(browser.init()["BaseResponse"]["Ret"], 1101);
    assert_eq!(browser.complaints(), Vec::<&str>::new());
    assert_eq!(browser.server.record().requests(Endpoint::JsLogin), 1);
}

#[test]
fn a_group_message_names_its_writer() {
    let mut browser = Browser::online();
    let at = browser.now;
    browser.server.phone(at).say("周末爬山", "老王", "早点\nA&B").unwrap();
    browser.server.phone(at).say_as_self("周末爬山", "好").unwrap();
    let news = browser.sync();
    let guide = browser.user_name("老王");
    assert_eq!(texts(&news), [format!("{guide}:<br/>早点<br/>A&amp;B").as_str(), "好"]);
    assert_eq!(news["AddMsgList"][0]["FromUserName"], browser.user_name("周末爬山"));
    assert_eq!(news["AddMsgList"][1]["FromUserName"], browser.me);
}

#[test]
fn a_recall_names_the_message() {
    let mut browser = Browser::online();
    let at = browser.now;
    let id = browser.server.phone(at).say("小明", "小明", "oops").unwrap();
    browser.server.phone(at).recall(id).unwrap();
    let news = browser.sync();
    let notice = &news["AddMsgList"][1];
    assert_eq!((notice["MsgType"].as_i64(), notice["Status"].as_i64()), (Some(10_002), Some(4)));
    let content = notice["Content"].as_str().unwrap();
    assert!(content.contains(&format!("&lt;msgid&gt;{id}&lt;/msgid&gt;")), "{content}");
    assert!(content.contains("\"明哥\" 撤回了一条消息"));
}

#[test]
fn contact_changes_have_their_own_selectors() {
    let mut browser = Browser::online();
    let selector =
        |browser: &mut Browser| between(&body(&now(browser.check())), "selector:\"", "\"").to_owned();
    let at = browser.now;
    browser.server.phone(at).change("周末爬山", |group| group.nick = "周日爬山".to_owned()).unwrap();
    assert_eq!(selector(&mut browser), "4");
    let news = browser.sync();
    assert_eq!((news["ModContactCount"].as_i64(), news["AddMsgCount"].as_i64()), (Some(1), Some(0)));
    assert_eq!(news["ModContactList"][0]["NickName"], "周日爬山");
    assert_ne!(news["ModContactList"][0]["MemberList"][0]["Uin"], 0);

    browser.server.phone(at).remove("李雷").unwrap();
    assert_eq!(selector(&mut browser), "6");
    let news = browser.sync();
    assert_eq!(news["DelContactList"][0]["UserName"].as_str().unwrap().len(), 65);

    browser.server.phone(at).open_chat("明哥").unwrap();
    assert_eq!(selector(&mut browser), "7");
    assert_eq!(browser.sync()["AddMsgList"][0]["StatusNotifyCode"], 2);

    browser.server.phone(at).nudge(3);
    assert_eq!(selector(&mut browser), "3");
    assert!(matches!(browser.check(), Answer::Held(_)), "a nudge is told once");
}

#[test]
fn the_contact_list_comes_in_pages() {
    let mut config = ServerConfig::web();
    config.contact_page = 3;
    let mut browser = Browser::online_with(config, Account::demo());
    let (mut seq, mut names, mut pages) = (0, Vec::new(), 0);
    loop {
        let page = browser.call(&format!("webwxgetcontact?seq={seq}"), json!({}));
        names.extend(page["MemberList"].as_array().unwrap().iter().map(|who| who["UserName"].to_string()));
        pages += 1;
        seq = page["Seq"].as_u64().unwrap();
        if seq == 0 {
            break;
        }
    }
    let saved = browser.server.account().contacts().iter().filter(|contact| contact.saved).count();
    assert_eq!((names.len(), pages), (saved, saved.div_ceil(3)));
    names.dedup();
    assert_eq!(names.len(), saved, "nobody comes twice");
}

#[test]
fn a_second_login_ends_the_first_and_changes_the_names() {
    let mut browser = Browser::online();
    let (me, key) = (browser.me.clone(), browser.key.clone());
    let Answer::Held(hold) = browser.check() else { panic!("nothing is new") };
    let cookies = browser.cookies.clone();
    browser.redeem();
    assert_eq!(browser.polled(hold), "window.synccheck={retcode:\"1101\",selector:\"0\"}");
    let second = std::mem::replace(&mut browser.cookies, cookies);
    assert_eq!(body(&now(browser.check())), "window.synccheck={retcode:\"1101\",selector:\"0\"}");
    browser.cookies = second;
    browser.init();
    assert_ne!(browser.me, me);
    assert_eq!(browser.server.logins().len(), 2);
    assert_eq!(browser.sync_with(&key)["BaseResponse"]["Ret"], 1, "keys do not outlive their login");
}

#[test]
fn a_redirect_without_its_parameters_is_a_301_to_nowhere() {
    let mut browser = Browser::online();
    let reply = now(browser.get(&browser.redirect.clone()));
    assert_eq!(reply.status(), http::StatusCode::MOVED_PERMANENTLY);
    assert!(reply.headers().get("Location").is_none());
    assert!(body(&reply).starts_with("<error><ret>0</ret>"));
    assert_eq!(reply.headers().get_all("Set-Cookie").iter().count(), 7);
}

#[test]
fn a_session_survives_a_restart_of_the_server() {
    let mut browser = Browser::online();
    let at = browser.now;
    let id = browser.server.phone(at).say("小明", "小明", "before").unwrap();
    let Answer::Now(_) = browser.check() else { panic!("a message waits") };
    let stored = serde_json::to_string(&browser.server).unwrap();
    browser.server = serde_json::from_str::<Server>(&stored).unwrap();
    let news = browser.sync();
    assert_eq!(news["AddMsgList"][0]["MsgId"], id.to_string());
    assert!(matches!(browser.check(), Answer::Held(_)));
    assert!(browser.complaints().is_empty());
    // A code of before the restart is an expired one.
    let poll = now(browser.login_poll(0));
    assert_eq!(body(&poll), "window.code=400;");
}

#[test]
fn equal_seeds_give_equal_bytes() {
    let run = || {
        let mut browser = Browser::online();
        let at = browser.now;
        browser.server.phone(at).say("小明", "小明", "x").unwrap();
        (browser.sync().to_string(), serde_json::to_string(&browser.server).unwrap())
    };
    assert_eq!(run(), run());
}

#[test]
fn the_file_helper_flavour() {
    let mut browser = Browser::new(ServerConfig::file_helper(), Account::demo());
    let base = "https://szfilehelper.weixin.qq.com/cgi-bin/mmwebwx-bin";
    let text = browser.text("https://login.wx2.qq.com/jslogin?appid=wx_webfilehelper&fun=new&lang=zh_CN");
    browser.uuid = between(&text, "uuid = \"", "\"").to_owned();
    browser.login_poll(1);
    browser.server.phone(browser.now).scan().unwrap();
    browser.server.phone(browser.now).confirm().unwrap();
    let (_, reply) = browser.server.poll(browser.now).unwrap();
    browser.redirect = between(&body(&reply), "redirect_uri=\"", "\"").to_owned();
    assert!(browser.redirect.starts_with(base));
    browser.redeem();
    let init = json!({ "BaseRequest": browser.base_request() }).to_string();
    let reply = now(browser.post(&format!("{base}/webwxinit"), init));
    let reply: serde_json::Value = serde_json::from_slice(reply.body()).unwrap();
    browser.me = reply["User"]["UserName"].as_str().unwrap().to_owned();
    for (to, ret) in [("filehelper".to_owned(), 0), (browser.user_name("小明"), 1)] {
        let body = browser.send_body(&to, "x", &to).to_string();
        let reply = now(browser.post(&format!("{base}/webwxsendmsg"), body));
        let reply: serde_json::Value = serde_json::from_slice(reply.body()).unwrap();
        assert_eq!(reply["BaseResponse"]["Ret"], ret, "{to}");
    }
    // What no server was seen to refuse is noted.
    let mut complaints = browser.complaints();
    assert_eq!(complaints.pop(), Some("webwxsendmsg to somebody else than filehelper"));
    assert_eq!(complaints.len(), 5);
    assert!(complaints.iter().all(|complaint| complaint.ends_with("does not name the application")));
    assert_eq!(browser.server.user_name(ContactId::ME), browser.me);
    assert_eq!((&reply["SyncKey"]["Count"], &reply["ChatSet"]), (&json!(13), &json!("filehelper,")));
}

#[test]
fn jslogin_may_be_posted_as_a_form() {
    let mut browser = Browser::new(ServerConfig::web(), Account::demo());
    let form = "appid=wx782c26e4c19acffb&fun=new&lang=zh_CN".to_owned();
    let text = body(&now(browser.post("https://login.weixin.qq.com/jslogin", form)));
    assert!(text.starts_with("window.QRLogin.code = 200;"));
    let picture = between(&text, "uuid = \"", "\"").to_owned();
    let picture = now(browser.get(&format!("https://login.weixin.qq.com/qrcode/{picture}")));
    assert_eq!(picture.headers()["Content-Type"], "image/jpeg");
    assert!(picture.body().starts_with(&[0xff, 0xd8]));
    assert!(browser.complaints().is_empty());
}

#[test]
fn the_chat_list_of_the_phone() {
    let mut config = ServerConfig::web();
    config.announce_chats = true;
    let mut browser = Browser::online_with(config, Account::demo());
    let news = browser.sync();
    let notice = &news["AddMsgList"][0];
    assert_eq!((notice["MsgType"].as_i64(), notice["StatusNotifyCode"].as_i64()), (Some(51), Some(4)));
    let chats = notice["StatusNotifyUserName"].as_str().unwrap();
    assert!(chats.split(',').any(|chat| chat == browser.user_name("Book Club")));
}
