//! Code 1205, "too often": each kind of action is held back by itself, for as long as its own codes say.
//!
//! It belongs to the account's standing with the server, so it outlives a login.

use std::time::Duration;

pub(super) use crate::endpoint::Quota as Kind;

use crate::ClientTime;

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
}

impl RateLimits {
    /// A code 1205 came. Gives how many there were in a row, and when the next try may be.
    pub(super) fn hit(&mut self, kind: Kind, now: ClientTime) -> (u32, ClientTime) {
        let limit = self.limit_mut(kind);
        limit.codes = limit.codes.saturating_add(1);
        let pause = FIRST.saturating_mul(1 << (limit.codes - 1).min(10)).min(MOST);
        limit.not_before = now + pause;
        (limit.codes, limit.not_before)
    }

    /// The server did what was asked: the count ends.
    pub(super) const fn through(&mut self, kind: Kind) {
        self.limit_mut(kind).codes = 0;
    }

    /// When an action of this kind may start.
    pub(super) const fn not_before(&self, kind: Kind) -> ClientTime {
        match kind {
            Kind::Check => self.check.not_before,
            Kind::Sync => self.sync.not_before,
            Kind::Init => self.init.not_before,
            Kind::Contacts => self.contacts.not_before,
            Kind::Send => self.send.not_before,
        }
    }

    /// True if nothing holds this kind back.
    pub(super) fn is_open(&self, kind: Kind, now: ClientTime) -> bool {
        self.not_before(kind) <= now
    }

    const fn limit_mut(&mut self, kind: Kind) -> &mut Limit {
        match kind {
            Kind::Check => &mut self.check,
            Kind::Sync => &mut self.sync,
            Kind::Init => &mut self.init,
            Kind::Contacts => &mut self.contacts,
            Kind::Send => &mut self.send,
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
        assert_eq!(limits.hit(Kind::Sync, now), (1, minutes(5)));
        assert_eq!(limits.hit(Kind::Sync, now), (2, minutes(10)));
        assert!(!limits.is_open(Kind::Sync, minutes(9)) && limits.is_open(Kind::Sync, minutes(10)));
        assert!(limits.is_open(Kind::Check, now) && limits.is_open(Kind::Send, now));
        assert_eq!(limits.hit(Kind::Contacts, now), (1, minutes(5)));
        limits.through(Kind::Sync);
        assert!(!limits.is_open(Kind::Sync, now), "what was said holds all the same");
        assert_eq!(limits.hit(Kind::Sync, now), (1, minutes(5)));
        let last = (0..60).map(|_| limits.hit(Kind::Init, now).1).last();
        assert_eq!(last, Some(minutes(120)));
    }
}
