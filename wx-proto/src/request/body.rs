//! The bytes of a request.

use std::fmt;

use bytes::Bytes;

use crate::FileSlice;

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
    /// A stretch of a file with bytes around it, such as a part of a form, with the `Content-Length` of all three. The driver
    /// opens the file and reads it as it sends. If the file cannot be read it says
    /// [`FailureKind::FileUnreadable`](crate::FailureKind::FileUnreadable), if it is not as
    /// [`FileSource`](crate::FileSource) says any more [`FailureKind::FileChanged`](crate::FailureKind::FileChanged).
    Upload {
        /// Before the stretch.
        prefix: Bytes,
        /// The stretch.
        file: FileSlice,
        /// After it.
        suffix: Bytes,
    },
}

impl Body {
    /// The length in bytes.
    pub fn len(&self) -> u64 {
        let len = |bytes: &Bytes| u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        match self {
            Self::Empty => 0,
            Self::Bytes(bytes) => len(bytes),
            Self::Upload { prefix, file, suffix } => {
                len(prefix).saturating_add(file.len).saturating_add(len(suffix))
            }
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
