//! `GET https://LOGIN/cgi-bin/mmwebwx-bin/login`: the poll that waits for the phone.
//!
//! Parameters and codes from the page script of 2022 and the 2018 capture; the bodies of the codes 202, 400
//! and 500 were never recorded. The server holds an unanswered poll for about 25 seconds.

use bytes::Bytes;
use http::StatusCode;

use super::{Draft, Page, Query, Spec, Style, Timeouts};
use crate::{Endpoint, Lane, ReplyError, Secret, Uuid, coding::script::Script, host::Role};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::LoginPoll,
    lane: Lane::LongPoll,
    timeouts: Timeouts::POLL,
    // The scanned reply carries a picture.
    longest_reply: Spec::PICTURE_REPLY,
    counted: true,
    quota: None,
};

/// What the poll asks for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Tip {
    /// `tip=1`, the first poll of a uuid: answers at once if the code is scanned already.
    First,
    /// `tip=0`, every later one: waits for the next change.
    Next,
}

/// What the phone did.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum LoginPoll {
    /// Nothing yet: poll again.
    Waiting,
    /// Scanned, to be confirmed on the phone.
    Scanned {
        /// A `data:` URI as sent, `data:img/jpg;base64,…` in the 2018 capture.
        avatar: Option<String>,
    },
    /// Confirmed; the address carries the login ticket.
    Confirmed { redirect_uri: Secret<String> },
    /// Declined (202), expired or unknown (400), a server error (500), or a code that nobody has described:
    /// the page takes a new uuid for each of them.
    NewUuid { code: i64 },
}

pub(crate) fn build(page: &Page<'_>, uuid: &Uuid, tip: Tip) -> Draft {
    let tip = match tip {
        Tip::First => 1,
        Tip::Next => 0,
    };
    let query = Query::new()
        .raw("loginicon", "true")
        .raw("uuid", uuid)
        .raw("tip", tip)
        .raw("r", Page::not_millis(page.now))
        .raw("_", page.counter);
    Draft::get(&SPEC, page, Role::Login, Style::Script, "/cgi-bin/mmwebwx-bin/login", query)
}

/// A body without a readable `window.code` is an error: such a poll is lost, and the uuid is still good.
pub(crate) fn parse(status: StatusCode, body: &Bytes) -> Result<LoginPoll, ReplyError> {
    let script = Script::of(status, body)?;
    let code = script.number("window.code")?.ok_or(ReplyError::Missing("window.code"))?;
    Ok(match code {
        408 => LoginPoll::Waiting,
        201 => LoginPoll::Scanned { avatar: script.text("window.userAvatar").and_then(avatar) },
        200 => {
            let uri = script.text("window.redirect_uri").filter(|uri| uri.len() <= super::LONGEST_ADDRESS);
            let redirect_uri = uri.ok_or(ReplyError::Missing("redirect_uri"))?;
            LoginPoll::Confirmed { redirect_uri: Secret::new(redirect_uri.to_owned()) }
        }
        code => LoginPoll::NewUuid { code },
    })
}

/// An avatar is only shown: one that is not plain text is left out.
fn avatar(text: &str) -> Option<String> {
    text.bytes().all(|byte| byte.is_ascii_graphic()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::testing::{wire, with_page};

    const REDIRECT: &str = "https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxnewloginpage\
                            ?ticket=A1b2C3d4E5f6G7h8I9j0K1l2@qrticket_0&uuid=Qa1bC2dE3g==&lang=zh_CN&scan=1735700040";

    fn ok(body: &str) -> Result<LoginPoll, ReplyError> {
        parse(StatusCode::OK, &Bytes::copy_from_slice(body.as_bytes()))
    }

    fn scanned(avatar: Option<&str>) -> Result<LoginPoll, ReplyError> {
        Ok(LoginPoll::Scanned { avatar: avatar.map(Into::into) })
    }

    #[test]
    fn the_request_is_the_page_s() {
        with_page("wx.qq.com", 1_735_700_001_400, "", |page| {
            let uuid = Uuid::new("Qa1bC2dE3g==");
            let line = |tip, r| {
                format!(
                    "GET https://login.wx.qq.com/cgi-bin/mmwebwx-bin/login?loginicon=true&uuid=Qa1bC2dE3g==\
                     &tip={tip}&r={r}&_=1735700000004"
                )
            };
            assert_eq!(wire(page, build(page, &uuid, Tip::First)).0, line(1, -533_213_817));
            assert_eq!(wire(page, build(page, &uuid, Tip::Next)).0, line(0, -533_213_817));
        });
    }

    #[test]
    fn nothing_happened() {
        for body in
            ["window.code=408;", "window.code = 408", "\u{feff}window.code='408';\r\n", "window.code=408；"]
        {
            assert_eq!(ok(body), Ok(LoginPoll::Waiting), "{body}");
        }
    }

    #[test]
    fn scanned_with_and_without_an_avatar() {
        let jpeg = "data:img/jpg;base64,/9j/4AAQSkZJRgABAQEASABIAAD==";
        for body in [
            format!("window.code=201;window.userAvatar = '{jpeg}';"),
            format!("window.code=201;\r\nwindow.userAvatar=\"{jpeg}\""),
            format!("window.code=201window.userAvatar = '{jpeg}';").replace("201w", "201 w"),
            format!("window.code = 201，\nwindow.userAvatar = {jpeg}\n"),
            format!("window.code=201；window.userAvatar = ‘{jpeg}’；"),
        ] {
            assert_eq!(ok(&body), scanned(Some(jpeg)), "{body}");
        }
        // As a well-known write-up of 2017 prints it.
        assert_eq!(
            ok("window.code=201，\nwindow.userAvatar = base64:img/bbb"),
            scanned(Some("base64:img/bbb"))
        );
        for body in [
            "window.code=201;",
            "window.code=201;window.userAvatar = '';",
            "window.code=201;window.userAvatar='\u{7}'",
        ] {
            assert_eq!(ok(body), scanned(None), "{body}");
        }
    }

    #[test]
    fn confirmed_with_any_separator() {
        let confirmed = Ok(LoginPoll::Confirmed { redirect_uri: Secret::new(REDIRECT.into()) });
        for body in [
            format!("window.code=200;\nwindow.redirect_uri=\"{REDIRECT}\";"),
            format!("window.code=200;window.redirect_uri=\"{REDIRECT}\";"),
            format!("window.code=200，\r\nwindow.redirect_uri = '{REDIRECT}'"),
            format!("window.code = 200 window.redirect_uri={REDIRECT};\n"),
            format!("\u{feff}window.redirect_uri=”{REDIRECT}”；window.code=”200”"),
        ] {
            assert_eq!(ok(&body), confirmed, "{body}");
        }
        let body = format!("window.code=200;\nwindow.redirect_uri=\"{REDIRECT}\";");
        assert_eq!(body.len(), 184);
        assert!(!format!("{:?}", ok(&body)).contains("ticket"));
    }

    #[test]
    fn a_confirmation_without_an_address_is_lost() {
        let long = format!("window.code=200;window.redirect_uri=\"https://wx.qq.com/{}\"", "a".repeat(9000));
        for body in [
            "window.code=200;",
            "window.code=200;window.redirect_uri=\"\";",
            "window.code=200;\nwindow.redirect_uri=\"https://wx2.qq.com/cut",
            &long,
        ] {
            assert_eq!(ok(body), Err(ReplyError::Missing("redirect_uri")));
        }
    }

    #[test]
    fn everything_else_asks_for_a_new_uuid() {
        for code in [202, 400, 500, 0, 402, -1] {
            assert_eq!(ok(&format!("window.code={code};")), Ok(LoginPoll::NewUuid { code }));
        }
    }

    #[test]
    fn lost_replies() {
        assert_eq!(ok(""), Err(ReplyError::Empty));
        assert_eq!(ok("<html>window.code=200;</html>"), Err(ReplyError::Html));
        assert_eq!(ok("window.coder=200;"), Err(ReplyError::Missing("window.code")));
        assert_eq!(ok("code=200"), Err(ReplyError::Missing("window.code")));
        for body in ["window.code=;", "window.code=2OO;", "window.code=\"\";", "window.code=201window"] {
            assert!(matches!(ok(body), Err(ReplyError::Syntax { .. })), "{body}");
        }
        let body = Bytes::from_static(b"window.code=408;");
        assert_eq!(parse(StatusCode::BAD_GATEWAY, &body), Err(ReplyError::Status(502)));
    }
}
