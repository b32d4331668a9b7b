//! `POST https://BASE/cgi-bin/mmwebwx-bin/webwxlogout`: ends the session.
//!
//! A form, as the page of 2022 and a recording of 2015 send it. What comes back was never recorded; its body does
//! not matter.

use http::StatusCode;

use super::{Draft, Form, Page, Query, Spec, Timeouts};
use crate::{Endpoint, Lane, ReplyError, tokens::Tokens};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::Logout,
    lane: Lane::Control,
    timeouts: Timeouts::CALL,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: None,
};

/// Type 0: by the user's own will.
pub(crate) fn build(page: &Page<'_>, tokens: &Tokens) -> Draft {
    let query = Query::new().raw("redirect", 1).raw("type", 0).component("skey", tokens.skey.expose());
    let form = Form::new().component("sid", tokens.sid.expose()).raw("uin", tokens.uin);
    Draft::post_form(&SPEC, page, "/cgi-bin/mmwebwx-bin/webwxlogout", query, form)
}

/// A redirect to the start page, or an empty page.
pub(crate) fn parse(status: StatusCode) -> Result<(), ReplyError> {
    if status.is_success() || status.is_redirection() {
        Ok(())
    } else {
        Err(ReplyError::Status(status.as_u16()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::testing::{tokens, wire, with_page};

    #[test]
    fn the_request_is_the_page_s() {
        with_page("wx2.qq.com", 0, "", |page| {
            let line = "POST https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxlogout?redirect=1&type=0\
                        &skey=%40crypt_1a2b3c4d_00112233445566778899aabbccddeeff";
            let form = "sid=x7%2FpQ2%2BmN5kV8rTz&uin=1234567890";
            assert_eq!(wire(page, build(page, &tokens())), (line.into(), form.into()));
        });
    }

    #[test]
    fn only_a_page_or_a_redirect_is_an_answer() {
        for status in [200, 204, 301, 302] {
            assert_eq!(parse(StatusCode::from_u16(status).unwrap()), Ok(()), "{status}");
        }
        for status in [403, 500, 502] {
            assert_eq!(parse(StatusCode::from_u16(status).unwrap()), Err(ReplyError::Status(status)));
        }
    }
}
