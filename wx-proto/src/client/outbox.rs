//! Accepted sends, from the command until the application forgets them.

mod entry;
mod requests;
mod saved;
mod uploads;

use std::{collections::BTreeSet, time::Duration};

pub use self::entry::OutboxEntry;
pub(crate) use self::uploads::SavedUpload;
use self::uploads::Upload;
use super::bucket::TokenBucket;
use crate::{
    ClientTime, OpError, OpId, Outcome, Outgoing, Revision, SendOptions, Timestamp, UserName, WireId, bounds,
    flow::send::State,
};

/// Accepted sends in the order of their commands.
#[derive(Clone, Debug)]
pub(super) struct Outbox {
    entries: Vec<OutboxEntry>,
    limit: usize,
    last_wire_id: Option<WireId>,
    /// Failures in a row, and until when they hold all sends back.
    failures: u32,
    held_until: ClientTime,
    /// The same for uploads.
    upload_failures: u32,
    uploads_held_until: ClientTime,
    pace: TokenBucket,
}

impl Outbox {
    pub(super) const fn new(limit: usize, interval: Duration, burst: u32) -> Self {
        Self {
            entries: Vec::new(),
            limit: if limit > bounds::SENDS { bounds::SENDS } else { limit },
            last_wire_id: None,
            failures: 0,
            held_until: ClientTime::from_millis(0),
            upload_failures: 0,
            uploads_held_until: ClientTime::from_millis(0),
            pace: TokenBucket::new(interval, burst),
        }
    }

    pub(super) const fn last_wire_id(&self) -> Option<WireId> {
        self.last_wire_id
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &OutboxEntry> {
        self.entries.iter()
    }

    pub(super) fn get(&self, op: OpId) -> Option<&OutboxEntry> {
        self.entries.iter().find(|entry| entry.op == op)
    }

    /// The send that carries this id of the application's, to be told again if it is over.
    pub(super) fn known(&mut self, client_msg_id: &str) -> Option<OpId> {
        let entry = self
            .entries
            .iter_mut()
            .find(|entry| !entry.foreign && entry.client_msg_id.as_deref() == Some(client_msg_id))?;
        entry.told = false;
        Some(entry.op)
    }

    /// False if the outbox is full of sends that are not over; else the oldest that is over and told makes room.
    pub(super) fn make_room(&mut self) -> bool {
        if self.entries.len() < self.limit {
            return true;
        }
        let Some(oldest) = self.entries.iter().position(|entry| entry.is_settled() && entry.told) else {
            return false;
        };
        self.entries.remove(oldest);
        true
    }

    pub(super) fn push(
        &mut self,
        op: OpId,
        to: UserName,
        message: Outgoing,
        options: SendOptions,
        not_after: Option<ClientTime>,
        revision: Revision,
    ) {
        self.entries.push(OutboxEntry {
            op,
            client_msg_id: options.client_msg_id,
            to,
            message,
            upload: None,
            wire_id: None,
            expires_at: options.expires_at,
            not_after,
            tried_at: None,
            fresh_until: None,
            foreign: false,
            state: State::Waiting { tries: 0 },
            revision,
            told: false,
        });
    }

    /// Another account logged in: these sends, all over by now, are not its own.
    pub(super) fn forget_account(&mut self) {
        for entry in &mut self.entries {
            entry.foreign = true;
        }
    }

    pub(super) fn forget(&mut self, op: OpId) -> bool {
        let before = self.entries.len();
        self.entries.retain(|entry| entry.op != op || !entry.is_settled());
        self.entries.len() != before
    }

    /// The flow of one entry, to be moved on.
    pub(super) fn state_mut(&mut self, op: OpId) -> Option<&mut State> {
        self.entries.iter_mut().find(|entry| entry.op == op).map(|entry| &mut entry.state)
    }

    pub(super) fn set_revision(&mut self, op: OpId, revision: Revision) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.op == op) {
            entry.revision = revision;
        }
    }

    /// Notes when an entry was claimed, and draws its wire id if it has none yet.
    pub(super) fn note_claim(&mut self, op: OpId, now: ClientTime, wall: Timestamp, digits: u64) {
        let claimed =
            |entry: &&mut OutboxEntry| entry.op == op && matches!(entry.state, State::Claimed { .. });
        let Some(entry) = self.entries.iter_mut().find(claimed) else { return };
        entry.tried_at = Some(now);
        if entry.wire_id.is_none() {
            let wire_id = WireId::next(self.last_wire_id, wall.as_millis(), digits);
            self.last_wire_id = Some(wire_id);
            entry.wire_id = Some(wire_id);
        }
    }

    /// The oldest waiting send whose turn it is, if sends may go on now, `not_before` included: one at a time, which keeps
    /// every chat's order. One whose file is on its way yet has no turn: others go before it.
    pub(super) fn next_turn(&mut self, now: ClientTime, not_before: ClientTime) -> Option<OpId> {
        let busy =
            |entry: &OutboxEntry| matches!(entry.state, State::Claimed { .. } | State::InFlight { .. });
        if self.entries.iter().any(busy) || now < self.held_until.max(not_before) {
            return None;
        }
        // One that had its turn in an earlier run has its id already: no younger id leaves before it.
        let drawn = self.waiting().find(|entry| entry.wire_id.is_some());
        let op = drawn.or_else(|| self.waiting().next())?.op;
        self.pace.take(now).then_some(op)
    }

    /// The claim that may leave, now that it is stored.
    pub(super) fn stored_claim(&self, is_stored: impl Fn(Revision) -> bool) -> Option<OpId> {
        let claimed =
            |entry: &&OutboxEntry| matches!(entry.state, State::Claimed { .. }) && is_stored(entry.revision);
        self.entries.iter().find(claimed).map(|entry| entry.op)
    }

    /// The sends whose time passed before they left.
    pub(super) fn expired(&self, now: ClientTime) -> Vec<OpId> {
        self.unsent().filter(|entry| entry.is_too_late(now)).map(|entry| entry.op).collect()
    }

    /// True if the time of a send passed whose request is about to go out.
    pub(super) fn is_too_late(&self, op: OpId, now: ClientTime) -> bool {
        self.get(op).is_some_and(|entry| entry.is_too_late(now))
    }

    /// Sends that wait for their turn.
    fn waiting(&self) -> impl Iterator<Item = &OutboxEntry> {
        self.entries.iter().filter(|entry| matches!(entry.state, State::Waiting { .. }) && entry.is_ready())
    }

    /// Sends of which no request is out.
    fn unsent(&self) -> impl Iterator<Item = &OutboxEntry> {
        let unsent =
            |entry: &&OutboxEntry| matches!(entry.state, State::Waiting { .. } | State::Claimed { .. });
        self.entries.iter().filter(unsent)
    }

    /// The next outcome to tell: settled, stored, not told in this run.
    pub(super) fn next_done(
        &mut self,
        is_stored: impl Fn(Revision) -> bool,
    ) -> Option<(OpId, Result<Outcome, OpError>)> {
        let entry = self
            .entries
            .iter_mut()
            .find(|entry| !entry.told && entry.is_settled() && is_stored(entry.revision))?;
        entry.told = true;
        entry.outcome().map(|outcome| (entry.op, outcome))
    }

    /// Holds all sends back after a failure; gives the failures in a row.
    pub(super) const fn failed(&mut self) -> u32 {
        self.failures = self.failures.saturating_add(1);
        self.failures
    }

    pub(super) fn hold_until(&mut self, at: ClientTime) {
        self.held_until = self.held_until.max(at);
    }

    pub(super) const fn through(&mut self) {
        self.failures = 0;
    }

    /// The ops of all sends that are not over.
    pub(super) fn open(&self) -> BTreeSet<OpId> {
        self.entries.iter().filter(|entry| !entry.is_settled()).map(|entry| entry.op).collect()
    }

    /// When the next send may have its turn or expires.
    pub(super) fn deadline(&self, online: bool, not_before: ClientTime) -> Option<ClientTime> {
        let busy = self
            .entries
            .iter()
            .any(|entry| matches!(entry.state, State::Claimed { .. } | State::InFlight { .. }));
        let turn = (online && !busy && self.waiting().next().is_some())
            .then(|| self.held_until.max(self.pace.next_at()).max(not_before));
        let expiry = self.unsent().filter_map(OutboxEntry::too_late_at).min();
        turn.into_iter().chain(expiry).min()
    }
}
