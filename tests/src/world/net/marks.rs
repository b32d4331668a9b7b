//! What a driver tells of a file on its way.

use std::{collections::BTreeMap, time::Duration};

use wx_proto::{RequestId, Timestamp};

/// It tells so often, more often than the application hears of it.
const EVERY: Duration = Duration::from_millis(45);
const TIMES: u32 = 3;

#[derive(Debug, Default)]
pub(super) struct Marks {
    coming: BTreeMap<(Timestamp, u64), (RequestId, u64)>,
    drawn: u64,
}

impl Marks {
    /// `len` bytes begin to pass, after `offset` others.
    pub(super) fn begin(&mut self, id: RequestId, start: Timestamp, offset: u64, len: u64) {
        for time in 1..=TIMES {
            self.drawn += 1;
            let passed = offset + len * u64::from(time) / u64::from(TIMES);
            self.coming.insert((start + EVERY * time, self.drawn), (id, passed));
        }
    }

    pub(super) fn next(&mut self, now: Timestamp) -> Option<(RequestId, u64)> {
        let entry = self.coming.first_entry().filter(|entry| entry.key().0 <= now)?;
        Some(entry.remove())
    }

    pub(super) fn next_at(&self) -> Option<Timestamp> {
        self.coming.keys().next().map(|(at, _)| *at)
    }
}
