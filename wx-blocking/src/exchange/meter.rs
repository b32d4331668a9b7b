//! Telling how far a file has come, now and then.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use wx_proto::RequestId;

/// Takes how many bytes have passed; called on the thread that runs the exchange.
pub(crate) type Tell = Arc<dyn Fn(RequestId, u64) + Send + Sync>;

/// Counts the bytes of one exchange. Whoever is told takes a lock, so it is not done for each piece.
pub(super) struct Meter {
    id: RequestId,
    tell: Tell,
    bytes: u64,
    told: u64,
    told_at: Instant,
}

impl Meter {
    /// `bytes` are there already.
    pub(super) fn new(id: RequestId, tell: Tell, bytes: u64) -> Self {
        Self { id, tell, bytes, told: bytes, told_at: Instant::now() }
    }

    /// More bytes passed.
    pub(super) fn add(&mut self, more: u64) {
        self.bytes = self.bytes.saturating_add(more);
        let since = self.told_at.elapsed();
        let is_much = self.bytes.saturating_sub(self.told) >= MUCH && since >= SHORTEST;
        if is_much || since >= LONGEST {
            (self.told, self.told_at) = (self.bytes, Instant::now());
            (self.tell)(self.id, self.bytes);
        }
    }

    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// The core's watchdog must not take a slow exchange for a silent one.
const LONGEST: Duration = Duration::from_secs(1);
/// A fast one need not be told of more often than anybody looks.
const SHORTEST: Duration = Duration::from_millis(100);
const MUCH: u64 = 256 * 1024;

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn neither_each_piece_is_told_nor_is_a_slow_one_forgotten() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let tell: Tell = Arc::new({
            let told = told.clone();
            move |_, bytes| told.lock().unwrap().push(bytes)
        });
        let mut meter = Meter::new(RequestId::new(1), tell, 1_000);
        (0..10_000).for_each(|_| meter.add(1));
        assert!(told.lock().unwrap().is_empty());
        meter.told_at = Instant::now().checked_sub(LONGEST).unwrap();
        meter.add(1);
        assert_eq!(*told.lock().unwrap(), [11_001]);
        meter.add(MUCH);
        assert_eq!(told.lock().unwrap().len(), 1, "too early");
        meter.told_at = Instant::now().checked_sub(SHORTEST).unwrap();
        meter.add(0);
        assert_eq!(*told.lock().unwrap(), [11_001, 11_001 + MUCH]);
    }
}
