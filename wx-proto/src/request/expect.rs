//! Where the bytes of a reply go.

use http::{HeaderMap, StatusCode};

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
