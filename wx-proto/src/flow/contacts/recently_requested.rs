//! Names that were asked for lately.

use std::{collections::BTreeSet, time::Duration};

use crate::{ClientTime, UserName};

/// A name is not asked for again within this time, twice as long at most.
const AGE: Duration = Duration::from_secs(30 * 60);
/// Names remembered in each of the two halves.
const MOST: usize = 5_000;

/// A set that forgets: whatever lies in its young half moves to the old one when that is full or its time is over, and
/// what was in the old one goes.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct RecentlyRequested {
    young: BTreeSet<UserName>,
    old: BTreeSet<UserName>,
    since: Option<ClientTime>,
}

impl RecentlyRequested {
    pub(super) fn contains(&self, name: &UserName) -> bool {
        self.young.contains(name) || self.old.contains(name)
    }

    pub(super) fn insert(&mut self, name: UserName) {
        if self.young.len() >= MOST {
            self.turn();
        }
        self.young.insert(name);
    }

    pub(super) fn remove(&mut self, name: &UserName) {
        self.young.remove(name);
        self.old.remove(name);
    }

    /// Lets time pass.
    pub(super) fn advance(&mut self, now: ClientTime) {
        let since = *self.since.get_or_insert(now);
        let halves = now.saturating_since(since).as_secs() / AGE.as_secs();
        for _ in 0..halves.min(2) {
            self.turn();
        }
        if halves > 0 {
            self.since = Some(now);
        }
    }

    fn turn(&mut self) {
        self.old = std::mem::take(&mut self.young);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(number: usize) -> UserName {
        UserName::new(format!("@{number}"))
    }

    #[test]
    fn names_are_forgotten_in_time() {
        let at = |minutes: u64| ClientTime::from_secs(60 * minutes);
        let mut recent = RecentlyRequested::default();
        recent.advance(at(0));
        recent.insert(name(1));
        recent.advance(at(29));
        assert!(recent.contains(&name(1)));
        recent.advance(at(31));
        recent.insert(name(2));
        assert!(recent.contains(&name(1)) && recent.contains(&name(2)));
        recent.advance(at(62));
        assert!(!recent.contains(&name(1)) && recent.contains(&name(2)));
        recent.insert(name(3));
        recent.advance(at(200));
        assert!(!recent.contains(&name(2)) && !recent.contains(&name(3)));
        recent.insert(name(4));
        recent.insert(name(5));
        recent.remove(&name(4));
        assert!(!recent.contains(&name(4)));
        recent.advance(at(231));
        assert!(recent.contains(&name(5)));
        recent.remove(&name(5));
        assert!(!recent.contains(&name(5)), "from the old half too");
    }

    #[test]
    fn it_has_a_bound() {
        let mut recent = RecentlyRequested::default();
        for number in 0..10 * MOST {
            recent.insert(name(number));
            assert!(recent.young.len() + recent.old.len() <= 2 * MOST);
        }
        assert!(recent.contains(&name(10 * MOST - 1)) && !recent.contains(&name(0)));
    }
}
