//! What can be sent.

pub(crate) mod app_msg;
mod file;
mod file_name;
mod forward;

use std::fmt;

use serde::{Deserialize, Serialize};

pub(crate) use self::forward::{Forwarded, LARGE};
pub use self::{
    file::{FileKind, OutgoingFile},
    file_name::FileName,
    forward::{Forward, NotForwardable},
};
use crate::{Md5, Timestamp};

/// A message to send.
///
/// ```
/// use wx_proto::Outgoing;
///
/// assert_eq!(Outgoing::text("hello"), Outgoing::Text("hello".to_owned()));
/// ```
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outgoing {
    /// Plain text, as typed: `\n` for line breaks, emoji as they are.
    Text(String),
    /// A file, which is uploaded first.
    File(Box<OutgoingFile>),
    /// A sticker that the account has, by the digest of its bytes.
    Emoticon(Md5),
    /// Something that was received; [`Outgoing::forward`] makes it.
    Forward(Box<Forward>),
}

impl Outgoing {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The file, if it is one.
    pub(crate) fn as_file(&self) -> Option<&OutgoingFile> {
        match self {
            Self::File(file) => Some(file),
            Self::Text(_) | Self::Emoticon(_) | Self::Forward(_) => None,
        }
    }

    /// A file.
    pub fn file(file: OutgoingFile) -> Self {
        Self::File(Box::new(file))
    }
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text([{} bytes])", text.len()),
            Self::File(file) => f.debug_tuple("File").field(file).finish(),
            Self::Emoticon(md5) => f.debug_tuple("Emoticon").field(md5).finish(),
            Self::Forward(forward) => f.debug_tuple("Forward").field(forward).finish(),
        }
    }
}

/// How to send it.
///
/// ```
/// use std::time::Duration;
/// use wx_proto::{SendOptions, Timestamp};
///
/// let now = Timestamp::from_secs(1_735_700_000);
/// let mut options = SendOptions::with_id("order 17");
/// options.expires_at = Some(now + Duration::from_secs(60));
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SendOptions {
    /// The application's own id for it. While a send with this id is in the outbox it is not sent again: its
    /// [`OpId`](crate::OpId) and outcome are given instead.
    pub client_msg_id: Option<String>,
    /// Not begun after this time.
    pub expires_at: Option<Timestamp>,
}

impl SendOptions {
    /// With an id of the application's own.
    pub fn with_id(client_msg_id: impl Into<String>) -> Self {
        Self { client_msg_id: Some(client_msg_id.into()), expires_at: None }
    }
}
