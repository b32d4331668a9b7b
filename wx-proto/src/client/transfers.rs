//! Files on their way: what their bytes tell the application and the watchdog.

use std::{collections::BTreeMap, time::Duration};

use super::machine::Machine;
use crate::{
    ClientTime, Event, OpId, Progress, RequestId, TransferDirection,
    endpoint::{Call, chunk::CHUNK},
};

/// The application is told four times a second of each.
const PAUSE: Duration = Duration::from_millis(250);

/// When the application was told of each transfer, and of how many bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Transfers {
    told: BTreeMap<OpId, (ClientTime, u64)>,
}

impl Transfers {
    /// True if it is time to tell that `done` bytes passed; of the last ones always.
    fn is_due(&mut self, op: OpId, done: u64, total: Option<u64>, now: ClientTime) -> bool {
        let whole = Some(done) == total;
        let due = match self.told.get(&op) {
            Some((_, told)) if *told == done => false,
            Some((at, _)) => whole || now >= *at + PAUSE,
            None => true,
        };
        if due {
            self.told.insert(op, (now, done));
        }
        due
    }

    /// It is over.
    pub(super) fn forget(&mut self, op: OpId) {
        self.told.remove(&op);
    }
}

impl Machine {
    /// Bytes of a request's stretch or of a streamed reply passed; false if nobody waits for them.
    pub(super) fn progress(&mut self, id: RequestId, bytes: u64) -> bool {
        let Some(call) = self.lanes.progress(id, self.clock.now()) else { return false };
        match *call {
            Call::UploadMedia { op, chunk } | Call::UploadMediaParallel { op, chunk } => {
                self.notify_uploaded(op, chunk, bytes);
            }
            Call::Download { op, .. } => {
                let total = self.downloads.get(op).and_then(|download| download.request.size());
                self.notify_transfer(op, TransferDirection::Down, bytes, total);
            }
            Call::JsLogin
            | Call::QrCode { .. }
            | Call::LoginPoll { .. }
            | Call::LoginPage { .. }
            | Call::Init
            | Call::StatusNotify
            | Call::GetContact { .. }
            | Call::BatchGetContact
            | Call::SyncCheck
            | Call::Sync
            | Call::Renew
            | Call::CheckUpload { .. }
            | Call::SendMsg { .. }
            | Call::Logout { .. } => {}
        }
        true
    }

    /// So many bytes of a chunk, and all before it, are with the server.
    pub(super) fn notify_uploaded(&mut self, op: OpId, chunk: u64, bytes: u64) {
        let Some(file) = self.outbox.get(op).and_then(|entry| entry.message.as_file()) else { return };
        let len = file.source.len;
        let done = chunk.saturating_mul(CHUNK).saturating_add(bytes).min(len);
        self.notify_transfer(op, TransferDirection::Up, done, Some(len));
    }

    pub(super) fn notify_transfer(
        &mut self,
        op: OpId,
        direction: TransferDirection,
        done: u64,
        total: Option<u64>,
    ) {
        if self.transfers.is_due(op, done, total, self.clock.now()) {
            self.events.push(Event::Transfer(Progress { op, direction, done, total }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_times_a_second_and_the_last_one() {
        let mut transfers = Transfers::default();
        let op = OpId::new(1);
        let at = ClientTime::from_millis;
        let mut due = |done, millis| transfers.is_due(op, done, Some(100), at(millis));
        assert!(due(0, 1_000));
        assert!(!due(10, 1_249));
        assert!(due(20, 1_250));
        assert!(!due(20, 1_600));
        assert!(due(100, 1_251));
        assert!(!due(100, 5_000));
        transfers.forget(op);
        assert!(transfers.is_due(op, 100, Some(100), at(1_252)));
    }
}
