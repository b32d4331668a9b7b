//! `GET https://LOGIN/jslogin`: a uuid for a QR code.
//!
//! Parameters and reply as in the 2018 capture. The page of 2022 does nothing on a code other than 200; some
//! clients see one when the address is blocked.

use bytes::Bytes;
use http::StatusCode;

use super::{Draft, Page, Query, Spec, Style, Timeouts, query::escaped_component};
use crate::{Endpoint, Flavour, Lane, ReplyError, Uuid, coding::script::Script, host::Role};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::JsLogin,
    lane: Lane::Control,
    timeouts: Timeouts::CALL,
    longest_reply: Spec::SHORT_REPLY,
    counted: true,
    quota: None,
};

pub(crate) fn build(page: &Page<'_>) -> Draft {
    let redirect = format!("https://{}/cgi-bin/mmwebwx-bin/webwxnewloginpage", page.hosts.base());
    let redirect = match page.profile.flavour {
        Flavour::Web => redirect,
        // The file helper's page escapes it twice.
        Flavour::FileHelper => escaped_component(&redirect),
    };
    let query = Query::new()
        .component("appid", &page.profile.appid)
        .component("redirect_uri", &redirect)
        .raw("fun", "new")
        .component("lang", &page.profile.lang)
        .raw("_", page.counter);
    Draft::get(&SPEC, page, Role::Login, Style::Script, "/jslogin", query)
}

/// The uuid of a code to show. With a code other than 200 there is none at present.
pub(crate) fn parse(status: StatusCode, body: &Bytes) -> Result<Uuid, ReplyError> {
    let script = Script::of(status, body)?;
    let code = script.number("window.QRLogin.code")?.ok_or(ReplyError::Missing("window.QRLogin.code"))?;
    if code != 200 {
        return Err(ReplyError::Ret { ret: code, message: String::new() });
    }
    let text = script.text("window.QRLogin.uuid").ok_or(ReplyError::Missing("window.QRLogin.uuid"))?;
    uuid(text).ok_or(ReplyError::Missing("window.QRLogin.uuid"))
}

/// The uuid goes into addresses as it stands, so it may only have characters that are safe there.
fn uuid(text: &str) -> Option<Uuid> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_+/=-".contains(&byte);
    ((1..=256).contains(&text.len()) && text.bytes().all(allowed)).then(|| Uuid::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::testing::{wire, with_page};

    fn ok(body: &str) -> Result<Uuid, ReplyError> {
        parse(StatusCode::OK, &Bytes::copy_from_slice(body.as_bytes()))
    }

    #[test]
    fn the_request_is_the_page_s() {
        with_page("wx.qq.com", 1_735_700_000_000, "", |page| {
            let page = Page { counter: 1_735_700_000_000, device_id: String::new(), ..*page };
            let expected = "GET https://login.wx.qq.com/jslogin?appid=wx782c26e4c19acffb\
                            &redirect_uri=https%3A%2F%2Fwx.qq.com%2Fcgi-bin%2Fmmwebwx-bin%2Fwebwxnewloginpage\
                            &fun=new&lang=zh_CN&_=1735700000000";
            assert_eq!(wire(&page, build(&page)), (expected.into(), String::new()));
        });
    }

    #[test]
    fn a_uuid_in_all_spellings() {
        for body in [
            "window.QRLogin.code = 200; window.QRLogin.uuid = \"Qa1bC2dE3g==\";",
            "window.QRLogin.code=200;window.QRLogin.uuid=\"Qa1bC2dE3g==\"",
            "\u{feff}window.QRLogin.code = 200;\r\nwindow.QRLogin.uuid = 'Qa1bC2dE3g==';\r\n",
            "window.QRLogin.code = 200 window.QRLogin.uuid = Qa1bC2dE3g==",
            "window.QRLogin.code = 200； window.QRLogin.uuid = ”Qa1bC2dE3g==”；",
        ] {
            assert_eq!(ok(body), Ok(Uuid::new("Qa1bC2dE3g==")), "{body}");
        }
    }

    #[test]
    fn a_refusal_is_told_from_an_unusable_reply() {
        let refused = ReplyError::Ret { ret: 400, message: String::new() };
        assert_eq!(ok("window.QRLogin.code = 400;"), Err(refused));
        for body in ["window.QRLogin.error = \"x\";", "{}", "window.QRLogin.code"] {
            assert_eq!(ok(body), Err(ReplyError::Missing("window.QRLogin.code")), "{body}");
        }
        assert!(matches!(ok("window.QRLogin.code = no;"), Err(ReplyError::Syntax { what: "script", .. })));
        assert_eq!(ok("<html><body>busy</body></html>"), Err(ReplyError::Html));
        assert_eq!(ok(""), Err(ReplyError::Empty));
        assert_eq!(parse(StatusCode::FOUND, &Bytes::new()), Err(ReplyError::Status(302)));
    }

    #[test]
    fn a_uuid_cannot_change_the_address_it_goes_into() {
        let long = "a".repeat(257);
        for uuid in
            ["", "a b", "a?b", "a&b", "a#b", "a%2e", "../x", "a\\b", "é", "a\r\nHost: x", "a\0", &long]
        {
            let body = format!("window.QRLogin.code = 200; window.QRLogin.uuid = \"{uuid}\";");
            assert_eq!(ok(&body), Err(ReplyError::Missing("window.QRLogin.uuid")), "{uuid:?}");
        }
    }
}
