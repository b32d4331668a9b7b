//! `GET https://BASE/cgi-bin/mmwebwx-bin/webwxnewloginpage`: the tokens, at the address that a confirmed
//! login gave.
//!
//! With `fun=new` or `version=v2` the reply has status 200; with neither it is a 301 without `Location`, the
//! same XML in its body. So 200, 301 and 302 are read alike. The XML and the order in which it is judged are
//! those of the 2018 capture and of the page script of 2022.

#[cfg(test)]
mod tests;
mod values;

use bytes::Bytes;
use http::StatusCode;

use self::values::{Values, error_element};
use super::{Draft, Page, Query, Spec, Style, Timeouts};
use crate::{
    Endpoint, Flavour, Lane, ReplyError, Secret, coding::text::one_line, host::Redirect, tokens::token,
};

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

/// The page's own parameters follow those of the address; `lang` so comes twice, as in the 2018 capture. The file helper's
/// page puts them in front, and leaves what follows as it is, byte for byte: one client was refused after it had escaped
/// the address anew.
pub(crate) fn build(page: &Page<'_>, redirect: &Redirect) -> Draft {
    let own = redirect.path_and_query();
    let path_and_query = match page.profile.flavour {
        Flavour::Web => with_parameters_behind(page, own),
        Flavour::FileHelper => {
            let (path, query) = own.split_once('?').unwrap_or((own, ""));
            let joint = if query.is_empty() { "" } else { "&" };
            format!("{path}?fun=new&version=v2{joint}{query}")
        }
    };
    Draft::get_at(&SPEC, redirect.host().clone(), Style::Api, path_and_query)
}

fn with_parameters_behind(page: &Page<'_>, own: &str) -> String {
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
    format!("{own}{joint}{query}")
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
