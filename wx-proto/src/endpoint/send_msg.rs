//! `POST https://BASE/cgi-bin/mmwebwx-bin/webwxsendmsg`: sends a text.

pub(crate) use super::message::parse;
use super::{
    Draft, Page, Query, Quota, Spec, Timeouts,
    message::{self, Envelope, Payload},
};
use crate::{Endpoint, Lane, UserName, WireId, tokens::Tokens};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::SendMsg,
    lane: Lane::Send,
    timeouts: Timeouts::CALL,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: Some(Quota::Send),
};

/// A text to send.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OutgoingText<'a> {
    pub(crate) from: &'a UserName,
    pub(crate) to: &'a UserName,
    /// Plain text; line breaks as `\n`.
    pub(crate) text: &'a str,
    /// The same for every try of the same send.
    pub(crate) wire_id: WireId,
}

const TEXT: u32 = 1;

pub(crate) fn build(page: &Page<'_>, tokens: &Tokens, message: &OutgoingText<'_>) -> Draft {
    let OutgoingText { from, to, text, wire_id } = *message;
    let payload = Payload { content: Some(text), ..Payload::of(TEXT) };
    let query = page.tail(Query::new(), tokens);
    message::build(&SPEC, page, tokens, query, &Envelope { from, to, wire_id }, &payload)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::testing::{FRIEND, ME, TAIL, tokens, wire, with_page};

    fn sent(text: &str) -> (String, String) {
        let (from, to) = (UserName::new(ME), UserName::new(FRIEND));
        let wire_id = WireId::next(None, 1_735_700_070_000, 416);
        with_page("wx2.qq.com", 1_735_700_070_000, "e376288520542476", |page| {
            let message = OutgoingText { from: &from, to: &to, text, wire_id };
            wire(page, build(page, &tokens(), &message))
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
