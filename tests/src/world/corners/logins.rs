//! Corners of logins: accounts, ways, hosts, clocks.

use std::time::Duration;

use wx_proto::{Endpoint, Storing, Timestamp};

use super::{Corner, FAR, MINUTE};
use crate::{
    runner::START,
    world::{
        action::{Action, NetworkFault, Way},
        plan::AppKind,
    },
};

impl Corner<'_> {
    /// A clock that is wrong for a while, from the start or later; then perhaps a login that leaves something behind.
    pub(super) fn wrong_clock(&mut self) {
        const YEARS: i64 = 10 * 365 * 86_400;
        let some = i64::try_from(self.rng.skewed(100_000)).unwrap_or(1);
        let far = if self.plan.client.storing == Storing::Nothing { YEARS } else { FAR };
        let by = self.rng.pick(3_600, &[-3_600, 3_600, YEARS, -YEARS, some, -some, far]);
        if !self.plan.same_clock && self.rng.percent(50) {
            self.plan.ahead = by;
        } else {
            let before = self.rng.from(MINUTE, 20 * MINUTE);
            self.at = Timestamp::from_millis(self.at.as_millis().saturating_sub(before)).max(START);
            self.act(0, Action::Jump(by));
            self.at = self.at + Duration::from_millis(before);
        }
        if self.rng.percent(30) {
            let trouble =
                self.rng.pick(NetworkFault::Silence { told: true }, &[NetworkFault::Drop { after: true }]);
            self.fault(0, trouble, Endpoint::SendMsg, 1);
            self.send(0, None);
            let down = u32::try_from(self.rng.from(1, 3_000)).unwrap_or(1);
            self.act(1_000, Action::Crash { steps: 0, down });
        }
        let right = self.rng.from(0, 5 * MINUTE);
        self.act(right, Action::SetRight);
        if self.rng.percent(60) {
            let kick = right + self.rng.from(MINUTE, 12 * MINUTE);
            self.act(kick, Action::Kick(1101));
            self.says(1, kick, kick + 3_000);
        }
    }

    /// The phone is another owner's, whose server counts messages from the same number; perhaps the first one's again.
    pub(super) fn other_account(&mut self) {
        self.says(2, 0, 30_000);
        if self.rng.percent(40) {
            self.hold_acks(0, MINUTE);
        }
        if self.rng.percent(50) {
            self.send(40_000 - 1, None);
        }
        self.act(40_000, Action::OtherAccount);
        self.says(4, 40_000, 3 * MINUTE);
        self.send(2 * MINUTE, None);
        if self.rng.percent(40) {
            let back = self.rng.from(MINUTE, 4 * MINUTE);
            self.act(back, Action::OtherAccount);
            self.says(3, back, back + 2 * MINUTE);
        }
        self.last(6 * MINUTE);
    }

    /// The owner logs out; or the next process begins with a code, or with what is stored and nothing else.
    pub(super) fn way_of_login(&mut self) {
        if self.rng.percent(50) {
            let way = self.rng.pick(Way::Code, &[Way::Resume]);
            self.act(0, Action::LoginBy(way));
            let down = u32::try_from(self.rng.from(1, 60)).unwrap_or(1);
            if self.rng.percent(30) {
                self.act(500, Action::Kick(1101));
            }
            self.act(1_000, Action::Crash { steps: 0, down });
        } else {
            if self.rng.percent(40) {
                let trouble = self.rng.pick(
                    NetworkFault::Drop { after: true },
                    &[NetworkFault::Refuse, NetworkFault::Html { after: false }],
                );
                self.fault(0, trouble, Endpoint::Logout, 1);
            }
            self.send(0, None);
            let after = self.rng.from(0, 1_000);
            self.act(after, Action::Logout);
        }
        self.says(2, 0, MINUTE);
    }

    /// A stored session that is over, on a line that takes seconds.
    pub(super) fn dead_session(&mut self) {
        let code = self.rng.pick(1101, &[1100, 1102]);
        self.act(0, Action::Kick(code));
        self.act(0, Action::Crash { steps: 0, down: 1 });
        for on in [Endpoint::Sync, Endpoint::SyncCheck, Endpoint::Init] {
            let late = u16::try_from(self.rng.from(2, 12)).unwrap_or(3);
            self.fault(1, NetworkFault::Late(late), on, 2);
        }
        self.says(1, 0, 5_000);
    }

    /// A login that the next process cannot use: its host is not listed any more, or the profile has another name.
    pub(super) fn dropped_login(&mut self) {
        let act = self.rng.pick(Action::HostGone, &[Action::OtherProfile]);
        self.act(0, act);
        let down = u32::try_from(self.rng.from(1, 120)).unwrap_or(1);
        self.act(1_000, Action::Crash { steps: 0, down });
        self.says(2, 0, 3 * MINUTE);
    }

    /// A Gap that is not acknowledged when the process dies, and another end of the session after that.
    pub(super) fn two_ends(&mut self) {
        if self.rng.percent(60) {
            self.plan.app = AppKind::Transactional;
        }
        if self.rng.percent(50) {
            self.plan.client.unacked_batches = 1;
        }
        self.act(0, Action::Kick(1101));
        self.says(2, 0, 5_000);
        let held = self.rng.from(MINUTE, 5 * MINUTE);
        self.hold_acks(0, held);
        let crash = self.rng.from(20_000, 80_000);
        let down = u32::try_from(self.rng.from(0, 10)).unwrap_or(1);
        self.act(crash, Action::Crash { steps: 0, down });
        self.says(2, crash, held + MINUTE);
        let second = self.rng.from(100_000, held + 2 * MINUTE);
        self.act(second, Action::Kick(1101));
        self.says(1, second, second + 5_000);
    }
}
