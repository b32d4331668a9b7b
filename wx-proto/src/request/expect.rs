//! Where the bytes of a reply go.

use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::OpId;

/// What the core expects of a reply, before it is there. Cheap to copy to any thread.
///
/// ```
/// use wx_proto::{Request, Route};
///
/// fn most(request: &Request, head: &http::response::Parts) -> u64 {
///     match request.expect.route(head.status, &head.headers) {
///         Route::Collect { max } | Route::Stream { max, .. } => max,
///     }
/// }
/// # let _ = most;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Expect {
    /// The longest body that is collected.
    pub(crate) max: u64,
    /// What may be streamed instead.
    pub(crate) stream: Option<Wanted>,
}

/// Media that a reply may bring.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Wanted {
    pub(crate) op: OpId,
    pub(crate) form: Form,
    /// What is there already: where the reply may go on.
    pub(crate) offset: u64,
    /// The whole length, where the message told.
    pub(crate) size: Option<u64>,
    /// The longest that is taken.
    pub(crate) max: u64,
}

/// What media look like from outside.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Form {
    /// A picture, a sound or a film: never a text.
    Medium,
    /// Anything at all.
    File,
}

impl Expect {
    /// A reply that is collected.
    pub(crate) const fn collect(max: u64) -> Self {
        Self { max, stream: None }
    }

    /// A reply of which the wished kind is streamed for `op`, at most `max` bytes; everything else is collected.
    ///
    /// The core makes its own; this is for tests of drivers.
    ///
    /// ```
    /// use http::{HeaderMap, HeaderValue, StatusCode, header};
    /// use wx_proto::{Expect, OpId, Route};
    ///
    /// let expect = Expect::streamed(OpId::new(1), 1 << 20);
    /// let film = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("video/mp4"))]);
    /// assert!(matches!(expect.route(StatusCode::OK, &film), Route::Stream { offset: 0, .. }));
    /// assert!(matches!(expect.route(StatusCode::BAD_GATEWAY, &film), Route::Collect { .. }));
    /// ```
    pub const fn streamed(op: OpId, max: u64) -> Self {
        let wanted = Wanted { op, form: Form::File, offset: 0, size: None, max };
        Self { max: MAX_ERROR, stream: Some(wanted) }
    }

    /// The same for a try that goes on behind the `offset` bytes of one before, if the reply is their rest.
    pub const fn after(mut self, offset: u64) -> Self {
        if let Some(wanted) = &mut self.stream {
            wanted.offset = offset;
        }
        self
    }

    /// Where the body of this reply goes, once its head is known.
    pub fn route(self, status: StatusCode, headers: &HeaderMap) -> Route {
        let stream = self.stream.and_then(|wanted| wanted.route(status, headers));
        stream.unwrap_or(Route::Collect { max: self.max })
    }
}

/// The longest reply, in bytes, that is read in place of the media that were asked for.
pub(crate) const MAX_ERROR: u64 = 1 << 20;

impl Wanted {
    /// `None` for a reply that is none of the media: errors come as a page, a text, as JSON or without a byte, and with
    /// status 200.
    fn route(self, status: StatusCode, headers: &HeaderMap) -> Option<Route> {
        let offset = match status {
            StatusCode::OK => 0,
            StatusCode::PARTIAL_CONTENT => {
                // A part that begins elsewhere, or nobody knows where, is of no use.
                let first = match ContentRange::of(headers) {
                    Some(range) => range.first,
                    None if self.offset == 0 => 0,
                    None => return None,
                };
                (first == 0 || first == self.offset).then_some(first)?
            }
            _ => return None,
        };
        let length = number(headers.get(header::CONTENT_LENGTH));
        if length == Some(0) || !self.is_wished(headers, offset, length) {
            return None;
        }
        Some(Route::Stream { op: self.op, offset, max: self.max.saturating_sub(offset) })
    }

    fn is_wished(self, headers: &HeaderMap, offset: u64, length: Option<u64>) -> bool {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let says_text = kind.starts_with("text/") || kind.ends_with("json") || kind.ends_with("xml");
        match self.form {
            Form::Medium => !says_text,
            // A text may be just what was sent.
            Form::File => {
                let announced =
                    self.size.is_some() && length.map(|rest| rest.saturating_add(offset)) == self.size;
                !says_text || announced || headers.contains_key(header::CONTENT_DISPOSITION)
            }
        }
    }
}

/// `Content-Range: bytes 0-1522083/1522084`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct ContentRange {
    pub(crate) first: u64,
    /// The whole length, if it is told.
    pub(crate) total: Option<u64>,
}

impl ContentRange {
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let text = headers.get(header::CONTENT_RANGE)?.to_str().ok()?;
        let (range, total) = text.trim().strip_prefix("bytes")?.trim_start().split_once('/')?;
        let first = range.split_once('-')?.0.trim().parse().ok()?;
        Some(Self { first, total: total.trim().parse().ok() })
    }
}

/// The number that a header holds.
pub(crate) fn number(value: Option<&HeaderValue>) -> Option<u64> {
    value?.to_str().ok()?.trim().parse().ok()
}

/// Where a reply's body goes.
///
/// ```
/// use wx_proto::Route;
///
/// fn fits(route: Route, bytes: u64) -> bool {
///     match route {
///         Route::Collect { max } | Route::Stream { max, .. } => bytes <= max,
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
    /// Into what the application opened for this command, piece by piece, then
    /// [`Reply::streamed`](crate::Reply::streamed). At most `max` decoded bytes; a longer one is answered as
    /// [`FailureKind::TooLarge`](crate::FailureKind::TooLarge). If they cannot be written:
    /// [`FailureKind::FileUnwritable`](crate::FailureKind::FileUnwritable).
    Stream {
        /// The command that asked for it.
        op: OpId,
        /// Where the first byte goes. What lies there and behind it, from a try before, is overwritten, but not before the
        /// first byte is there.
        offset: u64,
        /// The limit in bytes, after content decoding.
        max: u64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(wanted: Wanted, status: u16, headers: &[(&str, &str)]) -> Option<(u64, u64)> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(http::HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
        }
        let expect = Expect { max: MAX_ERROR, stream: Some(wanted) };
        match expect.route(StatusCode::from_u16(status).unwrap(), &map) {
            Route::Stream { op, offset, max } => {
                assert_eq!(op, wanted.op);
                Some((offset, max))
            }
            Route::Collect { max } => {
                assert_eq!(max, MAX_ERROR);
                None
            }
        }
    }

    const PICTURE: Wanted =
        Wanted { op: OpId::new(7), form: Form::Medium, offset: 0, size: None, max: 1_000 };

    #[test]
    fn a_picture_is_streamed_and_what_says_it_is_a_text_is_not() {
        for kind in ["image/jpeg", "IMAGE/JPEG; x=y", "audio/mp3", "application/octet-stream", ""] {
            assert_eq!(route(PICTURE, 200, &[("content-type", kind)]), Some((0, 1_000)), "{kind}");
        }
        for kind in ["text/html", "text/plain; charset=utf-8", "application/json", "application/xhtml+xml"] {
            assert_eq!(route(PICTURE, 200, &[("content-type", kind)]), None, "{kind}");
        }
        assert_eq!(route(PICTURE, 200, &[]), Some((0, 1_000)));
        assert_eq!(route(PICTURE, 200, &[("content-length", "0")]), None);
        for status in [204, 301, 304, 404, 416, 502] {
            assert_eq!(route(PICTURE, status, &[("content-type", "image/jpeg")]), None);
        }
    }

    #[test]
    fn a_file_may_be_a_text_if_the_reply_says_that_it_is_the_file() {
        let file = Wanted { form: Form::File, size: Some(28), ..PICTURE };
        let text = ("content-type", "text/plain");
        assert_eq!(route(file, 200, &[text]), None);
        assert_eq!(route(file, 200, &[text, ("content-length", "27")]), None);
        assert_eq!(route(file, 200, &[text, ("content-length", "28")]), Some((0, 1_000)));
        assert_eq!(route(file, 200, &[text, ("content-disposition", "attachment")]), Some((0, 1_000)));
        assert_eq!(route(file, 200, &[("content-type", "application/zip")]), Some((0, 1_000)));
    }

    #[test]
    fn a_part_goes_where_it_belongs_or_nowhere() {
        let rest = Wanted { offset: 400, ..PICTURE };
        let part = |range| route(rest, 206, &[("content-range", range)]);
        assert_eq!(part("bytes 400-999/1000"), Some((400, 600)));
        assert_eq!(part("bytes 0-999/1000"), Some((0, 1_000)));
        assert_eq!(part("bytes 399-999/1000"), None);
        assert_eq!(part("bytes */1000"), None);
        assert_eq!(route(rest, 206, &[]), None);
        assert_eq!(route(PICTURE, 206, &[]), Some((0, 1_000)));
        assert_eq!(route(rest, 200, &[]), Some((0, 1_000)));
    }
}
