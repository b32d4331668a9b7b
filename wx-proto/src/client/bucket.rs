//! Rates: token buckets.

use std::time::Duration;

use super::value::ReplyValue;
use crate::ClientTime;

/// Tokens that may be owed: what is in flight at once, and what it promised.
const DEBT: u32 = 8;

/// Refills one token an interval, up to a burst.
#[derive(Clone, Debug)]
pub(super) struct TokenBucket {
    interval: Duration,
    burst: u32,
    /// The time at which the bucket would be full again.
    full_at: ClientTime,
}

impl TokenBucket {
    pub(super) const fn new(interval: Duration, burst: u32) -> Self {
        let burst = if burst == 0 { 1 } else { burst };
        Self { interval, burst, full_at: ClientTime::from_millis(0) }
    }

    /// So many tokens a minute, and as many at once.
    pub(super) fn per_minute(tokens: u32) -> Self {
        Self::new(Duration::from_secs(60) / tokens.max(1), tokens)
    }

    /// When there is a token.
    pub(super) fn next_at(&self) -> ClientTime {
        let slack = self.interval.saturating_mul(self.burst - 1);
        let slack = u64::try_from(slack.as_millis()).unwrap_or(u64::MAX);
        ClientTime::from_millis(self.full_at.as_millis().saturating_sub(slack))
    }

    /// Takes a token if there is one.
    pub(super) fn take(&mut self, now: ClientTime) -> bool {
        let there = self.next_at() <= now;
        if there {
            self.spend(now);
        }
        there
    }

    /// Takes a token even if there is none: the next one comes later then, but never later than after [`DEBT`] more.
    pub(super) fn spend(&mut self, now: ClientTime) {
        let most = now + self.interval.saturating_mul(self.burst.saturating_add(DEBT));
        self.full_at = (self.full_at.max(now) + self.interval).min(most);
    }
}

/// What bounds all requests but commands: so many a minute in all, and fewer of those that bring nothing.
#[derive(Clone, Debug)]
pub(super) struct Rates {
    all: TokenBucket,
    idle: TokenBucket,
    /// Checks whose news are being fetched.
    promised: u32,
}

impl Rates {
    pub(super) fn new(all: u32, idle: u32) -> Self {
        Self { all: TokenBucket::per_minute(all), idle: TokenBucket::per_minute(idle), promised: 0 }
    }

    /// When the next request may start.
    pub(super) fn next_at(&self) -> ClientTime {
        self.all.next_at().max(self.idle.next_at())
    }

    /// A request started.
    pub(super) fn started(&mut self, now: ClientTime) {
        self.all.spend(now);
    }

    /// A request ended.
    pub(super) fn ended(&mut self, value: ReplyValue, now: ClientTime) {
        match value {
            // What promised it was of use too.
            ReplyValue::Useful => self.promised = 0,
            ReplyValue::Promised => self.promised = self.promised.saturating_add(1),
            ReplyValue::Nothing => {
                for _ in 0..=std::mem::take(&mut self.promised) {
                    self.idle.spend(now);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(millis: u64) -> ClientTime {
        ClientTime::from_millis(millis)
    }

    #[test]
    fn a_burst_goes_through_and_then_one_an_interval() {
        let mut bucket = TokenBucket::new(Duration::from_millis(300), 3);
        assert_eq!([0, 0, 0, 0].map(|now| bucket.take(at(1_000 + now))), [true, true, true, false]);
        assert_eq!(bucket.next_at(), at(1_300));
        assert!(bucket.take(at(1_300)));
        assert!(!bucket.take(at(1_599)));
        assert_eq!([0, 1, 2, 3].map(|now| bucket.take(at(9_000 + now))), [true, true, true, false]);
        let mut unpaced = TokenBucket::new(Duration::ZERO, 0);
        assert!((0..100).all(|_| unpaced.take(at(1))));
    }

    #[test]
    fn promises_that_are_not_kept_count() {
        let mut rates = Rates::new(120, 30);
        for _ in 0..10 {
            rates.ended(ReplyValue::Promised, at(100_000));
            rates.ended(ReplyValue::Nothing, at(100_000));
        }
        assert!(rates.next_at() <= at(100_000));
        for _ in 0..5 {
            rates.ended(ReplyValue::Promised, at(100_000));
            rates.ended(ReplyValue::Useful, at(100_000));
            rates.ended(ReplyValue::Promised, at(100_000));
            rates.ended(ReplyValue::Nothing, at(100_000));
        }
        assert_eq!(rates.next_at(), at(102_000), "30 at once, then one each 2 s");
    }

    #[test]
    fn a_debt_has_an_end() {
        let mut rates = Rates::new(120, 30);
        for _ in 0..300 {
            rates.ended(ReplyValue::Promised, at(100_000));
        }
        rates.ended(ReplyValue::Nothing, at(100_000));
        assert!(rates.next_at() <= at(120_000), "{:?}", rates.next_at());
    }
}
