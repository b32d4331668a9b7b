//! `POST https://BASE/cgi-bin/mmwebwx-bin/webwxsendvideomsg`: sends a film that was uploaded, or passes one on.
//!
//! As the page's script does it: like a picture, under another number.

use super::{
    Draft, Page, Quota, Spec, Timeouts,
    message::{self, Envelope, Medium},
};
use crate::{Endpoint, Lane, tokens::Tokens};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::SendVideoMsg,
    lane: Lane::Send,
    timeouts: Timeouts::CALL,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: Some(Quota::Send),
};

/// The kinds of films.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Film {
    Video,
    /// Made to be looked at inside the chat; only one that was received.
    MicroVideo,
}

pub(crate) fn build(
    page: &Page<'_>,
    tokens: &Tokens,
    envelope: &Envelope<'_>,
    kind: Film,
    film: Medium<'_>,
) -> Draft {
    let r#type = match kind {
        Film::Video => 43,
        Film::MicroVideo => 62,
    };
    let query = message::medium_query(page, tokens);
    message::build(&SPEC, page, tokens, query, envelope, &film.payload(r#type))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Flavour, Secret,
        endpoint::{
            message::tests::{END, sent},
            testing::TAIL,
        },
    };

    #[test]
    fn the_request_is_the_page_s() {
        let media_id = Secret::new("@crypt_5e6f".to_owned());
        let (line, msg) = sent(Flavour::Web, |page, tokens, envelope| {
            build(page, tokens, envelope, Film::Video, Medium::Uploaded(&media_id))
        });
        assert_eq!(
            line,
            format!("POST https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxsendvideomsg?fun=async&f=json&{TAIL}")
        );
        assert_eq!(
            msg,
            format!("{{\"Type\":43,\"MediaId\":\"@crypt_5e6f\",\"Content\":\"\",{END},\"Scene\":0}}")
        );
    }

    #[test]
    fn one_that_is_passed_on_has_its_content() {
        let (_, msg) = sent(Flavour::Web, |page, tokens, envelope| {
            build(page, tokens, envelope, Film::MicroVideo, Medium::Received("@a0b1"))
        });
        assert_eq!(msg, format!("{{\"Type\":62,\"MediaId\":\"\",\"Content\":\"@a0b1\",{END},\"Scene\":2}}"));
    }
}
