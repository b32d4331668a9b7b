//! What a driver brings back.

use bytes::Bytes;
use http::response::Parts;
use serde::{Deserialize, Serialize};

use crate::RequestId;

/// The end of one exchange. Replies may come in any order, late, twice or never: the core pairs them with
/// their requests and has a watchdog for each.
///
/// ```
/// use wx_proto::{Failure, FailureKind, Reply, RequestId, Sent};
///
/// let id = RequestId::new(1);
/// let (head, ()) = http::Response::new(()).into_parts();
/// assert!(Reply::collected(id, head, "{}").received().is_ok());
/// let failure = Failure { kind: FailureKind::Connect, sent: Sent::No, received: 0 };
/// assert!(Reply::failed(id, failure).received().is_err());
/// ```
#[derive(Debug)]
pub struct Reply {
    pub(crate) id: RequestId,
    pub(crate) result: Result<Received, Failure>,
}

/// Status, headers and whole body of a reply.
pub(crate) struct Received {
    pub(crate) head: Parts,
    pub(crate) body: ReplyBody,
}

/// The body of a reply that came whole.
pub(crate) enum ReplyBody {
    Collected(Bytes),
    Streamed(Streamed),
}

impl ReplyBody {
    /// The length in bytes.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Collected(body) => u64::try_from(body.len()).unwrap_or(u64::MAX),
            Self::Streamed(streamed) => streamed.len,
        }
    }
}

/// What a driver tells of a body that it wrote where [`Route::Stream`](crate::Route::Stream) said.
///
/// ```
/// use wx_proto::Streamed;
///
/// let told = Streamed { len: 4_096, start: b"\x89PNG\r\n\x1a\n".to_vec() };
/// assert!(told.start.len() <= Streamed::START);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "drivers build it")]
pub struct Streamed {
    /// How many bytes are there now, those before [`Route::Stream`](crate::Route::Stream)'s offset included.
    pub len: u64,
    /// The first bytes of the whole, those of a try before included; [`START`](Self::START) of them are enough. The core tells a
    /// picture from a page by them.
    pub start: Vec<u8>,
}

impl Streamed {
    /// How many of the first bytes the core looks at.
    pub const START: usize = 512;
}

impl std::fmt::Debug for Received {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Headers set cookies and bodies carry tokens.
        write!(f, "Received({}, [{} bytes])", self.head.status, self.body.len())
    }
}

impl Reply {
    /// A reply that arrived whole: any status, the body with content encoding undone.
    pub fn collected(id: RequestId, head: Parts, body: impl Into<Bytes>) -> Self {
        Self { id, result: Ok(Received { head, body: ReplyBody::Collected(body.into()) }) }
    }

    /// A reply whose body was written where [`Route::Stream`](crate::Route::Stream) said, to its end.
    pub const fn streamed(id: RequestId, head: Parts, streamed: Streamed) -> Self {
        Self { id, result: Ok(Received { head, body: ReplyBody::Streamed(streamed) }) }
    }

    /// An exchange that failed.
    pub const fn failed(id: RequestId, failure: Failure) -> Self {
        Self { id, result: Err(failure) }
    }

    /// The request it answers.
    pub const fn id(&self) -> RequestId {
        self.id
    }

    /// What was said of a body that was streamed.
    pub fn stream(&self) -> Option<&Streamed> {
        match self.result.as_ref().map(|received| &received.body) {
            Ok(ReplyBody::Streamed(streamed)) => Some(streamed),
            Ok(ReplyBody::Collected(_)) | Err(_) => None,
        }
    }

    /// For logs: the status and the length of the body.
    ///
    /// # Errors
    /// The failure, if the exchange failed.
    pub fn received(&self) -> Result<(http::StatusCode, u64), Failure> {
        self.result
            .as_ref()
            .map(|received| (received.head.status, received.body.len()))
            .map_err(|failure| *failure)
    }
}

/// How an exchange failed.
///
/// ```
/// use wx_proto::{Failure, FailureKind, Sent};
///
/// let failure = Failure { kind: FailureKind::Timeout, sent: Sent::Maybe, received: 12 };
/// println!("{}", failure.kind);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "drivers build it")]
pub struct Failure {
    /// What went wrong.
    pub kind: FailureKind,
    /// Whether the server may have got the request.
    pub sent: Sent,
    /// Bytes of the reply's body received before it failed. Where they were streamed: how many bytes are there now, those
    /// before the offset included, so that another try can go on after them; 0 if none came.
    pub received: u64,
}

/// Whether a request may have reached the server.
///
/// ```
/// use wx_proto::Sent;
///
/// fn sent(bytes_written: u64) -> Sent {
///     if bytes_written == 0 { Sent::No } else { Sent::Maybe }
/// }
/// assert_eq!(sent(0), Sent::No);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third answer")]
pub enum Sent {
    /// It failed before the first byte of the request's body was read: the server cannot have acted on it.
    No,
    /// Anything else.
    Maybe,
}

/// What went wrong in an exchange. No free text: nothing secret can be in it.
///
/// ```
/// use wx_proto::FailureKind;
///
/// assert!(!FailureKind::Tls.to_string().is_empty());
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FailureKind {
    /// The host name could not be looked up.
    #[error("the host name could not be looked up")]
    Resolve,
    /// No connection: refused, unreachable, proxy refused.
    #[error("no connection could be made")]
    Connect,
    /// The TLS handshake or the certificate check failed.
    #[error("no trusted TLS connection could be made")]
    Tls,
    /// One of the request's timeouts passed.
    #[error("no answer in time")]
    Timeout,
    /// The connection ended before the reply was whole.
    #[error("the connection was lost")]
    Closed,
    /// The reply was not HTTP.
    #[error("the reply was not valid HTTP")]
    Protocol,
    /// The reply was longer than its [`Route`](crate::Route) allows.
    #[error("the reply was too large")]
    TooLarge,
    /// A file to send could not be read.
    #[error("the file could not be read")]
    FileUnreadable,
    /// A file to send is not what it was when its length and MD5 were taken.
    #[error("the file changed since it was given to be sent")]
    FileChanged,
    /// What was received could not be written: no room, no right.
    #[error("what was received could not be written")]
    FileUnwritable,
    /// The driver gave the exchange up, for example because it was told to.
    #[error("the request was given up")]
    Aborted,
}
