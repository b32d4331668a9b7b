//! `POST https://BASE/cgi-bin/mmwebwx-bin/webwxsendappmsg`: sends a file.

use super::{Quota, Spec, Timeouts};
use crate::{Endpoint, Lane};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::SendAppMsg,
    lane: Lane::Send,
    timeouts: Timeouts::CALL,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: Some(Quota::Send),
};
