//! `POST https://BASE/cgi-bin/mmwebwx-bin/webwxstatusnotify`: tells the phone that the page is ready.
//!
//! Body as in the 2018 capture. The page does nothing with the reply.

use bytes::Bytes;
use http::StatusCode;
use serde::Serialize;

use super::{BaseRequest, Draft, Page, Query, Spec, Timeouts};
use crate::{Endpoint, Lane, ReplyError, UserName, coding::json, tokens::Tokens};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::StatusNotify,
    lane: Lane::Control,
    timeouts: Timeouts::CALL,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: None,
};

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Request<'a> {
    base_request: BaseRequest<'a>,
    code: u32,
    from_user_name: &'a UserName,
    to_user_name: &'a UserName,
    client_msg_id: u64,
}

/// Code 3: logged in and initialised.
pub(crate) fn build(page: &Page<'_>, tokens: &Tokens, me: &UserName) -> Draft {
    let request = Request {
        base_request: BaseRequest::new(page, tokens),
        code: 3,
        from_user_name: me,
        to_user_name: me,
        client_msg_id: page.now.as_millis(),
    };
    let query = page.tail(Query::new(), tokens);
    Draft::post(&SPEC, page, "/cgi-bin/mmwebwx-bin/webwxstatusnotify", query, &request)
}

pub(crate) fn parse(status: StatusCode, body: &Bytes) -> Result<(), ReplyError> {
    json::read(status, body, |_| Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::testing::{ME, TAIL, tokens, wire, with_page};

    #[test]
    fn the_request_is_the_page_s() {
        with_page("wx2.qq.com", 1_735_700_061_000, "e435716924360955", |page| {
            let (line, body) = wire(page, build(page, &tokens(), &UserName::new(ME)));
            assert_eq!(line, format!("POST https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxstatusnotify?{TAIL}"));
            assert_eq!(
                body,
                "{\"BaseRequest\":{\"Uin\":1234567890,\"Sid\":\"x7/pQ2+mN5kV8rTz\",\
                 \"Skey\":\"@crypt_1a2b3c4d_00112233445566778899aabbccddeeff\",\"DeviceID\":\"e435716924360955\"},\
                 \"Code\":3,\"FromUserName\":\"@0a1b2c3d4e5f60718293a4b5c6d7e8f9\",\
                 \"ToUserName\":\"@0a1b2c3d4e5f60718293a4b5c6d7e8f9\",\"ClientMsgId\":1735700061000}"
            );
            assert_eq!(body.len(), 284);
        });
    }

    #[test]
    fn replies() {
        let parse = |body: &'static [u8]| parse(StatusCode::OK, &Bytes::from_static(body));
        let good = b"{\n\"BaseResponse\": {\n\"Ret\": 0,\n\"ErrMsg\": \"\"\n}\n,\n\"MsgID\": \"8032721323945545465\"\n}\n";
        assert_eq!(parse(good), Ok(()));
        assert_eq!(
            parse(b"{\"BaseResponse\":{\"Ret\":1101,\"ErrMsg\":\"\"}}"),
            Err(ReplyError::Ret { ret: 1101, message: String::new() })
        );
        assert_eq!(parse(b""), Err(ReplyError::Empty));
    }
}
