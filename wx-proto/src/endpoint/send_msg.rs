//! `POST https://BASE/cgi-bin/mmwebwx-bin/webwxsendmsg`: sends a text.
//!
//! Members in the order of the 2018 capture; for the file helper in that of its page's picture messages of 2022. Without
//! `Scene` some accounts get Ret 1204.

use bytes::Bytes;
use http::StatusCode;
use serde::Serialize;

use super::{BaseRequest, Draft, Page, Query, Quota, Spec, Timeouts};
use crate::{Endpoint, Flavour, Lane, MsgId, ReplyError, UserName, WireId, coding::json, tokens::Tokens};

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

/// The server took the message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct SentMsg {
    pub(crate) msg_id: Option<MsgId>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Request<'a> {
    base_request: BaseRequest<'a>,
    msg: Msg<'a>,
    scene: u32,
}

/// One message, in the order of its flavour's page.
#[derive(Serialize)]
#[serde(untagged)]
enum Msg<'a> {
    Web(WebMsg<'a>),
    FileHelper(FileHelperMsg<'a>),
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct WebMsg<'a> {
    r#type: u32,
    content: &'a str,
    from_user_name: &'a UserName,
    to_user_name: &'a UserName,
    #[serde(rename = "LocalID")]
    local_id: &'a str,
    client_msg_id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct FileHelperMsg<'a> {
    client_msg_id: &'a str,
    from_user_name: &'a UserName,
    #[serde(rename = "LocalID")]
    local_id: &'a str,
    to_user_name: &'a UserName,
    r#type: u32,
    content: &'a str,
}

const TEXT: u32 = 1;

pub(crate) fn build(page: &Page<'_>, tokens: &Tokens, message: &OutgoingText<'_>) -> Draft {
    let id = message.wire_id.to_string();
    // serde_json escapes control characters only: an escape of any other character would reach the peer as its literal
    // text.
    let OutgoingText { from: from_user_name, to: to_user_name, text: content, .. } = *message;
    let (local_id, client_msg_id) = (&*id, &*id);
    let msg = match page.profile.flavour {
        Flavour::Web => {
            Msg::Web(WebMsg { r#type: TEXT, content, from_user_name, to_user_name, local_id, client_msg_id })
        }
        Flavour::FileHelper => Msg::FileHelper(FileHelperMsg {
            client_msg_id,
            from_user_name,
            local_id,
            to_user_name,
            r#type: TEXT,
            content,
        }),
    };
    let request = Request { base_request: BaseRequest::new(page, tokens), msg, scene: 0 };
    let query = page.tail(Query::new(), tokens);
    Draft::post(&SPEC, page, "/cgi-bin/mmwebwx-bin/webwxsendmsg", query, &request)
}

pub(crate) fn parse(status: StatusCode, body: &Bytes) -> Result<SentMsg, ReplyError> {
    json::read(status, body, |reply| Ok(SentMsg { msg_id: reply.members.msg_id("MsgID") }))
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

    #[test]
    fn replies() {
        let parse = |body: &'static [u8]| parse(StatusCode::OK, &Bytes::from_static(body));
        let id = |id: Option<&str>| Ok(SentMsg { msg_id: id.map(MsgId::new) });
        let good = b"{\n\"BaseResponse\": {\n\"Ret\": 0,\n\"ErrMsg\": \"\"\n}\n,\n\"MsgID\": \"3053194738703670001\",\n\
                     \"LocalID\": \"17357000700000416\"\n}\n";
        assert_eq!(good.len(), 112);
        assert_eq!(parse(good), id(Some("3053194738703670001")));
        let number = br#"{"BaseResponse":{"Ret":0},"MsgID":9223372036854775807,"LocalID":17357000700000416}"#;
        assert_eq!(parse(number), id(Some("9223372036854775807")));
        for body in [
            br#"{"BaseResponse":{"Ret":0}}"#.as_slice(),
            br#"{"BaseResponse":{"Ret":0},"MsgID":""}"#,
            br#"{"BaseResponse":{"Ret":0},"MsgID":null}"#,
            br#"{"BaseResponse":{"Ret":0},"MsgID":{}}"#,
        ] {
            assert_eq!(parse(body), id(None));
        }
        for ret in [1205, 1204, 1101, -1] {
            let body = format!(
                "{{\"BaseResponse\":{{\"Ret\":{ret},\"ErrMsg\":\"\"}},\"MsgID\":\"\",\"LocalID\":\"\"}}"
            );
            let error = super::parse(StatusCode::OK, &Bytes::from(body)).unwrap_err();
            assert_eq!(error, ReplyError::Ret { ret, message: String::new() });
        }
        assert_eq!(parse(b""), Err(ReplyError::Empty));
        assert_eq!(parse(b"<html></html>"), Err(ReplyError::Html));
        assert!(matches!(parse(b"{\"BaseResponse\":{\"Ret\":0"), Err(ReplyError::Syntax { .. })));
    }
}
