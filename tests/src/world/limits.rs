//! Code 1205: each kind of action is left alone for five minutes, doubling to two hours, and no longer.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the core may add endpoints; only the listed ones are held back"
)]

use std::{collections::BTreeMap, time::Duration};

use wx_proto::{Endpoint, Timestamp};

use super::heard::{Heard, TOO_OFTEN, is_download, is_send, is_upload};

/// What the server counts together.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Kind {
    Check,
    Sync,
    Init,
    Contacts,
    Send,
    Upload,
    Download,
}

impl Kind {
    pub(super) const fn of(endpoint: Endpoint) -> Option<Self> {
        match endpoint {
            Endpoint::SyncCheck => Some(Self::Check),
            Endpoint::Sync => Some(Self::Sync),
            Endpoint::Init => Some(Self::Init),
            Endpoint::GetContact | Endpoint::BatchGetContact => Some(Self::Contacts),
            _ if is_send(endpoint) => Some(Self::Send),
            _ if is_upload(endpoint) => Some(Self::Upload),
            _ if is_download(endpoint) => Some(Self::Download),
            _ => None,
        }
    }
}

#[derive(Debug)]
struct Limit {
    /// Codes since the last other reply, and since the last good one.
    least: u32,
    most: u32,
    at: Timestamp,
    /// Since when it could be asked for again.
    from: Timestamp,
    /// It was asked for again since.
    asked: bool,
}

/// The codes of each kind.
#[derive(Debug, Default)]
pub(super) struct Limits(BTreeMap<Kind, Limit>);

/// Clocks and timers may be off by so much.
const EARLY: Duration = Duration::from_secs(1);
/// One backoff, and a little.
const LATE: Duration = Duration::from_secs(66);

fn pause(times: u32) -> Duration {
    const FIRST: Duration = Duration::from_secs(5 * 60);
    const MOST: Duration = Duration::from_secs(2 * 60 * 60);
    FIRST.saturating_mul(1 << times.saturating_sub(1).min(10)).min(MOST)
}

impl Limits {
    /// A request leaves. By how much it is too early, if it is.
    pub(super) fn started(&mut self, kind: Kind, now: Timestamp) -> Option<Duration> {
        let limit = self.0.get_mut(&kind)?;
        limit.asked = true;
        let from = limit.at + pause(limit.least);
        (limit.least > 0 && now + EARLY < from).then(|| from.saturating_since(now))
    }

    /// An exchange ended.
    pub(super) fn ended(&mut self, kind: Kind, heard: Heard, now: Timestamp) {
        match heard {
            Heard::Lost => {}
            Heard::Code(TOO_OFTEN) => {
                let limit = self.0.entry(kind).or_insert(Limit {
                    least: 0,
                    most: 0,
                    at: now,
                    from: now,
                    asked: false,
                });
                (limit.least, limit.most) = (limit.least + 1, limit.most + 1);
                (limit.at, limit.from, limit.asked) = (now, now, false);
            }
            Heard::Quiet | Heard::News | Heard::Good { .. } | Heard::Uploaded => drop(self.0.remove(&kind)),
            Heard::Code(_) | Heard::Useless => {
                if let Some(limit) = self.0.get_mut(&kind) {
                    limit.least = 0;
                }
            }
        }
    }

    /// Time jumped, or stood still: only what is asked for too late counts, from now on.
    pub(super) fn new_count(&mut self, now: Timestamp) {
        for limit in self.0.values_mut() {
            (limit.least, limit.at) = (0, now);
        }
    }

    /// The client is in another phase.
    pub(super) fn entered(&mut self, now: Timestamp) {
        for limit in self.0.values_mut() {
            limit.from = now;
        }
    }

    /// Another account, perhaps: it is left alone, or not.
    pub(super) fn forgive(&mut self) {
        for limit in self.0.values_mut() {
            limit.least = 0;
        }
    }

    /// Another process.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }

    /// Until when this kind may be left alone.
    pub(super) fn until(&self, kind: Kind) -> Timestamp {
        self.0.get(&kind).map_or(Timestamp::default(), |limit| limit.at + pause(limit.most))
    }

    /// True if this kind should have been asked for again by now.
    pub(super) fn is_late(&self, kind: Kind, now: Timestamp) -> bool {
        self.0.get(&kind).is_some_and(|limit| {
            let due = (limit.at + pause(limit.most)).max(limit.from);
            !limit.asked && now > due + LATE
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(secs)
    }

    #[test]
    fn only_codes_of_the_kind_count() {
        let mut limits = Limits::default();
        limits.ended(Kind::Sync, Heard::Lost, at(0));
        assert_eq!(limits.started(Kind::Sync, at(1)), None);
        limits.ended(Kind::Sync, Heard::Code(TOO_OFTEN), at(1));
        assert_eq!(limits.started(Kind::Check, at(2)), None);
        assert_eq!(limits.started(Kind::Sync, at(299)), Some(Duration::from_secs(2)));
        assert_eq!(limits.started(Kind::Sync, at(301)), None);
        limits.ended(Kind::Sync, Heard::Lost, at(302));
        limits.ended(Kind::Sync, Heard::Code(TOO_OFTEN), at(400));
        assert_eq!(limits.started(Kind::Sync, at(400 + 590)), Some(Duration::from_secs(10)));
        assert_eq!(limits.until(Kind::Sync), at(1_000));
        limits.ended(Kind::Sync, Heard::Good { more: false, people: false }, at(1_001));
        assert_eq!(limits.started(Kind::Sync, at(1_002)), None);
    }

    #[test]
    fn what_is_not_asked_for_again_is_late() {
        let mut limits = Limits::default();
        limits.ended(Kind::Init, Heard::Code(TOO_OFTEN), at(0));
        assert!(!limits.is_late(Kind::Init, at(360)));
        assert!(limits.is_late(Kind::Init, at(370)));
        limits.started(Kind::Init, at(371));
        assert!(!limits.is_late(Kind::Init, at(380)));
    }
}
