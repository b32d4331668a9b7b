//! Files on their way: what their bytes tell the application and the watchdog.

use super::machine::Machine;
use crate::RequestId;

impl Machine {
    /// Bytes of a request's file or of a streamed reply passed; false if nobody waits for them.
    pub(super) fn progress(&mut self, id: RequestId, _bytes: u64) -> bool {
        self.lanes.progress(id, self.clock.now()).is_some()
    }
}
