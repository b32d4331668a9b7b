//! A thread that runs requests one after the other.

#[cfg(test)]
mod tests;

use std::{
    collections::VecDeque,
    fmt, mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

use wx_proto::{Failure, FailureKind, Lane, Reply, Request, RequestId, Sent};

use crate::{
    Sinks,
    exchange::{Files, exchange},
    net::{Connection, Net},
};

/// Runs requests one after the other on a thread of its own; usually one worker for each [`Lane`].
///
/// Every request gets exactly one reply, handed to the function given to [`new`](Self::new), on the worker's
/// thread or inside [`abort`](Self::abort). The thread starts with the first request.
///
/// Dropping a worker interrupts its running exchange and forgets the waiting ones: no more replies come.
///
/// ```no_run
/// use std::{
///     hash::{BuildHasher, RandomState},
///     sync::mpsc,
/// };
/// use wx_blocking::{Net, NetOptions, Worker};
/// use wx_proto::{Client, Config, Lane, LoginMethod, Output, Timestamp};
///
/// let (deliver, replies) = mpsc::channel();
/// let worker = Worker::new(Lane::LongPoll, Net::new(&NetOptions::default())?, move |reply| {
///     let _ = deliver.send(reply);
/// });
/// # let now = Timestamp::from_secs(1_700_000_000);
/// // Not a constant: equal seeds give equal device ids.
/// let seed = RandomState::new().hash_one(std::process::id());
/// let mut core = Client::new(Config::default(), seed, now);
/// core.login(LoginMethod::Qr)?;
/// while let Some(output) = core.poll(now) {
///     if let Output::Start(request) = output {
///         worker.start(request);
///     }
/// }
/// core.handle(now, replies.recv()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Worker {
    shared: Arc<Shared>,
}

struct Shared {
    name: &'static str,
    net: Net,
    files: Files,
    deliver: Box<dyn Fn(Reply) + Send + Sync>,
    state: Mutex<State>,
    wake: Condvar,
}

struct State {
    waiting: VecDeque<Request>,
    running: Option<Running>,
    /// For the next exchange. An aborted one is of no use any more.
    connection: Connection,
    /// A thread waits for requests or runs one. One whose exchange was aborted does not count: it may be stuck in a name
    /// look-up for a while, and another goes on in its place.
    alive: bool,
    closed: bool,
}

struct Running {
    id: RequestId,
    connection: Connection,
    by: Runner,
}

#[derive(Clone, Copy)]
enum Runner {
    Thread,
    Caller,
}

impl Worker {
    /// A worker for `lane` that hands its replies to `deliver`, which must not block. It has nowhere to stream a reply to.
    pub fn new(lane: Lane, net: Net, deliver: impl Fn(Reply) + Send + Sync + 'static) -> Self {
        Self::with_files(lane, net, Sinks::default(), deliver, |_, _| {})
    }

    /// Like [`new`](Self::new), for requests whose replies are streamed into `sinks`. While a file comes or goes `progress` is
    /// called now and then with what [`Client::progress`](wx_proto::Client::progress) is to be told; it must not block.
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use wx_blocking::{Net, Sinks, Worker};
    /// use wx_proto::Lane;
    ///
    /// let net = Net::new(&Default::default())?;
    /// let (replies, inbox) = mpsc::channel();
    /// let (passing, bytes) = mpsc::channel();
    /// let sinks = Sinks::default();
    /// let worker = Worker::with_files(
    ///     Lane::Transfer,
    ///     net,
    ///     sinks.clone(),
    ///     move |reply| drop(replies.send(reply)),
    ///     move |id, count| drop(passing.send((id, count))),
    /// );
    /// # let _ = (worker, inbox, bytes);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_files(
        lane: Lane,
        net: Net,
        sinks: Sinks,
        deliver: impl Fn(Reply) + Send + Sync + 'static,
        progress: impl Fn(RequestId, u64) + Send + Sync + 'static,
    ) -> Self {
        let shared = Shared {
            name: lane.as_str(),
            state: Mutex::new(State {
                waiting: VecDeque::new(),
                running: None,
                connection: Connection::new(&net),
                alive: false,
                closed: false,
            }),
            net,
            files: Files { sinks, tell: Arc::new(progress) },
            deliver: Box::new(deliver),
            wake: Condvar::new(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Queues `request` after those that wait.
    pub fn start(&self, request: Request) {
        let mut state = self.shared.lock();
        state.waiting.push_back(request);
        self.shared.serve(state);
    }

    /// Like [`start`](Self::start), but lets the caller run it, if nothing else runs or waits here.
    pub(crate) fn start_or_lend(&self, request: Request) -> Option<Turn> {
        let mut state = self.shared.lock();
        if state.running.is_some() || !state.waiting.is_empty() {
            state.waiting.push_back(request);
            self.shared.serve(state);
            return None;
        }
        let connection = state.begin(&request, Runner::Caller);
        Some(Turn { worker: self.shared.clone(), connection, request })
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
        let Some(Running { connection, by, .. }) = state.running.take_if(|running| running.id == id) else {
            return false;
        };
        state.connection = Connection::new(&self.shared.net);
        if let Runner::Thread = by {
            state.alive = false;
        }
        connection.abort();
        self.shared.serve(state);
        (self.shared.deliver)(aborted(id, connection.progress.sent()));
        true
    }

    /// The next exchange makes a connection of its own. One that runs is left alone.
    pub(crate) fn drop_idle(&self) {
        self.shared.lock().connection = Connection::new(&self.shared.net);
    }

    /// True while a request runs or waits.
    pub fn is_busy(&self) -> bool {
        let state = self.shared.lock();
        state.running.is_some() || !state.waiting.is_empty()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.closed = true;
        state.waiting.clear();
        if let Some(running) = state.running.take() {
            running.connection.abort();
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

/// A request that whoever has this must run at once.
#[must_use]
pub(crate) struct Turn {
    worker: Arc<Shared>,
    connection: Connection,
    request: Request,
}

impl Turn {
    /// Runs it over the connection that stands. Making one may take long and cannot be interrupted: without one, the
    /// worker's thread takes over. `None`: the reply comes, or came, as with [`Worker::start`].
    pub(crate) fn run(self) -> Option<Reply> {
        let Self { worker, connection, request } = self;
        connection.progress.keep_to_standing();
        let reply = worker.run(&connection, &request);
        if connection.progress.lacks_connection() {
            let mut state = worker.lock();
            if !connection.progress.aborted() {
                state.running = None;
                state.waiting.push_front(request);
                worker.serve(state);
            }
            return None;
        }
        worker.end(&connection).then_some(reply)
    }
}

impl State {
    fn begin(&mut self, request: &Request, by: Runner) -> Connection {
        let connection = self.connection.clone();
        connection.progress.begin(request);
        self.running = Some(Running { id: request.id, connection: connection.clone(), by });
        connection
    }
}

impl Shared {
    /// Sees to it that a thread looks at what waits, or refuses it if that is impossible.
    fn serve(self: &Arc<Self>, mut state: MutexGuard<'_, State>) {
        if state.waiting.is_empty() {
            return;
        }
        let mut refused = VecDeque::new();
        if !state.alive {
            let shared = self.clone();
            let thread = thread::Builder::new().name(format!("wx-{}", self.name));
            match thread.spawn(move || shared.work()) {
                Ok(_) => state.alive = true,
                Err(error) => {
                    tracing::error!(%error, "no thread for a worker");
                    refused = mem::take(&mut state.waiting);
                }
            }
        }
        drop(state);
        self.wake.notify_one();
        refused.into_iter().for_each(|request| (self.deliver)(aborted(request.id, Sent::No)));
    }

    fn work(&self) {
        while let Some((connection, request)) = self.next() {
            let reply = self.run(&connection, &request);
            if !self.end(&connection) {
                return;
            }
            (self.deliver)(reply);
        }
    }

    fn next(&self) -> Option<(Connection, Request)> {
        let mut state = self.lock();
        loop {
            if state.closed {
                return None;
            }
            if state.running.is_none()
                && let Some(request) = state.waiting.pop_front()
            {
                return Some((state.begin(&request, Runner::Thread), request));
            }
            state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn run(&self, connection: &Connection, request: &Request) -> Reply {
        catch_unwind(AssertUnwindSafe(|| exchange(connection, &self.files, request))).unwrap_or_else(|_| {
            tracing::error!("an exchange panicked");
            let failure =
                Failure { kind: FailureKind::Aborted, sent: connection.progress.sent(), received: 0 };
            self.lock().connection = Connection::new(&self.net);
            Reply::failed(request.id, failure)
        })
    }

    /// The exchange on `connection` is over. False if it was aborted: then the reply was given.
    fn end(&self, connection: &Connection) -> bool {
        let mut state = self.lock();
        if connection.progress.aborted() {
            return false;
        }
        state.running = None;
        let waits = !state.waiting.is_empty();
        drop(state);
        if waits {
            self.wake.notify_one();
        }
        true
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const fn aborted(id: RequestId, sent: Sent) -> Reply {
    Reply::failed(id, Failure { kind: FailureKind::Aborted, sent, received: 0 })
}
