//! A client of a few lines, written by hand: it logs in, uploads in chunks, sends and fetches.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use wx_proto::Timestamp;
use wx_testkit::{
    content::FileContent,
    server::{Account, Answer, ContactId, Server, ServerConfig},
};

pub(crate) const CHUNK: u64 = 524_288;

/// What carries a request to the server and its reply back.
pub(crate) trait Carrier {
    fn exchange(&mut self, request: Request<Bytes>) -> Response<Bytes>;
    fn with<R>(&mut self, change: impl FnOnce(&mut Server, Timestamp) -> R) -> R;
}

/// Nothing in between.
pub(crate) struct Direct(pub(crate) Server);

impl Carrier for Direct {
    fn exchange(&mut self, request: Request<Bytes>) -> Response<Bytes> {
        match self.0.handle(wx_testkit::runner::START, request) {
            Answer::Now(reply) => reply,
            Answer::Streamed(reply) => reply.map(|body| body.collect()),
            Answer::Held(_) | Answer::Drop => panic!("an answer at once was expected"),
        }
    }

    fn with<R>(&mut self, change: impl FnOnce(&mut Server, Timestamp) -> R) -> R {
        change(&mut self.0, wx_testkit::runner::START)
    }
}

/// A client that is logged in.
pub(crate) struct Raw<C> {
    pub(crate) carrier: C,
    me: String,
    to: String,
    base: Value,
    pub(crate) skey: String,
    pub(crate) ticket: String,
    cookies: String,
    /// What webwxcheckupload said last.
    granted: Value,
}

pub(crate) fn server(change: impl FnOnce(&mut ServerConfig)) -> Server {
    let mut config = ServerConfig::web();
    change(&mut config);
    Server::new(config, Account::demo(), 7)
}

impl<C: Carrier> Raw<C> {
    pub(crate) fn log_in(mut carrier: C) -> Self {
        let get = |carrier: &mut C, address: &str| {
            carrier.exchange(Request::get(address).body(Bytes::new()).unwrap())
        };
        let text = |reply: &Response<Bytes>| String::from_utf8(reply.body().to_vec()).unwrap();
        let reply = get(&mut carrier, "https://login.wx.qq.com/jslogin?appid=wx782c26e4c19acffb&fun=new");
        let uuid = between(&text(&reply), "uuid = \"", "\"");
        carrier.with(|server, now| {
            server.phone(now).scan().unwrap();
            server.phone(now).confirm().unwrap();
        });
        let poll = format!("https://login.wx.qq.com/cgi-bin/mmwebwx-bin/login?uuid={uuid}&tip=1");
        let redirect = between(&text(&get(&mut carrier, &poll)), "redirect_uri=\"", "\"");
        let page = get(&mut carrier, &format!("{redirect}&fun=new&version=v2"));
        let tokens = text(&page);
        let token = |name: &str| between(&tokens, &format!("<{name}>"), &format!("</{name}>"));
        let cookies: Vec<&str> = page
            .headers()
            .get_all("Set-Cookie")
            .iter()
            .map(|line| line.to_str().unwrap().split(';').next().unwrap())
            .collect();
        let ticket = cookies.iter().find_map(|pair| pair.strip_prefix("webwx_data_ticket="));
        let (me, to) = carrier.with(|server, _| {
            let friend = server.account().named("明哥").unwrap();
            (server.user_name(ContactId::ME), server.user_name(friend))
        });
        Self {
            me,
            to,
            base: json!({"Uin": 1_234_567_890, "Sid": token("wxsid"), "Skey": token("skey"), "DeviceID": "e1"}),
            skey: token("skey").replace('@', "%40"),
            ticket: ticket.unwrap().to_owned(),
            cookies: cookies.join("; "),
            granted: Value::Null,
            carrier,
        }
    }

    pub(crate) fn request(&self, builder: http::request::Builder, body: impl Into<Bytes>) -> Request<Bytes> {
        builder.header("Cookie", &self.cookies).body(body.into()).unwrap()
    }

    pub(crate) fn get(&mut self, address: &str, range: Option<&str>) -> Response<Bytes> {
        let builder = Request::get(address);
        let builder = match range {
            Some(range) => builder.header("Range", range),
            None => builder,
        };
        let request = self.request(builder, "");
        self.carrier.exchange(request)
    }

    /// The form of one chunk: what is before its bytes, and what is behind them.
    pub(crate) fn form(&self, name: &str, content: &FileContent, md5: &str, index: u64) -> [String; 2] {
        let len = content.len();
        let request = json!({"UploadType": 2, "BaseRequest": self.base, "ClientMediaId": len, "TotalLen": len,
            "StartPos": 0, "DataLen": len, "MediaType": 4, "FromUserName": self.me, "ToUserName": self.to,
            "FileMd5": md5, "AESKey": self.granted["AESKey"], "Signature": self.granted["Signature"]});
        let chunks = len.div_ceil(CHUNK).to_string();
        let mut before = String::new();
        for (name, value) in [
            ("name", name),
            ("size", &len.to_string()),
            ("chunks", &chunks),
            ("chunk", &index.to_string()),
            ("mediatype", "doc"),
            ("uploadmediarequest", &request.to_string()),
            ("webwx_data_ticket", &self.ticket),
        ] {
            before += &format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        }
        before += &format!(
            "--B\r\nContent-Disposition: form-data; name=\"filename\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        );
        [before, "\r\n--B--\r\n".to_owned()]
    }

    /// Sends one chunk; gives the MediaId of the reply.
    pub(crate) fn chunk(&mut self, name: &str, content: &FileContent, md5: &str, index: u64) -> String {
        let [before, after] = self.form(name, content, md5, index);
        let bytes = content.read_at(index * CHUNK, usize::try_from(CHUNK).unwrap());
        let body = [before.as_bytes(), &bytes, after.as_bytes()].concat();
        let reply = self.post(
            "https://file.wx2.qq.com/cgi-bin/mmwebwx-bin/webwxuploadmedia?f=json",
            "multipart/form-data; boundary=B",
            body,
        );
        assert_eq!(reply["BaseResponse"]["Ret"], 0);
        reply["MediaId"].as_str().unwrap().to_owned()
    }

    /// Asks first, as for a file of over 25 MB, and uploads it; gives the MediaId.
    pub(crate) fn upload(&mut self, name: &str, content: &FileContent) -> String {
        let md5 = content.md5().to_string();
        self.granted = self.check(name, content);
        let mut media_id = String::new();
        for index in 0..content.len().div_ceil(CHUNK) {
            media_id = self.chunk(name, content, &md5, index);
        }
        media_id
    }

    pub(crate) fn send_file(&mut self, name: &str, len: u64, media_id: &str) -> Value {
        let content = format!(
            "<appmsg appid='wxeb7ec651dd0aefa9' sdkver=''><title>{name}</title><type>6</type><appattach><totallen>{len}</totallen><attachid>{media_id}</attachid><fileext>bin</fileext></appattach></appmsg>"
        );
        let mut message = json!({"Type": 6, "Content": content, "FromUserName": self.me, "ToUserName": self.to,
            "LocalID": "1", "ClientMsgId": "1"});
        message["Signature"] = self.granted["Signature"].clone();
        let body = json!({"BaseRequest": self.base, "Msg": message, "Scene": 0});
        self.api("webwxsendappmsg", &body)
    }

    fn check(&mut self, name: &str, content: &FileContent) -> Value {
        let body = json!({"FromUserName": self.me, "ToUserName": self.to, "FileSize": content.len(),
            "FileMd5": content.md5().to_string(), "FileName": name, "FileType": 7, "BaseRequest": self.base});
        self.api("webwxcheckupload", &body)
    }

    fn api(&mut self, name: &str, body: &Value) -> Value {
        let address = format!("https://wx2.qq.com/cgi-bin/mmwebwx-bin/{name}");
        self.post(&address, "application/json;charset=UTF-8", body.to_string())
    }

    fn post(&mut self, address: &str, kind: &str, body: impl Into<Bytes>) -> Value {
        let request = self.request(Request::post(address).header("Content-Type", kind), body);
        let reply = self.carrier.exchange(request);
        assert_eq!(reply.status(), 200);
        serde_json::from_slice(reply.body()).unwrap()
    }
}

fn between(text: &str, before: &str, after: &str) -> String {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before:?} in {text:?}"));
    rest.split_once(after).unwrap().0.to_owned()
}
