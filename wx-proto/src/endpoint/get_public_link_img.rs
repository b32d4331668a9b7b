//! `GET https://BASE/cgi-bin/mmwebwx-bin/webwxgetpubliclinkimg`: the picture of a map.
//!
//! The address is the one that a message of a place carries: `url=xxx` is literal.

use super::{Draft, Page, Query, Quota, Spec, Style, Timeouts, media};
use crate::{Endpoint, Lane, MsgId, host::Role};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::GetPublicLinkImg,
    lane: Lane::Transfer,
    timeouts: Timeouts::DOWNLOAD,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: Some(Quota::Download),
};

pub(crate) fn build(page: &Page<'_>, msg_id: &MsgId, offset: u64) -> Draft {
    let query = Query::new().raw("url", "xxx").component("msgid", msg_id.as_str()).raw("pictype", "location");
    let path = "/cgi-bin/mmwebwx-bin/webwxgetpubliclinkimg";
    Draft::get(&SPEC, page, Role::Base, Style::Image, path, query).download(media::behind(offset))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Flavour,
        endpoint::media::tests::{PICTURE, asked},
    };

    #[test]
    fn the_address_is_that_of_the_message() {
        let id = MsgId::new("7900000000000000001");
        let address = "https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxgetpubliclinkimg?url=xxx\
                       &msgid=7900000000000000001&pictype=location";
        assert_eq!(
            asked(Flavour::Web, |page, _| build(page, &id, 0)),
            (address.to_owned(), PICTURE.to_owned(), None)
        );
    }
}
