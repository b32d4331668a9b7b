//! What time alone brings about: every deadline of the client with its reason, in one table.

use super::{machine::Machine, stage::Stage};
use crate::{ClientTime, endpoint::Quota};

/// Why the client has to be polled again though nothing happened.
#[derive(Clone, Copy, Debug)]
enum Reason {
    /// A call may start, or the driver never answered for a request.
    Request,
    /// A store that failed is tried again, or a change that nothing waits for is to be stored.
    Store,
    /// A batch waits for its acknowledgement.
    Acknowledgement,
    /// The next send may have its turn, or one is too late.
    Send,
    /// The next upload may have its turn.
    Upload,
    /// The next download may have its turn.
    Download,
    /// Code 1205 no longer holds a fetch back that news wait for.
    Fetch,
}

impl Machine {
    /// When there is something to do again.
    pub(super) fn next_wake(&self) -> Option<ClientTime> {
        let online = matches!(self.stage, Stage::Online(_));
        let uploads = self.outbox.next_upload_at(self.limits.not_before(Quota::Upload));
        let downloads = self.downloads.next_at(self.limits.not_before(Quota::Download));
        let table = [
            (Reason::Request, self.lanes.deadline(self.rates.next_at())),
            (Reason::Store, self.storage.deadline()),
            (Reason::Acknowledgement, self.receiver.reminder_at()),
            (Reason::Send, self.outbox.deadline(online, self.limits.not_before(Quota::Send))),
            (Reason::Upload, uploads.filter(|_| online)),
            (Reason::Download, downloads.filter(|_| online)),
            (Reason::Fetch, self.fetch_at()),
        ];
        let times = table.into_iter().filter_map(|(reason, at)| Some((at?, reason)));
        let (at, reason) = times.min_by_key(|(at, _)| *at)?;
        tracing::trace!(?reason, at = self.clock.to_caller(at).as_millis(), "rests");
        Some(at)
    }
}
