//! What a driver's clocks tell: the time, how long to wait, and that the computer may have slept.

use std::time::Duration;

use crate::Timestamp;

/// The longest wait in one piece: what happened to the clocks meanwhile is noticed after it.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// The clocks are read one after the other, and the wall clock is kept right in small steps.
const TOLERANCE: Duration = Duration::from_secs(2);

/// Two clocks, read at the same moment.
///
/// ```
/// use std::time::{Duration, Instant, SystemTime};
/// use wx_proto::{Timestamp, driver::Reading};
///
/// let start = Instant::now();
/// let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
/// let reading = Reading { wall: Timestamp::default() + since_epoch, awake: start.elapsed() };
/// assert!(reading.awake < Duration::from_secs(60));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "drivers build it")]
pub struct Reading {
    /// The wall clock, as it is set.
    pub wall: Timestamp,
    /// Time since some fixed moment by a clock that cannot be set, and that stands still while the computer sleeps: what
    /// timers go by.
    pub awake: Duration,
}

/// A driver's sense of time: a plain value that is given each [`Reading`].
///
/// ```
/// use std::time::{Duration, Instant, SystemTime};
/// use wx_proto::{Client, Config, Timestamp, driver::{Clock, Reading}};
///
/// let start = Instant::now();
/// let read = || Reading {
///     wall: Timestamp::default()
///         + SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default(),
///     awake: start.elapsed(),
/// };
/// let mut clock = Clock::new(read());
/// let seed = 0x9e37_79b9; // From the operating system's entropy.
/// let mut client = Client::new(Config::default(), seed, read().wall);
///
/// // A turn of the loop:
/// let now = clock.update(read());
/// if clock.take_jump() {
///     // Idle connections are dropped here, before a request starts.
/// }
/// while let Some(output) = client.poll(now) {
///     // Done here.
/// }
/// // Then it waits for a reply or a command, so long at most:
/// let wait = clock.wait(client.deadline());
/// assert!(wait <= Duration::from_secs(10));
/// ```
#[derive(Clone, Debug)]
pub struct Clock {
    last: Reading,
    jumped: bool,
}

impl Clock {
    /// A clock that starts with this reading.
    pub const fn new(reading: Reading) -> Self {
        Self { last: reading, jumped: false }
    }

    /// Takes the next reading, and gives the time to hand to the core: the wall clock as it is, steps included.
    pub fn update(&mut self, reading: Reading) -> Timestamp {
        let passed = reading.wall.saturating_since(self.last.wall);
        let awake = reading.awake.saturating_sub(self.last.awake);
        self.jumped |= passed > awake.saturating_add(TOLERANCE);
        self.last = reading;
        reading.wall
    }

    /// How long to wait after the last reading, until `deadline` or for ten seconds. Timers stand still while the computer
    /// sleeps and do not notice that the wall clock was set, so that a longer wait could end late by any time.
    pub fn wait(&self, deadline: Option<Timestamp>) -> Duration {
        deadline.map_or(LONGEST_WAIT, |at| at.saturating_since(self.last.wall).min(LONGEST_WAIT))
    }

    /// True once after the wall clock moved on further than the other one, by more than two seconds between two readings.
    ///
    /// Either the computer slept, or the wall clock was set forward: the readings are the same. Drop the connections that
    /// lie idle: after a sleep they are dead, and the age by which a pool drops them stood still. When only the clock was
    /// set, that costs a few handshakes. What is out is the core's to give up: see [the page](super#clocks-and-suspend).
    ///
    /// Not noticed: a sleep in which the wall clock was set back by as much, and any sleep on a system whose
    /// other clock runs on meanwhile. There idle ages and timeouts run on as well.
    pub const fn take_jump(&mut self) -> bool {
        std::mem::replace(&mut self.jumped, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Milliseconds on the wall and awake.
    fn reading(wall: u64, awake: u64) -> Reading {
        Reading { wall: Timestamp::from_millis(wall), awake: Duration::from_millis(awake) }
    }

    #[test]
    fn the_core_gets_the_wall_clock_as_it_is_set() {
        let mut clock = Clock::new(reading(5_000, 0));
        for wall in [5_001, 4_000, 0, 9_000_000, u64::MAX, 7_000] {
            assert_eq!(clock.update(reading(wall, 1)), Timestamp::from_millis(wall));
        }
    }

    #[test]
    fn a_wait_ends_at_the_deadline_and_is_never_long() {
        let mut clock = Clock::new(reading(0, 0));
        clock.update(reading(100_000, 0));
        let wait = |at: u64| clock.wait(Some(Timestamp::from_millis(at)));
        assert_eq!(wait(100_250), Duration::from_millis(250));
        assert_eq!(wait(99_000), Duration::ZERO);
        assert_eq!(wait(110_001), Duration::from_secs(10));
        assert_eq!(wait(u64::MAX), Duration::from_secs(10));
        assert_eq!(clock.wait(None), Duration::from_secs(10));
    }

    #[test]
    fn a_sleep_is_told_once() {
        let mut clock = Clock::new(reading(1_000, 0));
        clock.update(reading(11_000, 10_000));
        assert!(!clock.take_jump(), "both moved on");
        clock.update(reading(3_611_500, 10_500));
        clock.update(reading(3_612_000, 11_000));
        assert!(clock.take_jump(), "also after another reading");
        assert!(!clock.take_jump());
        clock.update(reading(3_613_000, 12_000));
        assert!(!clock.take_jump());
    }

    #[test]
    fn what_is_no_sleep_is_none() {
        // The wall clock is set back, and right again in small steps; the clocks drift apart; nobody looks for an hour.
        let readings =
            [(500, 10), (2_499, 10), (2_600, 20), (4_620, 40), (5_120, 500), (3_605_120, 3_600_500)];
        let mut clock = Clock::new(reading(10_000, 0));
        for (wall, awake) in readings {
            clock.update(reading(wall, awake));
            assert!(!clock.take_jump(), "{wall} {awake}");
        }
        for second in 1..10_000 {
            clock.update(reading(3_605_120 + second * 1_001, 3_600_500 + second * 1_000));
        }
        assert!(!clock.take_jump());
    }

    #[test]
    fn a_clock_set_forward_looks_like_a_sleep() {
        let mut clock = Clock::new(reading(0, 0));
        clock.update(reading(2_011, 10));
        assert!(clock.take_jump());
    }
}
