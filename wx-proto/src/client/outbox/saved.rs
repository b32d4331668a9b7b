//! From a stored session to the outbox, and back.

use std::time::Duration;

use super::{Outbox, OutboxEntry, Upload};
use crate::{
    ClientTime, OpError, Revision, Timestamp, WireId, client::clock::Clock, flow::send::State,
    session::SavedSend,
};

/// How long a try of an earlier run may be repeated.
const FRESH: Duration = Duration::from_secs(5 * 60);

impl Outbox {
    /// Takes over the sends of a stored session. They count as stored: they come from there. `repeats`: what may have left
    /// may leave again, for a while. A try in the future is one of a clock that was wrong, and nobody knows how long ago it
    /// was.
    pub(in crate::client) fn restore(
        &mut self,
        saved: Vec<SavedSend>,
        last_wire_id: Option<WireId>,
        stored: Revision,
        clock: &Clock,
        repeats: bool,
    ) {
        let now = clock.now();
        let tried_at =
            |saved: &SavedSend| saved.tried_at.map(|at| clock.to_client(at)).filter(|at| *at <= now);
        let fresh_until = |saved: &SavedSend| {
            let tried_at = tried_at(saved).filter(|_| repeats);
            (saved.tries > 0).then(|| tried_at.map_or(now, |at| at + FRESH))
        };
        self.entries = saved
            .into_iter()
            .map(|mut saved| OutboxEntry {
                upload: upload(&mut saved, stored),
                fresh_until: fresh_until(&saved),
                tried_at: tried_at(&saved),
                op: saved.op,
                client_msg_id: saved.client_msg_id,
                to: saved.to,
                message: saved.message,
                wire_id: saved.wire_id,
                expires_at: saved.expires_at,
                not_after: saved.expires_at.map(|at| clock.to_client(at)),
                foreign: saved.foreign,
                state: match saved.outcome {
                    Some(outcome) => State::Settled(outcome),
                    None => State::Waiting { tries: saved.tries },
                },
                revision: stored,
                told: false,
            })
            .collect();
        let drawn = self.entries.iter().filter_map(|entry| entry.wire_id).chain(last_wire_id);
        self.last_wire_id = drawn.filter(|id| id.leaves_room()).max();
    }

    pub(in crate::client) fn save(&self, to_caller: impl Fn(ClientTime) -> Timestamp) -> Vec<SavedSend> {
        let save = |entry: &OutboxEntry| SavedSend {
            op: entry.op,
            client_msg_id: entry.client_msg_id.clone(),
            to: entry.to.clone(),
            message: entry.message.clone(),
            wire_id: entry.wire_id,
            expires_at: entry.not_after.map(&to_caller),
            tries: entry.tries(),
            tried_at: entry.tried_at.map(&to_caller),
            outcome: match &entry.state {
                State::Settled(outcome) => Some(outcome.clone()),
                State::Waiting { .. } | State::Claimed { .. } | State::InFlight { .. } => None,
            },
            foreign: entry.foreign,
            upload: entry.upload.as_ref().and_then(Upload::save),
        };
        self.entries.iter().map(save).collect()
    }
}

/// The upload of a stored send. A file whose upload is not stored with it, or is that of another, came from an altered
/// session: nobody knows what became of it.
fn upload(saved: &mut SavedSend, stored: Revision) -> Option<Upload> {
    let file = saved.message.as_file().filter(|_| saved.outcome.is_none())?;
    let upload = saved.upload.take().filter(|upload| upload.is_of(file));
    if upload.is_none() {
        saved.outcome = Some(Err(OpError::Unknown));
    }
    upload.map(|upload| Upload::restored(upload, stored))
}
