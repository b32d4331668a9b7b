//! Corners of sends and of the store.

use wx_proto::{Endpoint, Storing};

use super::{Corner, FAR, MINUTE};
use crate::world::{
    action::{Action, NetworkFault},
    plan::AppKind,
};

impl Corner<'_> {
    /// Sends whose time passes while the disk hangs or refuses.
    pub(super) fn slow_disk(&mut self) {
        let time = self.rng.from(5, 600);
        let time = u32::try_from(time).unwrap_or(5);
        let disk = self.rng.pick(Action::DiskHangs(time), &[Action::DiskFull(time), Action::DiskHangs(time)]);
        self.act(10, disk);
        for _ in 0..self.rng.from(1, 3) {
            let (after, expires) = (self.rng.from(0, 3_000), self.rng.from(1, 60));
            self.send(after, Some(expires));
        }
        self.last(u64::from(time) * 1_000 + MINUTE);
    }

    /// An outbox of two or three, and more sends than that at once.
    pub(super) fn small_outbox(&mut self) {
        self.plan.client.outbox = usize::try_from(self.rng.from(2, 3)).unwrap_or(2);
        if self.rng.percent(50) {
            self.act(0, Action::DiskRefuses(3));
        }
        for _ in 0..self.rng.from(3, 8) {
            let after = self.rng.from(0, 5_000);
            self.send(after, None);
        }
        // An entry that made room is not known any more.
        for (_, act) in &mut self.plan.acts {
            if let Action::Send { own_id, .. } = act {
                *own_id = false;
            }
        }
    }

    /// Nobody stores anything.
    pub(super) fn nothing_stored(&mut self) {
        self.plan.client.storing = Storing::Nothing;
        // By such a clock alone no ids can be told apart.
        if self.plan.ahead == FAR {
            self.plan.ahead = 0;
        }
        self.plan.acts.retain(|(_, act)| *act != Action::Jump(FAR));
        self.plan.same_clock = false;
        if matches!(self.plan.app, AppKind::Transactional | AppKind::Forgetful) {
            self.plan.app = AppKind::AtLeastOnce;
        }
        for (_, act) in &mut self.plan.acts {
            if let Action::Send { own_id, .. } = act {
                *own_id = false;
            }
        }
    }

    /// Sends that are given up at any time: waiting, claimed, under way, over.
    pub(super) fn cancel(&mut self) {
        if self.rng.percent(50) {
            self.plan.disk_millis = 1_000;
        }
        if self.rng.percent(50) {
            let trouble = self
                .rng
                .pick(NetworkFault::Late(3), &[NetworkFault::Silence { told: true }, NetworkFault::Slow(4)]);
            self.fault(0, trouble, Endpoint::SendMsg, 2);
        }
        for _ in 0..self.rng.from(2, 5) {
            let after = self.rng.from(0, 20_000);
            self.send(after, None);
            let younger = u8::try_from(self.rng.below(2)).unwrap_or(0);
            let wait = self.rng.skewed(4_000);
            self.act(after + wait, Action::Cancel { younger });
        }
    }
}
