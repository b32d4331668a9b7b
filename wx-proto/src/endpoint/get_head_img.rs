//! `GET https://BASE/cgi-bin/mmwebwx-bin/webwxgetheadimg`: the picture of a group.
//!
//! A contact brings its own path, [`AvatarPath`](super::avatar::AvatarPath).

use super::{Draft, Page, Query, Quota, Spec, Style, Timeouts, media};
use crate::{Endpoint, Lane, UserName, host::Role, tokens::Tokens};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::GetHeadImg,
    lane: Lane::Transfer,
    timeouts: Timeouts::DOWNLOAD,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: Some(Quota::Download),
};

pub(crate) fn build(page: &Page<'_>, tokens: &Tokens, name: &UserName, offset: u64) -> Draft {
    let query =
        Query::new().raw("seq", 0).angular("username", name.as_str()).component("skey", tokens.skey.expose());
    let path = "/cgi-bin/mmwebwx-bin/webwxgetheadimg";
    Draft::get(&SPEC, page, Role::Base, Style::Image, path, query).download(media::behind(offset))
}
