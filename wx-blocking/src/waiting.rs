//! Waiting for outcomes.

use std::{
    sync::{Arc, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use wx_proto::{CommandError, Event, OpId, OutboxEntry, Outcome, Phase, Revision};

use crate::{
    SendError,
    ops::Ended,
    shared::{Shared, State},
};

impl Shared {
    /// Notes an outcome; true if somebody waits for it.
    pub(crate) fn end(&self, state: &mut State, op: OpId, ended: Ended) -> bool {
        if !state.ops.has_ended(op) && state.is_send(op) {
            let count = if ended.is_ok() { &mut state.stats.sent } else { &mut state.stats.failed };
            *count += 1;
        }
        if state.ops.len() >= OUTCOMES {
            let sends = state.sends();
            state.ops.tidy(|op| sends.contains(&op));
        }
        let waited_for = state.ops.end(op, ended);
        // Mostly it is the thread that leads itself who waits.
        if waited_for && state.sleepers > 0 {
            self.ended.notify_all();
        }
        waited_for
    }

    /// Just after the start the session may have to be stored first: a send waits for that. An application that stores by
    /// itself may do so on this very thread, so it is not waited for.
    pub(crate) fn await_first_store(&self) {
        if self.tells_checkpoints {
            return;
        }
        let waits = |state: &State| {
            let is_waiting = *state.core.phase() == Phase::Online && !state.core.is_run_stored();
            is_waiting && !state.stopped && !state.store_failed
        };
        let start = Instant::now();
        let mut state = self.lock();
        while waits(&state)
            && let Some(left) = FIRST_STORE.checked_sub(start.elapsed())
        {
            state = self.sleep(state, Some(left));
        }
    }

    /// The session of this revision is stored, but may not be on the disk yet.
    pub(crate) fn stored(&self, revision: Revision) {
        let is_first = self.change(|state| {
            let was_stored = state.core.is_run_stored();
            if !state.stopped {
                state.stored(revision);
            }
            !was_stored && state.core.is_run_stored()
        });
        // Every other wait is for an outcome, which is told when there is one.
        if is_first {
            self.ended.notify_all();
        }
    }

    /// The session of this revision could not be stored: whoever waits for it need not wait on.
    pub(crate) fn store_failed(&self, revision: Revision) {
        self.change(|state| {
            if !state.stopped {
                state.store_failed = true;
                state.core.store_failed(revision);
            }
        });
        self.ended.notify_all();
    }

    /// Gives a command and waits for its outcome in one go: the loop is not woken, for the thread that waits does the work.
    pub(crate) fn run(
        self: &Arc<Self>,
        command: impl FnOnce(&mut State) -> Result<OpId, CommandError>,
    ) -> Result<Outcome, SendError> {
        let mut state = self.lock();
        if state.stopped {
            return Err(SendError::Stopped);
        }
        let now = self.now(&mut state);
        state.notice_step(now);
        // In one go with the command, so that its outcome does not slip through.
        let op = command(&mut state).inspect(|op| state.ops.join(*op));
        drop(state);
        match op {
            Ok(op) => {
                let outcome = self.wait(op);
                self.leave(op);
                outcome
            }
            Err(error) => {
                // The time passed all the same.
                self.change(|_| {});
                Err(error.into())
            }
        }
    }

    /// Gives a command whose outcome somebody waits for from now on.
    pub(crate) fn begin(
        &self,
        command: impl FnOnce(&mut State) -> Result<OpId, CommandError>,
    ) -> Result<OpId, CommandError> {
        self.command(|state| {
            let op = command(state)?;
            // One that is known is told again.
            state.ops.forget(op);
            state.ops.join(op);
            Ok(op)
        })
    }

    /// Waits for the outcome of a command that was joined, and does what there is to do for it.
    pub(crate) fn wait(self: &Arc<Self>, op: OpId) -> Result<Outcome, SendError> {
        self.lead(op);
        let mut state = self.lock();
        // Not `wait_while`, which gives up early if some other thread panicked under the lock.
        while !state.stopped && !state.ops.has_ended(op) {
            state = self.sleep(state, None);
        }
        self.take(state, op).unwrap_or(Err(SendError::Stopped))
    }

    /// Waits for so long at most, and leaves the work to others.
    pub(crate) fn wait_timeout(&self, op: OpId, timeout: Duration) -> Result<Option<Outcome>, SendError> {
        let start = Instant::now();
        let mut state = self.lock();
        while !state.stopped && !state.ops.has_ended(op) {
            let Some(left) = timeout.checked_sub(start.elapsed()).filter(|left| !left.is_zero()) else {
                return Ok(None);
            };
            state = self.sleep(state, Some(left));
        }
        self.take(state, op).unwrap_or(Err(SendError::Stopped)).map(Some)
    }

    /// Sleeps until an outcome is told, for so long at most.
    fn sleep<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        at_most: Option<Duration>,
    ) -> MutexGuard<'a, State> {
        state.sleepers += 1;
        let mut state = match at_most {
            Some(time) => self.ended.wait_timeout(state, time).unwrap_or_else(PoisonError::into_inner).0,
            None => self.ended.wait(state).unwrap_or_else(PoisonError::into_inner),
        };
        state.sleepers -= 1;
        state
    }

    /// The outcome, for one who waits. A send that cannot be asked for again is forgotten.
    fn take(&self, mut state: MutexGuard<'_, State>, op: OpId) -> Option<Result<Outcome, SendError>> {
        let ended = state.ops.take(op)?;
        let is_owned = |entry: &OutboxEntry| entry.op == op && entry.client_msg_id.is_some();
        if !state.stopped && !state.core.outbox().any(is_owned) {
            state.core.forget(op);
        }
        // Nobody waits for what there is to do now, but the next send would find the loop awake and in its way. The next
        // look is near: the session was just stored, and is to be flushed soon.
        state.woken = true;
        self.unlock(state);
        self.queue.withdraw(op);
        Some(ended.map_err(SendError::from))
    }

    /// Somebody waits no more. An outcome that came for him, and that he did not take, is an event after all.
    pub(crate) fn leave(&self, op: OpId) {
        let mut state = self.lock();
        let keep = state.is_send(op);
        if let Some(outcome) = state.ops.leave(op, keep) {
            self.queue.push(Event::Done { op, outcome });
        }
        self.unlock(state);
    }

    /// Gives the lock up; a stop that waits for what was done under it looks again.
    fn unlock(&self, state: MutexGuard<'_, State>) {
        let wakes = state.is_stopping();
        drop(state);
        if wakes {
            self.work.notify_one();
        }
    }

    pub(crate) fn cancel(&self, op: OpId) -> bool {
        self.change(|state| !state.stopped && state.core.cancel(op))
    }

    /// The application does not need this outcome any more.
    pub(crate) fn forget(&self, op: OpId) {
        self.change(|state| {
            if state.stopped {
                return;
            }
            let entry = state.core.outbox().find(|entry| entry.op == op);
            let outcome = entry.and_then(OutboxEntry::outcome);
            state.core.forget(op);
            match outcome {
                // It would never be told now.
                Some(outcome) if state.ops.open().any(|open| open == op) => {
                    self.end(state, op, outcome);
                }
                Some(_) => state.ops.forget(op),
                None => {}
            }
        });
        self.queue.withdraw(op);
    }
}

/// How long a send waits for the first store of its run; a full disk ends the wait.
const FIRST_STORE: Duration = Duration::from_secs(10);
/// Outcomes held before those that nobody can ask for are dropped.
const OUTCOMES: usize = 256;
