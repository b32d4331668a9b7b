//! `POST https://BASE/cgi-bin/mmwebwx-bin/webwxsync`: the news after a key, and the next key.
//!
//! As in the 2018 capture. The page puts the sid into the query unescaped, so that its `+` arrives as a
//! blank; here it is escaped, which the server takes as well.

use bytes::Bytes;
use http::StatusCode;
use serde::Serialize;

use super::{BaseRequest, Draft, Page, Query, Quota, Spec, Timeouts, contact_changes::ContactChanges};
use crate::{
    Endpoint, Lane, ReplyError, Secret, SyncKey, UserName, bounds,
    coding::json::{self, Item, List},
    model::Message,
    tokens::Tokens,
};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::Sync,
    lane: Lane::LongPoll,
    timeouts: Timeouts::LARGE,
    longest_reply: None,
    counted: false,
    quota: Some(Quota::Sync),
};

/// What is new.
#[derive(Clone, Debug)]
pub(crate) struct SyncReply {
    /// In the order of the wire. Each holds its raw bytes, as a slice of the reply's body.
    pub(crate) messages: Vec<Message>,
    pub(crate) contact_changes: ContactChanges,
    /// The position after these news; `None` if there is no usable one: then the old one stays.
    pub(crate) key: Option<SyncKey>,
    /// The key for synccheck, if it has its own. Never without `key`. Absent in 2015.
    pub(crate) check_key: Option<SyncKey>,
    /// Renewed, if not `None`.
    pub(crate) skey: Option<Secret<String>>,
    /// `ContinueFlag`: there is more to fetch at once. It was 0 in every recording.
    pub(crate) more: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Request<'a> {
    base_request: BaseRequest<'a>,
    sync_key: &'a SyncKey,
    #[serde(rename = "rr")]
    rr: i32,
}

pub(crate) fn build(page: &Page<'_>, tokens: &Tokens, key: &SyncKey) -> Draft {
    let request = Request {
        base_request: BaseRequest::new(page, tokens),
        sync_key: key,
        rr: Page::not_millis(page.now),
    };
    let query = Query::new().component("sid", tokens.sid.expose()).angular("skey", tokens.skey.expose());
    let query = page.tail(query, tokens);
    Draft::post(&SPEC, page, "/cgi-bin/mmwebwx-bin/webwxsync", query, &request)
}

const MESSAGES: List = List { name: "AddMsgList", most: bounds::MESSAGES };

/// Only a list of messages that is no list, that is too long, or that is not there though messages are counted, makes the
/// reply unusable: its key would skip what cannot be seen.
pub(crate) fn parse(status: StatusCode, body: &Bytes, me: &UserName) -> Result<SyncReply, ReplyError> {
    json::read_listed(status, body, MESSAGES, |reply| {
        let message = |item: Item<'_>| Message::decode(item.json, item.raw, me);
        let messages: Vec<Message> = reply.items()?.into_iter().map(message).collect();
        let counted = reply.members.number("AddMsgCount");
        if messages.is_empty() && counted.is_some_and(|count| count > 0) {
            return Err(ReplyError::Missing("AddMsgList"));
        }
        let key = reply.members.sync_key("SyncKey");
        let check_key = reply.members.sync_key("SyncCheckKey").filter(|_| key.is_some());
        Ok(SyncReply {
            messages,
            contact_changes: ContactChanges::of(reply),
            key,
            check_key,
            skey: reply.members.token("SKey"),
            more: reply.members.number("ContinueFlag").is_some_and(|flag| flag != 0),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::testing::{ME, TAIL, tokens, wire, with_page};

    const NEW_KEY: &str = "1_700000101|2_700000212|3_700000090|11_700000055|201_1735700065|1000_1735699000|\
                           1001_1735699100";

    fn of(body: impl Into<Bytes>) -> Result<SyncReply, ReplyError> {
        parse(StatusCode::OK, &body.into(), &UserName::new(ME))
    }

    fn with(members: &str) -> Result<SyncReply, ReplyError> {
        of(format!("{{\"BaseResponse\":{{\"Ret\":0,\"ErrMsg\":\"\"}}{members}}}"))
    }

    fn joined(key: Option<SyncKey>) -> Option<String> {
        key.map(|key| key.joined())
    }

    #[test]
    fn the_request_is_the_page_s_but_for_the_escaped_sid() {
        let list = r#"{"Count":4,"List":[{"Key":1,"Val":700000101},{"Key":2,"Val":700000210},{"Key":3,"Val":700000090},{"Key":1000,"Val":1735699000}]}"#;
        let key: SyncKey = serde_json::from_str(list).unwrap();
        with_page("wx2.qq.com", 1_735_700_061_900, "e628821606540135", |page| {
            let (line, body) = wire(page, build(page, &tokens(), &key));
            assert_eq!(
                line,
                format!(
                    "POST https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxsync?sid=x7%2FpQ2%2BmN5kV8rTz\
                     &skey=@crypt_1a2b3c4d_00112233445566778899aabbccddeeff&{TAIL}"
                )
            );
            assert_eq!(
                body,
                format!(
                    "{{\"BaseRequest\":{{\"Uin\":1234567890,\"Sid\":\"x7/pQ2+mN5kV8rTz\",\
                     \"Skey\":\"@crypt_1a2b3c4d_00112233445566778899aabbccddeeff\",\
                     \"DeviceID\":\"e628821606540135\"}},\"SyncKey\":{list},\"rr\":-533274317}}"
                )
            );
            assert_eq!(body.len(), 302);
        });
    }

    #[test]
    fn the_recorded_reply() {
        let reply = of(include_bytes!("testdata/sync.json").as_slice()).unwrap();
        assert_eq!(reply.messages.len(), 2);
        assert!(reply.contact_changes.is_empty());
        assert_eq!(joined(reply.key).as_deref(), Some(NEW_KEY));
        assert_eq!(joined(reply.check_key).as_deref(), Some(NEW_KEY));
        assert_eq!(reply.skey, None);
        assert!(!reply.more);
    }

    #[test]
    fn messages_are_slices_of_the_body() {
        let body = Bytes::from_static(
            b"\xef\xbb\xbf\r\n{\"BaseResponse\":{\"Ret\":0},\"AddMsgList\":[ {\"MsgId\":\"1\"} ,7]}",
        );
        json::read_listed(StatusCode::OK, &body, MESSAGES, |reply| {
            let items: Vec<Bytes> = reply.items().unwrap().into_iter().map(|item| item.raw).collect();
            assert_eq!(items, [b"{\"MsgId\":\"1\"}".as_slice(), b"7"]);
            let inside = body.as_ptr_range();
            assert!(items.iter().all(|item| inside.contains(&item.as_ptr())));
            Ok(())
        })
        .unwrap();
    }

    #[test]
    fn one_bad_character_costs_no_message() {
        for bad in [b"\\ud83d".as_slice(), b"\xff", b"\x00", b"\n", b"\\x", b"\xed\xa0\xbd"] {
            let mut body =
                b"{\"BaseResponse\":{\"Ret\":0},\"AddMsgList\":[{\"MsgId\":\"1\",\"Content\":\"".to_vec();
            body.extend_from_slice(bad);
            body.extend_from_slice(b"\"},{\"MsgId\":\"2\"}],\"SyncKey\":{\"List\":[{\"Key\":1,\"Val\":2}]}}");
            let reply = of(body).unwrap();
            assert_eq!(reply.messages.len(), 2, "{bad:?}");
            let raw = [b"{\"MsgId\":\"1\",\"Content\":\"".as_slice(), bad, b"\"}"].concat();
            assert_eq!(reply.messages[0].raw, raw);
            assert_eq!(joined(reply.key).as_deref(), Some("1_2"));
        }
    }

    #[test]
    fn lists_may_be_missing_or_null() {
        for members in
            ["", ",\"AddMsgList\":null,\"ModContactList\":null,\"DelContactList\":null,\"SyncKey\":null"]
        {
            let reply = with(members).unwrap();
            assert!(reply.messages.is_empty() && reply.contact_changes.is_empty());
            assert_eq!((reply.key, reply.check_key, reply.skey, reply.more), (None, None, None, false));
        }
    }

    #[test]
    fn only_the_messages_and_the_key_matter() {
        let reply = with(
            r#","AddMsgCount":"many","AddMsgList":[],"ModContactCount":{},"ModContactList":"x","DelContactList":7,
            "ModChatRoomMemberList":[[]],"Profile":[],"ContinueFlag":"1","SKey":17,"SKey":"@crypt_2",
            "SyncKey":{"Count":"1","List":[{"Key":"1","Val":"5"}]},"SyncCheckKey":[]"#,
        )
        .unwrap();
        assert_eq!(joined(reply.key).as_deref(), Some("1_5"));
        assert_eq!(reply.check_key, None);
        assert_eq!(reply.skey, Some(Secret::new("@crypt_2".into())));
        assert!(reply.more);
        for members in ["", ",\"AddMsgList\":null", ",\"AddMsgList\":[]"] {
            let error = with(&format!(",\"AddMsgCount\":\"1\"{members}")).unwrap_err();
            assert_eq!(error, ReplyError::Missing("AddMsgList"), "{members}");
        }
        for list in ["{}", "\"\"", "7", "true"] {
            let error = with(&format!(",\"AddMsgList\":{list}")).unwrap_err();
            assert_eq!(error, ReplyError::Missing("AddMsgList"), "{list}");
        }
    }

    #[test]
    fn a_check_key_needs_a_key() {
        let good = r#"{"Count":1,"List":[{"Key":1,"Val":9}]}"#;
        let empty = r#"{"Count":0,"List":[]}"#;
        let reply = with(&format!(",\"SyncKey\":{empty},\"SyncCheckKey\":{good}")).unwrap();
        assert_eq!((reply.key, reply.check_key), (None, None));
        let reply = with(&format!(",\"SyncKey\":{good},\"SyncCheckKey\":{empty}")).unwrap();
        assert_eq!((joined(reply.key).as_deref(), reply.check_key), (Some("1_9"), None));
    }

    #[test]
    fn refusals() {
        for ret in [3, 1100, 1101, 1102, -1] {
            let error = of(format!(
                "{{\"BaseResponse\":{{\"Ret\":{ret},\"ErrMsg\":\"\"}},\"SyncKey\":{{\"Count\":0}}}}"
            ));
            assert_eq!(error.unwrap_err(), ReplyError::Ret { ret, message: String::new() });
        }
        assert_eq!(of("").unwrap_err(), ReplyError::Empty);
        assert_eq!(of("<html>").unwrap_err(), ReplyError::Html);
    }
}
