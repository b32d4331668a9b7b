//! What the application is told of files on their way.

use std::{collections::BTreeMap, time::Duration};

use wx_proto::{OpId, Progress, Timestamp};

/// The application is told at most four times a second.
const PAUSE: Duration = Duration::from_millis(250);

/// What was told last of each.
#[derive(Debug, Default)]
pub(super) struct Passing(BTreeMap<OpId, Told>);

#[derive(Debug)]
struct Told {
    /// `None` if time jumped since.
    at: Option<Timestamp>,
    done: u64,
    /// Where a try began since.
    floor: u64,
}

impl Passing {
    /// The application is told. The rule that is broken by that, if one is.
    pub(super) fn told(&mut self, progress: &Progress, now: Timestamp) -> Option<(&'static str, String)> {
        let Progress { op, done, total, .. } = *progress;
        let last = self.0.insert(op, Told { at: Some(now), done, floor: done });
        let what = || format!("op {op}: {done} of {total:?} bytes after {last:?}");
        let whole = total == Some(done);
        let early = last.as_ref().and_then(|last| last.at).is_some_and(|at| now < at + PAUSE);
        if early && !whole {
            return Some(("progress is told four times a second", what()));
        }
        let falls = last.as_ref().is_some_and(|last| done < last.floor);
        let beyond = total.is_some_and(|total| done > total);
        (falls || beyond).then(|| ("progress only grows", what()))
    }

    /// Another try begins after so many bytes.
    pub(super) fn begins(&mut self, op: OpId, at: u64) {
        if let Some(told) = self.0.get_mut(&op) {
            told.floor = told.floor.min(at);
        }
    }

    /// All bytes are there. The rule that is broken if they were not told of.
    /// `always`: also if nothing was told of it in this run.
    pub(super) fn whole(&mut self, op: OpId, len: u64, always: bool) -> Option<(&'static str, String)> {
        let told = self.0.remove(&op).map(|told| told.done);
        let right = told.map_or(!always, |told| told == len);
        (!right).then(|| ("the last progress is the whole", format!("op {op}: {told:?} of {len} bytes")))
    }

    /// The process died.
    pub(super) fn process_died(&mut self) {
        self.0.clear();
    }

    /// Time jumped.
    pub(super) fn new_count(&mut self) {
        for told in self.0.values_mut() {
            told.at = None;
        }
    }
}
