//! `GET https://BASE/cgi-bin/mmwebwx-bin/webwxnewloginpage`: the tokens, at the address that a confirmed
//! login gave.
//!
//! With `fun=new` or `version=v2` the reply has status 200; with neither it is a 301 without `Location`, the
//! same XML in its body. So 200, 301 and 302 are read alike. The XML and the order in which it is judged are
//! those of the 2018 capture and of the page script of 2022.

use std::borrow::Cow;

use bytes::Bytes;
use http::StatusCode;
use quick_xml::{Reader, escape::resolve_xml_entity, events::Event};

use super::{Draft, Page, Query, Spec, Style, Timeouts};
use crate::{Endpoint, Lane, ReplyError, Secret, coding::text::one_line, host::Redirect, tokens::token};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::LoginPage,
    lane: Lane::Control,
    timeouts: Timeouts::CALL,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: None,
};

/// How the login goes on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum LoginPage {
    /// Logged in. What is missing may be in the cookies: `wxsid`, `wxuin`.
    Tokens {
        skey: Option<Secret<String>>,
        sid: Option<Secret<String>>,
        uin: Option<u64>,
        /// Still percent-encoded.
        pass_ticket: Option<Secret<String>>,
    },
    /// The account or the device may not log in.
    Refused { ret: i64, message: String },
    /// The page goes on at this address.
    Moved { url: Secret<String> },
    /// Neither tokens nor a refusal: the ticket is too old.
    Nothing,
}

/// The page's own parameters follow those of the address; `lang` so comes twice, as in the 2018 capture.
pub(crate) fn build(page: &Page<'_>, redirect: &Redirect) -> Draft {
    let own = redirect.path_and_query();
    let joint = match own.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    let query = Query::new()
        .raw("fun", "new")
        .raw("version", "v2")
        .component("lang", &page.profile.lang)
        .into_string();
    let path_and_query = format!("{own}{joint}{query}");
    Draft::get_at(&SPEC, redirect.host().clone(), Style::Api, path_and_query)
}

pub(crate) fn parse(status: StatusCode, body: &Bytes) -> Result<LoginPage, ReplyError> {
    if ![StatusCode::OK, StatusCode::MOVED_PERMANENTLY, StatusCode::FOUND].contains(&status) {
        return Err(ReplyError::Status(status.as_u16()));
    }
    let text = String::from_utf8_lossy(body);
    let Some(xml) = error_element(&text) else { return Ok(LoginPage::Nothing) };
    let values = Values::read(&xml);

    if let Some(url) = values.redirecturl.filter(|url| url.len() <= super::LONGEST_ADDRESS) {
        return Ok(LoginPage::Moved { url: Secret::new(url) });
    }
    let ret: Option<i64> = match &values.ret {
        None => None,
        Some(ret) => Some(ret.parse().map_err(|_| ReplyError::Syntax { what: "XML", line: 0, column: 0 })?),
    };
    if let Some(ret) = ret.filter(|ret| *ret != 0) {
        let message = values.message.as_deref().map(one_line).unwrap_or_default();
        return Ok(LoginPage::Refused { ret, message });
    }
    let skey = values.skey.as_deref().and_then(token);
    let sid = values.wxsid.as_deref().and_then(token);
    let uin = values.wxuin.and_then(|uin| uin.parse().ok()).filter(|uin| *uin != 0);
    let pass_ticket = values.pass_ticket.as_deref().and_then(token);
    let none = skey.is_none() && sid.is_none() && uin.is_none() && pass_ticket.is_none();
    if none && ret.is_none() {
        return Ok(LoginPage::Nothing);
    }
    // What a closed page leaves out may be in the cookies; what is missing from an open one was cut off.
    let cut = !xml.contains("</error>")
        && [skey.is_none(), sid.is_none(), uin.is_none(), pass_ticket.is_none()].contains(&true);
    if cut {
        return Err(ReplyError::Missing("closing tag"));
    }
    // Cookies alone are no answer.
    if none {
        return Err(ReplyError::Missing("tokens"));
    }
    Ok(LoginPage::Tokens { skey, sid, uin, pass_ticket })
}

/// The text from `<error>` on. A browser may have got it as the text of a web page; then one layer of
/// escaping is taken off.
fn error_element(text: &str) -> Option<Cow<'_, str>> {
    let behind = |(start, tag): (usize, &str)| text.get(start.saturating_add(tag.len())..);
    let mut openings = text.match_indices("<error").filter_map(behind);
    // The first alone is looked at to its end: where it has none, none that follows has one.
    let opening = openings.find(|after| after.starts_with(|char: char| char == '>' || char.is_whitespace()));
    if let Some((_, after)) = opening.and_then(|after| after.split_once('>')) {
        return Some(after.into());
    }
    let (_, after) = text.split_once("&lt;error&gt;")?;
    let inside = after.split('<').next().unwrap_or_default();
    let plain =
        inside.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    Some(plain.into())
}

/// The first value of each element that matters, trimmed; `None` if it is missing or empty.
#[derive(Default)]
struct Values {
    redirecturl: Option<String>,
    ret: Option<String>,
    message: Option<String>,
    skey: Option<String>,
    wxsid: Option<String>,
    wxuin: Option<String>,
    pass_ticket: Option<String>,
}

impl Values {
    /// Reads what follows `<error>`. A value ends at its own closing tag or, if that is missing, at the next
    /// element that matters or at `</error>`. One that runs into the end of the text may have been cut: only
    /// the message is then taken, for people can see that it was.
    fn read(xml: &str) -> Self {
        let mut values = Self::default();
        let mut reader = Reader::from_str(xml);
        let config = reader.config_mut();
        config.allow_dangling_amp = true;
        config.allow_unmatched_ends = true;
        config.check_end_names = false;

        // The element whose value is being read, and the value so far.
        let mut open: Option<(String, String)> = None;
        loop {
            let event = reader.read_event();
            let piece: Cow<'_, str> = match event {
                Ok(Event::Text(text)) => text.into_inner(),
                Ok(Event::CData(text)) => text.into_inner(),
                Ok(Event::GeneralRef(reference)) => match reference.resolve_char_ref() {
                    Ok(Some(char)) => char.to_string().into(),
                    Ok(None) | Err(_) => match resolve_xml_entity(&reference) {
                        Some(text) => text.into(),
                        None => format!("&{};", &*reference).into(),
                    },
                },
                Ok(Event::Start(tag)) => {
                    let name = tag.name().0.to_owned();
                    if values.slot(&name).is_some() {
                        values.close(open.take());
                        open = Some((name, String::new()));
                    }
                    continue;
                }
                Ok(Event::End(tag)) => {
                    let name = tag.name().0;
                    if name == "error" || open.as_ref().is_some_and(|(open, _)| open == name) {
                        values.close(open.take());
                    }
                    if name == "error" {
                        return values;
                    }
                    continue;
                }
                Ok(
                    Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_),
                ) => {
                    continue;
                }
                Ok(Event::Eof) | Err(_) => {
                    values.close(open.filter(|(name, _)| name == "message"));
                    return values;
                }
            };
            if let Some((_, value)) = &mut open {
                value.push_str(&piece);
            }
        }
    }

    fn close(&mut self, element: Option<(String, String)>) {
        let Some((name, value)) = element else { return };
        let value = value.trim();
        if let Some(slot) = self.slot(&name)
            && slot.is_none()
            && !value.is_empty()
        {
            *slot = Some(value.to_owned());
        }
    }

    fn slot(&mut self, name: &str) -> Option<&mut Option<String>> {
        Some(match name {
            "redirecturl" => &mut self.redirecturl,
            "ret" => &mut self.ret,
            "message" => &mut self.message,
            "skey" => &mut self.skey,
            "wxsid" => &mut self.wxsid,
            "wxuin" => &mut self.wxuin,
            "pass_ticket" => &mut self.pass_ticket,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
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
        for body in
            [old, pretty, cdata, entities, xml, unknown, no_ends, no_ret, empty_ret, page, again, after]
        {
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
        assert_eq!(
            ok("<error><skey>@crypt_1</skey><wxuin>0</wxuin></error>"),
            tokens(skey, None, None, None)
        );
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
            format!(
                "<error><ret>1203</ret><message>x</message><redirecturl> {escaped} </redirecturl></error>"
            ),
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
}
