//! The position in the message stream: newest keys, open batches, committed keys, acknowledged ids.
//!
//! The stored position never passes a batch that is not acknowledged.

use std::{
    collections::{BTreeSet, VecDeque},
    time::Duration,
};

use super::clock::Clock;
use crate::{
    Batch, BatchContent, BatchId, ClientTime, Gap, GapReason, Message, MsgId, SyncKey, bounds,
    session::Position,
};

/// A batch that is not acknowledged.
#[derive(Clone, Debug)]
struct Pending {
    id: BatchId,
    /// The position once it is acknowledged; none if that login is over.
    after: Option<Position>,
    ids: Vec<MsgId>,
    /// It is the Gap of the present login.
    is_gap: bool,
    /// What it holds, until it is handed out.
    content: Option<Waiting>,
    /// When it was handed out.
    handed_at: Option<ClientTime>,
}

/// What a batch will hold.
#[derive(Clone, Debug)]
enum Waiting {
    Messages(Vec<Message>),
    Gap(MissingSince),
}

/// A Gap to come.
#[derive(Clone, Copy, Debug)]
pub(super) struct MissingSince {
    pub(super) since: ClientTime,
    pub(super) reason: GapReason,
}

/// A batch that waits too long for its acknowledgement.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Reminder {
    pub(super) batch: BatchId,
    /// How often it was said.
    pub(super) attempt: u32,
    /// When it is said again.
    pub(super) next: ClientTime,
}

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
    acked: AckedIds,
    run: u64,
    batches: u64,
    window: usize,
    /// The batch that was reminded of last, and how often.
    reminded: (BatchId, u32),
}

/// A batch that is open for so long is reminded of.
const OVERDUE: Duration = Duration::from_secs(5 * 60);

impl Delivery {
    pub(super) fn new(run: u64, window: usize, acked: AckedIds, position: Option<Position>) -> Self {
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

    /// A check sent at `now` found nothing behind the newest keys. Not worth storing: an older time covers more.
    pub(super) fn nothing_behind_newest(&mut self, now: ClientTime) {
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

    pub(super) const fn acked(&self) -> &AckedIds {
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

    /// When the oldest open batch is to be reminded of.
    pub(super) fn reminder_at(&self) -> Option<ClientTime> {
        let pending = self.pending.front()?;
        let said = if pending.id == self.reminded.0 { self.reminded.1 } else { 0 };
        pending.handed_at.map(|at| at + OVERDUE.saturating_mul(said.saturating_add(1)))
    }

    /// The oldest open batch, if it has waited for another five minutes.
    pub(super) fn remind(&mut self, now: ClientTime) -> Option<Reminder> {
        self.reminder_at().filter(|at| *at <= now)?;
        let batch = self.pending.front()?.id;
        let attempt = if batch == self.reminded.0 { self.reminded.1.saturating_add(1) } else { 1 };
        // Time may have jumped: what was missed is not said in a row.
        if let Some(pending) = self.pending.front_mut() {
            let said = OVERDUE.saturating_mul(attempt);
            let millis = u64::try_from(said.as_millis()).unwrap_or(u64::MAX);
            pending.handed_at = Some(ClientTime::from_millis(now.as_millis().saturating_sub(millis)));
        }
        self.reminded = (batch, attempt);
        self.reminder_at().map(|next| Reminder { batch, attempt, next })
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

/// The ids of acknowledged messages, newest last, bounded.
#[derive(Clone, Debug)]
pub(super) struct AckedIds {
    order: VecDeque<MsgId>,
    known: BTreeSet<MsgId>,
    limit: usize,
}

impl AckedIds {
    pub(super) fn new(limit: usize, ids: impl IntoIterator<Item = MsgId>) -> Self {
        let mut acked = Self { order: VecDeque::new(), known: BTreeSet::new(), limit };
        acked.extend(ids);
        acked
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &MsgId> {
        self.order.iter()
    }

    fn clear(&mut self) {
        self.order.clear();
        self.known.clear();
    }

    fn contains(&self, id: &MsgId) -> bool {
        self.known.contains(id)
    }

    fn extend(&mut self, ids: impl IntoIterator<Item = MsgId>) {
        for id in ids {
            if self.known.insert(id.clone()) {
                self.order.push_back(id);
            }
        }
        while self.order.len() > self.limit {
            if let Some(old) = self.order.pop_front() {
                self.known.remove(&old);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::{Timestamp, UserName};

    const NOW: ClientTime = ClientTime::from_secs(100);

    fn clock() -> Clock {
        Clock::new(Timestamp::from_secs(100))
    }

    fn position(value: i64) -> Position {
        let json = format!(r#"{{"Count":1,"List":[{{"Key":1,"Val":{value}}}]}}"#);
        Position { sync: serde_json::from_str(&json).unwrap(), check: None, since: ClientTime::from_secs(1) }
    }

    fn messages(ids: &[&str]) -> Vec<Message> {
        let message = |id: &&str| {
            let json = format!(
                r#"{{"MsgId":"{id}","FromUserName":"@a","ToUserName":"@me","MsgType":1,"Content":"x"}}"#
            );
            Message::decode(&json, Bytes::copy_from_slice(json.as_bytes()), &UserName::new("@me"))
        };
        ids.iter().map(message).collect()
    }

    fn delivery(window: usize) -> Delivery {
        Delivery::new(1, window, AckedIds::new(3, []), Some(position(0)))
    }

    fn ids(batch: &Batch) -> Vec<&str> {
        batch.messages().iter().map(|message| message.id.as_ref().map_or("", |id| id.as_str())).collect()
    }

    #[test]
    fn what_was_acknowledged_is_not_delivered_again() {
        let mut delivery = delivery(1);
        assert_eq!(delivery.accept(messages(&["1", "2"]), Some(position(1))), Accepted::Batch);
        let batch = delivery.next_batch(&clock()).unwrap();
        assert_eq!(delivery.ack(batch.id), Some(Acked { gap: false }));
        assert_eq!(
            delivery.accept(messages(&["2"]), Some(position(2))),
            Accepted::Nothing { committed: true }
        );
        assert_eq!(delivery.committed(), Some(&position(2)));
        assert_eq!(delivery.accept(messages(&["2", "3", "3"]), Some(position(3))), Accepted::Batch);
        assert_eq!(ids(&delivery.next_batch(&clock()).unwrap()), ["3"]);
    }

    #[test]
    fn what_is_open_is_not_delivered_again() {
        let mut delivery = delivery(2);
        assert_eq!(delivery.accept(messages(&["1", "2"]), Some(position(1))), Accepted::Batch);
        let again = delivery.accept(messages(&["1", "2"]), Some(position(2)));
        assert_eq!(again, Accepted::Nothing { committed: false });
        assert_eq!(delivery.accept(messages(&["2", "3"]), Some(position(3))), Accepted::Batch);
        delivery.next_batch(&clock());
        assert_eq!(ids(&delivery.next_batch(&clock()).unwrap()), ["3"]);
    }

    #[test]
    fn a_message_without_an_id_is_never_a_duplicate() {
        let mut delivery = delivery(2);
        for value in 1..3 {
            assert_eq!(delivery.accept(messages(&["", "0"]), Some(position(value))), Accepted::Batch);
            assert_eq!(delivery.next_batch(&clock()).unwrap().messages().len(), 2);
        }
    }

    #[test]
    fn a_key_without_news_joins_the_newest_open_batch() {
        let mut delivery = delivery(2);
        delivery.accept(messages(&["1"]), Some(position(1)));
        assert_eq!(delivery.accept(Vec::new(), Some(position(2))), Accepted::Nothing { committed: false });
        assert_eq!(delivery.committed(), Some(&position(0)));
        assert_eq!(delivery.newest(), Some(&position(2)));
        let batch = delivery.next_batch(&clock()).unwrap();
        delivery.ack(batch.id);
        assert_eq!(delivery.committed(), Some(&position(2)));
    }

    #[test]
    fn messages_without_a_key_are_not_delivered() {
        let mut delivery = delivery(1);
        assert_eq!(delivery.accept(messages(&["1"]), None), Accepted::Unusable);
        assert_eq!(delivery.accept(Vec::new(), None), Accepted::Nothing { committed: false });
        assert!(delivery.next_batch(&clock()).is_none());
        assert_eq!(delivery.newest(), Some(&position(0)));
    }

    #[test]
    fn only_a_batch_that_was_handed_out_can_be_acknowledged() {
        let mut delivery = delivery(2);
        delivery.accept(messages(&["1"]), Some(position(1)));
        delivery.accept(messages(&["2"]), Some(position(2)));
        let first = delivery.next_batch(&clock()).unwrap();
        let second = BatchId::new(first.id.get() + 1);
        assert_eq!(delivery.ack(second), None);
        assert!(!delivery.has_room());
        assert_eq!(delivery.ack(first.id), Some(Acked { gap: false }));
        assert_eq!(delivery.committed(), Some(&position(1)));
    }

    /// A Gap holds the first key of its login back; an older login's batch commits nothing any more.
    #[test]
    fn a_gap_commits_its_login_s_first_key() {
        let mut delivery = delivery(1);
        delivery.accept(messages(&["1"]), Some(position(1)));
        let old = delivery.next_batch(&clock()).unwrap();
        assert_eq!(delivery.forget_position(), Some(ClientTime::from_secs(1)));
        let gap = MissingSince { since: ClientTime::from_secs(1), reason: GapReason::NewLogin };
        delivery.begin_at(position(9), Some(gap));
        assert_eq!(delivery.ack(old.id), Some(Acked { gap: false }));
        assert_eq!(delivery.committed(), None);
        let batch = delivery.next_batch(&clock()).unwrap();
        assert_eq!(delivery.ack(batch.id), Some(Acked { gap: true }));
        assert_eq!(delivery.committed(), Some(&position(9)));
    }

    /// Ids of another account's messages may be those of this one's.
    #[test]
    fn another_account_has_ids_of_its_own() {
        let mut delivery = delivery(2);
        for id in ["1", "2"] {
            delivery.accept(messages(&[id]), Some(position(1)));
        }
        let (first, second) =
            (delivery.next_batch(&clock()).unwrap(), delivery.next_batch(&clock()).unwrap());
        delivery.ack(first.id);
        delivery.forget_position();
        delivery.forget_account();
        delivery.begin_at(position(9), None);
        delivery.ack(second.id);
        assert_eq!(delivery.acked().iter().count(), 0);
        assert_eq!(delivery.accept(messages(&["1", "2"]), Some(position(10))), Accepted::Batch);
        assert_eq!(ids(&delivery.next_batch(&clock()).unwrap()), ["1", "2"]);
    }

    #[test]
    fn an_open_batch_is_reminded_of_every_five_minutes() {
        let mut delivery = delivery(1);
        delivery.accept(messages(&["1"]), Some(position(1)));
        assert_eq!(delivery.reminder_at(), None);
        let batch = delivery.next_batch(&clock()).unwrap().id;
        assert_eq!(delivery.remind(NOW + Duration::from_secs(299)), None);
        for attempt in 1..4 {
            let now = NOW + Duration::from_secs(300 * u64::from(attempt));
            let next = now + Duration::from_secs(300);
            assert_eq!(delivery.remind(now), Some(Reminder { batch, attempt, next }));
            assert_eq!(delivery.remind(now), None);
        }
        // An hour passes at once: what was missed is not said in a row.
        let now = NOW + Duration::from_secs(4800);
        let next = now + Duration::from_secs(300);
        assert_eq!(delivery.remind(now), Some(Reminder { batch, attempt: 4, next }));
        assert_eq!(delivery.remind(now), None);
        delivery.ack(batch);
        assert_eq!(delivery.reminder_at(), None);
    }

    #[test]
    fn the_window_of_acknowledged_ids_is_bounded() {
        let mut acked = AckedIds::new(3, []);
        acked.extend(["1", "2", "3", "4"].map(MsgId::new));
        assert_eq!(acked.iter().map(MsgId::as_str).collect::<Vec<_>>(), ["2", "3", "4"]);
        assert!(!acked.contains(&MsgId::new("1")) && acked.contains(&MsgId::new("4")));
    }
}
