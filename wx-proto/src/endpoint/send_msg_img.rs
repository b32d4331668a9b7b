//! `POST https://BASE/cgi-bin/mmwebwx-bin/webwxsendmsgimg`: sends a picture that was uploaded, or passes one on.
//!
//! As in captures of 2017 and 2018, and of the file helper's page in 2022. A picture that is passed on goes as W4U sends it:
//! without a media id, with the content that it came with.

use super::{
    Draft, Page, Quota, Spec, Timeouts,
    message::{self, Envelope, Medium},
};
use crate::{Endpoint, Lane, tokens::Tokens};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::SendMsgImg,
    lane: Lane::Send,
    timeouts: Timeouts::CALL,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: Some(Quota::Send),
};

const IMAGE: u32 = 3;

pub(crate) fn build(page: &Page<'_>, tokens: &Tokens, envelope: &Envelope<'_>, picture: Medium<'_>) -> Draft {
    let query = message::medium_query(page, tokens);
    message::build(&SPEC, page, tokens, query, envelope, &picture.payload(IMAGE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Flavour, Secret,
        endpoint::{
            message::tests::{BEGIN, END, sent},
            testing::{PASS_TICKET, TAIL},
        },
    };

    #[test]
    fn an_uploaded_picture_has_its_media_id() {
        let media_id = Secret::new("@crypt_5e6f".to_owned());
        let uploaded = |flavour| {
            sent(flavour, |page, tokens, envelope| build(page, tokens, envelope, Medium::Uploaded(&media_id)))
        };
        let (line, msg) = uploaded(Flavour::Web);
        let address = "POST https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxsendmsgimg?fun=async&f=json";
        assert_eq!(line, format!("{address}&{TAIL}"));
        assert_eq!(
            msg,
            format!("{{\"Type\":3,\"MediaId\":\"@crypt_5e6f\",\"Content\":\"\",{END},\"Scene\":0}}")
        );
        let (line, msg) = uploaded(Flavour::FileHelper);
        assert_eq!(line, format!("{address}&pass_ticket={PASS_TICKET}"));
        assert_eq!(
            msg,
            format!("{BEGIN}\"MediaId\":\"@crypt_5e6f\",\"Type\":3,\"Content\":\"\"}},\"Scene\":0}}")
        );
    }

    #[test]
    fn one_that_is_passed_on_has_its_content() {
        let content = "<msg>\n\t<img aeskey=\"0\" /></msg>";
        let (_, msg) = sent(Flavour::Web, |page, tokens, envelope| {
            build(page, tokens, envelope, Medium::Received(content))
        });
        let content = r#""<msg>\n\t<img aeskey=\"0\" /></msg>""#;
        assert_eq!(msg, format!("{{\"Type\":3,\"MediaId\":\"\",\"Content\":{content},{END},\"Scene\":2}}"));
    }
}
