//! Corners of the rules, each a series of acts and settings that leads there.

mod logins;
mod polls;
mod sends;

use std::time::Duration;

use wx_proto::{Endpoint, Timestamp};

use super::{
    action::{Action, NetworkFault},
    heard::TOO_OFTEN,
    plan::Plan,
};
use crate::rng::Rng;

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
/// Seconds ahead of which 13 digits of milliseconds are not enough.
const FAR: i64 = 8_500_000_000;

/// A corner under construction.
struct Corner<'a> {
    rng: &'a mut Rng,
    plan: &'a mut Plan,
    at: Timestamp,
}

/// Leads a plan into one corner, from `at` on.
pub(super) fn draw(rng: &mut Rng, plan: &mut Plan, at: Timestamp) {
    let which = rng.below(23);
    let mut corner = Corner { rng, plan, at };
    match which {
        0 => corner.silence(),
        1 => corner.renewal(),
        2..=3 => corner.wrong_clock(),
        4..=6 => corner.too_often(),
        7..=8 => corner.other_account(),
        9 => corner.slow_disk(),
        10 => corner.small_outbox(),
        11 => corner.nothing_stored(),
        12..=13 => corner.way_of_login(),
        14 => corner.cancel(),
        15 => corner.dead_session(),
        16..=17 => corner.selectors(),
        18 => corner.push_host(),
        19 => corner.spoiled_replies(),
        20..=21 => corner.two_ends(),
        _ => corner.dropped_login(),
    }
}

impl Corner<'_> {
    /// An act so many milliseconds after the beginning; the world lasts at least a minute longer.
    fn act(&mut self, after: u64, act: Action) {
        let at = self.at + Duration::from_millis(after);
        self.plan.acts.push((at, act));
        self.last(after + MINUTE);
    }

    fn last(&mut self, after: u64) {
        self.plan.end = self.plan.end.max(self.at + Duration::from_millis(after));
    }

    fn fault(&mut self, after: u64, trouble: NetworkFault, on: Endpoint, times: u64) {
        let times = u8::try_from(times).unwrap_or(1);
        self.act(after, Action::Fault { trouble, on: Some(on), times });
    }

    /// Messages, so many, spread from one time to another.
    fn says(&mut self, count: u64, from: u64, to: u64) {
        for _ in 0..count {
            let chat = u8::try_from(self.rng.below(3)).unwrap_or(0);
            let after = self.rng.from(from, to);
            self.act(after, Action::Say { chat, count: 1 });
        }
    }

    fn send(&mut self, after: u64, expires: Option<u64>) {
        let chat = u8::try_from(self.rng.below(3)).unwrap_or(0);
        let expires = expires.map(|secs| u16::try_from(secs).unwrap_or(u16::MAX));
        self.act(after, Action::Send { chat, expires, own_id: false });
    }

    fn hold_acks(&mut self, after: u64, millis: u64) {
        self.act(after, Action::HoldAcks(secs(millis)));
        self.last(after + millis + MINUTE);
    }
}

const fn too_often() -> NetworkFault {
    NetworkFault::Ret { code: TOO_OFTEN, after: false }
}

fn secs(millis: u64) -> u32 {
    u32::try_from(millis / 1_000).unwrap_or(1)
}
