//! What the loop and the application's threads share: the core and the driver behind a lock, and the signals between them.

use std::{
    any::Any,
    collections::{BTreeMap, BTreeSet},
    fmt, mem,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use wx_proto::{
    Batch, BatchId, CommandError, Event, OpError, OpId, Outcome, Output, Phase, Reply, Request, RequestId,
    Revision, Session, Timestamp,
};

use crate::{
    Clock, Downloaded, FileError, Sinks, Stats, driver::Driver, files::Receiving, ops::Ops, queue::Queue,
};

/// Shared by the loop, the client and its handles.
pub(crate) struct Shared {
    state: Mutex<State>,
    /// Tells the loop that there is something to do.
    pub(crate) work: Condvar,
    /// Tells those who wait that an outcome is there, or that none comes any more.
    pub(crate) ended: Condvar,
    pub(crate) queue: Queue,
    pub(crate) clock: Clock,
    /// Where downloads go.
    pub(crate) sinks: Sinks,
    /// The application keeps the session: it is told when to store it.
    pub(crate) tells_checkpoints: bool,
}

pub(crate) struct State {
    pub(crate) core: wx_proto::Client,
    pub(crate) stats: Stats,
    pub(crate) ops: Ops,
    /// Threads that sleep until an outcome is told.
    pub(crate) sleepers: usize,
    /// Whoever leads has it.
    pub(crate) driver: Option<Driver>,
    /// When the loop looks for something to do by itself; `None` while it waits for whoever leads.
    pub(crate) sleeps_until: Option<Instant>,
    /// Another thread than the loop's panicked while it led: the loop ends with that.
    pub(crate) panic: Option<Box<dyn Any + Send>>,
    /// What the readings of the clock tell.
    pub(crate) clock: wx_proto::driver::Clock,
    replies: Vec<Reply>,
    /// Files that come, until their commands are over.
    pub(crate) receiving: BTreeMap<OpId, Receiving>,
    /// What came of those of which nobody asked yet.
    pub(crate) received: BTreeMap<OpId, Result<Downloaded, FileError>>,
    /// How far files have come since the core was last told.
    progress: BTreeMap<RequestId, u64>,
    /// The time that the core was given last.
    time: Timestamp,
    /// What the core asked for when somebody who does not do it gave it the time.
    ready: Option<Output>,
    /// Messages of the batches that are not acknowledged.
    unacked: BTreeMap<BatchId, u64>,
    pub(crate) woken: bool,
    /// When the store should be flushed.
    flush_at: Option<Instant>,
    stop_by: Option<Instant>,
    pub(crate) stopped: bool,
    /// The last try to store the session failed.
    pub(crate) store_failed: bool,
}

/// Something to do without the lock.
pub(crate) enum Step {
    Start(Request),
    Abort(RequestId),
    DropIdle,
    Store(Revision, Option<Session>),
    /// A download is over.
    Settle(OpId, Result<Outcome, OpError>, Box<Receiving>),
}

impl Shared {
    pub(crate) fn new(core: wx_proto::Client, driver: Driver, clock: Clock, tells_checkpoints: bool) -> Self {
        let reading = clock.read();
        let state = State {
            core,
            stats: Stats::default(),
            ops: Ops::default(),
            sleepers: 0,
            driver: Some(driver),
            sleeps_until: None,
            panic: None,
            clock: wx_proto::driver::Clock::new(reading),
            replies: Vec::new(),
            receiving: BTreeMap::new(),
            received: BTreeMap::new(),
            progress: BTreeMap::new(),
            time: reading.wall,
            ready: None,
            unacked: BTreeMap::new(),
            woken: false,
            flush_at: None,
            stop_by: None,
            stopped: false,
            store_failed: false,
        };
        Self {
            state: Mutex::new(state),
            work: Condvar::new(),
            ended: Condvar::new(),
            queue: Queue::default(),
            clock,
            sinks: Sinks::default(),
            tells_checkpoints,
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the application look at the core. A panic of its own must not poison the lock.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&wx_proto::Client) -> T) -> T {
        let state = self.lock();
        // The core is only lent, so that it is whole whatever happens.
        let looked = catch_unwind(AssertUnwindSafe(|| look(&state.core)));
        drop(state);
        looked.unwrap_or_else(|panic| resume_unwind(panic))
    }

    /// Changes something and lets the loop look at it, unless another thread leads: that one looks again before it ends.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.lock();
        let result = change(&mut state);
        state.woken = true;
        let is_led = state.driver.is_none();
        drop(state);
        if !is_led {
            self.work.notify_one();
        }
        result
    }

    /// A command of the application; none is taken once the loop ended.
    pub(crate) fn command<T>(
        &self,
        command: impl FnOnce(&mut State) -> Result<T, CommandError>,
    ) -> Result<T, CommandError> {
        self.change(|state| {
            if state.stopped {
                return Err(CommandError::NotOnline);
            }
            let now = self.now(state);
            state.notice_step(now);
            command(state)
        })
    }

    /// The time now.
    pub(crate) fn now(&self, state: &mut State) -> Timestamp {
        state.clock.update(self.clock.read())
    }

    /// Takes a reply from a worker.
    pub(crate) fn reply(&self, reply: Reply) {
        self.change(|state| state.add_reply(reply));
    }

    /// Takes from a worker how far a file has come.
    pub(crate) fn progress(&self, id: RequestId, bytes: u64) {
        self.change(|state| state.progress.insert(id, bytes));
    }

    /// The next step; `None` if there is none for now, or if it is time to stop.
    pub(crate) fn next(&self, state: &mut State) -> Option<Step> {
        if state.ready.is_none() && state.is_to_stop() {
            return None;
        }
        let now = self.now(state);
        if state.clock.take_jump() {
            return Some(Step::DropIdle);
        }
        state.take_replies(now);
        while let Some(output) = state.poll(now) {
            match output {
                Output::Start(request) => {
                    state.stats.requests += 1;
                    return Some(Step::Start(request));
                }
                Output::Abort(id) => return Some(Step::Abort(id)),
                Output::Event(Event::Checkpoint { revision }) if !self.tells_checkpoints => {
                    return Some(Step::Store(revision, state.core.session()));
                }
                Output::Event(Event::Done { op, outcome }) if state.receiving.contains_key(&op) => {
                    let receiving = state.receiving.remove(&op)?;
                    return Some(Step::Settle(op, outcome, Box::new(receiving)));
                }
                Output::Event(event) => self.tell(state, event),
            }
        }
        None
    }

    /// An event goes to whom it concerns.
    pub(crate) fn tell(&self, state: &mut State, event: Event) {
        if let Event::Done { op, outcome } = &event
            && self.end(state, *op, outcome.clone())
        {
            return;
        }
        if let Event::Batch(batch) = &event {
            state.unacked.insert(batch.id, count(batch));
        }
        if let Event::Phase(phase) = &event {
            tracing::debug!(?phase, "phase");
            if let Phase::Ended(_) = phase {
                // What the end took with it has no other outcome: nobody must wait for ever.
                let sends = state.sends();
                let gone: Vec<OpId> = state.ops.open().filter(|op| !sends.contains(op)).collect();
                for op in gone {
                    self.end(state, op, Err(OpError::SessionEnded));
                }
            }
        }
        self.queue.push(event);
    }

    /// Asks the loop to end, by then at the latest.
    pub(crate) fn stop(&self, grace: Duration) {
        let by = Instant::now() + grace.min(LONGEST_GRACE);
        self.change(|state| state.stop_by = Some(by));
    }

    /// The last session, with what the last replies say; nothing changes it after this.
    pub(crate) fn close(&self) -> Option<Session> {
        let mut state = self.lock();
        let now = self.now(&mut state);
        state.take_replies(now);
        state.stopped = true;
        // What came of them so far goes with them.
        state.receiving.clear();
        state.core.session()
    }

    /// Nobody waits any more.
    pub(crate) fn release(&self) {
        self.lock().stopped = true;
        self.ended.notify_all();
        self.queue.close();
    }
}

impl State {
    /// How long there is nothing to do, as far as is known.
    pub(crate) fn wait_time(&self) -> Duration {
        let others = self.flush_at.into_iter().chain(self.stop_by);
        let others = others.map(|at| at.saturating_duration_since(Instant::now()));
        others.fold(self.clock.wait(self.core.deadline()), Duration::min).max(SHORTEST_WAIT)
    }

    /// Tells the core that the clock was set back before it takes a command: the command is meant in the time as it is now,
    /// and what the core kept until then in the time before.
    pub(crate) fn notice_step(&mut self, now: Timestamp) {
        if now < self.time && self.ready.is_none() {
            self.time = now;
            self.ready = self.core.poll(now);
        }
    }

    /// True if the store should be flushed now.
    pub(crate) fn take_flush(&mut self) -> bool {
        self.flush_at.take_if(|at| *at <= Instant::now()).is_some()
    }

    pub(crate) fn add_reply(&mut self, reply: Reply) {
        self.replies.push(reply);
    }

    /// Asks the core for what another thread is to do; false if there is nothing.
    pub(crate) fn look_ahead(&mut self, now: Timestamp) -> bool {
        if self.ready.is_none() {
            self.take_replies(now);
            self.ready = self.core.poll(now);
        }
        self.ready.is_some()
    }

    fn poll(&mut self, now: Timestamp) -> Option<Output> {
        self.ready.take().or_else(|| self.core.poll(now))
    }

    fn take_replies(&mut self, now: Timestamp) {
        self.time = now;
        for (id, bytes) in mem::take(&mut self.progress) {
            self.core.progress(now, id, bytes);
        }
        for reply in mem::take(&mut self.replies) {
            self.stats.replies += 1;
            self.core.handle(now, reply);
        }
    }

    pub(crate) fn stored(&mut self, revision: Revision) {
        self.stats.stores += 1;
        self.store_failed = false;
        self.flush_at = self.flush_at.or_else(|| Some(Instant::now() + FLUSH_AFTER));
        self.core.stored(revision);
    }

    pub(crate) fn ack(&mut self, batch: BatchId) -> Result<(), CommandError> {
        self.core.ack(batch)?;
        self.count_acknowledged(batch);
        Ok(())
    }

    pub(crate) fn ack_stored(&mut self, batch: BatchId, session: &Session) -> Result<(), CommandError> {
        self.core.ack_stored(batch, session)?;
        self.count_acknowledged(batch);
        Ok(())
    }

    fn count_acknowledged(&mut self, batch: BatchId) {
        while let Some(entry) = self.unacked.first_entry().filter(|entry| *entry.key() <= batch) {
            self.stats.acknowledged += entry.remove();
        }
    }

    /// Sends until they are forgotten.
    pub(crate) fn sends(&self) -> BTreeSet<OpId> {
        self.core.outbox().map(|entry| entry.op).collect()
    }

    pub(crate) fn is_send(&self, op: OpId) -> bool {
        self.core.outbox().any(|entry| entry.op == op)
    }

    pub(crate) const fn is_stopping(&self) -> bool {
        self.stop_by.is_some()
    }

    /// True once a stop was asked for, and nothing is left to wait for or the time for it is over.
    pub(crate) fn is_to_stop(&self) -> bool {
        let Some(by) = self.stop_by else { return false };
        if Instant::now() >= by {
            return true;
        }
        let moves = matches!(self.core.phase(), Phase::Starting | Phase::Online);
        let open = moves && self.core.outbox().any(|entry| entry.outcome().is_none());
        !open && self.ops.open().next().is_none()
    }
}

/// Messages in a batch.
pub(crate) fn count(batch: &Batch) -> u64 {
    u64::try_from(batch.messages().len()).unwrap_or(u64::MAX)
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the lock: whoever prints it may have it.
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

/// The core's time has no smaller steps.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);
/// So that an `Instant` can hold it.
const LONGEST_GRACE: Duration = Duration::from_secs(365 * 24 * 3600);
/// A power failure takes no more than this.
const FLUSH_AFTER: Duration = Duration::from_secs(1);
