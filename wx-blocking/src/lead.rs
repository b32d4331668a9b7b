//! Leading: doing what the core asks for, by one thread at a time. The loop's thread leads whenever nobody else does; a thread
//! that waits for an outcome leads in its place and runs its own send, so that a send wakes no other thread.
//!
//! Who leads has taken the [`Driver`] out of the state. It is put back under the same lock under which the core had nothing
//! more to do, or else the loop is woken: so nothing is overlooked.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{Arc, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use wx_proto::{Lane, OpId};

use crate::{
    StoreError,
    driver::{Driver, Runs},
    shared::{Shared, State, Step},
};

/// The loop: runs until it is asked to stop, then stores what is not stored yet.
pub(crate) fn run(shared: &Arc<Shared>) -> Result<(), StoreError> {
    let closing = Closing(shared.clone());
    let mut driver = shared.lead_until_stopped();
    // A running send is stored as one that may have left.
    driver.halt();
    let session = shared.close();
    drop(closing);
    driver.finish(session)
}

impl Shared {
    fn lead_until_stopped(self: &Arc<Self>) -> Driver {
        let mut state = self.lock();
        loop {
            if let Some(panic) = state.panic.take() {
                let driver = state.driver.take();
                drop(state);
                drop(driver);
                resume_unwind(panic);
            }
            if let Some(mut driver) = state.driver.take() {
                state = self.do_all(state, &mut driver);
                if state.is_to_stop() {
                    return driver;
                }
                state.driver = Some(driver);
                state.sleeps_until = Some(Instant::now() + state.wait_time());
            } else {
                state.sleeps_until = None;
            }
            state.woken = false;
            let wait = match state.sleeps_until {
                Some(at) => at.saturating_duration_since(Instant::now()),
                // Whoever leads wakes it.
                None => state.clock.wait(None),
            };
            let idle = |state: &mut State| !state.woken;
            let woken = self.work.wait_timeout_while(state, wait, idle);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn do_all<'a>(
        self: &'a Arc<Self>,
        mut state: MutexGuard<'a, State>,
        driver: &mut Driver,
    ) -> MutexGuard<'a, State> {
        loop {
            if let Some(step) = self.next(&mut state) {
                drop(state);
                driver.perform(self, step, Runs::Worker);
            } else if !state.is_to_stop() && state.take_flush() {
                drop(state);
                if let Err(error) = driver.flush() {
                    tracing::warn!(%error, "the session may not survive a power failure");
                }
            } else {
                return state;
            }
            state = self.lock();
        }
    }

    /// Does what there is to do until `op` ended or nothing is left, unless another thread leads.
    pub(crate) fn lead(self: &Arc<Self>, op: OpId) {
        let led = catch_unwind(AssertUnwindSafe(|| self.lead_until_ended(op)));
        if let Err(panic) = led {
            // The loop ends with this as if it were its own.
            let mut state = self.lock();
            state.panic = Some(panic);
            self.wake(&mut state);
        }
    }

    fn lead_until_ended(self: &Arc<Self>, op: OpId) {
        let mut state = self.lock();
        while let Some(mut driver) = state.driver.take() {
            let mut turn = None;
            while turn.is_none()
                && !state.ops.has_ended(op)
                && let Some(step) = self.next(&mut state)
            {
                let runs = if is_for(&state, &step, op) { Runs::Caller } else { Runs::Worker };
                drop(state);
                turn = driver.perform(self, step, runs);
                state = self.lock();
            }
            self.hand_back(&mut state, driver);
            let Some(turn) = turn else { return };
            drop(state);
            let reply = turn.run();
            state = self.lock();
            if let Some(reply) = reply {
                // Seen by this thread next, or by the one that leads.
                state.add_reply(reply);
            }
        }
    }

    /// Ends leading. The loop need not wake if there is nothing to do before it does by itself.
    fn hand_back(&self, state: &mut State, driver: Driver) {
        state.driver = Some(driver);
        let now = self.now(state);
        let is_due = state.is_stopping()
            || state.look_ahead(now)
            || state.sleeps_until.is_none_or(|at| Instant::now() + state.wait_time() + INEXACT < at);
        if is_due {
            self.wake(state);
        }
    }

    fn wake(&self, state: &mut State) {
        state.woken = true;
        self.work.notify_one();
    }
}

/// True if this step starts the request of `op`, a send. A thread runs nothing else: if its own command is given up, so is
/// this request, and the thread is free.
fn is_for(state: &State, step: &Step, op: OpId) -> bool {
    let Step::Start(request) = step else { return false };
    let mut open = state.core.outbox().filter(|entry| entry.outcome().is_none());
    request.lane == Lane::Send && open.next().is_some_and(|entry| entry.op == op) && open.next().is_none()
}

/// Lets nobody wait for a loop that is gone, not even if it panicked.
struct Closing(Arc<Shared>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.release();
    }
}

/// The core's time has no smaller steps: a deadline is not earlier by less.
const INEXACT: Duration = Duration::from_millis(2);
