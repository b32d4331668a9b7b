//! `POST https://BASE/cgi-bin/mmwebwx-bin/webwxcheckupload`: asks before a large upload.

use super::{Quota, Spec, Timeouts};
use crate::{Endpoint, Lane};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::CheckUpload,
    lane: Lane::Transfer,
    timeouts: Timeouts::CALL,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: Some(Quota::Upload),
};
