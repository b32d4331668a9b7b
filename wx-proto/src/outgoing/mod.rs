//! What can be sent.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Timestamp;

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
}

impl Outgoing {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text([{} bytes])", text.len()),
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
