//! The run number, and the ids of commands made from it: none comes again, whatever was stored.

use super::storage::Storage;
use crate::{ClientTime, OpId, Revision, Timestamp, bounds};

/// Run numbers stay below 2^21, so that batch and op ids stay below 2^53.
const MAX_RUN: u64 = (1 << 21) - 1;
/// Numbers of commands from here on are given out before the run is stored.
const UNSTORED_OPS: u64 = 1 << 31;

#[derive(Clone, Debug)]
pub(super) struct Ids {
    run: u64,
    /// The revision that first holds the run.
    revision: Revision,
    ops: u64,
    /// The last op number that was given out before the run was stored.
    unstored_op: u64,
}

impl Ids {
    pub(super) fn new(now: Timestamp, revision: Revision) -> Self {
        Self { run: run_of_clock(now), revision, ops: 0, unstored_op: 0 }
    }

    /// Another run than the stored one. A number beyond its bits is a tampered session's.
    pub(super) fn follow(&mut self, stored_run: u64) {
        self.run = ((stored_run % MAX_RUN) + 1).max(self.run);
    }

    pub(super) const fn run(&self) -> u64 {
        self.run
    }

    /// The revision that first holds the run.
    pub(super) const fn revision(&self) -> Revision {
        self.revision
    }

    /// A request id that no run before came to.
    pub(super) fn first_request(&self, now: Timestamp) -> u64 {
        ((self.run - 1) << bounds::RUN_SHIFT) | (now.as_millis() & u64::from(u32::MAX >> 1))
    }

    /// True once the run is stored.
    pub(super) const fn are_stored(&self, storage: &Storage) -> bool {
        storage.is_stored(self.revision)
    }

    /// A command's id. Before the run is stored another run may get the same number: then the clock tells ids apart.
    pub(super) fn next_op(&mut self, storage: &Storage, now: ClientTime) -> OpId {
        let number = if self.are_stored(storage) {
            self.ops += 1;
            self.ops
        } else {
            let millis = now.as_millis() % UNSTORED_OPS;
            self.unstored_op = millis.max(self.unstored_op.saturating_add(1));
            UNSTORED_OPS + self.unstored_op % UNSTORED_OPS
        };
        OpId::new((self.run << bounds::RUN_SHIFT) | number)
    }
}

/// The run number of a client without a store of before: it counts ten minutes, so that ids do not come again when a
/// session was moved away. A clock that would use up the numbers is not believed: those of 30 years are.
fn run_of_clock(now: Timestamp) -> u64 {
    /// 1 January 2026.
    const FIRST: u64 = 1_767_225_600;
    let run = now.as_secs().saturating_sub(FIRST) / 600 + 1;
    if run < MAX_RUN / 4 * 3 { run } else { 1 }
}
