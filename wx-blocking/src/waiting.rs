//! Waiting for outcomes.

use std::sync::{MutexGuard, PoisonError};

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

/// Outcomes held before those that nobody can ask for are dropped.
const OUTCOMES: usize = 256;
