//! The requests of the file helper's page, byte for byte: those of a session on the entry `szfilehelper.weixin.qq.com`.
//! jslogin, the first login poll and synccheck are as recorded in 2026, the queries of webwxinit and webwxsync as recorded
//! in 2022; the rest agrees with the clients that are known to work.

use http::HeaderMap;

use super::{
    super::{login_poll::Tip, *},
    *,
};
use crate::{Body, Profile};

const ENTRY: &str = "szfilehelper.weixin.qq.com";
const ME: &str = "@9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2b1a0";
const TAIL: &str = "lang=zh_CN&pass_ticket=kTz3%2BhY6wE%2FqLm2Rp9Vx4Bc7Dn1Fg5Js8Ka0Zu3Oi6Pt%3D";
const KEY: &str = r#"{"Count":13,"List":[{"Key":1,"Val":800000210},{"Key":2,"Val":800000605},{"Key":3,"Val":800000192},{"Key":11,"Val":800000183},{"Key":19,"Val":45001},{"Key":23,"Val":1769939960},{"Key":24,"Val":1769939999},{"Key":25,"Val":800000605},{"Key":27,"Val":800001},{"Key":201,"Val":1769940009},{"Key":206,"Val":101},{"Key":1000,"Val":1769930001},{"Key":1001,"Val":1769930002}]}"#;

struct Wire {
    line: String,
    body: String,
    headers: HeaderMap,
}

impl Wire {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// What `draft` sends at `now`.
fn sent(now: u64, device_id: &str, draft: impl FnOnce(&Page<'_>) -> Draft) -> Wire {
    with_page_of(&Profile::file_helper(), ENTRY, now, device_id, |page| {
        let page = Page { counter: now, device_id: page.device_id.clone(), ..*page };
        let request = draft(&page).into_http(&page, None).unwrap();
        let line = format!("{} {}", request.method(), request.uri());
        let headers = request.headers().clone();
        let body = match request.into_body() {
            Body::Empty => String::new(),
            Body::Bytes(bytes) => String::from_utf8(bytes.into()).unwrap(),
            body @ Body::Upload { .. } => panic!("{body:?}"),
        };
        Wire { line, body, headers }
    })
}

fn tokens() -> Tokens {
    let secret = |text: &str| Secret::new(text.to_owned());
    Tokens {
        skey: secret("@crypt_2b3c4d5e_ffeeddccbbaa99887766554433221100"),
        sid: secret("Q4/tR8+vW2yZ6bNd"),
        uin: 1_234_567_890,
        pass_ticket: secret("kTz3%2BhY6wE%2FqLm2Rp9Vx4Bc7Dn1Fg5Js8Ka0Zu3Oi6Pt%3D"),
    }
}

fn key() -> SyncKey {
    serde_json::from_str(KEY).unwrap()
}

fn base_request(uin: &str, device_id: &str) -> String {
    format!(
        "{{\"Uin\":{uin},\"Sid\":\"Q4/tR8+vW2yZ6bNd\",\
         \"Skey\":\"@crypt_2b3c4d5e_ffeeddccbbaa99887766554433221100\",\"DeviceID\":\"{device_id}\"}}"
    )
}

#[test]
fn jslogin_has_its_address_escaped_twice() {
    let wire = sent(1_769_940_000_734, "", js_login::build);
    let line = "GET https://login.wx2.qq.com/jslogin?appid=wx_webfilehelper&redirect_uri=https%253A%252F%252F\
                szfilehelper.weixin.qq.com%252Fcgi-bin%252Fmmwebwx-bin%252Fwebwxnewloginpage&fun=new&lang=zh_CN\
                &_=1769940000734";
    assert_eq!((wire.line.as_str(), wire.body.as_str()), (line, ""));
    assert_eq!(wire.header("referer"), Some("https://szfilehelper.weixin.qq.com/"));
    assert_eq!((wire.header("accept"), wire.header("mmweb_appid")), (Some("*/*"), None));
}

#[test]
fn login_polls_name_the_application_last() {
    let uuid = Uuid::new("Fh7kLm2NpQ==");
    for (now, tip, values) in [
        (1_769_940_000_989, Tip::First, "tip=1&r=-413475038&_=1769940000989"),
        (1_769_940_009_120, Tip::Next, "tip=0&r=-413483169&_=1769940009120"),
    ] {
        let line = format!(
            "GET https://login.wx2.qq.com/cgi-bin/mmwebwx-bin/login?loginicon=true&uuid=Fh7kLm2NpQ==&{values}\
             &appid=wx_webfilehelper"
        );
        assert_eq!(sent(now, "", |page| login_poll::build(page, &uuid, tip)).line, line);
    }
}

#[test]
fn the_redirect_stays_as_it_is() {
    let page = "https://szfilehelper.weixin.qq.com/cgi-bin/mmwebwx-bin/webwxnewloginpage";
    let of = |url: &str| {
        let profile = Profile::file_helper();
        let redirect = Redirect::parse(url, profile.page_hosts()).unwrap();
        sent(0, "", |page| login_page::build(page, &redirect))
    };
    let query = "ticket=AdXyZ0123456789abcdefGhI@qrticket_0&uuid=Fh7kLm2NpQ==&lang=zh_CN&scan=1769940008";
    let wire = of(&format!("{page}?{query}"));
    assert_eq!(wire.line, format!("GET {page}?fun=new&version=v2&{query}"));
    assert_eq!(wire.header("mmweb_appid"), Some("wx_webfilehelper"));
    assert_eq!(wire.header("accept"), Some("application/json, text/plain, */*"));
    for (url, line) in [
        (format!("{page}?a=%40%2b&b=@+="), format!("GET {page}?fun=new&version=v2&a=%40%2b&b=@+=")),
        (format!("{page}?"), format!("GET {page}?fun=new&version=v2")),
        (page.to_owned(), format!("GET {page}?fun=new&version=v2")),
    ] {
        assert_eq!(of(&url).line, line);
    }
}

#[test]
fn webwxinit_has_the_ticket_as_in_the_xml() {
    let wire = sent(1_769_940_010_050, "251195370922001", |page| init::build(page, &tokens()));
    let line =
        format!("POST https://szfilehelper.weixin.qq.com/cgi-bin/mmwebwx-bin/webwxinit?r=-413484099&{TAIL}");
    assert_eq!(wire.line, line);
    let base = base_request("\"1234567890\"", "251195370922001");
    assert_eq!(wire.body, format!("{{\"BaseRequest\":{base}}}"));
    assert_eq!(wire.body.len(), 148);
    assert_eq!(wire.header("mmweb_appid"), Some("wx_webfilehelper"));
    assert_eq!(wire.header("origin"), Some("https://szfilehelper.weixin.qq.com"));
    assert_eq!(wire.header("content-type"), Some("application/json;charset=UTF-8"));
}

#[test]
fn synccheck_is_on_the_entry_host_and_not_counted() {
    let wire = sent(1_769_940_010_517, "612490804817001", |page| sync_check::build(page, &tokens(), &key()));
    let line = "GET https://szfilehelper.weixin.qq.com/cgi-bin/mmwebwx-bin/synccheck?r=1769940010517\
                &skey=%40crypt_2b3c4d5e_ffeeddccbbaa99887766554433221100&sid=Q4%2FtR8%2BvW2yZ6bNd&uin=1234567890\
                &deviceid=612490804817001&synckey=1_800000210%7C2_800000605%7C3_800000192%7C11_800000183%7C19_45001\
                %7C23_1769939960%7C24_1769939999%7C25_800000605%7C27_800001%7C201_1769940009%7C206_101\
                %7C1000_1769930001%7C1001_1769930002&mmweb_appid=wx_webfilehelper";
    assert_eq!(wire.line, line);
    assert_eq!(wire.header("mmweb_appid"), None);
}

#[test]
fn webwxsync_has_all_thirteen_keys() {
    let wire = sent(1_769_940_030_100, "839030748762001", |page| sync::build(page, &tokens(), &key()));
    let line = format!(
        "POST https://szfilehelper.weixin.qq.com/cgi-bin/mmwebwx-bin/webwxsync?sid=Q4%2FtR8%2BvW2yZ6bNd\
         &skey=@crypt_2b3c4d5e_ffeeddccbbaa99887766554433221100&{TAIL}"
    );
    assert_eq!(wire.line, line);
    let base = base_request("1234567890", "839030748762001");
    assert_eq!(wire.body, format!("{{\"BaseRequest\":{base},\"SyncKey\":{KEY},\"rr\":-413504149}}"));
    assert_eq!(wire.body.len(), 540);
    assert_eq!(wire.header("mmweb_appid"), Some("wx_webfilehelper"));
}

/// In the order of the recorded picture message.
#[test]
fn a_text_begins_with_its_ids() {
    let (from, to) = (UserName::new(ME), UserName::new(UserName::FILE_HELPER));
    let wire_id = WireId::next(None, 1_769_940_050_320, 733);
    let envelope = Envelope { from: &from, to: &to, wire_id };
    let wire = sent(1_769_940_050_320, "810830073576001", |page| {
        send_msg::build(page, &tokens(), &envelope, "会议")
    });
    let line = format!("POST https://szfilehelper.weixin.qq.com/cgi-bin/mmwebwx-bin/webwxsendmsg?{TAIL}");
    assert_eq!(wire.line, line);
    let base = base_request("1234567890", "810830073576001");
    let body = format!(
        "{{\"BaseRequest\":{base},\"Msg\":{{\"ClientMsgId\":\"17699400503200733\",\"FromUserName\":\"{ME}\",\
         \"LocalID\":\"17699400503200733\",\"ToUserName\":\"filehelper\",\"Type\":1,\"Content\":\"会议\"}},\"Scene\":0}}"
    );
    assert_eq!(wire.body, body);
    assert_eq!(wire.header("mmweb_appid"), Some("wx_webfilehelper"));
}

#[test]
fn webwxlogout_is_the_form_of_the_web() {
    let wire = sent(0, "", |page| logout::build(page, &tokens()));
    let line = "POST https://szfilehelper.weixin.qq.com/cgi-bin/mmwebwx-bin/webwxlogout?redirect=1&type=0\
                &skey=%40crypt_2b3c4d5e_ffeeddccbbaa99887766554433221100";
    assert_eq!((wire.line.as_str(), wire.body.as_str()), (line, "sid=Q4%2FtR8%2BvW2yZ6bNd&uin=1234567890"));
    assert_eq!(wire.header("mmweb_appid"), None);
}
