//! Revisions: which state of the session is stored, which is asked to be stored.

use std::time::Duration;

use crate::{ClientTime, Revision};

#[derive(Clone, Debug)]
pub(super) struct Storage {
    /// False if nobody stores: then every revision counts as stored.
    asks: bool,
    newest: u64,
    stored: u64,
    /// Handed out and not answered yet.
    offered: Option<u64>,
    failures: u32,
    retry_at: Option<ClientTime>,
    /// The newest revision that something waits for.
    needed: u64,
    /// When to ask for a change that nothing waits for.
    later: Option<ClientTime>,
}

/// A change that nothing waits for is stored after this time at the latest; mostly another one takes it along.
const LATER: Duration = Duration::from_secs(1);

impl Storage {
    pub(super) const fn new(asks: bool) -> Self {
        Self {
            asks,
            newest: 0,
            stored: 0,
            offered: None,
            failures: 0,
            retry_at: None,
            needed: 0,
            later: None,
        }
    }

    /// A change worth storing happened.
    pub(super) const fn raise(&mut self) -> Revision {
        self.newest += 1;
        self.needed = self.newest;
        if !self.asks {
            self.stored = self.newest;
        }
        Revision::new(self.newest)
    }

    /// A change happened that is worth storing, and that nothing waits for.
    pub(super) fn raise_later(&mut self, now: ClientTime) {
        self.newest += 1;
        if !self.asks {
            self.stored = self.newest;
        }
        self.later.get_or_insert(now + LATER);
    }

    pub(super) const fn newest(&self) -> Revision {
        Revision::new(self.newest)
    }

    pub(super) const fn is_stored(&self, revision: Revision) -> bool {
        revision.get() <= self.stored
    }

    /// A revision to ask for: one at a time, so that several changes share one.
    pub(super) fn next_offer(&mut self, now: ClientTime) -> Option<Revision> {
        let waits = self.retry_at.is_some_and(|at| now < at);
        let early = self.needed <= self.stored && self.later.is_some_and(|at| now < at);
        if self.offered.is_some() || self.stored >= self.newest || waits || early {
            return None;
        }
        self.retry_at = None;
        self.later = None;
        self.offered = Some(self.newest);
        Some(Revision::new(self.newest))
    }

    /// Takes the driver's answer; true if more is stored than before.
    pub(super) fn stored(&mut self, revision: Revision) -> bool {
        let revision = revision.get().min(self.newest);
        if self.offered.is_some_and(|offered| offered <= revision) {
            self.offered = None;
        }
        if revision <= self.stored {
            return false;
        }
        self.stored = revision;
        self.failures = 0;
        true
    }

    /// The driver could not store it: offered again after a pause. Gives the failures in a row and that time.
    pub(super) fn failed(
        &mut self,
        revision: Revision,
        pause: impl FnOnce(u32) -> Duration,
        now: ClientTime,
    ) -> Option<(u32, ClientTime)> {
        self.offered.take_if(|offered| *offered <= revision.get())?;
        self.failures = self.failures.saturating_add(1);
        let at = now + pause(self.failures);
        self.retry_at = Some(at);
        Some((self.failures, at))
    }

    pub(super) fn deadline(&self) -> Option<ClientTime> {
        if self.offered.is_some() || self.stored >= self.newest {
            return None;
        }
        let later = self.later.filter(|_| self.needed <= self.stored);
        self.retry_at.max(later)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: ClientTime = ClientTime::from_millis(1_000);

    #[test]
    fn one_offer_at_a_time_and_again_after_a_failure() {
        let mut storage = Storage::new(true);
        let first = storage.raise();
        let second = storage.raise();
        assert_eq!(storage.next_offer(NOW), Some(second));
        assert_eq!(storage.next_offer(NOW), None);
        assert_eq!(
            storage.failed(second, |_| Duration::from_secs(1), NOW),
            Some((1, NOW + Duration::from_secs(1)))
        );
        assert_eq!(storage.next_offer(NOW), None);
        assert_eq!(storage.deadline(), Some(NOW + Duration::from_secs(1)));
        assert_eq!(storage.next_offer(NOW + Duration::from_secs(1)), Some(second));
        assert!(storage.stored(second));
        assert!(storage.is_stored(first) && storage.is_stored(second));
        assert!(!storage.stored(second));
        assert_eq!(storage.next_offer(NOW + Duration::from_secs(2)), None);
    }

    #[test]
    fn what_nothing_waits_for_is_stored_with_the_next_change_or_later() {
        let mut storage = Storage::new(true);
        storage.raise_later(NOW);
        assert_eq!(storage.next_offer(NOW), None);
        assert_eq!(storage.deadline(), Some(NOW + LATER));
        let needed = storage.raise();
        assert_eq!(storage.next_offer(NOW), Some(needed));
        storage.raise_later(NOW);
        storage.stored(needed);
        assert_eq!((storage.next_offer(NOW), storage.deadline()), (None, Some(NOW + LATER)));
        let both = storage.next_offer(NOW + LATER).unwrap();
        storage.failed(both, |_| LATER * 2, NOW + LATER);
        assert_eq!(storage.deadline(), Some(NOW + LATER * 3));
        assert_eq!(storage.next_offer(NOW + LATER * 3), Some(both));
        // What something waits for does not wait for the other.
        let needed = storage.raise();
        storage.failed(needed, |_| LATER / 2, NOW + LATER * 3);
        storage.raise_later(NOW + LATER * 3);
        assert_eq!(storage.deadline(), Some(NOW + LATER * 7 / 2));
    }

    #[test]
    fn each_change_that_nothing_waits_for_has_its_own_time() {
        let mut storage = Storage::new(true);
        storage.raise_later(NOW);
        let first = storage.next_offer(NOW + LATER).unwrap();
        storage.stored(first);
        storage.raise_later(NOW + LATER * 5);
        assert_eq!(storage.next_offer(NOW + LATER * 5), None);
        assert_eq!(storage.deadline(), Some(NOW + LATER * 6));
    }

    #[test]
    fn failures_count_in_a_row() {
        let mut storage = Storage::new(true);
        let mut now = NOW;
        for _ in 0..2 {
            let revision = storage.raise();
            for failures in 1..3 {
                now = now + LATER;
                assert_eq!(storage.next_offer(now), Some(revision));
                let told = storage.failed(revision, |_| LATER, now);
                assert_eq!(told, Some((failures, now + LATER)));
            }
            now = now + LATER;
            assert_eq!(storage.next_offer(now), Some(revision));
            assert!(storage.stored(revision));
        }
    }

    #[test]
    fn an_answer_for_the_future_stores_nothing_beyond_now() {
        let mut storage = Storage::new(true);
        storage.raise();
        storage.stored(Revision::new(99));
        assert!(!storage.is_stored(storage.clone().raise()));
    }

    #[test]
    fn without_a_store_everything_counts_as_stored() {
        let mut storage = Storage::new(false);
        let revision = storage.raise();
        assert!(storage.is_stored(revision));
        storage.raise_later(NOW);
        assert!(storage.is_stored(storage.newest()));
        assert_eq!((storage.next_offer(NOW + LATER), storage.deadline()), (None, None));
    }
}
