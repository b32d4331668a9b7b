//! The official pages, as far as files go: their forms and addresses, written by hand.

use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};
use wx_proto::Timestamp;

use super::super::super::{
    Account, Answer, ContactId, FileKind, PhoneFile, Server, ServerConfig, login::Login,
};
use crate::{
    content::{FileContent, FileForm},
    rng::Rng,
};

pub(super) const CHUNK: u64 = 524_288;
pub(super) const NOW: Timestamp = Timestamp::from_secs(1_735_700_080);
pub(super) const FRIEND: &str = "@11112222333344445555666677778888aaaabbbbccccddddeeeeffff00001111";

/// A page that is logged in, in either flavour, with the tokens of the worked transcripts.
pub(super) struct Page {
    pub(super) server: Server,
    pub(super) web: bool,
    pub(super) me: &'static str,
    pub(super) to: &'static str,
    pub(super) sid: &'static str,
    pub(super) skey: &'static str,
    pub(super) ticket: &'static str,
}

impl Page {
    pub(super) fn web() -> Self {
        Self::web_with(|_| {})
    }

    pub(super) fn web_with(change: impl FnOnce(&mut ServerConfig)) -> Self {
        let mut config = ServerConfig::web();
        change(&mut config);
        let mut page = Self {
            server: Server::new(config, Account::new(1_234_567_890, "测试"), 7),
            web: true,
            me: "@0a1b2c3d4e5f60718293a4b5c6d7e8f9",
            to: FRIEND,
            sid: "x7/pQ2+mN5kV8rTz",
            skey: "@crypt_1a2b3c4d_00112233445566778899aabbccddeeff",
            ticket: "gSfAbCdEfGhIjKlMnOpQrSt0",
        };
        let friend = page.server.account.add_friend("小明", "明哥");
        page.server.account.contact_mut(friend).unwrap().fixed_name = Some(FRIEND.to_owned());
        page.log_in("mPq7%2BrS9tU%2Fvw1xYz2Ab3Cd4Ef5Gh6Ij7Kl8Mn9Op0Q%3D");
        page
    }

    pub(super) fn file_helper() -> Self {
        let mut config = ServerConfig::file_helper();
        config.first_msg_id = 6_923_581_840_474_340_102;
        let mut page = Self {
            server: Server::new(config, Account::new(1_234_567_890, "测试"), 7),
            web: false,
            me: "@9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2b1a0",
            to: "filehelper",
            sid: "Q4/tR8+vW2yZ6bNd",
            skey: "@crypt_2b3c4d5e_ffeeddccbbaa99887766554433221100",
            ticket: "gSeXyZ01234AbCdEfGhIjKl9",
        };
        page.log_in("kTz3%2BhY6wE%2FqLm2Rp9Vx4Bc7Dn1Fg5Js8Ka0Zu3Oi6Pt%3D");
        page
    }

    fn log_in(&mut self, pass_ticket: &str) {
        self.server.account.contact_mut(ContactId::ME).unwrap().fixed_name = Some(self.me.to_owned());
        let host = self.server.config.redirect_host.clone();
        let mut login = Login::new(1, &host, NOW, &mut Rng::new(1));
        self.sid.clone_into(&mut login.sid);
        self.skey.clone_into(&mut login.skey);
        self.ticket.clone_into(&mut login.data_ticket);
        pass_ticket.clone_into(&mut login.pass_ticket);
        self.server.logins.push(login);
    }

    pub(super) fn base(&self) -> &'static str {
        if self.web { "wx2.qq.com" } else { "szfilehelper.weixin.qq.com" }
    }

    pub(super) fn base_request(&self) -> Value {
        json!({"Uin": 1_234_567_890_u64, "Sid": self.sid, "Skey": self.skey, "DeviceID": "e233776295159507"})
    }

    /// A request as the page sends it; on the file host of the file helper there is one cookie.
    pub(super) fn request(&mut self, builder: http::request::Builder, body: impl Into<Bytes>) -> Answer {
        let all = format!("wxuin=1234567890; wxsid={}; webwx_data_ticket={}", self.sid, self.ticket);
        let on_files = builder.uri_ref().is_some_and(|uri| uri.host().unwrap().starts_with("file."));
        let cookie = if self.web || !on_files { all } else { format!("webwx_data_ticket={}", self.ticket) };
        let builder = if self.web { builder } else { builder.header("mmweb_appid", "wx_webfilehelper") };
        self.server.handle(NOW, builder.header("Cookie", cookie).body(body.into()).unwrap())
    }

    pub(super) fn get(&mut self, address: &str) -> Response<Bytes> {
        whole(self.request(http::Request::get(address), ""))
    }

    pub(super) fn get_range(&mut self, address: &str, range: &str) -> Response<Bytes> {
        whole(self.request(http::Request::get(address).header("Range", range), ""))
    }

    pub(super) fn post_json(&mut self, address: &str, body: String) -> Response<Bytes> {
        let builder = http::Request::post(address).header("Content-Type", "application/json;charset=UTF-8");
        whole(self.request(builder, body))
    }

    /// A call of the API; gives its reply.
    pub(super) fn call(&mut self, name: &str, body: &Value) -> Value {
        let reply = self.post_json(&self.api(name), body.to_string());
        serde_json::from_slice(reply.body()).unwrap()
    }

    pub(super) fn api(&self, name: &str) -> String {
        format!("https://{}/cgi-bin/mmwebwx-bin/{name}", self.base())
    }

    pub(super) fn files(&self, name: &str) -> String {
        format!("https://file.wx2.qq.com/cgi-bin/mmwebwx-bin/{name}")
    }

    pub(super) fn post_form(&mut self, name: &str, form: &Form) -> Response<Bytes> {
        whole(self.try_form(name, form))
    }

    pub(super) fn try_form(&mut self, name: &str, form: &Form) -> Answer {
        let content_type = format!("multipart/form-data; boundary={}", Form::BOUNDARY);
        let address = self.files(name);
        let builder = http::Request::post(address).header("Content-Type", content_type);
        self.request(builder, form.body())
    }

    /// The form of one chunk of a file, as the page of the web flavour has it.
    pub(super) fn chunk(&self, file: &File, index: u64) -> Form {
        let len = file.content.len();
        let chunks = len.div_ceil(CHUNK);
        let request = json!({
            "UploadType": 2, "BaseRequest": self.base_request(), "ClientMediaId": file.client_id,
            "TotalLen": len, "StartPos": 0, "DataLen": len, "MediaType": 4, "FromUserName": self.me,
            "ToUserName": self.to, "FileMd5": file.content.md5().to_string(),
        });
        let mut form = Form::default();
        form.set("id", "WU_FILE_0").set("name", file.name).set("type", "text/plain");
        form.set("lastModifiedDate", "Wed Jan 01 2025 10:00:00 GMT+0800 (中国标准时间)");
        form.set("size", &len.to_string());
        if chunks > 1 {
            form.set("chunks", &chunks.to_string()).set("chunk", &index.to_string());
        }
        form.set("mediatype", file.media_type).set("uploadmediarequest", &request.to_string());
        form.set("webwx_data_ticket", self.ticket).set("pass_ticket", "undefined");
        let kind = if chunks > 1 { "application/octet-stream" } else { "text/plain" };
        form.file(file.name, kind, file.content.read_at(index * CHUNK, usize::try_from(CHUNK).unwrap()));
        form
    }

    /// Uploads a file to its end; gives the MediaId of the last reply.
    pub(super) fn upload(&mut self, file: &File) -> String {
        let mut media_id = String::new();
        for index in 0..file.content.len().div_ceil(CHUNK) {
            let form = self.chunk(file, index);
            media_id = self.send_chunk(&form);
        }
        media_id
    }

    pub(super) fn send_chunk(&mut self, form: &Form) -> String {
        let reply = self.post_form("webwxuploadmedia?f=json", form);
        let reply: Value = serde_json::from_slice(reply.body()).unwrap();
        assert_eq!(reply["BaseResponse"]["Ret"], 0);
        reply["MediaId"].as_str().unwrap().to_owned()
    }

    /// Msg of a send, without what it carries.
    pub(super) fn message(&self, client_msg_id: &str, carried: Value) -> Value {
        let mut message = carried;
        message["FromUserName"] = json!(self.me);
        message["ToUserName"] = json!(self.to);
        message["LocalID"] = json!(client_msg_id);
        message["ClientMsgId"] = json!(client_msg_id);
        json!({"BaseRequest": self.base_request(), "Msg": message, "Scene": 0})
    }

    /// The phone sends a file of a pattern.
    pub(super) fn phone_sends(&mut self, kind: FileKind, name: &str, len: u64) -> (u64, FileContent) {
        let content = FileContent::pattern(kind.form(), 11, len);
        let chat = if self.web { "明哥" } else { "filehelper" };
        let file = PhoneFile { kind, name: name.to_owned(), content: content.clone() };
        (self.server.phone(NOW).send_file(chat, None, file).unwrap(), content)
    }

    pub(super) fn complaints(&self) -> Vec<&str> {
        self.server.record().complaints().iter().map(String::as_str).collect()
    }
}

/// A file to upload.
#[derive(Clone)]
pub(super) struct File {
    pub(super) name: &'static str,
    pub(super) media_type: &'static str,
    pub(super) content: FileContent,
    pub(super) client_id: u64,
}

impl File {
    pub(super) fn of(len: u64) -> Self {
        let content = FileContent::pattern(FileForm::Plain, len, len);
        Self { name: "note.txt", media_type: "doc", content, client_id: 1_735_700_080_000 + len }
    }
}

pub(super) fn app(name: &str, len: u64, media_id: &str) -> String {
    format!(
        "<appmsg appid='wxeb7ec651dd0aefa9' sdkver=''><title>{name}</title><des></des><action></action><type>6</type><content></content><url></url><lowurl></lowurl><appattach><totallen>{len}</totallen><attachid>{media_id}</attachid><fileext>txt</fileext></appattach><extinfo></extinfo></appmsg>"
    )
}

/// Parts of a form, in order.
#[derive(Clone, Default)]
pub(super) struct Form(pub(super) Vec<(String, Vec<u8>)>);

impl Form {
    pub(super) const BOUNDARY: &str = "----WebKitFormBoundaryExAmPlE0123456Ab";

    /// Adds a part, or changes it.
    pub(super) fn set(&mut self, name: &str, value: &str) -> &mut Self {
        let head = format!("Content-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        let part = [head.as_bytes(), value.as_bytes()].concat();
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = part,
            None => self.0.push((name.to_owned(), part)),
        }
        self
    }

    pub(super) fn remove(&mut self, name: &str) -> &mut Self {
        self.0.retain(|(known, _)| known != name);
        self
    }

    pub(super) fn file(&mut self, name: &str, kind: &str, bytes: Bytes) -> &mut Self {
        let head = format!(
            "Content-Disposition: form-data; name=\"filename\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n"
        );
        self.remove("filename").0.push(("filename".to_owned(), [head.as_bytes(), &bytes].concat()));
        self
    }

    /// Changes a member of the JSON in the part `uploadmediarequest`.
    pub(super) fn change(&mut self, member: &str, value: Value) -> &mut Self {
        let part = self.0.iter().find(|(name, _)| name == "uploadmediarequest").unwrap();
        let text = String::from_utf8(part.1.clone()).unwrap();
        let mut request: Value = serde_json::from_str(text.split_once("\r\n\r\n").unwrap().1).unwrap();
        if value.is_null() {
            request.as_object_mut().unwrap().remove(member);
        } else {
            request[member] = value;
        }
        self.set("uploadmediarequest", &request.to_string())
    }

    /// With its first part once more.
    pub(super) fn first_twice(&mut self) -> &mut Self {
        self.0.extend(self.0.first().cloned());
        self
    }

    /// The last part first.
    pub(super) fn reversed(&mut self) -> &mut Self {
        self.0.reverse();
        self
    }

    pub(super) fn body(&self) -> Vec<u8> {
        let mut body = Vec::new();
        for (_, part) in &self.0 {
            body.extend_from_slice(format!("--{}\r\n", Self::BOUNDARY).as_bytes());
            body.extend_from_slice(part);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{}--\r\n", Self::BOUNDARY).as_bytes());
        body
    }
}

/// The reply, its body read to the end.
pub(super) fn whole(answer: Answer) -> Response<Bytes> {
    match answer {
        Answer::Now(reply) => reply,
        Answer::Streamed(reply) => reply.map(|body| body.collect()),
        Answer::Held(_) | Answer::Drop => panic!("an answer at once was expected: {answer:?}"),
    }
}
