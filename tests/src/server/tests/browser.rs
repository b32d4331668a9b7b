//! A client of a few lines, and the requests of the official page.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};
use wx_proto::Timestamp;

use super::super::{Account, Answer, HoldId, Server, ServerConfig};

pub(super) const START: Timestamp = Timestamp::from_secs(1_735_700_000);

pub(super) struct Browser {
    pub(super) server: Server,
    pub(super) now: Timestamp,
    pub(super) cookies: BTreeMap<String, String>,
    pub(super) uuid: String,
    pub(super) redirect: String,
    pub(super) skey: String,
    pub(super) sid: String,
    pub(super) pass_ticket: String,
    pub(super) me: String,
    pub(super) key: Value,
}

impl Browser {
    pub(super) fn new(config: ServerConfig, account: Account) -> Self {
        Self {
            server: Server::new(config, account, 7),
            now: START,
            cookies: BTreeMap::new(),
            uuid: String::new(),
            redirect: String::new(),
            skey: String::new(),
            sid: String::new(),
            pass_ticket: String::new(),
            me: String::new(),
            key: Value::Null,
        }
    }

    /// A browser that is logged in and has its first key.
    pub(super) fn online() -> Self {
        Self::online_with(ServerConfig::web(), Account::demo())
    }

    pub(super) fn online_with(config: ServerConfig, account: Account) -> Self {
        let mut browser = Self::new(config, account);
        browser.log_in();
        browser
    }

    pub(super) fn log_in(&mut self) {
        self.jslogin();
        let Answer::Held(hold) = self.login_poll(1) else { panic!("nobody has scanned") };
        self.server.phone(self.now).scan().unwrap();
        assert!(self.polled(hold).starts_with("window.code=201;"));
        let Answer::Held(hold) = self.login_poll(0) else { panic!("nobody has confirmed") };
        self.server.phone(self.now).confirm().unwrap();
        let text = self.polled(hold);
        self.redirect = between(&text, "redirect_uri=\"", "\"").to_owned();
        self.redeem();
        let reply = self.init();
        assert_eq!(reply["BaseResponse"]["Ret"], 0);
    }

    pub(super) fn advance(&mut self, secs: u64) {
        self.now = self.now + Duration::from_secs(secs);
    }

    pub(super) fn jslogin(&mut self) {
        let text =
            self.text("https://login.wx.qq.com/jslogin?appid=wx782c26e4c19acffb&fun=new&lang=zh_CN&_=1");
        self.uuid = between(&text, "uuid = \"", "\"").to_owned();
    }

    pub(super) fn login_poll(&mut self, tip: u8) -> Answer {
        let uuid = self.uuid.clone();
        self.get(&format!(
            "https://login.wx.qq.com/cgi-bin/mmwebwx-bin/login?loginicon=true&uuid={uuid}&tip={tip}&r=1&_=2"
        ))
    }

    /// Fetches the tokens as the official page does.
    pub(super) fn redeem(&mut self) -> String {
        let text = self.text(&format!("{}&fun=new&version=v2", self.redirect));
        if text.contains("<skey>") {
            self.skey = between(&text, "<skey>", "</skey>").to_owned();
            self.sid = between(&text, "<wxsid>", "</wxsid>").to_owned();
            self.pass_ticket = between(&text, "<pass_ticket>", "</pass_ticket>").to_owned();
        }
        text
    }

    pub(super) fn base_request(&self) -> Value {
        json!({"Uin": 1_234_567_890_u64, "Sid": self.sid, "Skey": self.skey, "DeviceID": "e435716924360955"})
    }

    pub(super) fn init(&mut self) -> Value {
        let mut base = self.base_request();
        base["Uin"] = json!("1234567890");
        let body = json!({ "BaseRequest": base });
        let reply = self.call("webwxinit?r=1", body);
        if reply["BaseResponse"]["Ret"] == 0 {
            self.me = reply["User"]["UserName"].as_str().unwrap().to_owned();
            self.key = reply["SyncKey"].clone();
        }
        reply
    }

    /// A `synccheck` with the key in hand.
    pub(super) fn check(&mut self) -> Answer {
        let key = self.key.clone();
        self.check_with(&key)
    }

    pub(super) fn check_with(&mut self, key: &Value) -> Answer {
        let pairs: Vec<String> = key["List"]
            .as_array()
            .unwrap()
            .iter()
            .map(|pair| format!("{}_{}", pair["Key"], pair["Val"]))
            .collect();
        let sid = self.sid.replace('/', "%2F").replace('+', "%2B");
        self.get(&format!(
            "https://webpush.wx2.qq.com/cgi-bin/mmwebwx-bin/synccheck?r=1&skey={}&sid={sid}&uin=1234567890&deviceid=e1&synckey={}&_=1",
            self.skey.replace('@', "%40"),
            pairs.join("%7C"),
        ))
    }

    /// A `webwxsync` with this key; the key in hand stays.
    pub(super) fn sync_with(&mut self, key: &Value) -> Value {
        let body = json!({"BaseRequest": self.base_request(), "SyncKey": key, "rr": -1});
        let address = format!("webwxsync?sid={}&skey={}", self.sid, self.skey);
        self.call(&address, body)
    }

    pub(super) fn sync(&mut self) -> Value {
        let key = self.key.clone();
        let reply = self.sync_with(&key);
        if reply["SyncKey"]["Count"] != 0 {
            self.key = reply["SyncKey"].clone();
        }
        reply
    }

    pub(super) fn send(&mut self, to: &str, text: &str, client_msg_id: &str) -> Value {
        let body = self.send_body(to, text, client_msg_id);
        self.call("webwxsendmsg?lang=zh_CN", body)
    }

    pub(super) fn send_body(&self, to: &str, text: &str, client_msg_id: &str) -> Value {
        json!({"BaseRequest": self.base_request(), "Msg": {"Type": 1, "Content": text, "FromUserName": self.me,
            "ToUserName": to, "LocalID": client_msg_id, "ClientMsgId": client_msg_id}, "Scene": 0})
    }

    /// A JSON call on the base host; pass_ticket is encoded once more, as the official page does.
    pub(super) fn call(&mut self, name_and_query: &str, body: Value) -> Value {
        let ticket = self.pass_ticket.replace('%', "%25");
        let mark = if name_and_query.contains('?') { '&' } else { '?' };
        let address =
            format!("https://wx2.qq.com/cgi-bin/mmwebwx-bin/{name_and_query}{mark}pass_ticket={ticket}");
        let reply = now(self.post(&address, body.to_string()));
        serde_json::from_slice(reply.body()).unwrap()
    }

    pub(super) fn user_name(&self, name: &str) -> String {
        self.server.user_name(self.server.account().named(name).unwrap())
    }

    pub(super) fn get(&mut self, address: &str) -> Answer {
        self.request(http::Request::get(address), Bytes::new())
    }

    pub(super) fn post(&mut self, address: &str, body: String) -> Answer {
        self.request(http::Request::post(address), Bytes::from(body))
    }

    pub(super) fn text(&mut self, address: &str) -> String {
        body(&now(self.get(address)))
    }

    /// The answer of a held poll that is ready.
    pub(super) fn polled(&mut self, hold: HoldId) -> String {
        let (id, reply) = self.server.poll(self.now).expect("the held poll is ready");
        assert_eq!(id, hold);
        self.keep_cookies(&reply);
        body(&reply)
    }

    pub(super) fn complaints(&self) -> Vec<&str> {
        self.server.record().complaints().iter().map(String::as_str).collect()
    }

    fn request(&mut self, builder: http::request::Builder, body: Bytes) -> Answer {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = builder.header("Cookie", cookies.join("; ")).body(body).unwrap();
        let answer = self.server.handle(self.now, request);
        if let Answer::Now(reply) = &answer {
            self.keep_cookies(reply);
        }
        answer
    }

    fn keep_cookies(&mut self, reply: &Response<Bytes>) {
        for line in reply.headers().get_all("Set-Cookie") {
            let (name, value) = line.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

pub(super) fn now(answer: Answer) -> Response<Bytes> {
    match answer {
        Answer::Now(reply) => reply,
        Answer::Streamed(_) | Answer::Held(_) | Answer::Drop => {
            panic!("an answer at once was expected: {answer:?}")
        }
    }
}

pub(super) fn body(reply: &Response<Bytes>) -> String {
    String::from_utf8(reply.body().to_vec()).unwrap()
}

pub(super) fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before:?} in {text:?}"));
    rest.split_once(after).unwrap().0
}

/// The texts of a sync reply.
pub(super) fn texts(reply: &Value) -> Vec<&str> {
    reply["AddMsgList"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| message["Content"].as_str().unwrap())
        .collect()
}
