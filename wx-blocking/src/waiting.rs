//! Waiting for outcomes.

use std::{
    sync::{MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use wx_proto::{CommandError, OpId, Outcome};

use crate::{
    SendError,
    ops::Ended,
    shared::{Shared, State},
};

impl Shared {
    /// Notes an outcome; true if somebody waits for it.
    pub(crate) fn end(&self, state: &mut State, op: OpId, ended: Ended) -> bool {
        let sends = state.sends();
        if !state.ops.has_ended(op) && sends.contains(&op) {
            let count = if ended.is_ok() { &mut state.stats.sent } else { &mut state.stats.failed };
            *count += 1;
        }
        if state.ops.len() >= OUTCOMES {
            state.ops.tidy(|op| sends.contains(&op));
        }
        let waited_for = state.ops.end(op, ended);
        if waited_for {
            self.ended.notify_all();
        }
        waited_for
    }

    /// A send. Right after a login the first store may be under way, and nothing is accepted before it: that is waited
    /// for, unless the application stores by itself.
    pub(crate) fn send(
        &self,
        mut command: impl FnMut(&mut State) -> Result<OpId, CommandError>,
    ) -> Result<OpId, SendError> {
        let by = Instant::now() + FIRST_STORE;
        let mut state = self.lock();
        loop {
            if state.stopped {
                return Err(SendError::Stopped);
            }
            let result = command(&mut state);
            let left = by.saturating_duration_since(Instant::now());
            let waits =
                result == Err(CommandError::NotStored) && !self.tells_checkpoints && !state.store_failed;
            if !waits || left.is_zero() {
                state.woken = true;
                drop(state);
                self.work.notify_one();
                return Ok(result?);
            }
            let stores = state.stats.stores;
            let idle =
                |state: &mut State| !state.stopped && !state.store_failed && state.stats.stores == stores;
            let woken = self.ended.wait_timeout_while(state, left, idle);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Runs a send and waits for its outcome.
    pub(crate) fn run_send(
        &self,
        mut command: impl FnMut(&mut State) -> Result<OpId, CommandError>,
    ) -> Result<Outcome, SendError> {
        let op = self.send(|state| {
            // In one go with the command, so that its outcome does not slip through.
            let op = command(state)?;
            state.ops.join(op);
            Ok(op)
        })?;
        self.finish_waiting(self.lock(), op)
    }

    /// Runs a command and waits for its outcome.
    pub(crate) fn run(
        &self,
        command: impl FnOnce(&mut State) -> Result<OpId, CommandError>,
    ) -> Result<Outcome, SendError> {
        let op = self.change(|state| {
            if state.stopped {
                return Err(SendError::Stopped);
            }
            // In one go with the command, so that its outcome does not slip through.
            let op = command(state)?;
            state.ops.join(op);
            Ok(op)
        })?;
        self.finish_waiting(self.lock(), op)
    }

    /// Waits for the outcome of a command given before.
    pub(crate) fn wait(&self, op: OpId) -> Result<Outcome, SendError> {
        let mut state = self.lock();
        let known = state.ops.has_ended(op) || state.ops.is_waited_for(op) || state.sends().contains(&op);
        if !known {
            return Err(SendError::UnknownOp);
        }
        state.ops.join(op);
        self.finish_waiting(state, op)
    }

    fn finish_waiting(&self, state: MutexGuard<'_, State>, op: OpId) -> Result<Outcome, SendError> {
        let waits = |state: &mut State| !state.stopped && !state.ops.has_ended(op);
        let mut state = self.ended.wait_while(state, waits).unwrap_or_else(PoisonError::into_inner);
        let keep = state.sends().contains(&op);
        let ended = state.ops.leave(op, keep);
        state.woken = true;
        drop(state);
        self.work.notify_one();
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

/// Longest wait of a send for the first store of a run.
const FIRST_STORE: Duration = Duration::from_secs(5);
/// Outcomes held before those that nobody can ask for are dropped.
const OUTCOMES: usize = 256;
