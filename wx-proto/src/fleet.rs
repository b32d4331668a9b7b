//! Many clients on one thread.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use crate::{Client, Output, Reply, Timestamp};

/// Many accounts on one thread: the clients by their keys, and a queue of those that have something to do.
///
/// It is driven like a single [`Client`]: [`poll`](Self::poll) until it gives `None`, then wait until
/// [`deadline`](Self::deadline) or until a reply is there, and give that to [`handle`](Self::handle). What a call costs
/// does not grow with the number of clients that rest, but for the logarithm of a lookup.
///
/// A client does in a fleet what it does alone; clients know nothing of each other.
///
/// ```
/// use wx_proto::{Client, Config, Fleet, LoginMethod, Output, Timestamp};
///
/// let now = Timestamp::from_millis(1_735_700_000_000);
/// let mut fleet = Fleet::new();
/// for (account, seed) in [("work", 0x9e37_79b9), ("home", 0x7f4a_7c15)] {
///     // The seed comes from the operating system's entropy, another for each client: device ids are made from it.
///     let mut client = Client::new(Config::default(), seed, now);
///     client.login(LoginMethod::Auto)?;
///     fleet.insert(account, client);
/// }
/// let mut started = Vec::new();
/// while let Some((account, output)) = fleet.poll(now) {
///     match output {
///         // The request goes out; with its reply: `fleet.handle(now, &account, reply)`.
///         Output::Start(request) => started.push((account, request.id)),
///         Output::Abort(_) | Output::Event(_) => {}
///     }
/// }
/// assert_eq!(started.len(), 2);
/// assert!(fleet.deadline().is_some_and(|at| at > now));
/// # Ok::<(), wx_proto::CommandError>(())
/// ```
#[derive(Clone)]
pub struct Fleet<K> {
    slots: BTreeMap<K, Slot>,
    /// The clients that rest until a time, each with its present deadline: an entry that no longer holds is removed, so
    /// that none wakes for nothing.
    timers: BTreeSet<(Timestamp, K)>,
    /// The clients to be polled, by their turns.
    due: BTreeMap<u64, K>,
    turns: u64,
    /// The caller's time at the last call.
    now: Timestamp,
}

/// A client and where its key is queued.
#[derive(Clone)]
struct Slot {
    // A client has some kilobytes, which the nodes of a map would copy about.
    client: Box<Client>,
    queued: Queued,
}

impl Slot {
    /// The client has nothing to do before its deadline.
    fn rest<K: Ord>(&mut self, key: K, timers: &mut BTreeSet<(Timestamp, K)>) {
        self.queued = match self.client.deadline() {
            Some(at) => {
                timers.insert((at, key));
                Queued::Timer(at)
            }
            None => Queued::Nowhere,
        };
    }
}

#[derive(Clone, Copy)]
enum Queued {
    /// In `due`, under this turn.
    Due(u64),
    /// In `timers`, under this time.
    Timer(Timestamp),
    /// Nowhere: it waits for a reply or a command.
    Nowhere,
}

impl<K: Ord + Clone> Fleet<K> {
    /// A fleet without clients.
    pub const fn new() -> Self {
        Self {
            slots: BTreeMap::new(),
            timers: BTreeSet::new(),
            due: BTreeMap::new(),
            turns: 0,
            now: Timestamp::from_millis(0),
        }
    }

    /// Takes a client in, due to be polled. Gives the one that had the key before; replies to its requests have to be
    /// kept from the new one.
    pub fn insert(&mut self, key: K, client: Client) -> Option<Client> {
        let before = self.remove(&key);
        let turn = self.next_turn();
        self.due.insert(turn, key.clone());
        self.slots.insert(key, Slot { client: Box::new(client), queued: Queued::Due(turn) });
        before
    }

    /// Gives a client out, as it is: output that was not polled stays in it.
    pub fn remove(&mut self, key: &K) -> Option<Client> {
        let (key, slot) = self.slots.remove_entry(key)?;
        match slot.queued {
            Queued::Due(turn) => drop(self.due.remove(&turn)),
            Queued::Timer(at) => drop(self.timers.remove(&(at, key))),
            Queued::Nowhere => {}
        }
        Some(*slot.client)
    }

    /// The client of this key.
    pub fn get(&self, key: &K) -> Option<&Client> {
        self.slots.get(key).map(|slot| &*slot.client)
    }

    /// The client of this key, for commands; it is due to be polled then.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut Client> {
        let now = self.now;
        let slot = self.make_due(key)?;
        // It may have rested for long: a command counts from the present.
        slot.client.catch_up(now);
        Some(&mut slot.client)
    }

    /// The next thing to do and for which client, `None` when there is nothing until [`deadline`](Self::deadline) or the
    /// next reply or command.
    ///
    /// After an output of one client all others that are due get their turn.
    pub fn poll(&mut self, now: Timestamp) -> Option<(K, Output)> {
        self.pass(now);
        while self.timers.first().is_some_and(|(at, _)| *at <= now) {
            let Some((_, key)) = self.timers.pop_first() else { break };
            let turn = self.next_turn();
            if let Some(slot) = self.slots.get_mut(&key) {
                slot.queued = Queued::Due(turn);
                self.due.insert(turn, key);
            }
        }
        while let Some((_, key)) = self.due.pop_first() {
            let turn = self.next_turn();
            let Some(slot) = self.slots.get_mut(&key) else { continue };
            if let Some(output) = slot.client.poll(now) {
                slot.queued = Queued::Due(turn);
                self.due.insert(turn, key.clone());
                return Some((key, output));
            }
            slot.rest(key, &mut self.timers);
        }
        None
    }

    /// Gives a client the end of an exchange. One for a key that is not, or no longer, here changes nothing.
    pub fn handle(&mut self, now: Timestamp, key: &K, reply: Reply) {
        self.pass(now);
        if let Some(slot) = self.make_due(key) {
            slot.client.handle(now, reply);
        }
    }

    /// When to poll again even without a reply, in the time the caller uses. A time that has come already while a client
    /// is due.
    pub fn deadline(&self) -> Option<Timestamp> {
        if self.due.is_empty() { self.timers.first().map(|(at, _)| *at) } else { Some(self.now) }
    }

    /// How many clients are here.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// True if no client is here.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The keys, in their order.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.slots.keys()
    }

    /// The clients, in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &Client)> {
        self.slots.iter().map(|(key, slot)| (key, &*slot.client))
    }

    /// Queues a client to be polled, if it is not.
    fn make_due(&mut self, key: &K) -> Option<&mut Slot> {
        let turn = self.next_turn();
        let slot = self.slots.get_mut(key)?;
        match slot.queued {
            Queued::Due(_) => return Some(slot),
            Queued::Timer(at) => {
                let (_, key) = self.timers.take(&(at, key.clone()))?;
                self.due.insert(turn, key);
            }
            Queued::Nowhere => {
                self.due.insert(turn, key.clone());
            }
        }
        slot.queued = Queued::Due(turn);
        Some(slot)
    }

    const fn next_turn(&mut self) -> u64 {
        self.turns += 1;
        self.turns
    }

    /// Takes the caller's time.
    ///
    /// Deadlines are in the caller's time, and a client shifts its own only when it is told the time. So after a step back
    /// each client is told twice: the time before the step, which a client that rested did not see, and the time after it.
    /// Else all that rest would wait longer, by as much as the clock stepped back.
    fn pass(&mut self, now: Timestamp) {
        let before = std::mem::replace(&mut self.now, now);
        if now >= before {
            return;
        }
        self.timers.clear();
        for (key, slot) in &mut self.slots {
            slot.client.catch_up(before);
            slot.client.pass(now);
            if let Queued::Timer(_) = slot.queued {
                slot.rest(key.clone(), &mut self.timers);
            }
        }
    }
}

impl<K: Ord + Clone> Default for Fleet<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: fmt::Debug> fmt::Debug for Fleet<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fleet")
            .field("keys", &self.slots.keys())
            .field("due", &self.due.values())
            .field("timers", &self.timers)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
