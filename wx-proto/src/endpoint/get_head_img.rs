//! `GET https://BASE/cgi-bin/mmwebwx-bin/webwxgetheadimg`: the picture of a group.

use super::{Quota, Spec, Timeouts};
use crate::{Endpoint, Lane};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::GetHeadImg,
    lane: Lane::Transfer,
    timeouts: Timeouts::DOWNLOAD,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: Some(Quota::Download),
};
