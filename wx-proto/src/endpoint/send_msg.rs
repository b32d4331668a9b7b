//! `POST https://BASE/cgi-bin/mmwebwx-bin/webwxsendmsg`: sends a text.

use super::{
    Draft, Page, Query, Quota, Spec, Timeouts,
    message::{self, Envelope, Payload},
};
use crate::{Endpoint, Lane, tokens::Tokens};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::SendMsg,
    lane: Lane::Send,
    timeouts: Timeouts::CALL,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: Some(Quota::Send),
};

const TEXT: u32 = 1;

/// `text` is plain; line breaks as `\n`.
pub(crate) fn build(page: &Page<'_>, tokens: &Tokens, envelope: &Envelope<'_>, text: &str) -> Draft {
    let payload = Payload { content: Some(text), ..Payload::of(TEXT) };
    let query = page.tail(Query::new(), tokens);
    message::build(&SPEC, page, tokens, query, envelope, &payload)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        UserName, WireId,
        endpoint::testing::{FRIEND, ME, TAIL, tokens, wire, with_page},
    };

    fn sent(text: &str) -> (String, String) {
        let (from, to) = (UserName::new(ME), UserName::new(FRIEND));
        let wire_id = WireId::next(None, 1_735_700_070_000, 416);
        with_page("wx2.qq.com", 1_735_700_070_000, "e376288520542476", |page| {
            let envelope = Envelope { from: &from, to: &to, wire_id };
            wire(page, build(page, &tokens(), &envelope, text))
        })
    }

    #[test]
    fn the_request_is_the_page_s() {
        let (line, body) = sent("你好，晚上见");
        assert_eq!(line, format!("POST https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxsendmsg?{TAIL}"));
        assert_eq!(
            body,
            "{\"BaseRequest\":{\"Uin\":1234567890,\"Sid\":\"x7/pQ2+mN5kV8rTz\",\
             \"Skey\":\"@crypt_1a2b3c4d_00112233445566778899aabbccddeeff\",\"DeviceID\":\"e376288520542476\"},\
             \"Msg\":{\"Type\":1,\"Content\":\"你好，晚上见\",\"FromUserName\":\"@0a1b2c3d4e5f60718293a4b5c6d7e8f9\",\
             \"ToUserName\":\"@11112222333344445555666677778888aaaabbbbccccddddeeeeffff00001111\",\
             \"LocalID\":\"17357000700000416\",\"ClientMsgId\":\"17357000700000416\"},\"Scene\":0}"
        );
        assert_eq!(body.len(), 401);
    }

    #[test]
    fn only_what_json_demands_is_escaped() {
        let (_, body) = sent("<b>&'/\u{2028}\u{7f}😂\u{e001}\"\\\n\t\u{1}");
        let content = body.split_once("\"Content\":").unwrap().1.split_once(",\"FromUserName\"").unwrap().0;
        assert_eq!(content, "\"<b>&'/\u{2028}\u{7f}😂\u{e001}\\\"\\\\\\n\\t\\u0001\"");
    }
}
