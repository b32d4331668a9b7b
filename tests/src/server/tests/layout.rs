//! Bytes: the replies of a worked transcript, made from the same data.

use serde_json::json;
use wx_proto::Timestamp;

use super::super::{Account, ContactId, ServerConfig};
use super::browser::{Browser, body, now};

const SKEY: &str = "@crypt_1a2b3c4d_00112233445566778899aabbccddeeff";
const ME: &str = "@0a1b2c3d4e5f60718293a4b5c6d7e8f9";
const FRIEND: &str = "@11112222333344445555666677778888aaaabbbbccccddddeeeeffff00001111";
const GROUP: &str = "@@22223333444455556666777788889999aaaabbbbccccddddeeeeffff00001111";
const GUIDE: &str = "@3333444455556666777788889999aaaa";

fn account() -> Account {
    let mut account = Account::new(1_234_567_890, "测试");
    let friend = account.add_friend("小明", "明哥");
    let guide = account.add_stranger("老王");
    let group = account.add_group("周末爬山", &[ContactId::ME, guide]);
    let names = [(ContactId::ME, ME), (friend, FRIEND), (guide, GUIDE), (group, GROUP)];
    for (id, name) in names {
        account.contact_mut(id).unwrap().fixed_name = Some(name.to_owned());
    }
    account.contact_mut(ContactId::ME).unwrap().sex = 1;
    let friend = account.contact_mut(friend).unwrap();
    friend.in_chat_set = true;
    friend.picture = 696_335_334;
    friend.sex = 1;
    friend.attr_status = 135_461;
    friend.province = "广东".to_owned();
    friend.city = "深圳".to_owned();
    friend.initials = "XM".to_owned();
    friend.latin = "xiaoming".to_owned();
    friend.remark_initials = "MG".to_owned();
    friend.remark_latin = "mingge".to_owned();
    let group = account.contact_mut(group).unwrap();
    group.recent = true;
    group.in_chat_set = true;
    group.picture = 698_321_427;
    group.initials = "ZMPS".to_owned();
    group.latin = "zhoumopashan".to_owned();
    group.room_id = "@99998888777766665555444433332222".to_owned();
    group.members[1].display_name = "向导老王".to_owned();
    account
}

/// The account of the transcript, logged in at 1735700060.
fn browser() -> Browser {
    let mut config = ServerConfig::web();
    config.first_msg_id = 5_120_000_000_000_000_011;
    let mut browser = Browser::new(config, account());
    browser.now = Timestamp::from_secs(1_735_700_060);
    browser.log_in();
    let login = browser.server.logins.last_mut().unwrap();
    login.skey = SKEY.to_owned();
    login.sid = "x7/pQ2+mN5kV8rTz".to_owned();
    browser.skey = SKEY.to_owned();
    browser.sid = login.sid.clone();
    browser.cookies.insert("wxsid".to_owned(), login.sid.clone());
    browser
}

fn post(browser: &mut Browser, name: &str, body: &serde_json::Value) -> String {
    let reply =
        now(browser.post(&format!("https://wx2.qq.com/cgi-bin/mmwebwx-bin/{name}"), body.to_string()));
    assert_eq!(reply.headers()["Content-Type"], "text/plain");
    assert_eq!(reply.headers()["Content-Length"].to_str().unwrap(), reply.body().len().to_string());
    super::browser::body(&reply)
}

#[test]
fn init() {
    let mut browser = browser();
    let request = json!({ "BaseRequest": browser.base_request() });
    let text = post(&mut browser, "webwxinit", &request);
    assert_eq!(text.len(), 3128, "{text}");
    insta::assert_snapshot!("init", text);
}

#[test]
fn sync() {
    let mut browser = browser();
    let mut phone = browser.server.phone(Timestamp::from_secs(1_735_700_040));
    phone.say("小明", "小明", "你好 <3 😂").unwrap();
    let mut phone = browser.server.phone(Timestamp::from_secs(1_735_700_050));
    phone.say("周末爬山", "老王", "明天[微笑]几点出发？\n早点 A&B 都行").unwrap();
    browser.now = Timestamp::from_secs(1_735_700_065);
    let request = json!({"BaseRequest": browser.base_request(), "SyncKey": browser.key, "rr": -533_274_317});
    let text = post(&mut browser, "webwxsync", &request);
    assert_eq!(text.len(), 2939, "{text}");
    insta::assert_snapshot!("sync", text);
}

#[test]
fn contacts() {
    let mut browser = browser();
    let text = post(&mut browser, "webwxgetcontact", &json!({}));
    assert_eq!(text.len(), 908, "{text}");
    let request = json!({"BaseRequest": browser.base_request(), "Count": 1, "List": [{"UserName": GROUP}]});
    let text = post(&mut browser, "webwxbatchgetcontact", &request);
    assert_eq!(text.len(), 1350, "{text}");
}

#[test]
fn small_replies() {
    let mut browser = browser();
    let mut notify = json!({"BaseRequest": browser.base_request(), "Code": 3, "ClientMsgId": 1});
    notify["FromUserName"] = json!(ME);
    notify["ToUserName"] = json!(ME);
    let text = post(&mut browser, "webwxstatusnotify", &notify);
    assert_eq!(
        text,
        "{\n\"BaseResponse\": {\n\"Ret\": 0,\n\"ErrMsg\": \"\"\n}\n,\n\"MsgID\": \"5120000000000000011\"\n}\n"
    );
    assert_eq!(text.len(), 80);
    let send = browser.send_body(FRIEND, "你好，晚上见", "17357000700000416");
    let text = post(&mut browser, "webwxsendmsg", &send);
    assert!(text.ends_with("\"MsgID\": \"5120000000000000012\",\n\"LocalID\": \"17357000700000416\"\n}\n"));
    assert_eq!(text.len(), 112);
    let at = browser.now;
    browser.server.phone(at).say("小明", "小明", "x").unwrap();
    let reply = now(browser.check());
    assert_eq!(body(&reply), "window.synccheck={retcode:\"0\",selector:\"2\"}");
    assert_eq!(reply.body().len(), 43);
    assert_eq!(reply.headers()["Access-Control-Allow-Origin"], "*");
}

#[test]
fn login_replies() {
    let mut browser = browser();
    let reply = now(browser.get("https://login.wx.qq.com/jslogin?appid=wx782c26e4c19acffb&fun=new"));
    assert_eq!(reply.body().len(), 64);
    let types: Vec<_> = reply.headers().get_all("Content-Type").iter().collect();
    assert_eq!(types, ["text/javascript", "text/html; charset=gbk"]);

    let reply = now(browser.get(&format!("{}&fun=new&version=v2", browser.redirect)));
    assert_eq!(reply.headers()["Content-Type"], "text/plain;charset=utf-8");
    assert_eq!(reply.headers()["Date"], "Wed, 01 Jan 2025 02:54:20 GMT");
    let cookies: Vec<_> =
        reply.headers().get_all("Set-Cookie").iter().map(|line| line.to_str().unwrap()).collect();
    assert_eq!(
        cookies[0],
        "wxuin=1234567890; Domain=wx2.qq.com; Path=/; Expires=Wed, 01-Jan-2025 14:54:20 GMT; Secure"
    );
    assert!(cookies[4].contains("; Domain=.qq.com; "));
    assert!(cookies[5].contains("Expires=Sat, 30-Dec-2034 02:54:20 GMT"));
    let names: Vec<_> = cookies.iter().map(|line| line.split('=').next().unwrap()).collect();
    assert_eq!(
        names,
        ["wxuin", "wxsid", "wxloadtime", "mm_lang", "webwx_data_ticket", "webwxuvid", "webwx_auth_ticket"]
    );
}

#[test]
fn sync_cookies() {
    let mut browser = browser();
    browser.now = Timestamp::from_secs(1_735_700_062);
    let request = json!({"BaseRequest": browser.base_request(), "SyncKey": browser.key}).to_string();
    let reply = now(browser.post("https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxsync", request));
    let cookies: Vec<_> =
        reply.headers().get_all("Set-Cookie").iter().map(|line| line.to_str().unwrap()).collect();
    let day = "Expires=Wed, 01-Jan-2025 14:54:22 GMT; Secure";
    assert_eq!(cookies[0], format!("wxloadtime=1735700060_expired; Domain=wx2.qq.com; Path=/; {day}"));
    assert_eq!(cookies[1], format!("wxpluginkey=1735699000; Domain=wx2.qq.com; Path=/; {day}"));
    assert_eq!(
        cookies[2],
        "wxuin=1234567890; Domain=wx2.qq.com; Path=/; Expires=Sat, 04-Jan-2025 02:54:22 GMT; Secure"
    );
    assert_eq!(cookies[3], format!("wxsid=x7/pQ2+mN5kV8rTz; Domain=wx2.qq.com; Path=/; {day}"));
    assert_eq!(cookies.len(), 5);
}
