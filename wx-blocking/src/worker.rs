//! A thread that runs requests one after the other.

use std::{
    collections::VecDeque,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

use wx_proto::{Failure, FailureKind, Lane, Reply, Request, RequestId, Sent};

use crate::{
    exchange::exchange,
    net::{Line, Net},
};

/// Runs requests one after the other on a thread of its own; usually one worker for each [`Lane`].
///
/// Every request gets exactly one reply, handed to the function given to [`new`](Self::new), on the worker's
/// thread or inside [`abort`](Self::abort). The thread starts with the first request.
///
/// Dropping a worker interrupts its running exchange and forgets the waiting ones: no more replies come.
pub struct Worker {
    shared: Arc<Shared>,
}

struct Shared {
    name: &'static str,
    net: Net,
    deliver: Box<dyn Fn(Reply) + Send + Sync>,
    state: Mutex<State>,
    wake: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Request>,
    running: Option<(RequestId, Line)>,
    /// Counts threads: each abort leaves its thread behind, which may be stuck in a name look-up for a while,
    /// and goes on with a new one.
    thread: u64,
    alive: bool,
    closed: bool,
}

impl Worker {
    /// A worker for `lane` that hands its replies to `deliver`, which must not block.
    pub fn new(lane: Lane, net: Net, deliver: impl Fn(Reply) + Send + Sync + 'static) -> Self {
        let shared = Shared {
            name: lane.as_str(),
            net,
            deliver: Box::new(deliver),
            state: Mutex::default(),
            wake: Condvar::new(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Queues `request` behind those that wait.
    pub fn start(&self, request: Request) {
        let mut state = self.shared.lock();
        state.waiting.push_back(request);
        let failed = self.ensure_thread(&mut state);
        drop(state);
        self.shared.wake.notify_one();
        failed.into_iter().for_each(|request| self.refuse(request));
    }

    /// Ends a waiting or running request: its reply is [`FailureKind::Aborted`], delivered before this returns.
    /// False if this worker does not have the request (any more).
    pub fn abort(&self, id: RequestId) -> bool {
        let mut state = self.shared.lock();
        if let Some(at) = state.waiting.iter().position(|request| request.id == id) {
            state.waiting.remove(at);
            drop(state);
            (self.shared.deliver)(aborted(id, Sent::No));
            return true;
        }
        let Some((_, line)) = state.running.take_if(|(running, _)| *running == id) else {
            return false;
        };
        state.alive = false;
        line.abort();
        let failed = if state.waiting.is_empty() { None } else { self.ensure_thread(&mut state) };
        drop(state);
        (self.shared.deliver)(aborted(id, line.progress.sent()));
        failed.into_iter().for_each(|request| self.refuse(request));
        true
    }

    /// True while a request runs or waits.
    pub fn is_busy(&self) -> bool {
        let state = self.shared.lock();
        state.running.is_some() || !state.waiting.is_empty()
    }

    /// Starts a thread if there is none; gives back the newest request if that is impossible.
    fn ensure_thread(&self, state: &mut State) -> Option<Request> {
        if state.alive {
            return None;
        }
        state.thread += 1;
        let (shared, number) = (self.shared.clone(), state.thread);
        let thread = thread::Builder::new().name(format!("wx-{}", shared.name));
        match thread.spawn(move || shared.work(number)) {
            Ok(_) => {
                state.alive = true;
                None
            }
            Err(error) => {
                tracing::error!(%error, "no thread for a worker");
                state.waiting.pop_back()
            }
        }
    }

    fn refuse(&self, request: Request) {
        (self.shared.deliver)(aborted(request.id, Sent::No));
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.closed = true;
        state.waiting.clear();
        if let Some((_, line)) = state.running.take() {
            line.abort();
        }
        drop(state);
        // Not joined: a name look-up can keep the thread for as long as the system likes.
        self.shared.wake.notify_all();
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("lane", &self.shared.name).finish_non_exhaustive()
    }
}

impl Shared {
    fn work(&self, number: u64) {
        let mut line = Line::new(&self.net);
        while let Some(request) = self.next(number, &line) {
            let id = request.id;
            let reply = catch_unwind(AssertUnwindSafe(|| exchange(&line, request))).unwrap_or_else(|_| {
                tracing::error!("an exchange panicked");
                let failure = Failure { kind: FailureKind::Aborted, sent: line.progress.sent(), received: 0 };
                line = Line::new(&self.net);
                Reply::failed(id, failure)
            });
            let mut state = self.lock();
            // Aborted: the reply was given, and another thread may be at work.
            if state.thread != number || state.running.take().is_none() {
                return;
            }
            drop(state);
            (self.deliver)(reply);
        }
    }

    fn next(&self, number: u64, line: &Line) -> Option<Request> {
        let mut state = self.lock();
        loop {
            if state.closed || state.thread != number || !state.alive {
                return None;
            }
            if let Some(request) = state.waiting.pop_front() {
                line.progress.begin(&request);
                state.running = Some((request.id, line.clone()));
                return Some(request);
            }
            state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const fn aborted(id: RequestId, sent: Sent) -> Reply {
    Reply::failed(id, Failure { kind: FailureKind::Aborted, sent, received: 0 })
}
