//! What a driver has to do: one HTTP exchange, described completely.

mod body;
mod endpoint;
mod expect;
mod lane;

use std::{fmt, time::Duration};

use crate::RequestId;

pub(crate) use self::expect::{ContentRange, Form, Wanted};
pub use self::{
    body::Body,
    endpoint::Endpoint,
    expect::{Expect, Route},
    lane::Lane,
};

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
            expect: Expect::collect(max_reply),
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
