//! Accepted sends, from the command until the application forgets them.

use std::{collections::BTreeSet, fmt, time::Duration};

use super::{bucket::TokenBucket, clock::Clock};
use crate::{
    ClientTime, OpError, OpId, Outcome, Outgoing, Revision, SendOptions, SentMessage, Timestamp, UserName,
    WireId, bounds,
    flow::send::{State, Stored},
    session::SavedSend,
};

/// One accepted send, as the application sees it.
///
/// ```
/// use wx_proto::Client;
///
/// fn open_sends(client: &Client) -> usize {
///     client.outbox().filter(|entry| entry.outcome().is_none()).count()
/// }
/// # let _ = open_sends;
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct OutboxEntry {
    /// The command's id.
    pub op: OpId,
    /// The application's own id, if it gave one.
    pub client_msg_id: Option<String>,
    /// The chat.
    pub to: UserName,
    /// What is sent.
    pub message: Outgoing,
    /// The id on the wire, drawn at the first try.
    pub wire_id: Option<WireId>,
    /// After this time it is not begun any more.
    pub expires_at: Option<Timestamp>,
    pub(super) state: State,
    /// The same in the client's time.
    not_after: Option<ClientTime>,
    /// When its last try was claimed.
    tried_at: Option<ClientTime>,
    /// An earlier run may have sent it: after this time a repeat would come as a surprise.
    fresh_until: Option<ClientTime>,
    /// Another account sent it: its own id means nothing to this one.
    foreign: bool,
    /// The revision that holds the present claim or outcome.
    pub(super) revision: Revision,
    told: bool,
}

impl OutboxEntry {
    /// The outcome, once there is one.
    pub fn outcome(&self) -> Option<Result<Outcome, OpError>> {
        let State::Settled(outcome) = &self.state else { return None };
        Some(match (outcome, self.wire_id) {
            (Ok(Stored { msg_id, repeated }), Some(wire_id)) => {
                Ok(Outcome::Sent(SentMessage { msg_id: msg_id.clone(), wire_id, repeated: *repeated }))
            }
            // Without a wire id nothing ever left: only a tampered session says so.
            (Ok(_), None) => Err(OpError::Unknown),
            (Err(error), _) => Err(error.clone()),
        })
    }

    /// True if a request of it may have reached the server.
    pub const fn may_have_left(&self) -> bool {
        self.state.may_have_left()
    }

    /// Requests that left or may have left.
    pub(super) const fn tries(&self) -> u8 {
        match self.state {
            State::Waiting { tries } | State::Claimed { tries } | State::InFlight { tries } => tries,
            State::Settled(_) => 0,
        }
    }

    /// When it is too late for a request of it.
    fn too_late_at(&self) -> Option<ClientTime> {
        self.not_after.into_iter().chain(self.fresh_until).min()
    }

    fn is_too_late(&self, now: ClientTime) -> bool {
        self.too_late_at().is_some_and(|at| at <= now)
    }

    const fn is_settled(&self) -> bool {
        matches!(self.state, State::Settled(_))
    }
}

impl fmt::Debug for OutboxEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The state may quote the server, the message is private.
        f.debug_struct("OutboxEntry")
            .field("op", &self.op)
            .field("to", &self.to)
            .field("settled", &self.is_settled())
            .finish_non_exhaustive()
    }
}

/// How long a try of an earlier run may be repeated.
const FRESH: Duration = Duration::from_secs(5 * 60);

/// Accepted sends in the order of their commands.
#[derive(Clone, Debug)]
pub(super) struct Outbox {
    entries: Vec<OutboxEntry>,
    limit: usize,
    last_wire_id: Option<WireId>,
    /// Failures in a row, and until when they hold all sends back.
    failures: u32,
    held_until: ClientTime,
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
            pace: TokenBucket::new(interval, burst),
        }
    }

    /// Takes over the sends of a stored session. They count as stored: they come from there. `repeats`: what may have left
    /// may leave again, for a while. A try in the future is one of a clock that was wrong, and nobody knows how long ago it
    /// was.
    pub(super) fn restore(
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
            .map(|saved| OutboxEntry {
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

    pub(super) fn save(&self, to_caller: impl Fn(ClientTime) -> Timestamp) -> Vec<SavedSend> {
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
        };
        self.entries.iter().map(save).collect()
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

    /// The oldest waiting send whose turn it is, if sends may go on now, `not_before` included: one at a time, which keeps every chat's order.
    pub(super) fn next_turn(&mut self, now: ClientTime, not_before: ClientTime) -> Option<OpId> {
        let busy =
            |entry: &OutboxEntry| matches!(entry.state, State::Claimed { .. } | State::InFlight { .. });
        if self.entries.iter().any(busy) || now < self.held_until.max(not_before) {
            return None;
        }
        let entry = self.entries.iter().find(|entry| matches!(entry.state, State::Waiting { .. }))?;
        let op = entry.op;
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
        let waiting = || self.entries.iter().filter(|entry| matches!(entry.state, State::Waiting { .. }));
        let busy = self
            .entries
            .iter()
            .any(|entry| matches!(entry.state, State::Claimed { .. } | State::InFlight { .. }));
        let turn = (online && !busy && waiting().next().is_some())
            .then(|| self.held_until.max(self.pace.next_at()).max(not_before));
        let expiry = self.unsent().filter_map(OutboxEntry::too_late_at).min();
        turn.into_iter().chain(expiry).min()
    }
}
