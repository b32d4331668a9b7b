//! Replies of all kinds, whole and damaged.

use super::*;
use crate::{
    endpoint::testing::{wire, with_page},
    host::Host,
};

/// As in the 2018 capture, with a made-up account.
const GOOD: &str = "<error><ret>0</ret><message></message>\
    <skey>@crypt_1a2b3c4d_00112233445566778899aabbccddeeff</skey><wxsid>x7/pQ2+mN5kV8rTz</wxsid>\
    <wxuin>1234567890</wxuin><pass_ticket>mPq7%2BrS9tU%2Fvw1xYz2Ab3Cd4Ef5Gh6Ij7Kl8Mn9Op0Q%3D</pass_ticket>\
    <isgrayscale>1</isgrayscale></error>";

fn ok(body: &str) -> Result<LoginPage, ReplyError> {
    parse(StatusCode::OK, &Bytes::copy_from_slice(body.as_bytes()))
}

fn tokens(
    skey: Option<&str>,
    sid: Option<&str>,
    uin: Option<u64>,
    pass_ticket: Option<&str>,
) -> Result<LoginPage, ReplyError> {
    let secret = |text: Option<&str>| text.map(|text| Secret::new(text.to_owned()));
    Ok(LoginPage::Tokens { skey: secret(skey), sid: secret(sid), uin, pass_ticket: secret(pass_ticket) })
}

fn all() -> Result<LoginPage, ReplyError> {
    tokens(
        Some("@crypt_1a2b3c4d_00112233445566778899aabbccddeeff"),
        Some("x7/pQ2+mN5kV8rTz"),
        Some(1_234_567_890),
        Some("mPq7%2BrS9tU%2Fvw1xYz2Ab3Cd4Ef5Gh6Ij7Kl8Mn9Op0Q%3D"),
    )
}

fn refused(ret: i64, message: &str) -> Result<LoginPage, ReplyError> {
    Ok(LoginPage::Refused { ret, message: message.into() })
}

#[test]
fn the_request_is_the_page_s() {
    let line = |url: &str| {
        let redirect = Redirect::parse(url, &[Host::trusted("wx2.qq.com")]).unwrap();
        with_page("wx2.qq.com", 0, "", |page| wire(page, build(page, &redirect)).0)
    };
    let own = "https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxnewloginpage?ticket=A1b2C3d4E5f6G7h8I9j0K1l2@qrticket_0\
               &uuid=Qa1bC2dE3g==&lang=zh_CN&scan=1735700040";
    assert_eq!(line(own), format!("GET {own}&fun=new&version=v2&lang=zh_CN"));
    let bare = "https://wx2.qq.com/webwxnewloginpage";
    for url in [bare.to_owned(), format!("{bare}?")] {
        assert_eq!(line(&url), format!("GET {bare}?fun=new&version=v2&lang=zh_CN"));
    }
    let open = format!("{bare}?a=b&");
    assert_eq!(line(&open), format!("GET {open}fun=new&version=v2&lang=zh_CN"));
}

#[test]
fn the_recorded_reply_under_any_of_its_statuses() {
    assert_eq!(GOOD.len(), 268);
    for status in [200, 301, 302] {
        let status = StatusCode::from_u16(status).unwrap();
        assert_eq!(parse(status, &Bytes::from_static(GOOD.as_bytes())), all());
    }
    for status in [204, 303, 307, 404, 500, 502] {
        let error = parse(StatusCode::from_u16(status).unwrap(), &Bytes::from_static(GOOD.as_bytes()));
        assert_eq!(error, Err(ReplyError::Status(status)));
    }
    assert!(!format!("{:?}", ok(GOOD)).contains("crypt"));
}

#[test]
fn tokens_in_all_their_dresses() {
    let old = GOOD.replace("<message></message>", "<message>OK</message>");
    let pretty = GOOD.replace("><", ">\r\n  <").replace(">@", ">\n    @").replace("</skey", "\n  </skey");
    let cdata = GOOD.replace("<skey>", "<skey><![CDATA[").replace("</skey>", "]]></skey>");
    let entities = GOOD.replace("x7/pQ2+", "x7&#47;pQ2&#x2B;").replace("@crypt", "&#64;crypt");
    let xml = format!("\u{feff}<?xml version=\"1.0\"?>\n<!-- a --><error code=\"0\">{}", &GOOD[7..]);
    let unknown = GOOD.replace("<wxsid>", "<extra a=\"1\"><b>x</b></extra><wxsid/><empty/><wxsid>");
    let no_ends =
        GOOD.replace("</ret>", "").replace("</skey>", "").replace("</wxuin>", "").replace("</error>", "");
    let no_ret = GOOD.replace("<ret>0</ret>", "");
    let empty_ret = GOOD.replace("<ret>0</ret>", "<ret> </ret>");
    let page =
        format!("<!DOCTYPE html><html><head><meta charset=utf-8><br></head><body>{GOOD}</body></html>");
    let again = GOOD.replace("</error>", "<skey>@other</skey><ret>1203</ret></error>");
    let after = format!("{GOOD}<ret>1203</ret><error><ret>1203</ret></error>");
    for body in [old, pretty, cdata, entities, xml, unknown, no_ends, no_ret, empty_ret, page, again, after] {
        assert_eq!(ok(&body), all(), "{body}");
    }
}

#[test]
fn tokens_may_be_missing() {
    let skey = Some("@crypt_1");
    assert_eq!(
        ok("<error><ret>0</ret><skey>@crypt_1</skey><wxsid></wxsid><wxuin>x</wxuin></error>"),
        tokens(skey, None, None, None)
    );
    assert_eq!(ok("<error><skey>@crypt_1</skey><wxuin>0</wxuin></error>"), tokens(skey, None, None, None));
    assert_eq!(ok("<error><ret>0</ret></error>"), Err(ReplyError::Missing("tokens")));
    let long = format!("<error><skey>@crypt_1</skey><wxsid>{}</wxsid></error>", "a".repeat(2000));
    assert_eq!(ok(&long), tokens(skey, None, None, None));
}

#[test]
fn a_value_that_was_cut_is_not_taken() {
    let cut = Err(ReplyError::Missing("closing tag"));
    assert_eq!(ok("<error><ret>0</ret><skey>@crypt_1</skey><wxsid>x7/p"), cut);
    assert_eq!(ok("<error><ret>12"), Ok(LoginPage::Nothing));
    assert_eq!(ok("<error><ret>0</ret><skey>@crypt_1</sk"), cut);
}

#[test]
fn refusals_in_all_their_words() {
    for message in [
        "当前登录环境异常。为了你的帐号安全，暂时不能登录web微信。你可以通过Windows微信、Mac微信或者手机客户端微信登录。",
        "当前登录环境异常。为了你的帐号安全，暂时不能登录web微信。你可以通过手机客户端或者windows微信登录。",
        "为了你的帐号安全，此微信号已不允许登录网页微信。你可以使用Windows微信或Mac微信在电脑端登录。",
        "For account security, newly registered WeChat accounts are unable to log in to Web WeChat. \
         To use WeChat on a computer, use Windows WeChat or Mac WeChat at http://wechat.com",
    ] {
        let xml = format!("<error><ret>1203</ret><message>{message}</message></error>");
        let escaped = xml.replace('<', "&lt;").replace('>', "&gt;");
        let pre = "<pre style=\"word-wrap: break-word; white-space: pre-wrap;\">";
        for body in [
            format!("<html><head></head><body>{pre}{escaped}</pre></body></html>"),
            xml.replace("<message>", "<message><![CDATA[").replace("</message>", "]]></message>"),
            xml.replace("</message></error>", ""),
            xml.replace("</ret>", ""),
            xml.replace("><", ">\n\t<"),
            format!("{xml}\n"),
            xml,
        ] {
            assert_eq!(ok(&body), refused(1203, message), "{body}");
        }
    }
}

#[test]
fn a_refusal_s_words_are_made_plain() {
    assert_eq!(ok("<error><ret>-14</ret></error>"), refused(-14, ""));
    assert_eq!(
        ok(
            "<error><ret> 1 </ret><message>\n a &amp; b &lt;3 &unknown; & &#27;[31m&#7;\n\tc <b>d</b> </message></error>"
        ),
        refused(1, "a & b <3 &unknown; & [31m c d")
    );
    let long = format!("<error><ret>1</ret><message>{}</message></error>", "微".repeat(1000));
    assert_eq!(ok(&long), refused(1, &"微".repeat(500)));
    let body = GOOD.replace("<ret>0", "<ret>1203");
    assert_eq!(ok(&body), refused(1203, ""));
}

#[test]
fn another_address_comes_before_a_refusal_and_that_before_tokens() {
    let url = "https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxnewloginpage?ticket=A&uuid=B";
    let moved = Ok(LoginPage::Moved { url: Secret::new(url.into()) });
    let escaped = url.replace('&', "&amp;");
    for body in [
        format!("<error><ret>0</ret><redirecturl>{escaped}</redirecturl></error>"),
        format!("<error><ret>1203</ret><message>x</message><redirecturl> {escaped} </redirecturl></error>"),
        format!("<error><redirecturl><![CDATA[{url}]]></redirecturl></error>"),
        GOOD.replace("<skey>", &format!("<redirecturl>{escaped}</redirecturl><skey>")),
    ] {
        assert_eq!(ok(&body), moved, "{body}");
    }
    assert_eq!(ok(&GOOD.replace("<skey>", "<redirecturl></redirecturl><skey>")), all());
}

#[test]
fn nothing_at_all() {
    for body in [
        "",
        " \r\n",
        "\u{feff}",
        "<error></error>",
        "<error/>",
        "<error>",
        "<error",
        "<html><head><title>x</title></head><body></body></html>",
        "<errors><ret>1203</ret></errors>",
        "{\"ret\":1203}",
        "<ret>1203</ret>",
    ] {
        assert_eq!(ok(body), Ok(LoginPage::Nothing), "{body}");
    }
    let not_text = Bytes::from_static(b"\xff\xfe<\0e\0");
    assert_eq!(parse(StatusCode::OK, &not_text), Ok(LoginPage::Nothing));
}

#[test]
fn a_code_that_is_no_number_is_unusable() {
    for ret in ["x", "0x0", "12 03", "99999999999999999999", "&lt;"] {
        let error = ok(&GOOD.replace("<ret>0", &format!("<ret>{ret}")));
        assert_eq!(error, Err(ReplyError::Syntax { what: "XML", line: 0, column: 0 }), "{ret}");
    }
}

#[test]
fn nonsense_is_survived() {
    for piece in
        ["<", ">", "&", "<![CDATA[", "<!--", "</", "<?", "<!DOCTYPE [", "]]>", "&#0;", "&#x110000;", "\0"]
    {
        for at in [0, 7, 12, 30, GOOD.len()] {
            let mut body = GOOD.to_owned();
            body.insert_str(at, piece);
            let _ = ok(&body);
            let _ = ok(&body.replace('<', "&lt;").replace('>', "&gt;"));
            let _ = ok(&body[..at + piece.len()]);
        }
    }
}
