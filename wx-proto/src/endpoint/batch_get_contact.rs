//! `POST https://BASE/cgi-bin/mmwebwx-bin/webwxbatchgetcontact`: named contacts, and groups with their
//! members.
//!
//! As in the 2018 capture; the limit is that of every client that was read.

use bytes::Bytes;
use http::StatusCode;
use serde::Serialize;

use super::{BaseRequest, Draft, Page, Query, Quota, Spec, Timeouts};
use crate::{
    Endpoint, Lane, ReplyError, UserName,
    coding::json::{self, List},
    model::Contact,
    tokens::Tokens,
};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::BatchGetContact,
    lane: Lane::Control,
    timeouts: Timeouts::LARGE,
    longest_reply: None,
    counted: false,
    quota: Some(Quota::Contacts),
};

/// Most names in one request.
pub(crate) const MAX: usize = 50;

/// A name to ask for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct ContactQuery {
    pub(crate) name: UserName,
    /// For somebody known only as a member of this group.
    pub(crate) group: Option<UserName>,
}

impl ContactQuery {
    /// A group with its members, or somebody who is known from no group.
    pub(crate) const fn plain(name: UserName) -> Self {
        Self { name, group: None }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Request<'a> {
    base_request: BaseRequest<'a>,
    count: usize,
    list: Vec<Item<'a>>,
}

/// A group as the official page asks for it, and a person: a member by the group's user name.
#[derive(Serialize)]
#[serde(untagged)]
enum Item<'a> {
    #[serde(rename_all = "PascalCase")]
    Group { user_name: &'a UserName, chat_room_id: &'static str },
    #[serde(rename_all = "PascalCase")]
    Person { user_name: &'a UserName, encry_chat_room_id: &'a str },
}

impl<'a> Item<'a> {
    fn of(ContactQuery { name, group }: &'a ContactQuery) -> Self {
        if name.is_group() {
            Self::Group { user_name: name, chat_room_id: "" }
        } else {
            Self::Person { user_name: name, encry_chat_room_id: group.as_ref().map_or("", UserName::as_str) }
        }
    }
}

/// Asks for at most [`MAX`] names; the caller cuts longer lists.
pub(crate) fn build(page: &Page<'_>, tokens: &Tokens, queries: &[ContactQuery]) -> Draft {
    debug_assert!(queries.len() <= MAX, "the server takes {MAX} names, not {}", queries.len());
    let list: Vec<Item<'_>> = queries.iter().take(MAX).map(Item::of).collect();
    let request = Request { base_request: BaseRequest::new(page, tokens), count: list.len(), list };
    let query = Query::new().raw("type", "ex").raw("r", page.now.as_millis());
    let query = page.tail(query, tokens);
    Draft::post(&SPEC, page, "/cgi-bin/mmwebwx-bin/webwxbatchgetcontact", query, &request)
}

pub(crate) fn parse(status: StatusCode, body: &Bytes) -> Result<Vec<Contact>, ReplyError> {
    json::read(status, body, |reply| reply.readable(List::contacts("ContactList")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::testing::{GROUP, TAIL, tokens, wire, with_page};

    #[test]
    fn the_request_is_the_page_s() {
        with_page("wx2.qq.com", 1_735_700_061_550, "e052188541765358", |page| {
            let (line, body) =
                wire(page, build(page, &tokens(), &[ContactQuery::plain(UserName::new(GROUP))]));
            assert_eq!(
                line,
                format!(
                    "POST https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxbatchgetcontact?type=ex&r=1735700061550&{TAIL}"
                )
            );
            assert!(body.ends_with(
                "\"DeviceID\":\"e052188541765358\"},\"Count\":1,\"List\":[{\"UserName\":\
                 \"@@22223333444455556666777788889999aaaabbbbccccddddeeeeffff00001111\",\"ChatRoomId\":\"\"}]}"
            ));
            assert_eq!(body.len(), 264);
        });
    }

    #[test]
    fn people_are_asked_for_by_their_group() {
        let member = ContactQuery { name: UserName::new("@1"), group: Some(UserName::new("@@2")) };
        with_page("wx2.qq.com", 1_735_700_061_550, "e052188541765358", |page| {
            let (_, body) =
                wire(page, build(page, &tokens(), &[member, ContactQuery::plain(UserName::new("@3"))]));
            let list = r#""Count":2,"List":[{"UserName":"@1","EncryChatRoomId":"@@2"},{"UserName":"@3","EncryChatRoomId":""}]}"#;
            assert!(body.ends_with(list), "{body}");
        });
    }

    #[test]
    fn replies() {
        let parse = |body: &'static [u8]| parse(StatusCode::OK, &Bytes::from_static(body));
        let contacts = parse(include_bytes!("testdata/batch_get_contact.json")).unwrap();
        assert_eq!(contacts.len(), 1);
        assert_eq!(contacts[0].user_name(), GROUP);
        let contacts =
            parse(br#"{"BaseResponse":{"Ret":0},"ContactList":[{"UserName":"@1"},"x",{"UserName":"@2"}]}"#);
        assert_eq!(contacts.unwrap().len(), 2);
        assert!(parse(br#"{"BaseResponse":{"Ret":0},"Count":3}"#).unwrap().is_empty());
        let refused =
            parse(br#"{"BaseResponse":{"Ret":-1,"ErrMsg":""},"Count":0,"ContactList":[]}"#).unwrap_err();
        assert_eq!(refused, ReplyError::Ret { ret: -1, message: String::new() });
    }
}
