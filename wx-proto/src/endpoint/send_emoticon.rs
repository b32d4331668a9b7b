//! `POST https://BASE/cgi-bin/mmwebwx-bin/webwxsendemoticon`: sends a sticker that was uploaded, or one that the account has.
//!
//! As the page's script does it; a capture of 2019 has the form with the media id.

use super::{
    Draft, Page, Query, Quota, Spec, Timeouts,
    message::{self, Envelope, Payload},
};
use crate::{Endpoint, Lane, Md5, Secret, tokens::Tokens};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::SendEmoticon,
    lane: Lane::Send,
    timeouts: Timeouts::CALL,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: Some(Quota::Send),
};

/// A sticker, as it is sent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sticker<'a> {
    Uploaded(&'a Secret<String>),
    Known(Md5),
}

const EMOTICON: u32 = 47;

pub(crate) fn build(
    page: &Page<'_>,
    tokens: &Tokens,
    envelope: &Envelope<'_>,
    sticker: Sticker<'_>,
) -> Draft {
    let payload = Payload { emoji_flag: Some(2), ..Payload::of(EMOTICON) };
    let payload = match sticker {
        Sticker::Uploaded(media_id) => Payload { media_id: Some(media_id.expose()), ..payload },
        Sticker::Known(md5) => Payload { emoticon_md5: Some(md5), ..payload },
    };
    let query = page.tail(Query::new().raw("fun", "sys"), tokens);
    message::build(&SPEC, page, tokens, query, envelope, &payload)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Flavour,
        endpoint::{
            message::tests::{BEGIN, END, sent},
            testing::TAIL,
        },
    };

    #[test]
    fn a_sticker_has_one_name() {
        let media_id = Secret::new("@crypt_5e6f".to_owned());
        let (line, msg) = sent(Flavour::Web, |page, tokens, envelope| {
            build(page, tokens, envelope, Sticker::Uploaded(&media_id))
        });
        assert_eq!(
            line,
            format!("POST https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxsendemoticon?fun=sys&{TAIL}")
        );
        assert_eq!(
            msg,
            format!("{{\"Type\":47,\"EmojiFlag\":2,\"MediaId\":\"@crypt_5e6f\",{END},\"Scene\":0}}")
        );
        let md5 = "594560af0d32d92224682ee2c292877a";
        let known = |flavour| {
            let (_, msg) = sent(flavour, |page, tokens, envelope| {
                build(page, tokens, envelope, Sticker::Known(md5.parse().unwrap()))
            });
            msg
        };
        let own = format!("\"Type\":47,\"EmojiFlag\":2,\"EMoticonMd5\":\"{md5}\"");
        assert_eq!(known(Flavour::Web), format!("{{{own},{END},\"Scene\":0}}"));
        assert_eq!(known(Flavour::FileHelper), format!("{BEGIN}{own}}},\"Scene\":0}}"));
    }
}
