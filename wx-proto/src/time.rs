//! Time as the core sees it: milliseconds since the Unix epoch, always passed in.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A point in time in milliseconds since the Unix epoch.
///
/// The core never reads a clock: every call that needs the time takes a `Timestamp`. Give it the wall clock as it is, steps
/// included: when it steps back, the core goes on from the time it had, and shifts what it keeps in time.
///
/// ```
/// use std::time::Duration;
/// use wx_proto::Timestamp;
///
/// let start = Timestamp::from_millis(1_735_700_000_000);
/// assert_eq!((start + Duration::from_secs(25)).as_millis(), 1_735_700_025_000);
/// ```
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Timestamp(u64);

impl Timestamp {
    /// A timestamp from milliseconds since the Unix epoch.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// A timestamp from seconds since the Unix epoch.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(1000))
    }

    /// Milliseconds since the Unix epoch.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// Whole seconds since the Unix epoch.
    pub const fn as_secs(self) -> u64 {
        self.0 / 1000
    }

    /// The time from `earlier` to `self`, zero if `earlier` is later.
    pub const fn saturating_since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

impl std::ops::Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(millis))
    }
}

/// A point in the client's own time: it never steps back, whatever the caller's clock does. What the client keeps in time
/// is kept in it, and becomes a [`Timestamp`] only where it is handed out, stored or sent.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct ClientTime(u64);

impl ClientTime {
    pub(crate) const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    #[cfg(test)]
    pub(crate) const fn from_secs(secs: u64) -> Self {
        Self(secs * 1000)
    }

    pub(crate) const fn as_millis(self) -> u64 {
        self.0
    }

    /// The time from `earlier` to `self`, zero if `earlier` is later.
    pub(crate) const fn saturating_since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

impl std::ops::Add<Duration> for ClientTime {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(millis))
    }
}
