//! The account's place in the message stream: its position, the batches that are open, the Gap to come, and how long
//! keys and cookies are good for.
//!
//! What of it a store has to keep at once is decided here alone, where the committed position moves. Whatever else
//! changes is covered by what is stored already.

use std::time::Duration;

use super::{
    clock::Clock,
    delivery::{Accepted, Delivery, MissingSince, Reminder},
    id_window::IdWindow,
    storage::Storage,
};
use crate::{
    Batch, BatchId, ClientTime, GapReason, Message, ReplyError, Revision, Session, SyncKey, session::Position,
};

/// The cookies live for 12 hours, and only a webwxsync renews them.
const RENEWAL: Duration = Duration::from_secs(2 * 60 * 60);
/// The pause after a renewal that failed.
const RENEWAL_PAUSE: Duration = Duration::from_secs(60);
/// How long one key must have been of no use before it is given up.
const GIVING_UP: Duration = Duration::from_secs(10 * 60);

#[derive(Clone, Debug)]
pub(super) struct Receiver {
    delivery: Delivery,
    /// The revision that first holds the committed keys.
    revision: Revision,
    /// From when on messages may be missing, until a Gap that says so is acknowledged.
    gap_since: Option<ClientTime>,
    /// When the Gap of this login was opened.
    gap_opened_at: Option<ClientTime>,
    /// When a webwxsync last succeeded, or the tokens were handed out; none after a restore.
    renewed_at: Option<ClientTime>,
    /// When the last try to renew the cookies alone failed.
    renewal_lost_at: Option<ClientTime>,
    /// The first unusable reply at the present key.
    unusable_since: Option<ClientTime>,
}

/// What a good webwxsync reply says of the stream.
pub(super) struct Fetched {
    pub(super) messages: Vec<Message>,
    pub(super) key: Option<SyncKey>,
    pub(super) check_key: Option<SyncKey>,
    /// Nothing came, and nothing is left.
    pub(super) empty: bool,
    /// When it was asked for.
    pub(super) begun: ClientTime,
}

impl Receiver {
    /// `revision` is the first one that holds this.
    pub(super) const fn new(delivery: Delivery, revision: Revision) -> Self {
        Self {
            delivery,
            revision,
            gap_since: None,
            gap_opened_at: None,
            renewed_at: None,
            renewal_lost_at: None,
            unusable_since: None,
        }
    }

    /// The committed position moved: a fetch waits until the store has it.
    fn moved(&mut self, storage: &mut Storage) {
        self.revision = storage.raise();
    }

    /// The keys of a webwxinit, asked for at `begun`. They count where there is no position, and to `skip` what cannot be
    /// read at the present one; true then. A Gap comes first as a batch, and they commit with it.
    pub(super) fn initialised(
        &mut self,
        key: Option<SyncKey>,
        skip: bool,
        begun: ClientTime,
        now: ClientTime,
        storage: &mut Storage,
    ) -> Result<bool, ReplyError> {
        let present = self.delivery.newest().map(|position| position.since);
        if present.is_some() && !skip {
            return Ok(false);
        }
        let sync = key.ok_or(ReplyError::Missing("SyncKey"))?;
        let gap = match present {
            Some(since) => Some(MissingSince { since, reason: GapReason::Unreadable }),
            None => self.gap_since.map(|since| MissingSince { since, reason: GapReason::NewLogin }),
        };
        if present.is_none() {
            self.gap_opened_at = gap.is_some().then_some(now);
        }
        self.delivery.begin_at(Position { sync, check: None, since: begun }, gap);
        self.unusable_since = None;
        self.moved(storage);
        Ok(true)
    }

    /// Takes a good webwxsync reply; true if it made a batch.
    ///
    /// # Errors
    /// [`ReplyError::Missing`] for messages without a key to go on from; they are not delivered.
    pub(super) fn fetched(&mut self, fetched: Fetched, storage: &mut Storage) -> Result<bool, ReplyError> {
        let Fetched { messages, key, check_key, empty, begun } = fetched;
        // A reply that brought something may not have brought all: only an empty one shows that nothing is left.
        let before = self.delivery.newest().map(|position| position.since);
        let since = before.filter(|_| !empty).unwrap_or(begun);
        let after = key.map(|sync| Position { sync, check: check_key, since });
        let batch = match self.delivery.accept(messages, after) {
            Accepted::Batch => true,
            Accepted::Nothing { committed } => {
                if committed {
                    self.moved(storage);
                }
                false
            }
            Accepted::Unusable => return Err(ReplyError::Missing("SyncKey")),
        };
        self.unusable_since = None;
        Ok(batch)
    }

    /// A check sent at `begun` found nothing after the newest keys. Not worth storing: an older time covers more.
    pub(super) fn nothing_after_newest(&mut self, begun: ClientTime) {
        self.delivery.nothing_after_newest(begun);
    }

    /// Acknowledges a batch and all before it; `None`, and nothing moves, if no open batch has this id.
    pub(super) fn ack(&mut self, batch: BatchId, storage: &mut Storage) -> Option<()> {
        self.acknowledge(batch)?;
        self.moved(storage);
        Some(())
    }

    /// The same, where `session` is stored: if that is the position it holds, nothing has to be stored again.
    pub(super) fn ack_stored(
        &mut self,
        batch: BatchId,
        session: &Session,
        storage: &mut Storage,
    ) -> Option<()> {
        self.acknowledge(batch)?;
        // Since it was built the position may have moved, or the keys of an open batch with a reply without messages.
        let covers = session.after >= Some(batch) && self.revision.get() <= session.revision().get();
        let stored = session.saved.login.as_ref().and_then(|login| login.position.as_ref());
        let same_keys = match (self.delivery.committed(), stored) {
            (Some(committed), Some(stored)) => committed.has_keys_of(stored),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if covers && same_keys {
            self.revision = session.revision();
        } else {
            self.moved(storage);
        }
        Some(())
    }

    /// The same in a copy: what a transaction stores together with the batch.
    pub(super) fn after(&self, batch: BatchId) -> Option<Self> {
        let mut after = self.clone();
        after.acknowledge(batch)?;
        Some(after)
    }

    fn acknowledge(&mut self, batch: BatchId) -> Option<()> {
        if self.delivery.ack(batch)?.gap {
            self.gap_since = None;
        }
        Some(())
    }

    /// The position means nothing any more: what the server queued since is covered by a Gap, from the earliest
    /// position that was lost so.
    pub(super) fn lose_position(&mut self, storage: &mut Storage) {
        if let Some(since) = self.delivery.forget_position() {
            self.note_gap(since);
            self.moved(storage);
        }
    }

    /// From `since` on messages may be missing. The earliest such time counts.
    pub(super) fn note_gap(&mut self, since: ClientTime) {
        self.gap_since = Some(self.gap_since.map_or(since, |earlier| earlier.min(since)));
    }

    /// Another account logged in: ids and missing messages of the one before are not its own.
    pub(super) fn forget_account(&mut self) {
        self.delivery.forget_account();
        self.gap_since = None;
    }

    /// The next batch to hand out.
    pub(super) fn next_batch(&mut self, clock: &Clock) -> Option<Batch> {
        self.delivery.next_batch(clock)
    }

    /// The oldest open batch, if it has waited for another five minutes.
    pub(super) fn remind(&mut self, now: ClientTime) -> Option<Reminder> {
        self.delivery.remind(now)
    }

    /// When the oldest open batch is to be reminded of.
    pub(super) fn reminder_at(&self) -> Option<ClientTime> {
        self.delivery.reminder_at()
    }

    /// The keys that the next request presents; none without a login's.
    pub(super) const fn newest(&self) -> Option<&Position> {
        self.delivery.newest()
    }

    /// The keys that a store keeps.
    pub(super) const fn committed(&self) -> Option<&Position> {
        self.delivery.committed()
    }

    pub(super) const fn acked(&self) -> &IdWindow {
        self.delivery.acked()
    }

    pub(super) const fn gap_since(&self) -> Option<ClientTime> {
        self.gap_since
    }

    /// The key for a webwxsync of which only the cookies are taken.
    pub(super) fn renewal_key(&self) -> Option<&SyncKey> {
        self.delivery.renewal_key()
    }

    /// True if the key that a webwxsync would present is stored, where that is asked for.
    pub(super) fn is_stored(&self, storage: &Storage) -> bool {
        !self.delivery.waits_for_store() || storage.is_stored(self.revision)
    }

    /// True if another batch may be opened, and its key presented.
    pub(super) fn has_room(&self, storage: &Storage) -> bool {
        self.delivery.has_room() && self.is_stored(storage)
    }

    /// The cookies are good for another 12 hours: they are those of a new login, or a webwxsync succeeded.
    pub(super) const fn renewed(&mut self, now: ClientTime) {
        self.renewed_at = Some(now);
    }

    pub(super) const fn renewal_lost(&mut self, now: ClientTime) {
        self.renewal_lost_at = Some(now);
    }

    /// True if a webwxsync is due for its cookies, and the key it would present is one that a crash would go on from.
    pub(super) fn wants_renewal(&self, now: ClientTime, storage: &Storage) -> bool {
        // While a Gap is open the key is not stored yet: a run that has just begun waits for the acknowledgement first.
        let gap_opened = self.gap_opened_at.filter(|_| self.delivery.committed().is_none());
        let due = self.renewed_at.max(gap_opened).is_none_or(|at| now.saturating_since(at) >= RENEWAL);
        let paused = self.renewal_lost_at.is_some_and(|at| now.saturating_since(at) < RENEWAL_PAUSE);
        due && !paused && self.delivery.renewal_key().is_some() && self.is_stored(storage)
    }

    /// Notes a reply at the present key that is of no use; true if the first of them is long ago.
    pub(super) fn unusable_for_long(&mut self, now: ClientTime) -> bool {
        let since = *self.unusable_since.get_or_insert(now);
        now.saturating_since(since) >= GIVING_UP
    }
}
