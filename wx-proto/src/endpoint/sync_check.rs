//! `GET https://PUSH/cgi-bin/mmwebwx-bin/synccheck`: the poll that waits for news.
//!
//! Parameters and reply as in the 2018 capture: `window.synccheck={retcode:"0",selector:"2"}`. The server
//! holds it for 25 to 27 seconds when nothing happens.

use bytes::Bytes;
use http::StatusCode;

use super::{Draft, Page, Query, Quota, Spec, Style, Timeouts};
use crate::{
    Endpoint, Flavour, Lane, ReplyError, SyncKey, coding::script::Script, host::Role, tokens::Tokens,
};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::SyncCheck,
    lane: Lane::LongPoll,
    timeouts: Timeouts::POLL,
    longest_reply: Spec::SHORT_REPLY,
    counted: true,
    quota: Some(Quota::Check),
};

/// What the server says about the session and about news.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct SyncCheck {
    /// 0 is good; 1100, 1101 and 1102 end the session.
    pub(crate) retcode: i64,
    /// 0 is nothing new; with anything else there is something to fetch.
    pub(crate) selector: i64,
}

pub(crate) fn build(page: &Page<'_>, tokens: &Tokens, key: &SyncKey) -> Draft {
    let query = Query::new()
        .raw("r", page.now.as_millis())
        .component("skey", tokens.skey.expose())
        .component("sid", tokens.sid.expose())
        .raw("uin", tokens.uin)
        .component("deviceid", &page.device_id)
        .component("synckey", &key.joined());
    let query = match page.profile.flavour {
        Flavour::Web => query.raw("_", page.counter),
        Flavour::FileHelper => query,
    };
    let path = "/cgi-bin/mmwebwx-bin/synccheck";
    Draft::get(&SPEC, page, Role::Push, Style::Script, path, query)
}

pub(crate) fn parse(status: StatusCode, body: &Bytes) -> Result<SyncCheck, ReplyError> {
    let script = Script::of(status, body)?;
    let retcode = script.number("retcode")?.ok_or(ReplyError::Missing("retcode"))?;
    // With a code that says more the selector says nothing. Beside a 0 it is what was asked for: without it the reply was
    // cut off.
    let selector = match script.number("selector")? {
        Some(selector) => selector,
        None if retcode != 0 => 0,
        None => return Err(ReplyError::Missing("selector")),
    };
    Ok(SyncCheck { retcode, selector })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::testing::{tokens, wire, with_page};

    fn ok(body: &str) -> Result<SyncCheck, ReplyError> {
        parse(StatusCode::OK, &Bytes::copy_from_slice(body.as_bytes()))
    }

    #[test]
    fn the_request_is_the_page_s() {
        let key = r#"{"Count":4,"List":[{"Key":1,"Val":700000101},{"Key":2,"Val":700000210},
            {"Key":3,"Val":700000090},{"Key":1000,"Val":1735699000}]}"#;
        let key: SyncKey = serde_json::from_str(key).unwrap();
        with_page("wx2.qq.com", 1_735_700_061_700, "e152684595719975", |page| {
            let line = "GET https://webpush.wx2.qq.com/cgi-bin/mmwebwx-bin/synccheck?r=1735700061700\
                        &skey=%40crypt_1a2b3c4d_00112233445566778899aabbccddeeff&sid=x7%2FpQ2%2BmN5kV8rTz\
                        &uin=1234567890&deviceid=e152684595719975\
                        &synckey=1_700000101%7C2_700000210%7C3_700000090%7C1000_1735699000&_=1735700000004";
            assert_eq!(wire(page, build(page, &tokens(), &key)), (line.into(), String::new()));
        });
    }

    #[test]
    fn replies_in_all_spellings() {
        for body in [
            "window.synccheck={retcode:\"0\",selector:\"2\"}",
            "window.synccheck={retcode:0,selector:2}",
            "window.synccheck = { retcode : ' 0 ' , selector : '2' };\r\n",
            "\u{feff}window.synccheck={“retcode”:”0”,”selector”:”2”}",
            "window.synccheck={\"selector\":\"2\",\"retcode\":\"0\"}",
            "{retcode:”0”，selector:”2”}",
        ] {
            assert_eq!(ok(body), Ok(SyncCheck { retcode: 0, selector: 2 }), "{body}");
        }
        assert_eq!(
            ok("window.synccheck={retcode:\"1101\",selector:\"0\"}"),
            Ok(SyncCheck { retcode: 1101, selector: 0 })
        );
        assert_eq!(ok("window.synccheck={retcode:\"1100\"}"), Ok(SyncCheck { retcode: 1100, selector: 0 }));
        assert_eq!(ok("{retcode:-14}"), Ok(SyncCheck { retcode: -14, selector: 0 }));
    }

    #[test]
    fn unusable_replies() {
        assert_eq!(ok(""), Err(ReplyError::Empty));
        assert_eq!(ok("<html>502</html>"), Err(ReplyError::Html));
        assert_eq!(ok("window.synccheck={}"), Err(ReplyError::Missing("retcode")));
        assert_eq!(ok("window.synccheck={retcode:\"1101"), Err(ReplyError::Missing("retcode")));
        for body in ["{retcode:\"x\"}", "{retcode:}", "{retcode:\"0\",selector:\"x\"}", "{retcode:[1101]}"] {
            assert!(matches!(ok(body), Err(ReplyError::Syntax { what: "script", .. })), "{body}");
        }
        let body = Bytes::from_static(b"window.synccheck={retcode:\"1101\",selector:\"0\"}");
        assert_eq!(parse(StatusCode::BAD_GATEWAY, &body), Err(ReplyError::Status(502)));
    }
}
