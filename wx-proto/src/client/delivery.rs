//! The position in the message stream: newest keys, open batches, committed keys, acknowledged ids.
//!
//! The stored position never passes a batch that is not acknowledged.

mod pending;
mod reminder;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, VecDeque};

use self::pending::{Pending, Waiting};
pub(super) use self::{pending::MissingSince, reminder::Reminder};
use super::{clock::Clock, id_window::IdWindow};
use crate::{
    Batch, BatchContent, BatchId, ClientTime, Gap, Message, MsgId, SyncKey, bounds, session::Position,
};

/// What came of a webwxsync reply.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Accepted {
    /// Messages made a new batch.
    Batch,
    /// Nothing to deliver; the position may have moved.
    Nothing { committed: bool },
    /// Messages without a key to go on from: not delivered.
    Unusable,
}

/// What an acknowledgement covered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Acked {
    /// The Gap of the present login.
    pub(super) gap: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Delivery {
    newest: Option<Position>,
    committed: Option<Position>,
    pending: VecDeque<Pending>,
    acked: IdWindow,
    run: u64,
    batches: u64,
    window: usize,
    /// The batch that was reminded of last, and how often.
    reminded: (BatchId, u32),
}

impl Delivery {
    pub(super) fn new(run: u64, window: usize, acked: IdWindow, position: Option<Position>) -> Self {
        Self {
            newest: position.clone(),
            committed: position,
            pending: VecDeque::new(),
            acked,
            run,
            batches: 0,
            window: window.max(1),
            reminded: (BatchId::new(0), 0),
        }
    }

    /// The keys of a webwxinit. A Gap comes first as a batch, and they commit with it.
    pub(super) fn begin_at(&mut self, position: Position, gap: Option<MissingSince>) {
        self.newest = Some(position.clone());
        match gap {
            None => self.committed = Some(position),
            Some(gap) => self.push(position, Vec::new(), Waiting::Gap(gap)),
        }
    }

    /// A check sent at `now` found nothing after the newest keys. Not worth storing: an older time covers more.
    pub(super) fn nothing_after_newest(&mut self, now: ClientTime) {
        let kept = match self.pending.back_mut() {
            Some(last) => last.after.as_mut(),
            None => self.committed.as_mut(),
        };
        for position in [self.newest.as_mut(), kept].into_iter().flatten() {
            position.since = position.since.max(now);
        }
    }

    /// A new login: keys of the one before mean nothing to it. Open batches stay acknowledgeable. Gives the time of
    /// the position that is lost.
    pub(super) fn forget_position(&mut self) -> Option<ClientTime> {
        self.newest = None;
        for pending in &mut self.pending {
            pending.after = None;
            pending.is_gap = false;
        }
        self.committed.take().map(|position| position.since)
    }

    /// Another account logged in: message ids of the one before are not its own.
    pub(super) fn forget_account(&mut self) {
        self.acked.clear();
        for pending in &mut self.pending {
            pending.ids.clear();
        }
    }

    pub(super) const fn newest(&self) -> Option<&Position> {
        self.newest.as_ref()
    }

    pub(super) const fn committed(&self) -> Option<&Position> {
        self.committed.as_ref()
    }

    /// The key for a webwxsync of which only the cookies are taken: the committed one. Behind the Gap of a login there is none
    /// yet, and a crash would ask for another one anyway: then it is the login's first.
    pub(super) fn renewal_key(&self) -> Option<&SyncKey> {
        let first = || self.pending.iter().find_map(|pending| pending.after.as_ref());
        self.committed.as_ref().or_else(first).map(|position| &position.sync)
    }

    pub(super) const fn acked(&self) -> &IdWindow {
        &self.acked
    }

    /// True if another batch may be opened.
    pub(super) fn has_room(&self) -> bool {
        self.pending.len() < self.window
    }

    /// True if the next webwxsync has to wait for the store: with a window of 1 it presents a key only once the
    /// session holding it is stored.
    pub(super) const fn waits_for_store(&self) -> bool {
        self.window == 1
    }

    /// Takes a good webwxsync reply.
    pub(super) fn accept(&mut self, messages: Vec<Message>, after: Option<Position>) -> Accepted {
        // A reply that is late or comes again may hold what an open batch holds.
        let mut ids: BTreeSet<MsgId> =
            self.pending.iter().flat_map(|pending| pending.ids.iter().cloned()).collect();
        let had_messages = !messages.is_empty();
        let fresh: Vec<Message> = messages
            .into_iter()
            .filter(|message| match &message.id {
                Some(id) => !self.acked.contains(id) && ids.insert(id.clone()),
                // Without an id nothing tells a duplicate.
                None => true,
            })
            .collect();
        let Some(after) = after else {
            return if had_messages { Accepted::Unusable } else { Accepted::Nothing { committed: false } };
        };
        self.newest = Some(after.clone());
        if fresh.is_empty() {
            return match self.pending.back_mut() {
                Some(last) => {
                    last.after = Some(after);
                    Accepted::Nothing { committed: false }
                }
                None => {
                    let committed =
                        self.committed.as_ref().map(|position| &position.sync) != Some(&after.sync);
                    self.committed = Some(after);
                    Accepted::Nothing { committed }
                }
            };
        }
        let ids = fresh.iter().filter_map(|message| message.id.clone()).collect();
        self.push(after, ids, Waiting::Messages(fresh));
        Accepted::Batch
    }

    fn push(&mut self, after: Position, ids: Vec<MsgId>, content: Waiting) {
        self.batches += 1;
        let id = BatchId::new((self.run << bounds::RUN_SHIFT) | self.batches);
        let is_gap = matches!(content, Waiting::Gap(_));
        self.pending.push_back(Pending {
            id,
            after: Some(after),
            ids,
            is_gap,
            content: Some(content),
            handed_at: None,
        });
    }

    /// The next batch to hand out.
    pub(super) fn next_batch(&mut self, clock: &Clock) -> Option<Batch> {
        let pending = self.pending.iter_mut().find(|pending| pending.content.is_some())?;
        pending.handed_at = Some(clock.now());
        let content = match pending.content.take()? {
            Waiting::Messages(messages) => BatchContent::Messages(messages),
            Waiting::Gap(MissingSince { since, reason }) => {
                BatchContent::Gap(Gap { since: clock.to_caller(since), reason })
            }
        };
        Some(Batch { id: pending.id, content })
    }

    /// Acknowledges a batch that was handed out, and all before it. `None`, and nothing moves, if there is none.
    pub(super) fn ack(&mut self, id: BatchId) -> Option<Acked> {
        if !self.pending.iter().any(|pending| pending.id == id && pending.content.is_none()) {
            return None;
        }
        let mut acked = Acked { gap: false };
        while self.pending.front().is_some_and(|pending| pending.id <= id) {
            let Some(pending) = self.pending.pop_front() else { break };
            self.acked.extend(pending.ids);
            if pending.after.is_some() {
                self.committed = pending.after;
            }
            acked.gap |= pending.is_gap;
        }
        Some(acked)
    }
}
