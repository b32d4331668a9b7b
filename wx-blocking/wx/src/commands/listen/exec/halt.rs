//! Whether the commands go on.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crate::signals::{StopFlag, TICK};

/// Whether commands are to stop.
pub(super) struct Halt {
    pub(super) stop: StopFlag,
    pub(super) cancelled: Arc<AtomicBool>,
}

impl Halt {
    pub(super) fn is_set(&self) -> bool {
        self.stop.is_set() || self.cancelled.load(Ordering::SeqCst)
    }

    /// Waits; false if it is to stop.
    pub(super) fn sleep(&self, time: Duration) -> bool {
        let by = Instant::now() + time;
        while Instant::now() < by && !self.is_set() {
            thread::sleep(TICK.min(by.saturating_duration_since(Instant::now())));
        }
        !self.is_set()
    }
}
