//! The client's own time: never backward, whatever the caller's clock does.

use crate::{ClientTime, Timestamp};

/// Keeps a skew when the caller's clock steps back, so that deadlines go on from where time was.
///
/// Whatever the client keeps in time is kept in its own, and becomes the caller's when it is handed out or stored: so a
/// step back shifts all of it.
#[derive(Clone, Debug)]
pub(super) struct Clock {
    now: ClientTime,
    skew_millis: u64,
}

impl Clock {
    pub(super) const fn new(now: Timestamp) -> Self {
        Self { now: ClientTime::from_millis(now.as_millis()), skew_millis: 0 }
    }

    /// Takes the caller's time and gives the client's.
    pub(super) fn advance(&mut self, caller: Timestamp) -> ClientTime {
        let time = caller.as_millis().saturating_add(self.skew_millis);
        let behind = self.now.as_millis().saturating_sub(time);
        self.skew_millis = self.skew_millis.saturating_add(behind);
        self.now = ClientTime::from_millis(time.saturating_add(behind));
        self.now
    }

    /// The client's time at the last call.
    pub(super) const fn now(&self) -> ClientTime {
        self.now
    }

    /// A time of the client's in the caller's time: for deadlines and for what goes on the wire.
    pub(super) const fn to_caller(&self, time: ClientTime) -> Timestamp {
        Timestamp::from_millis(time.as_millis().saturating_sub(self.skew_millis))
    }

    /// A time of the caller's, now or to come, in the client's time.
    pub(super) const fn to_client(&self, time: Timestamp) -> ClientTime {
        ClientTime::from_millis(time.as_millis().saturating_add(self.skew_millis))
    }

    /// The caller's time at the last call.
    pub(super) const fn wall(&self) -> Timestamp {
        self.to_caller(self.now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_goes_on_after_a_step_back() {
        let (at, own) = (Timestamp::from_millis, ClientTime::from_millis);
        let mut clock = Clock::new(at(10_000));
        assert_eq!(clock.advance(at(11_000)), own(11_000));
        assert_eq!(clock.advance(at(3_000)), own(11_000));
        assert_eq!(clock.advance(at(4_000)), own(12_000));
        assert_eq!(clock.wall(), at(4_000));
        assert_eq!(clock.to_caller(own(13_000)), at(5_000));
        assert_eq!(clock.to_client(at(5_000)), own(13_000));
    }
}
