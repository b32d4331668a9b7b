//! `GET https://BASE/cgi-bin/mmwebwx-bin/webwxgeticon`: the picture of a person.

use super::{Quota, Spec, Timeouts};
use crate::{Endpoint, Lane};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::GetIcon,
    lane: Lane::Transfer,
    timeouts: Timeouts::DOWNLOAD,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: Some(Quota::Download),
};
