//! Where the client's time comes from.

use std::{
    fmt,
    sync::Arc,
    time::{Instant, SystemTime},
};

use wx_proto::{Timestamp, driver::Reading};

/// The computer's clocks: the one on the wall, as it is set at that moment, and one that stands still while the
/// computer sleeps. The client tells from both that the computer slept.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use wx_blocking::Clock;
///
/// let late = Clock::from_fn(|| SystemTime::now() - Duration::from_secs(3600));
/// assert!(late.now() < Clock::new().now());
/// ```
#[derive(Clone)]
pub struct Clock {
    wall: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    start: Instant,
}

impl Clock {
    /// The system's.
    pub fn new() -> Self {
        Self::from_fn(SystemTime::now)
    }

    /// Another wall clock, for tests. To the client a step forward is a sleep of the computer.
    pub fn from_fn(read: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self { wall: Arc::new(read), start: Instant::now() }
    }

    /// The time on the wall. It may be before that of an earlier call.
    pub fn now(&self) -> Timestamp {
        Timestamp::default() + (self.wall)().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
    }

    /// Both clocks.
    pub(crate) fn read(&self) -> Reading {
        Reading { wall: self.now(), awake: self.start.elapsed() }
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Clock").field(&self.now()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicU64, Ordering},
        time::Duration,
    };

    use super::*;

    #[test]
    fn it_shows_what_is_set_back_and_forth() {
        let set = Arc::new(AtomicU64::new(0));
        let clock = Clock::from_fn({
            let set = set.clone();
            move || SystemTime::UNIX_EPOCH + Duration::from_secs(set.load(Ordering::SeqCst))
        });
        for seconds in [2_000_000_000, 1_000, 1_001, 0] {
            set.store(seconds, Ordering::SeqCst);
            assert_eq!(clock.now().as_secs(), seconds);
        }
        let early = Clock::from_fn(|| SystemTime::UNIX_EPOCH - Duration::from_secs(5));
        assert_eq!(early.now(), Timestamp::from_millis(0));
    }
}
