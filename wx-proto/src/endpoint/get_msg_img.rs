//! `GET https://BASE/cgi-bin/mmwebwx-bin/webwxgetmsgimg`: the picture of a message.
//!
//! The empty first parameter is the page's, in the captures of 2015 and 2018. The file helper's page writes `??&` in its
//! place, which its clients do not.

use super::{Draft, Page, Query, Quota, Spec, Style, Timeouts, media};
use crate::{Endpoint, Lane, MsgId, tokens::Tokens};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::GetMsgImg,
    lane: Lane::Transfer,
    timeouts: Timeouts::DOWNLOAD,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: Some(Quota::Download),
};

/// Which picture of a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum PictureSize {
    Whole,
    /// Also the cover of a film or a link.
    Thumbnail,
    /// A sticker.
    Animated,
}

pub(crate) fn build(
    page: &Page<'_>,
    tokens: &Tokens,
    msg_id: &MsgId,
    size: PictureSize,
    offset: u64,
) -> Draft {
    let query = Query::new().component("MsgID", msg_id.as_str()).component("skey", tokens.skey.expose());
    let query = match size {
        PictureSize::Whole => query,
        PictureSize::Thumbnail => query.raw("type", "slave"),
        PictureSize::Animated => query.raw("type", "big"),
    };
    let address = format!("/cgi-bin/mmwebwx-bin/webwxgetmsgimg?&{}", query.into_string());
    Draft::get_at(&SPEC, page.hosts.base().clone(), Style::Image, address).download(media::behind(offset))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Flavour,
        endpoint::media::tests::{PICTURE, asked},
    };

    #[test]
    fn the_request_is_the_page_s() {
        let id = MsgId::new("5120000000000000011");
        let picture =
            |size, offset| asked(Flavour::Web, |page, tokens| build(page, tokens, &id, size, offset));
        let whole = "https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxgetmsgimg?&MsgID=5120000000000000011\
                     &skey=%40crypt_1a2b3c4d_00112233445566778899aabbccddeeff";
        assert_eq!(picture(PictureSize::Whole, 0), (whole.to_owned(), PICTURE.to_owned(), None));
        let (address, _, range) = picture(PictureSize::Thumbnail, 1_000);
        assert_eq!((address, range), (format!("{whole}&type=slave"), Some("bytes=1000-".to_owned())));
        assert_eq!(picture(PictureSize::Animated, 0).0, format!("{whole}&type=big"));
    }
}
