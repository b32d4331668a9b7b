//! `POST https://FILE/cgi-bin/mmwebwx-bin/webwxuploadmedia`: one chunk of a file.

use super::{Quota, Spec, Timeouts};
use crate::{Endpoint, Lane};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::UploadMedia,
    lane: Lane::Transfer,
    timeouts: Timeouts::CHUNK,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: Some(Quota::Upload),
};
