//! `POST https://FILE/cgi-bin/mmwebwx-bin/webwxuploadmediaparallel`: one chunk of a large file of the file helper.

use super::{Quota, Spec, Timeouts};
use crate::{Endpoint, Lane};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::UploadMediaParallel,
    lane: Lane::Transfer,
    timeouts: Timeouts::CHUNK,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: Some(Quota::Upload),
};
