//! How far an exchange has come: what tells a request that did not leave from one that may have.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use wx_proto::{Request, Sent};

/// The steps of an exchange, in their order.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Stage {
    Idle,
    Resolving,
    Connecting,
    Securing,
    /// A connection stands, new or pooled.
    Standing,
    /// A first byte of the request may have been written.
    Written,
    /// A first byte of the request's body was read, to be written.
    BodyRead,
    /// And is being written.
    BodyWritten,
}

/// Shared by the exchange, its connection, and whoever aborts it.
#[derive(Debug)]
pub(crate) struct Progress {
    stage: AtomicU8,
    /// No connection was made for this exchange: it goes over one that lay idle.
    pooled: AtomicBool,
    /// Bytes of the request's body.
    body: AtomicUsize,
    aborted: AtomicBool,
    /// No connection may be made for this exchange.
    keeps_to_standing: AtomicBool,
    connect_by: Mutex<Option<Instant>>,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self {
            stage: AtomicU8::new(Stage::Idle as u8),
            pooled: AtomicBool::new(true),
            body: AtomicUsize::new(0),
            aborted: AtomicBool::new(false),
            keeps_to_standing: AtomicBool::new(false),
            connect_by: Mutex::new(None),
        }
    }

    /// Starts again, for `request`.
    pub(crate) fn begin(&self, request: &Request) {
        self.stage.store(Stage::Idle as u8, SeqCst);
        self.pooled.store(true, SeqCst);
        let body = usize::try_from(request.http.body().len()).unwrap_or(usize::MAX);
        self.body.store(body, SeqCst);
        self.keeps_to_standing.store(false, SeqCst);
        let connect_by = Instant::now().checked_add(request.connect_timeout);
        *self.connect_by.lock().unwrap_or_else(PoisonError::into_inner) = connect_by;
    }

    pub(crate) fn enter(&self, stage: Stage) {
        self.stage.store(stage as u8, SeqCst);
    }

    /// Like [`enter`](Self::enter), but never backwards.
    pub(crate) fn reach(&self, stage: Stage) {
        self.stage.fetch_max(stage as u8, SeqCst);
    }

    /// A new connection stands.
    pub(super) fn connected(&self) {
        self.pooled.store(false, SeqCst);
        self.enter(Stage::Standing);
    }

    pub(super) fn is_pooled(&self) -> bool {
        self.pooled.load(SeqCst)
    }

    pub(super) fn body(&self) -> usize {
        self.body.load(SeqCst)
    }

    /// From here on the exchange goes over a connection that lay idle, or [fails](Self::lacks_connection).
    pub(crate) fn keep_to_standing(&self) {
        self.keeps_to_standing.store(true, SeqCst);
    }

    pub(super) fn keeps_to_standing(&self) -> bool {
        self.keeps_to_standing.load(SeqCst)
    }

    /// The exchange was to [keep](Self::keep_to_standing) to a connection that stands, and there is none: nothing left.
    pub(crate) fn lacks_connection(&self) -> bool {
        self.keeps_to_standing() && self.stage() <= Stage::Connecting
    }

    pub(crate) fn abort(&self) {
        self.aborted.store(true, SeqCst);
    }

    pub(crate) fn aborted(&self) -> bool {
        self.aborted.load(SeqCst)
    }

    pub(crate) fn stage(&self) -> Stage {
        let stage = self.stage.load(SeqCst);
        STAGES.into_iter().find(|known| *known as u8 == stage).unwrap_or(Stage::BodyWritten)
    }

    /// What is left of the time to connect: looking up, connecting and TLS share it.
    pub(super) fn connect_left(&self) -> Option<Duration> {
        let connect_by = *self.connect_by.lock().unwrap_or_else(PoisonError::into_inner);
        connect_by.map(|at| at.saturating_duration_since(Instant::now()))
    }

    /// A request with a body is harmless until some of the body left; one without is complete with its head.
    pub(crate) fn sent(&self) -> Sent {
        let harmless = if self.body() > 0 { Stage::Written } else { Stage::Standing };
        if self.stage() <= harmless { Sent::No } else { Sent::Maybe }
    }
}

const STAGES: [Stage; 8] = [
    Stage::Idle,
    Stage::Resolving,
    Stage::Connecting,
    Stage::Securing,
    Stage::Standing,
    Stage::Written,
    Stage::BodyRead,
    Stage::BodyWritten,
];
