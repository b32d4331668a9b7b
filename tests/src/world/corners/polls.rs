//! Corners of polls and fetches.

use super::{Corner, HOUR, MINUTE, secs, too_often};
use crate::world::action::{Action, NetworkFault};
use wx_proto::Endpoint;

impl Corner<'_> {
    /// No acknowledgement for long, with news inside; now and then a lost reply when it comes.
    pub(super) fn silence(&mut self) {
        let time = self.rng.from(2 * MINUTE, 90 * MINUTE);
        self.hold_acks(0, time);
        self.says(3, 0, time);
        if self.rng.percent(50) {
            let on = self.rng.pick(Endpoint::Sync, &[Endpoint::SyncCheck]);
            self.fault(time - 1, NetworkFault::Drop { after: false }, on, 1);
        }
    }

    /// Cookies are renewed while nothing is acknowledged, and the server says "too often" to that.
    pub(super) fn renewal(&mut self) {
        let time = self.rng.from(2 * HOUR + 5 * MINUTE, 3 * HOUR);
        self.hold_acks(0, time);
        self.says(2, 0, MINUTE);
        self.says(2, 2 * MINUTE, time);
        if self.rng.percent(60) {
            let times = self.rng.from(1, 2);
            self.fault(2 * MINUTE, too_often(), Endpoint::Sync, times);
        }
    }

    /// "Too often", alone or after lost replies, once or again and again.
    pub(super) fn too_often(&mut self) {
        let contacts = self.rng.pick(Endpoint::GetContact, &[Endpoint::BatchGetContact]);
        let on = self.rng.pick(
            Endpoint::Sync,
            &[
                Endpoint::Sync,
                Endpoint::SyncCheck,
                Endpoint::SyncCheck,
                Endpoint::Init,
                contacts,
                Endpoint::SendMsg,
            ],
        );
        if self.rng.percent(40) {
            let times = self.rng.from(1, 6);
            self.fault(0, NetworkFault::Drop { after: false }, on, times);
        }
        let times = self.rng.pick(1, &[1, 2, 3]);
        self.fault(0, too_often(), on, times);
        if matches!(on, Endpoint::Init | Endpoint::GetContact | Endpoint::BatchGetContact) {
            self.act(1, Action::Kick(1101));
            if self.rng.percent(30) {
                let after = self.rng.from(MINUTE, 4 * MINUTE);
                self.act(after, Action::Kick(1101));
            }
        } else if on == Endpoint::SendMsg {
            for _ in 0..3 {
                let after = self.rng.from(0, 8 * MINUTE);
                self.send(after, None);
            }
        } else {
            self.says(3, 0, 8 * MINUTE);
        }
        if self.rng.percent(30) {
            self.hold_acks(0, 2 * MINUTE);
        }
        self.last(10 * MINUTE);
    }

    /// What checks say does not fit the queue.
    pub(super) fn selectors(&mut self) {
        match self.rng.below(3) {
            0 => {
                let time = self.rng.from(2 * MINUTE, 20 * MINUTE);
                let selector = self.rng.pick(2, &[4, 6, 7]);
                self.act(0, Action::FalseNews { selector, secs: secs(time) });
                self.says(4, 0, time);
            }
            1 => {
                let time = self.rng.from(MINUTE, 30 * MINUTE);
                self.act(0, Action::HideNews(secs(time)));
                self.says(3, 0, time);
            }
            _ => {
                self.plan.server.says_once = true;
                // What a fetch leaves behind would not be said any more.
                self.plan.server.max_per_sync = 50;
                let time = self.rng.from(30_000, 10 * MINUTE);
                self.hold_acks(0, time);
                self.says(4, 0, time);
                if self.rng.percent(40) {
                    self.act(time, Action::Kick(1101));
                }
            }
        }
        if self.rng.percent(40) {
            self.act(0, Action::Flood(60));
        }
    }

    /// Checks fail for good while webwxsync works.
    pub(super) fn push_host(&mut self) {
        let trouble = self.rng.pick(
            NetworkFault::Drop { after: false },
            &[
                NetworkFault::Refuse,
                NetworkFault::Silence { told: true },
                NetworkFault::Status { status: 502, after: false },
                NetworkFault::Html { after: false },
                NetworkFault::Empty { after: false },
            ],
        );
        self.act(0, Action::Outage { trouble, on: Some(Endpoint::SyncCheck), secs: 3_600 });
        self.says(4, 0, HOUR);
        self.last(HOUR + MINUTE);
    }

    /// Replies that come once more, or count messages that they do not hold.
    pub(super) fn spoiled_replies(&mut self) {
        let times = self.rng.from(1, 4);
        match self.rng.percent(50) {
            true => self.fault(0, NetworkFault::NoList, Endpoint::Sync, times),
            false => {
                let on = self.rng.pick(Endpoint::Sync, &[Endpoint::SyncCheck]);
                self.fault(0, NetworkFault::Stale, on, times);
            }
        }
        self.says(3, 0, MINUTE);
    }
}
