//! The uploads of sends that carry a file: what each has reached, and whose turn it is.

use serde::{Deserialize, Serialize};

use super::{Outbox, OutboxEntry};
use crate::{
    ClientTime, OpId, OutgoingFile, Revision, Secret, WireId,
    endpoint::{
        check_upload::{CheckReply, Permit},
        chunk::Chunk,
        upload_media::{ClientMediaId, UploadReply},
    },
    flow::{
        send,
        upload::{Point, State, Step},
    },
    secret,
};

/// The upload of one send.
#[derive(Clone, Debug)]
pub(in crate::client) struct Upload {
    pub(in crate::client) state: State,
    pub(in crate::client) handed: Handed,
    /// The revision that holds the present claim.
    revision: Revision,
}

/// What belongs to one upload from its first request to its last.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Handed {
    /// Drawn when it begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) identity: Option<Identity>,
    /// What webwxcheckupload gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) permit: Option<Permit>,
    /// What the first reply of webwxuploadmediaparallel gave.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "secret::exposed_option")]
    pub(crate) upload_id: Option<Secret<String>>,
    /// What the file is sent by, once the server has it.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "secret::exposed_option")]
    pub(crate) media_id: Option<Secret<String>>,
}

/// What the server knows the chunks of one file by.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Identity {
    pub(crate) client_media_id: ClientMediaId,
    /// The page makes the BaseRequest once for a file.
    pub(crate) device_id: String,
    /// How many files went up before it, since the page was loaded.
    pub(crate) number: u64,
}

impl Handed {
    /// What webwxcheckupload gave.
    pub(in crate::client) fn check(&mut self, reply: CheckReply) {
        match reply {
            CheckReply::Known { media_id, permit } => {
                (self.media_id, self.permit) = (Some(media_id), permit);
            }
            CheckReply::Wanted(permit) => self.permit = permit,
        }
    }

    /// What came with a chunk's answer: each comes once, with the first or the last.
    pub(in crate::client) fn take(&mut self, reply: UploadReply) {
        self.upload_id = reply.upload_id.or(self.upload_id.take());
        self.media_id = reply.media_id.or(self.media_id.take());
    }

    /// Begins once more, under another id.
    fn anew(&mut self) {
        *self = Self::default();
    }
}

/// An upload in a stored session: `at` is `None` once the server has the file.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct SavedUpload {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<Point>,
    pub(crate) handed: Handed,
}

impl SavedUpload {
    /// True if it is an upload of this file.
    pub(super) fn is_of(&self, file: &OutgoingFile) -> bool {
        match self.at {
            Some(Point { step, last, .. }) => {
                let reached = match step {
                    Step::Check => 0,
                    Step::Chunk(number) => number,
                };
                reached <= last && Chunk::count(file.source.len) == last.saturating_add(1)
            }
            None => self.handed.media_id.is_some(),
        }
    }
}

impl Upload {
    pub(super) const fn new(state: State, handed: Handed, revision: Revision) -> Self {
        Self { state, handed, revision }
    }

    pub(super) fn restored(saved: SavedUpload, stored: Revision) -> Self {
        let state = saved.at.map_or(State::Uploaded, State::Waiting);
        Self { state, handed: saved.handed, revision: stored }
    }

    /// `None` once it came to nothing.
    pub(super) fn save(&self) -> Option<SavedUpload> {
        let at = match self.state {
            State::Waiting(point) | State::Claimed(point) | State::InFlight(point) => Some(point),
            State::Uploaded => None,
            State::Over => return None,
        };
        Some(SavedUpload { at, handed: self.handed.clone() })
    }

    const fn is_busy(&self) -> bool {
        matches!(self.state, State::Claimed(_) | State::InFlight(_))
    }

    const fn is_waiting(&self) -> bool {
        matches!(self.state, State::Waiting(_))
    }
}

impl OutboxEntry {
    /// True if nothing has to be uploaded any more before it is sent.
    pub(super) fn is_ready(&self) -> bool {
        self.upload.as_ref().is_none_or(|upload| upload.state == State::Uploaded)
    }
}

impl Outbox {
    pub(in crate::client) fn upload(&self, op: OpId) -> Option<&Upload> {
        self.get(op)?.upload.as_ref()
    }

    /// A send just accepted carries a file: `state` is where its upload begins.
    pub(in crate::client) fn add_upload(&mut self, op: OpId, state: State, revision: Revision) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.op == op) {
            entry.upload = Some(Upload::new(state, Handed::default(), revision));
        }
    }

    pub(in crate::client) fn upload_mut(&mut self, op: OpId) -> Option<&mut Upload> {
        self.entries.iter_mut().find(|entry| entry.op == op)?.upload.as_mut()
    }

    /// The oldest upload, if it may have its turn now: one at a time.
    pub(in crate::client) fn next_upload(&self, now: ClientTime, not_before: ClientTime) -> Option<OpId> {
        let at = self.next_upload_at(not_before)?;
        let waits = |entry: &&OutboxEntry| entry.upload.as_ref().is_some_and(Upload::is_waiting);
        let entry = self.entries.iter().find(waits).filter(|_| at <= now)?;
        Some(entry.op)
    }

    /// When the next upload may have its turn.
    pub(in crate::client) fn next_upload_at(&self, not_before: ClientTime) -> Option<ClientTime> {
        let uploads = || self.entries.iter().filter_map(|entry| entry.upload.as_ref());
        let waits = !uploads().any(Upload::is_busy) && uploads().any(Upload::is_waiting);
        waits.then(|| self.uploads_held_until.max(not_before))
    }

    /// The upload whose claim is stored and whose request may leave.
    pub(in crate::client) fn stored_upload(&self, is_stored: impl Fn(Revision) -> bool) -> Option<OpId> {
        let claimed = |entry: &&OutboxEntry| {
            entry
                .upload
                .as_ref()
                .is_some_and(|upload| matches!(upload.state, State::Claimed(_)) && is_stored(upload.revision))
        };
        self.entries.iter().find(claimed).map(|entry| entry.op)
    }

    /// Notes which revision holds the present state of an upload, and draws its ids if it has none yet.
    pub(in crate::client) fn note_upload(
        &mut self,
        op: OpId,
        revision: Revision,
        wall_millis: u64,
        draw: impl FnOnce() -> (u64, String, u64),
    ) {
        let last = self.last_wire_id;
        let Some(upload) = self.upload_mut(op) else { return };
        upload.revision = revision;
        if upload.handed.identity.is_some() || !upload.is_busy() {
            return;
        }
        let (digits, device_id, number) = draw();
        // The page has the milliseconds alone: they must not be those of another file.
        let next = last.map_or(0, |last| last.millis().saturating_add(1));
        let id = WireId::next(last, wall_millis.max(next), digits);
        // A clock that is not believed gave the digits after the last ones.
        let id = if id.millis() < next { WireId::next(last, next, digits) } else { id };
        let client_media_id = ClientMediaId::of(id);
        upload.handed.identity = Some(Identity { client_media_id, device_id, number });
        self.last_wire_id = Some(id);
    }

    /// What was handed out is of no use any more.
    pub(in crate::client) fn upload_anew(&mut self, op: OpId) {
        if let Some(upload) = self.upload_mut(op) {
            upload.handed.anew();
        }
    }

    /// Holds all uploads back after a failure; gives the failures in a row.
    pub(in crate::client) const fn upload_failed(&mut self) -> u32 {
        self.upload_failures = self.upload_failures.saturating_add(1);
        self.upload_failures
    }

    pub(in crate::client) fn hold_uploads_until(&mut self, at: ClientTime) {
        self.uploads_held_until = self.uploads_held_until.max(at);
    }

    pub(in crate::client) const fn uploads_through(&mut self) {
        self.upload_failures = 0;
    }

    /// True if this send has its outcome.
    pub(in crate::client) fn is_settled(&self, op: OpId) -> bool {
        self.get(op).is_none_or(|entry| matches!(entry.state, send::State::Settled(_)))
    }
}
