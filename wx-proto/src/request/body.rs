//! The bytes of a request.

use std::fmt;

use bytes::Bytes;

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
