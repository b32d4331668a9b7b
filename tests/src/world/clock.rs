//! The device's clock beside the true time.

use std::time::Duration;

use wx_proto::Timestamp;

/// How far the device's clock is off, and what of that no process could notice.
#[derive(Debug)]
pub(super) struct Clock {
    /// The device's time minus the true one, in milliseconds.
    offset: i64,
    /// Milliseconds of steps back that nobody could see: a time kept from before seems to be so much too late.
    unseen: u64,
    /// Those that this process saw, and how many of them are stored.
    seen: u64,
    stored: u64,
    /// When the process last looked at it, and what it showed.
    looked: (Timestamp, Timestamp),
}

impl Clock {
    pub(super) const fn new(ahead: i64, now: Timestamp) -> Self {
        let shown = Timestamp::from_millis(now.as_millis().saturating_add_signed(ahead));
        Self { offset: ahead, unseen: 0, seen: 0, stored: 0, looked: (now, shown) }
    }

    /// What it shows at this true time.
    pub(super) const fn shows(&self, now: Timestamp) -> Timestamp {
        Timestamp::from_millis(now.as_millis().saturating_add_signed(self.offset))
    }

    /// The true time at which it shows this, as it goes now.
    pub(super) const fn at(&self, shown: Timestamp) -> Timestamp {
        Timestamp::from_millis(shown.as_millis().saturating_add_signed(self.offset.saturating_neg()))
    }

    pub(super) const fn offset(&self) -> i64 {
        self.offset
    }

    /// The process looks at it: a step back shows by what is left of it after the time that went by.
    pub(super) fn look(&mut self, now: Timestamp) {
        let (back, seen) = self.since_last_look(now);
        self.unseen = self.unseen.saturating_add(back - seen);
        self.seen = self.seen.saturating_add(seen);
    }

    /// Another process looks at it for the first time.
    pub(super) fn look_anew(&mut self, now: Timestamp) {
        let (back, _) = self.since_last_look(now);
        self.unseen = self.unseen.saturating_add(back);
    }

    /// By how much it went back against the true time, and against itself.
    fn since_last_look(&mut self, now: Timestamp) -> (u64, u64) {
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let shown = self.shows(now);
        let (then, shown_then) = std::mem::replace(&mut self.looked, (now, shown));
        let passed = millis(now.saturating_since(then));
        let (on, seen) =
            (millis(shown.saturating_since(shown_then)), millis(shown_then.saturating_since(shown)));
        (passed.saturating_add(seen).saturating_sub(on), seen)
    }

    /// It is set.
    pub(super) const fn set(&mut self, offset: i64) {
        self.offset = offset;
    }

    /// What a session that is taken now knows of.
    pub(super) const fn seen(&self) -> u64 {
        self.seen
    }

    /// Such a session is stored.
    pub(super) const fn stored(&mut self, seen: u64) {
        self.stored = seen;
    }

    /// The process died: what it did not store, it did not see.
    pub(super) fn process_died(&mut self) {
        let (seen, stored) = (std::mem::take(&mut self.seen), std::mem::take(&mut self.stored));
        self.unseen = self.unseen.saturating_add(seen.saturating_sub(stored));
    }

    /// By how much a time kept on the device may seem too late, through nobody's fault.
    pub(super) const fn slack(&self) -> Duration {
        Duration::from_millis(self.unseen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_back_that_nobody_saw_excuse() {
        let at = Timestamp::from_secs;
        let mut clock = Clock::new(3_600_000, at(100));
        assert_eq!(clock.shows(at(100)), at(3_700));
        clock.look(at(110));
        clock.set(0);
        clock.look(at(130));
        assert_eq!(clock.slack(), Duration::from_secs(20));
        clock.process_died();
        assert_eq!(clock.slack(), Duration::from_secs(3_600));
        clock.set(-1_000);
        clock.look_anew(at(140));
        assert_eq!(clock.slack(), Duration::from_secs(3_601));
        assert_eq!(clock.at(at(139)), at(140));
        clock.set(5_000_000);
        clock.look(at(150));
        assert_eq!(clock.slack(), Duration::from_secs(3_601));
    }

    #[test]
    fn a_session_taken_before_a_step_does_not_know_of_it() {
        let at = Timestamp::from_secs;
        let mut clock = Clock::new(0, at(100));
        let taken = clock.seen();
        clock.set(-60_000);
        clock.look(at(100));
        clock.stored(taken);
        clock.process_died();
        assert_eq!(clock.slack(), Duration::from_secs(60));
        clock.set(-90_000);
        clock.look(at(100));
        clock.stored(clock.seen());
        clock.process_died();
        assert_eq!(clock.slack(), Duration::from_secs(60));
    }
}
