//! The time the core is given.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use wx_proto::Timestamp;

/// A clock set to the Unix epoch once, which never steps back after that.
///
/// It runs with the monotonic clock, so that setting the computer's time back does not stop it, and adds the
/// time that the monotonic clock missed while the computer was suspended. A driver that waits should wake up
/// now and then: no wait notices a suspend.
#[derive(Debug)]
pub struct Clock {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    now: Duration,
    monotonic: Instant,
    wall: SystemTime,
}

impl Clock {
    /// Takes the present wall time.
    pub fn new() -> Self {
        let (monotonic, wall) = (Instant::now(), SystemTime::now());
        let now = wall.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self { state: Mutex::new(State { now, monotonic, wall }) }
    }

    /// The time; never less than at an earlier call.
    pub fn now(&self) -> Timestamp {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.advance(Instant::now(), SystemTime::now())
    }
}

impl State {
    fn advance(&mut self, monotonic: Instant, wall: SystemTime) -> Timestamp {
        let ran = monotonic.saturating_duration_since(self.monotonic);
        // An error means that the wall clock was set back.
        let passed = wall.duration_since(self.wall).unwrap_or_default();
        let missed = passed.saturating_sub(ran);
        self.now += ran;
        if missed >= SUSPENDED {
            tracing::debug!(seconds = missed.as_secs(), "the clock stood still");
            self.now += missed;
        }
        (self.monotonic, self.wall) = (monotonic, wall);
        Timestamp::from_millis(0) + self.now
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new()
    }
}

/// Less is the wall clock being adjusted.
const SUSPENDED: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    const START: Duration = Duration::from_secs(1_735_700_000);

    /// The clock's seconds after steps of (monotonic seconds, wall seconds).
    fn seconds(steps: &[(u64, i64)]) -> Vec<u64> {
        let (mut monotonic, mut wall) = (Instant::now(), SystemTime::UNIX_EPOCH + START);
        let mut state = State { now: START, monotonic, wall };
        let step = |(ran, passed): &(u64, i64)| {
            monotonic += Duration::from_secs(*ran);
            let passed_abs = Duration::from_secs(passed.unsigned_abs());
            wall = if *passed < 0 { wall - passed_abs } else { wall + passed_abs };
            state.advance(monotonic, wall).as_secs() - START.as_secs()
        };
        steps.iter().map(step).collect()
    }

    #[test]
    fn it_follows_the_monotonic_clock() {
        assert_eq!(seconds(&[(0, 0), (10, 10), (10, 12), (10, 8)]), [0, 10, 20, 30]);
    }

    #[test]
    fn a_suspend_counts() {
        assert_eq!(seconds(&[(10, 10), (1, 3600), (10, 10)]), [10, 3610, 3620]);
    }

    #[test]
    fn a_wall_clock_set_back_changes_nothing() {
        assert_eq!(seconds(&[(10, -3600), (10, 10), (0, -1_000_000)]), [10, 20, 20]);
    }

    #[test]
    fn a_new_clock_shows_the_wall_time() {
        let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        assert!(Clock::new().now().as_secs().abs_diff(wall.as_secs()) <= 1);
    }
}
