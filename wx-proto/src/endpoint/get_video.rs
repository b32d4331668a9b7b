//! `GET https://BASE/cgi-bin/mmwebwx-bin/webwxgetvideo`: the film of a message.
//!
//! As in the 2018 capture. The page's player asks for a range in any case: without one the body may be empty.

use super::{Draft, Page, Query, Quota, Spec, Style, Timeouts};
use crate::{Endpoint, Lane, MsgId, host::Role, tokens::Tokens};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::GetVideo,
    lane: Lane::Transfer,
    timeouts: Timeouts::DOWNLOAD,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: Some(Quota::Download),
};

pub(crate) fn build(page: &Page<'_>, tokens: &Tokens, msg_id: &MsgId, offset: u64) -> Draft {
    let query = Query::new().component("msgid", msg_id.as_str()).component("skey", tokens.skey.expose());
    let path = "/cgi-bin/mmwebwx-bin/webwxgetvideo";
    Draft::get(&SPEC, page, Role::Base, Style::Media, path, query).download(Some(offset))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Flavour, endpoint::media::tests::asked};

    #[test]
    fn a_range_is_asked_for_from_the_first_byte_on() {
        let id = MsgId::new("5120000000000000011");
        for (offset, range) in [(0, "bytes=0-"), (4_096, "bytes=4096-")] {
            let (address, accept, asked) =
                asked(Flavour::Web, |page, tokens| build(page, tokens, &id, offset));
            assert_eq!(
                address,
                "https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxgetvideo?msgid=5120000000000000011\
                 &skey=%40crypt_1a2b3c4d_00112233445566778899aabbccddeeff"
            );
            assert_eq!((accept.as_str(), asked.as_deref()), ("*/*", Some(range)));
        }
    }
}
