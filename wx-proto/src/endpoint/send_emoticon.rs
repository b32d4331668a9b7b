//! `POST https://BASE/cgi-bin/mmwebwx-bin/webwxsendemoticon`: sends an animated sticker.

use super::{Quota, Spec, Timeouts};
use crate::{Endpoint, Lane};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::SendEmoticon,
    lane: Lane::Send,
    timeouts: Timeouts::CALL,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: Some(Quota::Send),
};
