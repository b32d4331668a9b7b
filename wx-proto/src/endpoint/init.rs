//! `POST https://BASE/cgi-bin/mmwebwx-bin/webwxinit`: own account, first contacts, first key.
//!
//! As in the 2018 capture. The page of 2022 sends it twice within a moment and takes the answer that comes
//! first; once is enough.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::StatusCode;
use serde::Serialize;

use super::{BaseRequest, Draft, Page, Query, Quota, Spec, Timeouts};
use crate::{
    Endpoint, Flavour, Lane, ReplyError, Secret, SyncKey, UserName, bounds,
    coding::{
        json::{self, List, Members},
        text::{listed_names, plain_text},
    },
    model::{Contact, Me},
    tokens::Tokens,
};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::Init,
    // It stands before the stream, and in for it: a contact page that hangs must not hold it up.
    lane: Lane::LongPoll,
    timeouts: Timeouts::LARGE,
    longest_reply: None,
    counted: false,
    quota: Some(Quota::Init),
};

/// What a session starts from.
#[derive(Clone, Debug)]
pub(crate) struct Init {
    /// The own account.
    pub(crate) user: Me,
    /// Those talked to lately: never all, and groups with nameless members.
    pub(crate) contacts: Vec<Contact>,
    /// The chats in the phone's order, each once; some of them are not in `contacts`.
    pub(crate) chat_set: Vec<UserName>,
    /// Where to start, if the server says.
    pub(crate) key: Option<SyncKey>,
    /// Renewed, if not `None`.
    pub(crate) skey: Option<Secret<String>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Request<'a> {
    base_request: BaseRequest<'a>,
}

pub(crate) fn build(page: &Page<'_>, tokens: &Tokens) -> Draft {
    let request = Request { base_request: BaseRequest::new(page, tokens).with_text_uin() };
    let at = match page.profile.flavour {
        Flavour::Web => page.loaded,
        Flavour::FileHelper => page.now,
    };
    let query = page.tail(Query::new().raw("r", Page::not_millis(at)), tokens);
    Draft::post(&SPEC, page, "/cgi-bin/mmwebwx-bin/webwxinit", query, &request)
}

pub(crate) fn parse(status: StatusCode, body: &Bytes) -> Result<Init, ReplyError> {
    json::read(status, body, |reply| {
        let user = reply.members.object("User").ok_or(ReplyError::Missing("User"))?;
        let user = Me {
            user_name: user.user_name("UserName").ok_or(ReplyError::Missing("User.UserName"))?,
            nick_name: bounds::name(plain_text(&user.text("NickName"))),
            uin: user.unsigned("Uin").unwrap_or(0),
        };
        Ok(Init {
            user,
            // The session can start without them; each comes again by other ways.
            contacts: reply.readable(List::contacts("ContactList")).unwrap_or_default(),
            chat_set: chats(&reply.members.text("ChatSet")),
            key: reply.members.sync_key("SyncKey"),
            skey: reply.members.token("SKey"),
        })
    })
}

/// The code of a server that knows nobody with these tokens.
pub(crate) const NOBODY: i64 = 1100;

/// Whether a refusal has all of a reply's members, with nothing in them. With [`NOBODY`] it is how an entry of the file helper
/// answers for an account of another region.
pub(crate) fn is_all_zero(body: &Bytes) -> bool {
    let members = str::from_utf8(body).ok().and_then(Members::of);
    members.is_some_and(|members| {
        let zero = |user: Members<'_>| user.text("UserName").is_empty() && user.unsigned("Uin") == Some(0);
        members.object("User").is_some_and(zero)
            && members.object("SyncKey").is_some_and(|key| key.number("Count") == Some(0))
    })
}

/// The chats of a list that may name one twice.
fn chats(set: &str) -> Vec<UserName> {
    let mut seen = BTreeSet::new();
    listed_names(set).filter(|name| seen.insert(*name)).map(UserName::new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::testing::{FRIEND, GROUP, ME, TAIL, tokens, wire, with_page};

    fn ok(body: &str) -> Result<Init, ReplyError> {
        parse(StatusCode::OK, &Bytes::copy_from_slice(body.as_bytes()))
    }

    #[test]
    fn the_request_is_the_page_s() {
        with_page("wx2.qq.com", 1_735_700_061_000, "e940492848928413", |page| {
            let (line, body) = wire(page, build(page, &tokens()));
            assert_eq!(
                line,
                format!("POST https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxinit?r=-533212467&{TAIL}")
            );
            assert_eq!(
                body,
                "{\"BaseRequest\":{\"Uin\":\"1234567890\",\"Sid\":\"x7/pQ2+mN5kV8rTz\",\
                 \"Skey\":\"@crypt_1a2b3c4d_00112233445566778899aabbccddeeff\",\"DeviceID\":\"e940492848928413\"}}"
            );
            assert_eq!(body.len(), 149);
        });
    }

    #[test]
    fn the_recorded_reply() {
        let init = ok(include_str!("testdata/init.json")).unwrap();
        assert_eq!(init.user.user_name.as_str(), ME);
        assert_eq!(init.user.nick_name, "测试");
        assert_eq!(init.user.uin, 1_234_567_890);
        let names: Vec<&str> = init.contacts.iter().map(|contact| contact.user_name()).collect();
        assert_eq!(names, ["filehelper", GROUP]);
        assert_eq!(init.chat_set, ["filehelper", FRIEND, GROUP].map(UserName::new));
        let key = init.key.unwrap().joined();
        assert_eq!(key, "1_700000101|2_700000210|3_700000090|1000_1735699000");
        let skey = Secret::new("@crypt_1a2b3c4d_00112233445566778899aabbccddeeff".to_owned());
        assert_eq!(init.skey, Some(skey));
    }

    #[test]
    fn the_chat_set_names_each_chat_once() {
        let body = r#"{"BaseResponse":{"Ret":0},"User":{"UserName":"@1"},"ChatSet":",a,b, a,,@@c,b,"}"#;
        assert_eq!(ok(body).unwrap().chat_set, ["a", "b", "@@c"].map(UserName::new));
    }

    #[test]
    fn only_the_own_name_is_needed() {
        let init =
            ok(r#"{"BaseResponse":{"Ret":0},"User":{"UserName":"@1","NickName":"a\ud83db","Uin":"77"},
            "ContactList":"none","ChatSet":7.5,"SyncKey":{"Count":0,"List":[]},"SKey":""}"#)
            .unwrap();
        assert_eq!(init.user.uin, 77);
        assert_eq!(init.user.nick_name, "a\u{fffd}b");
        assert_eq!(init.key, None);
        assert_eq!(init.skey, None);
        for (user, missing) in [
            ("", "User"),
            (r#","User":null"#, "User"),
            (r#","User":{}"#, "User.UserName"),
            (r#","User":{"UserName":""}"#, "User.UserName"),
            (r#","User":{"UserName":{}}"#, "User.UserName"),
        ] {
            let body = format!(r#"{{"BaseResponse":{{"Ret":0}}{user}}}"#);
            assert_eq!(ok(&body).unwrap_err(), ReplyError::Missing(missing), "{body}");
        }
    }

    #[test]
    fn a_refusal_is_a_skeleton_of_zeros() {
        let body = r#"{"BaseResponse":{"Ret":1,"ErrMsg":""},"Count":0,"ContactList":[],
            "SyncKey":{"Count":0,"List":[]},"User":{"Uin":0,"UserName":"","NickName":""},"ChatSet":"","SKey":""}"#;
        assert_eq!(ok(body).unwrap_err(), ReplyError::Ret { ret: 1, message: String::new() });
        let is_all_zero = |body: &str| is_all_zero(&Bytes::copy_from_slice(body.as_bytes()));
        assert!(is_all_zero(body));
        for other in [
            r#"{"BaseResponse":{"Ret":1100}}"#,
            "{",
            &body.replace("\"Uin\":0", "\"Uin\":1"),
            &body.replace("\"UserName\":\"\"", "\"UserName\":\"@1\""),
            &body.replace("\"Count\":0,\"List\"", "\"Count\":1,\"List\""),
        ] {
            assert!(!is_all_zero(other), "{other}");
        }
    }
}
