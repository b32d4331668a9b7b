//! The time the core is given.

use std::{fmt, sync::Arc, time::SystemTime};

use wx_proto::Timestamp;

/// The computer's clock, as it is set at that moment: the core copes with steps back and forth, and what it tells and
/// stores must agree with what a person reads off the clock. A driver that waits should wake up now and then, for
/// no wait notices a step or a suspend.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use wx_blocking::Clock;
///
/// let late = Clock::from_fn(|| SystemTime::now() - Duration::from_secs(3600));
/// assert!(late.now() < Clock::new().now());
/// ```
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    /// The system's.
    pub fn new() -> Self {
        Self::from_fn(SystemTime::now)
    }

    /// Another one, for tests.
    pub fn from_fn(read: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    /// The time. It may be before that of an earlier call.
    pub fn now(&self) -> Timestamp {
        let since = (self.0)().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
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
