//! Code 1205, "too often": each kind of action is held back by itself, for as long as its own codes say.
//!
//! It belongs to the account's standing with the server, so it outlives a login.

use std::time::Duration;

use crate::{ClientTime, endpoint::Quota};

/// The first pause, and the longest: it doubles with each code in a row. How long the server wants is not published;
/// reports say minutes to hours.
const FIRST: Duration = Duration::from_secs(5 * 60);
const MOST: Duration = Duration::from_secs(2 * 60 * 60);

#[derive(Clone, Copy, Debug, Default)]
struct Limit {
    /// Codes in a row.
    codes: u32,
    not_before: ClientTime,
}

#[derive(Clone, Debug, Default)]
pub(super) struct RateLimits {
    check: Limit,
    sync: Limit,
    init: Limit,
    contacts: Limit,
    send: Limit,
    upload: Limit,
    download: Limit,
}

impl RateLimits {
    /// A code 1205 came. Gives how many there were in a row, and when the next try may be.
    pub(super) fn hit(&mut self, quota: Quota, now: ClientTime) -> (u32, ClientTime) {
        let limit = self.limit_mut(quota);
        limit.codes = limit.codes.saturating_add(1);
        let pause = FIRST.saturating_mul(1 << (limit.codes - 1).min(10)).min(MOST);
        limit.not_before = now + pause;
        (limit.codes, limit.not_before)
    }

    /// The server did what was asked: the count ends.
    pub(super) const fn through(&mut self, quota: Quota) {
        self.limit_mut(quota).codes = 0;
    }

    /// When an action of this kind may start.
    pub(super) const fn not_before(&self, quota: Quota) -> ClientTime {
        match quota {
            Quota::Check => self.check.not_before,
            Quota::Sync => self.sync.not_before,
            Quota::Init => self.init.not_before,
            Quota::Contacts => self.contacts.not_before,
            Quota::Send => self.send.not_before,
            Quota::Upload => self.upload.not_before,
            Quota::Download => self.download.not_before,
        }
    }

    /// True if nothing holds this kind back.
    pub(super) fn is_open(&self, quota: Quota, now: ClientTime) -> bool {
        self.not_before(quota) <= now
    }

    const fn limit_mut(&mut self, quota: Quota) -> &mut Limit {
        match quota {
            Quota::Check => &mut self.check,
            Quota::Sync => &mut self.sync,
            Quota::Init => &mut self.init,
            Quota::Contacts => &mut self.contacts,
            Quota::Send => &mut self.send,
            Quota::Upload => &mut self.upload,
            Quota::Download => &mut self.download,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_counts_its_own_codes() {
        let now = ClientTime::from_secs(1_000);
        let mut limits = RateLimits::default();
        let minutes = |minutes: u64| now + Duration::from_secs(minutes * 60);
        assert_eq!(limits.hit(Quota::Sync, now), (1, minutes(5)));
        assert_eq!(limits.hit(Quota::Sync, now), (2, minutes(10)));
        assert!(!limits.is_open(Quota::Sync, minutes(9)) && limits.is_open(Quota::Sync, minutes(10)));
        assert!(limits.is_open(Quota::Check, now) && limits.is_open(Quota::Send, now));
        assert_eq!(limits.hit(Quota::Contacts, now), (1, minutes(5)));
        limits.through(Quota::Sync);
        assert!(!limits.is_open(Quota::Sync, now), "what was said holds all the same");
        assert_eq!(limits.hit(Quota::Sync, now), (1, minutes(5)));
        let last = (0..60).map(|_| limits.hit(Quota::Init, now).1).last();
        assert_eq!(last, Some(minutes(120)));
    }
}
