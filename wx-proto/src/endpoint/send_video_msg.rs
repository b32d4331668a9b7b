//! `POST https://BASE/cgi-bin/mmwebwx-bin/webwxsendvideomsg`: sends a film.

use super::{Quota, Spec, Timeouts};
use crate::{Endpoint, Lane};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::SendVideoMsg,
    lane: Lane::Send,
    timeouts: Timeouts::CALL,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: Some(Quota::Send),
};
