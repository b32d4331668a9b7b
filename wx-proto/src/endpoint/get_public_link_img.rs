//! `GET https://BASE/cgi-bin/mmwebwx-bin/webwxgetpubliclinkimg`: the picture of a map.

use super::{Quota, Spec, Timeouts};
use crate::{Endpoint, Lane};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::GetPublicLinkImg,
    lane: Lane::Transfer,
    timeouts: Timeouts::DOWNLOAD,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: Some(Quota::Download),
};
