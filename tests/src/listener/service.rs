//! What a listener serves: a value without sockets that answers requests now, later or never.

use bytes::Bytes;
use http::{Request, Response};
use wx_proto::Timestamp;

/// A server without sockets.
pub trait Service {
    /// Answers `request`, or says that the answer comes later.
    fn handle(&mut self, now: Timestamp, request: Request<Bytes>) -> Answer;

    /// The next held answer that is due, if any.
    fn poll(&mut self, now: Timestamp) -> Option<(HoldId, Response<Bytes>)>;

    /// When to [`poll`](Self::poll) again at the latest.
    fn deadline(&self) -> Option<Timestamp>;

    /// The client of a held answer went away.
    fn abandon(&mut self, id: HoldId);
}

/// The answer to a request.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "services build it")]
pub enum Answer {
    /// This reply, at once.
    Now(Response<Bytes>),
    /// [`Service::poll`] will give the reply under this id.
    Held(HoldId),
    /// No reply: the connection is closed.
    Drop,
}

/// A request whose answer comes later.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[expect(clippy::exhaustive_structs, reason = "services number their holds as they like")]
pub struct HoldId(pub u64);
