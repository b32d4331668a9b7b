//! What is said of an endpoint's exchanges beside its request and its reply.

use std::time::Duration;

use crate::{Endpoint, Lane};

/// How the requests of one endpoint are run. Each endpoint's file has one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spec {
    /// Its public name.
    pub(crate) endpoint: Endpoint,
    /// The lane that its requests wait in.
    pub(crate) lane: Lane,
    pub(crate) timeouts: Timeouts,
    /// The longest body in bytes, decoded. `None`: as long as [`Config::max_reply`](crate::Config::max_reply) allows,
    /// which bounds every other one too.
    pub(crate) longest_reply: Option<u64>,
    /// True for the page's script requests: each has the next `_`.
    pub(crate) counted: bool,
    /// The kind of action that a code 1205 holds back; `None` if it is never held back.
    pub(crate) quota: Option<Quota>,
}

impl Spec {
    /// Replies of the script endpoints and of sends are short.
    pub(crate) const SHORT_REPLY: Option<u64> = Some(1 << 20);
    /// A reply that carries a picture.
    pub(crate) const PICTURE_REPLY: Option<u64> = Some(4 << 20);
}

/// Longest silence and longest exchange.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeouts {
    /// While sending or receiving.
    pub(crate) idle: Duration,
    /// From the first byte out to the last byte in. `None`: as long as bytes pass.
    pub(crate) total: Option<Duration>,
}

impl Timeouts {
    /// The server holds a poll for 25 to 27 s and the page waits 35 s for it.
    pub(crate) const POLL: Self = Self::of_secs(35, 60);
    /// A short call.
    pub(crate) const CALL: Self = Self::of_secs(15, 30);
    /// A call with a large reply, which needs time for its body.
    pub(crate) const LARGE: Self = Self::of_secs(15, 120);

    /// A chunk of a file, 512 KiB on a slow line.
    pub(crate) const CHUNK: Self = Self::of_secs(60, 600);
    /// A file of any length.
    pub(crate) const DOWNLOAD: Self = Self { idle: Duration::from_secs(60), total: None };

    const fn of_secs(idle: u64, total: u64) -> Self {
        Self { idle: Duration::from_secs(idle), total: Some(Duration::from_secs(total)) }
    }
}

/// What the server counts apart when it says "too often".
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Quota {
    Check,
    Sync,
    Init,
    Contacts,
    Send,
    Upload,
    Download,
}
