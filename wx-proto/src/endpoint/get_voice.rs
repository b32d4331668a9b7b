//! `GET https://BASE/cgi-bin/mmwebwx-bin/webwxgetvoice`: the sound of a message.

use super::{Quota, Spec, Timeouts};
use crate::{Endpoint, Lane};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::GetVoice,
    lane: Lane::Transfer,
    timeouts: Timeouts::DOWNLOAD,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: Some(Quota::Download),
};
