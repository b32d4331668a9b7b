//! What a listener serves: a value without sockets that answers requests now, later or never.

use bytes::Bytes;
use http::{Request, Response};
use wx_proto::Timestamp;

use crate::server::{Accounts, Server};
pub use crate::server::{Answer, HoldId};

/// A server without sockets.
///
/// ```
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use wx_proto::Timestamp;
/// use wx_testkit::listener::{Answer, HoldId, Listener, ListenerOptions, Service};
///
/// /// Answers every request alike, at once.
/// struct Empty;
///
/// impl Service for Empty {
///     fn handle(&mut self, _now: Timestamp, _request: Request<Bytes>) -> Answer {
///         Answer::Now(Response::new(Bytes::new()))
///     }
///     fn poll(&mut self, _now: Timestamp) -> Option<(HoldId, Response<Bytes>)> {
///         None
///     }
///     fn deadline(&self) -> Option<Timestamp> {
///         None
///     }
///     fn abandon(&mut self, _id: HoldId) {}
/// }
///
/// let listener = Listener::start(Empty, ListenerOptions::default())?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub trait Service {
    /// Answers `request`, or says that the answer comes later.
    fn handle(&mut self, now: Timestamp, request: Request<Bytes>) -> Answer;

    /// The next held answer that is due, if any.
    fn poll(&mut self, now: Timestamp) -> Option<(HoldId, Response<Bytes>)>;

    /// The next held answer that will never come: its connection is closed.
    fn poll_lost(&mut self) -> Option<HoldId> {
        None
    }

    /// When to [`poll`](Self::poll) again at the latest.
    fn deadline(&self) -> Option<Timestamp>;

    /// The client of a held answer went away.
    fn abandon(&mut self, id: HoldId);
}

impl Service for Server {
    fn handle(&mut self, now: Timestamp, request: Request<Bytes>) -> Answer {
        Self::handle(self, now, request)
    }

    fn poll(&mut self, now: Timestamp) -> Option<(HoldId, Response<Bytes>)> {
        Self::poll(self, now)
    }

    fn poll_lost(&mut self) -> Option<HoldId> {
        Self::poll_lost(self)
    }

    fn deadline(&self) -> Option<Timestamp> {
        Self::deadline(self)
    }

    fn abandon(&mut self, id: HoldId) {
        Self::abandon(self, id);
    }
}

impl Service for Accounts {
    fn handle(&mut self, now: Timestamp, request: Request<Bytes>) -> Answer {
        Self::handle(self, now, request)
    }

    fn poll(&mut self, now: Timestamp) -> Option<(HoldId, Response<Bytes>)> {
        Self::poll(self, now)
    }

    fn poll_lost(&mut self) -> Option<HoldId> {
        Self::poll_lost(self)
    }

    fn deadline(&self) -> Option<Timestamp> {
        Self::deadline(self)
    }

    fn abandon(&mut self, id: HoldId) {
        Self::abandon(self, id);
    }
}
