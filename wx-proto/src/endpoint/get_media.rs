//! `GET https://FILE/cgi-bin/mmwebwx-bin/webwxgetmedia`: the file of a message.

use super::{Quota, Spec, Timeouts};
use crate::{Endpoint, Lane};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::GetMedia,
    lane: Lane::Transfer,
    timeouts: Timeouts::DOWNLOAD,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: Some(Quota::Download),
};
