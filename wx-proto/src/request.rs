//! What a driver has to do: one HTTP exchange, described completely.

use std::{fmt, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::RequestId;

/// One HTTP exchange for the driver.
///
/// The request is complete: absolute https URL on an allow-listed host, every header but `Host`,
/// `Connection` and `Content-Length`. The driver adds no header, keeps no cookies, follows no redirect,
/// treats no status as an error, and undoes `Content-Encoding: gzip`.
///
/// ```
/// use wx_proto::{Output, Request};
///
/// fn describe(request: &Request) -> String {
///     let uri = request.http.uri();
///     format!("{} {} to {:?}, in lane {}", request.id, request.endpoint, uri.host(), request.lane.as_str())
/// }
/// # let _ = describe;
/// ```
#[non_exhaustive]
pub struct Request {
    /// Comes back with the [`Reply`](crate::Reply).
    pub id: RequestId,
    /// The request as any HTTP library takes it.
    pub http: http::Request<Body>,
    /// What to do with the reply's body.
    pub expect: Expect,
    /// Which worker should run it.
    pub lane: Lane,
    /// The endpoint, for logs and progress.
    pub endpoint: Endpoint,
    /// Longest time until the connection stands.
    pub connect_timeout: Duration,
    /// Longest silence while sending or receiving; a long poll is silent until it has news.
    pub idle_timeout: Duration,
    /// Longest time for the whole exchange, if bounded.
    pub total_timeout: Option<Duration>,
}

impl Request {
    /// A request with the usual timeouts: 10 s until the connection stands, 35 s of silence (a long poll is
    /// held for up to 27 s), no limit for the whole. The reply's body may have up to `max_reply` bytes.
    ///
    /// The core makes its own requests; this is for tests of drivers.
    pub fn new(
        id: RequestId,
        endpoint: Endpoint,
        lane: Lane,
        http: http::Request<Body>,
        max_reply: u64,
    ) -> Self {
        Self {
            id,
            http,
            expect: Expect { max: max_reply },
            lane,
            endpoint,
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(35),
            total_timeout: None,
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL, the headers and the body carry tokens: none of them is shown.
        f.debug_struct("Request")
            .field("id", &self.id)
            .field("endpoint", &self.endpoint)
            .field("lane", &self.lane)
            .field("host", &self.http.uri().host())
            .finish_non_exhaustive()
    }
}

/// The body to send.
///
/// ```
/// use wx_proto::Body;
///
/// assert!(Body::Empty.is_empty());
/// assert_eq!(Body::Bytes("{}".into()).len(), 2);
/// ```
#[derive(Clone, Default, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a driver must not skip a kind of body")]
pub enum Body {
    /// None at all: no `Content-Length`, no chunked encoding.
    #[default]
    Empty,
    /// These bytes, with their `Content-Length`.
    Bytes(Bytes),
}

impl Body {
    /// The length in bytes.
    pub fn len(&self) -> u64 {
        match self {
            Self::Empty => 0,
            Self::Bytes(bytes) => u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        }
    }

    /// True if there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body([{} bytes])", self.len())
    }
}

/// An endpoint of the protocol.
///
/// ```
/// use wx_proto::Endpoint;
///
/// assert_eq!(Endpoint::SyncCheck.as_str(), "synccheck");
/// assert!(Endpoint::ALL.contains(&Endpoint::Init));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Endpoint {
    /// `jslogin`: a uuid for a QR code.
    JsLogin,
    /// `qrcode`: the QR code as a picture.
    QrCode,
    /// `login`: the poll that waits for the phone.
    LoginPoll,
    /// `webwxnewloginpage`: the tokens.
    LoginPage,
    /// `webwxinit`: own account, first contacts, first key.
    Init,
    /// `webwxstatusnotify`: tells the phone that the page is ready.
    StatusNotify,
    /// `webwxgetcontact`: the contact list, in pages.
    GetContact,
    /// `webwxbatchgetcontact`: named contacts and groups with members, 50 a call.
    BatchGetContact,
    /// `synccheck`: the poll that waits for news.
    SyncCheck,
    /// `webwxsync`: the news.
    Sync,
    /// `webwxsendmsg`: sends a text.
    SendMsg,
    /// `webwxlogout`: ends the session.
    Logout,
}

impl Endpoint {
    /// Every endpoint.
    pub const ALL: [Self; 12] = [
        Self::JsLogin,
        Self::QrCode,
        Self::LoginPoll,
        Self::LoginPage,
        Self::Init,
        Self::StatusNotify,
        Self::GetContact,
        Self::BatchGetContact,
        Self::SyncCheck,
        Self::Sync,
        Self::SendMsg,
        Self::Logout,
    ];

    /// The name the protocol gives it: the last part of its path.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::JsLogin => "jslogin",
            Self::QrCode => "qrcode",
            Self::LoginPoll => "login",
            Self::LoginPage => "webwxnewloginpage",
            Self::Init => "webwxinit",
            Self::StatusNotify => "webwxstatusnotify",
            Self::GetContact => "webwxgetcontact",
            Self::BatchGetContact => "webwxbatchgetcontact",
            Self::SyncCheck => "synccheck",
            Self::Sync => "webwxsync",
            Self::SendMsg => "webwxsendmsg",
            Self::Logout => "webwxlogout",
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Requests of one lane run one after the other; lanes run side by side.
///
/// ```
/// use wx_proto::Lane;
///
/// let lanes = Lane::ALL.map(Lane::as_str);
/// assert!(lanes.contains(&"long_poll"));
/// ```
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[expect(clippy::exhaustive_enums, reason = "a driver has a worker for each lane")]
pub enum Lane {
    /// Short calls: uuid, login page, contacts, logout.
    Control,
    /// What the stream hangs on: webwxinit, the polls that the server holds, and the fetch that follows one.
    LongPoll,
    /// Messages, in the order of their chats.
    Send,
    /// Pictures and files.
    Transfer,
}

impl Lane {
    /// Every lane.
    pub const ALL: [Self; 4] = [Self::Control, Self::LongPoll, Self::Send, Self::Transfer];

    /// The lane's name in lower case, for logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Control => "control",
            Self::LongPoll => "long_poll",
            Self::Send => "send",
            Self::Transfer => "transfer",
        }
    }
}

/// What the core expects of a reply, before it is there. Cheap to copy to any thread.
///
/// ```
/// use wx_proto::{Request, Route};
///
/// fn most(request: &Request, head: &http::response::Parts) -> u64 {
///     match request.expect.route(head.status, &head.headers) {
///         Route::Collect { max } => max,
///     }
/// }
/// # let _ = most;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Expect {
    pub(crate) max: u64,
}

impl Expect {
    /// Where the body of this reply goes, once its head is known.
    pub fn route(self, _status: StatusCode, _headers: &HeaderMap) -> Route {
        Route::Collect { max: self.max }
    }
}

/// Where a reply's body goes.
///
/// ```
/// use wx_proto::Route;
///
/// fn fits(route: Route, bytes: u64) -> bool {
///     match route {
///         Route::Collect { max } => bytes <= max,
///     }
/// }
/// assert!(fits(Route::Collect { max: 10 }, 10));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a driver must not skip a kind of reply")]
pub enum Route {
    /// Into memory, at most `max` decoded bytes; a longer one is answered as
    /// [`FailureKind::TooLarge`](crate::FailureKind::TooLarge).
    Collect {
        /// The limit in bytes, after content decoding.
        max: u64,
    },
}
