//! When a call may start: its wait, backoffs and code 1205; and what the application hears of the failure before.

use std::time::Duration;

use super::machine::Machine;
use crate::{
    Cause, ClientTime, Event, FailureKind, Lane,
    endpoint::{Call, Spec, Waiter},
    flow::{RetryReason, Schedule, Wait},
    rng::SplitMix64,
};

/// The first pause of a backoff, and the longest.
const BACKOFF: Duration = Duration::from_secs(1);
const BACKOFF_MOST: Duration = Duration::from_secs(60);

/// The pause after so many failures in a row: doubling, capped, the upper half drawn at random.
pub(super) fn backoff(failures: u32, rng: &mut SplitMix64) -> Duration {
    let pause = BACKOFF.saturating_mul(1 << failures.saturating_sub(1).min(10)).min(BACKOFF_MOST);
    let half = pause / 2;
    let spread = u64::try_from(half.as_millis()).unwrap_or(0);
    half + Duration::from_millis(rng.below(spread + 1))
}

impl Machine {
    /// Lets a call start when its wait is over. After a failure the application is told: an outage once, other trouble
    /// each time.
    pub(super) fn schedule(&mut self, schedule: Schedule) {
        let Schedule { call, wait, retry } = schedule;
        let (next, beside) = (call.lane(), call.waiter() == Waiter::Contacts);
        let now = self.clock.now();
        let at = match wait {
            Wait::Now => now,
            Wait::Spaced(gap) => now.max(self.lanes.last_start(next) + gap),
            Wait::Delay(pause) => now + pause,
            Wait::Backoff(failures) => now + backoff(failures, &mut self.rng),
        };
        let at = at.max(call.spec().quota.map_or(now, |kind| self.limits.not_before(kind)));
        self.lanes.schedule(call, at, true);
        let Some(RetryReason { failures, cause }) = retry else { return };
        // Where it failed; the next call may go elsewhere.
        let lane = match &cause {
            Cause::Network { endpoint, .. } | Cause::Reply { endpoint, .. } => Spec::of(*endpoint).lane,
            Cause::Store | Cause::AckOverdue { .. } | Cause::ChecksLost => next,
        };
        // A reply that is too large came: there is a network.
        let outage =
            matches!(&cause, Cause::Network { kind, .. } if *kind != FailureKind::TooLarge) && !beside;
        if !outage {
            self.trouble(lane, cause, failures, at);
        } else {
            self.events.offline(cause, self.clock.to_caller(at));
        }
    }

    /// Code 1205: this kind of action is held back, and the application is told until when.
    pub(super) fn limited(&mut self, call: &Call, cause: Cause) {
        let Some(kind) = call.spec().quota else { return };
        let (times, until) = self.limits.hit(kind, self.clock.now());
        self.trouble(call.lane(), cause, times, until);
    }

    pub(super) fn trouble(&mut self, lane: Lane, cause: Cause, attempt: u32, at: ClientTime) {
        let retry_at = self.clock.to_caller(at);
        self.events.push(Event::Trouble { lane, cause, attempt, retry_at });
    }
}
