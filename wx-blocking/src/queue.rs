//! Events on their way to the application: a queue that stays small whether it is read or not, without losing what is told
//! only once.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use wx_proto::{BatchId, Event, GroupName, Lane, OpId, UserName};

use crate::RecvTimeout;

/// The queue, shared by the loop and the application.
#[derive(Default)]
pub(crate) struct Queue {
    waiting: Mutex<Waiting>,
    ready: Condvar,
}

impl Queue {
    /// Never blocks for long, and never refuses: what is too much is coalesced.
    pub(crate) fn push(&self, event: Event) {
        self.lock().push(event);
        self.ready.notify_one();
    }

    /// The oldest event; waits for one, at most `timeout` if given.
    pub(crate) fn pop(&self, timeout: Option<Duration>) -> Result<Event, RecvTimeout> {
        let idle = |waiting: &mut Waiting| !waiting.closed && waiting.events.is_empty();
        let waiting = self.lock();
        let mut waiting = match timeout {
            Some(timeout) => {
                let woken = self.ready.wait_timeout_while(waiting, timeout, idle);
                woken.unwrap_or_else(PoisonError::into_inner).0
            }
            None => self.ready.wait_while(waiting, idle).unwrap_or_else(PoisonError::into_inner),
        };
        if waiting.closed {
            return Err(RecvTimeout::Stopped);
        }
        waiting.pop().ok_or(RecvTimeout::Timeout)
    }

    /// Takes the outcome of `op` back: somebody else has it.
    pub(crate) fn withdraw(&self, op: OpId) {
        self.lock().remove(&Key::Done(op));
    }

    /// No more events for anyone.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.ready.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").field("length", &self.lock().events.len()).finish_non_exhaustive()
    }
}

/// Events by their number, and the newest of each key.
#[derive(Default)]
struct Waiting {
    events: BTreeMap<u64, Event>,
    newest: BTreeMap<Key, u64>,
    /// Those that may be dropped.
    changes: BTreeSet<u64>,
    pushed: u64,
    closed: bool,
}

impl Waiting {
    fn push(&mut self, event: Event) {
        let key = Key::of(&event);
        match key.keep() {
            Keep::All => {}
            Keep::Newest => self.remove(&key),
            Keep::NewestOfMany if self.events.len() >= CROWDED => self.remove(&key),
            Keep::NewestOfMany => {}
        }
        self.pushed += 1;
        if key.is_change() {
            self.changes.insert(self.pushed);
        }
        self.newest.insert(key, self.pushed);
        self.events.insert(self.pushed, event);
        if self.changes.len() > MOST
            && let Some(oldest) = self.changes.pop_first()
        {
            tracing::debug!("too many changes wait: the oldest is dropped");
            self.take(oldest);
        }
    }

    fn pop(&mut self) -> Option<Event> {
        let number = *self.events.first_key_value()?.0;
        self.take(number)
    }

    fn remove(&mut self, key: &Key) {
        if let Some(number) = self.newest.get(key) {
            self.take(*number);
        }
    }

    fn take(&mut self, number: u64) -> Option<Event> {
        let event = self.events.remove(&number)?;
        self.changes.remove(&number);
        let key = Key::of(&event);
        if self.newest.get(&key) == Some(&number) {
            self.newest.remove(&key);
        }
        Some(event)
    }
}

/// What an event is about: a newer one with the same key makes an older one needless.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Key {
    Phase,
    QrCode,
    Scanned,
    Declined,
    WrongEntry,
    Resume,
    LoggedIn,
    Contacts,
    Contact(UserName),
    Group(GroupName),
    Batch(BatchId),
    Done(OpId),
    Transfer(OpId),
    Trouble(Lane),
    Connection,
    Checkpoint,
    Other,
}

impl Key {
    fn of(event: &Event) -> Self {
        match event {
            Event::Phase(_) => Self::Phase,
            Event::QrCode(_) => Self::QrCode,
            Event::Scanned { .. } => Self::Scanned,
            Event::Declined => Self::Declined,
            Event::WrongEntry { .. } => Self::WrongEntry,
            Event::Resume { .. } => Self::Resume,
            Event::LoggedIn { .. } => Self::LoggedIn,
            Event::Contacts(_) => Self::Contacts,
            Event::ContactChanged(user) | Event::ContactRemoved(user) => Self::Contact(user.clone()),
            Event::GroupChanged(change) => Self::Group(change.group.clone()),
            Event::Batch(batch) => Self::Batch(batch.id),
            Event::Done { op, .. } => Self::Done(*op),
            Event::Transfer(progress) => Self::Transfer(progress.op),
            Event::Trouble { lane, .. } => Self::Trouble(*lane),
            Event::Offline { .. } | Event::Online => Self::Connection,
            Event::Checkpoint { .. } => Self::Checkpoint,
            _ => Self::Other,
        }
    }

    const fn keep(&self) -> Keep {
        match self {
            Self::Phase | Self::Batch(_) | Self::Other => Keep::All,
            Self::QrCode | Self::Contact(_) | Self::Done(_) | Self::Transfer(_) | Self::Checkpoint => {
                Keep::Newest
            }
            Self::Scanned
            | Self::Declined
            | Self::WrongEntry
            | Self::Resume
            | Self::LoggedIn
            | Self::Contacts
            | Self::Group(_)
            | Self::Trouble(_)
            | Self::Connection => Keep::NewestOfMany,
        }
    }

    /// There may be as many as there are contacts, and they can be looked up. Of all others there are few: batches have
    /// their window, outcomes are those of sends that nobody waited for or forgot, and few files are on their way.
    const fn is_change(&self) -> bool {
        matches!(self, Self::Contact(_) | Self::Group(_))
    }
}

/// Which events with the same key wait.
enum Keep {
    All,
    Newest,
    /// The newest once many events wait, so that whoever reads sees all.
    NewestOfMany,
}

const CROWDED: usize = 64;
/// Never more waiting changes of contacts and groups than this.
const MOST: usize = 4096;

#[cfg(test)]
mod tests {
    use std::{sync::Arc, thread, time::Instant};

    use wx_proto::{Cause, OpError, Phase, Revision, Timestamp};

    use super::*;

    fn changed(user: impl fmt::Display) -> Event {
        Event::ContactChanged(UserName::new(format!("@{user}")))
    }

    fn done(op: u64) -> Event {
        Event::Done { op: OpId::new(op), outcome: Err(OpError::Unknown) }
    }

    fn trouble(lane: Lane, attempt: u32) -> Event {
        Event::Trouble { lane, cause: Cause::Store, attempt, retry_at: Timestamp::default() }
    }

    fn offline() -> Event {
        Event::Offline { cause: Cause::Store, retry_at: Timestamp::default() }
    }

    fn rest(queue: &Queue) -> Vec<String> {
        let name = |event| {
            if let Event::Trouble { lane, attempt, .. } = event {
                return format!("trouble {} {attempt}", lane.as_str());
            }
            format!("{event:?}")
        };
        std::iter::from_fn(|| queue.pop(Some(Duration::ZERO)).ok()).map(name).collect()
    }

    #[test]
    fn whoever_reads_sees_all_in_order() {
        let queue = Queue::default();
        for event in [
            Event::Phase(Phase::AwaitScan),
            trouble(Lane::Send, 1),
            Event::Online,
            Event::Phase(Phase::Starting),
        ] {
            queue.push(event);
        }
        assert_eq!(rest(&queue), ["Phase(AwaitScan)", "trouble send 1", "Online", "Phase(Starting)"]);
    }

    #[test]
    fn once_many_wait_the_newest_of_each_kind_is_kept() {
        let queue = Queue::default();
        (0..CROWDED).for_each(|_| queue.push(Event::Online));
        for attempt in 1..1000 {
            queue.push(offline());
            queue.push(trouble(Lane::Send, attempt));
            queue.push(trouble(Lane::Control, attempt));
            queue.push(Event::Online);
        }
        let rest = rest(&queue);
        assert!(rest.len() <= CROWDED + 4);
        assert_eq!(rest[rest.len() - 3..], ["trouble send 999", "trouble control 999", "Online"]);
    }

    #[test]
    fn a_contact_and_an_outcome_wait_once() {
        let queue = Queue::default();
        for _ in 0..3 {
            queue.push(changed("a"));
            queue.push(done(1));
            queue.push(changed("b"));
            queue.push(Event::ContactRemoved(UserName::new("@a")));
        }
        let rest = rest(&queue);
        assert_eq!(rest.len(), 3);
        assert!(
            rest[0].starts_with("Done") && rest[1].contains("@b") && rest[2].contains("Removed"),
            "{rest:?}"
        );
    }

    #[test]
    fn how_far_a_file_is_waits_once_for_each() {
        // Only the core makes them, so the keys are looked at.
        for key in [Key::Transfer(OpId::new(1)), Key::Done(OpId::new(1))] {
            assert!(matches!(key.keep(), Keep::Newest) && !key.is_change());
        }
        assert_ne!(Key::Transfer(OpId::new(1)), Key::Transfer(OpId::new(2)));
    }

    #[test]
    fn however_much_changes_only_changes_are_dropped() {
        let queue = Queue::default();
        let kept = |queue: &Queue| {
            queue.push(Event::Phase(Phase::Starting));
            queue.push(Event::Phase(Phase::Online));
            queue.push(Event::Checkpoint { revision: Revision::new(1) });
            queue.push(done(7));
        };
        kept(&queue);
        (0..3 * MOST).for_each(|user| queue.push(changed(user)));
        assert_eq!(queue.lock().events.len(), MOST + 4);
        let rest = rest(&queue);
        let expected = Queue::default();
        kept(&expected);
        assert_eq!(rest[..4], self::rest(&expected));
        assert!(rest[4].contains(&format!("@{}", 2 * MOST)), "{}", rest[4]);
        let waiting = queue.lock();
        assert!(waiting.newest.is_empty() && waiting.changes.is_empty());
    }

    #[test]
    fn an_outcome_that_somebody_waited_for_is_withdrawn() {
        let queue = Queue::default();
        queue.push(done(1));
        queue.push(done(2));
        queue.withdraw(OpId::new(1));
        queue.withdraw(OpId::new(7));
        assert_eq!(rest(&queue).len(), 1);
    }

    #[test]
    fn a_reader_waits_for_an_event_a_timeout_or_the_end() {
        let queue = Arc::new(Queue::default());
        let start = Instant::now();
        assert_eq!(queue.pop(Some(Duration::from_millis(20))).unwrap_err(), RecvTimeout::Timeout);
        assert!(start.elapsed() >= Duration::from_millis(20));
        let reader = thread::spawn({
            let queue = queue.clone();
            move || (queue.pop(None).is_ok(), queue.pop(None).unwrap_err())
        });
        queue.push(Event::Online);
        thread::sleep(Duration::from_millis(20));
        queue.close();
        assert_eq!(reader.join().unwrap(), (true, RecvTimeout::Stopped));
    }
}
