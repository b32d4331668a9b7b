//! The end of a world: the faults are over, and everything has to come out right.

use wx_proto::Phase;

use super::{app::Todo, oracle, sim::Sim};

impl Sim<'_> {
    pub(super) const fn settle_secs(&self) -> u64 {
        if self.net.limited {
            self.rules.settle_limited_secs
        } else if self.net.poisons.is_empty() {
            self.rules.settle_secs
        } else {
            self.rules.settle_poisoned_secs
        }
    }

    pub(super) fn begin_calm(&mut self) {
        self.note("the faults are over");
        self.calm = true;
        self.net.calm(self.plan.least_faults);
        self.disk.calm();
        self.sinks_full_until = self.now;
        self.acks_held_until = self.now;
        // A crash that never had its moment comes now.
        let late = self.crashes == 0;
        self.fuse = self.fuse.filter(|_| late).map(|_| (0, 0));
        self.wants_crash = self.wants_crash.filter(|_| late).map(|_| 0);
        if self.asleep_until.is_some() {
            self.asleep_until = Some(self.now);
        }
        if self.client.is_none() {
            self.down_until = Some(self.now);
        }
        self.memory.hurry(self.now);
        self.memory.later(self.now, Todo::Write);
        if let Some(id) = self.memory.unacked {
            self.memory.later(self.now, Todo::Ack(id));
        }
    }

    pub(super) fn is_settled(&self) -> bool {
        let Some(client) = &self.client else { return false };
        let told = |op| self.watch.ops.get(&op).is_some_and(|op| op.outcome.is_some());
        *client.phase() == Phase::Online
            && self.net.struck >= self.plan.least_faults
            && self.net.is_quiet()
            && self.net.is_holding()
            && self.unsent.is_empty()
            && self.unfetched.is_empty()
            && self.downloads.is_empty()
            && self.fuse.is_none()
            && self.wants_crash.is_none()
            && self.memory.next_at().is_none()
            && self.memory.unacked.is_none()
            && self.memory.unwritten.is_empty()
            && client.outbox().all(|entry| told(entry.op))
            && self.leaving.is_none()
            && oracle::is_complete(&self.net, &self.disk, &self.owed)
    }
}
