//! `GET https://BASE/cgi-bin/mmwebwx-bin/webwxgeticon`: the picture of a person.
//!
//! A contact brings its own path, [`AvatarPath`](super::avatar::AvatarPath). This one is made as the page's script makes it. A reply
//! without a byte is common: worth another try.

use super::{Draft, Page, Query, Quota, Spec, Style, Timeouts, media};
use crate::{Endpoint, Lane, MsgId, UserName, host::Role, tokens::Tokens};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::GetIcon,
    lane: Lane::Transfer,
    timeouts: Timeouts::DOWNLOAD,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: Some(Quota::Download),
};

/// Somebody whose picture is asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Person {
    pub(crate) name: UserName,
    /// The group's EncryChatRoomId, for somebody known only as a member of it.
    pub(crate) group: Option<Box<str>>,
    /// The message that shows the person: a card, or a friend request.
    pub(crate) msg_id: Option<MsgId>,
    /// The larger picture.
    pub(crate) big: bool,
}

pub(crate) fn build(page: &Page<'_>, tokens: &Tokens, person: &Person, offset: u64) -> Draft {
    let Person { name, group, msg_id, big } = person;
    let mut query =
        Query::new().raw("seq", 0).angular("username", name.as_str()).component("skey", tokens.skey.expose());
    if *big {
        query = query.raw("type", "big");
    }
    if let Some(group) = group {
        query = query.angular("chatroomid", group);
    }
    if let Some(msg_id) = msg_id {
        query = query.component("msgid", msg_id.as_str());
    }
    let path = "/cgi-bin/mmwebwx-bin/webwxgeticon";
    Draft::get(&SPEC, page, Role::Base, Style::Image, path, query).download(media::behind(offset))
}
