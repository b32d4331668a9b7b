//! Waiting for outcomes.

use std::{
    sync::{Arc, PoisonError},
    time::{Duration, Instant},
};

use wx_proto::{CommandError, OpId, Outcome, Phase, Revision};

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
            state = self.ended.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
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

    /// Runs a command and waits for its outcome; afterwards its send is forgotten, if it is one.
    pub(crate) fn run(
        self: &Arc<Self>,
        command: impl FnOnce(&mut State) -> Result<OpId, CommandError>,
    ) -> Result<Outcome, SendError> {
        let now = self.clock.now();
        let mut state = self.lock();
        if state.stopped {
            return Err(SendError::Stopped);
        }
        state.notice_step(now);
        // In one go with the command, so that its outcome does not slip through.
        let op = command(&mut state).inspect(|op| state.ops.join(*op));
        drop(state);
        match op {
            Ok(op) => self.finish_waiting(op, After::Forget),
            Err(error) => {
                // The time passed all the same.
                self.change(|_| {});
                Err(error.into())
            }
        }
    }

    /// Waits for the outcome of a command given before.
    pub(crate) fn wait(self: &Arc<Self>, op: OpId) -> Result<Outcome, SendError> {
        let mut state = self.lock();
        let known = state.ops.has_ended(op) || state.ops.is_waited_for(op) || state.is_send(op);
        if !known {
            return Err(SendError::UnknownOp);
        }
        state.ops.join(op);
        drop(state);
        self.finish_waiting(op, After::Keep)
    }

    fn finish_waiting(self: &Arc<Self>, op: OpId, after: After) -> Result<Outcome, SendError> {
        self.lead(op);
        let mut state = self.lock();
        // Not `wait_while`, which gives up early if some other thread panicked under the lock.
        while !state.stopped && !state.ops.has_ended(op) {
            state.sleepers += 1;
            state = self.ended.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.sleepers -= 1;
        }
        let keep = state.is_send(op) && matches!(after, After::Keep);
        let ended = state.ops.leave(op, keep);
        if ended.is_some() && !state.stopped && matches!(after, After::Forget) {
            state.core.forget(op);
        }
        // Nobody waits for what there is to do now, but the next send would find the loop awake and in its way. The next
        // look is near: the session was just stored, and is to be flushed soon.
        state.woken = true;
        let wakes = state.is_stopping();
        drop(state);
        if wakes {
            self.work.notify_one();
        }
        self.queue.withdraw(op);
        Ok(ended.ok_or(SendError::Stopped)??)
    }

    /// The application does not need this outcome any more.
    pub(crate) fn forget(&self, op: OpId) {
        self.change(|state| {
            if state.stopped {
                return;
            }
            let entry = state.core.outbox().find(|entry| entry.op == op);
            let outcome = entry.and_then(wx_proto::OutboxEntry::outcome);
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

/// What becomes of a send whose outcome somebody waited for.
#[derive(Clone, Copy)]
enum After {
    Keep,
    Forget,
}

/// How long a send waits for the first store of its run; a full disk ends the wait.
const FIRST_STORE: Duration = Duration::from_secs(10);
/// Outcomes held before those that nobody can ask for are dropped.
const OUTCOMES: usize = 256;
