//! Names and numbers that identify things, each its own type.

mod user_name;
mod wire_id;

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

pub use self::{
    user_name::{GroupName, NotAGroup},
    wire_id::WireId,
};
use crate::bounds;

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
        #[serde(transparent)]
        pub struct $name(u64);

        impl $name {
            /// Takes a number that an earlier [`get`](Self::get) gave, for example from a store or a pipe.
            pub const fn new(number: u64) -> Self {
                Self(number)
            }

            /// The number; below 2^53, so that it survives JSON readers that use doubles.
            pub const fn get(self) -> u64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number_id! {
    /// One HTTP exchange; never reused within a client.
    ///
    /// ```
    /// let id = wx_proto::RequestId::new(7);
    /// assert_eq!((id.get(), id.to_string()), (7, "7".to_owned()));
    /// ```
    RequestId
}
number_id! {
    /// One command whose result comes as [`Event::Done`](crate::Event::Done). The id of a send is stored with
    /// it and never reused, not even after a restore.
    ///
    /// ```
    /// let op = wx_proto::OpId::new(4_294_967_297);
    /// assert_eq!(wx_proto::OpId::new(op.get()), op);
    /// ```
    OpId
}
number_id! {
    /// One batch of received messages: run number x 2^32 + a counter, so that it never repeats.
    ///
    /// ```
    /// let batch = wx_proto::BatchId::new(4_294_967_297);
    /// assert_eq!(batch.to_string(), "4294967297");
    /// ```
    BatchId
}
number_id! {
    /// A state of the session worth storing; grows with every change.
    ///
    /// ```
    /// use wx_proto::Revision;
    ///
    /// assert!(Revision::new(8) > Revision::new(7), "it grows");
    /// ```
    Revision
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes the text as it is.
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            /// The text as the server wrote it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }
    };
}

text_id! {
    /// A contact, group or special account, as the server names it in this login: `@` + hex, `@@` + hex for a
    /// group, or a plain word such as `filehelper`. Hashed names change with every login: never store them as
    /// identities.
    ///
    /// ```
    /// use wx_proto::UserName;
    ///
    /// let chat = UserName::from("filehelper");
    /// assert_eq!(chat.as_str(), UserName::FILE_HELPER);
    /// assert!(!chat.is_group());
    /// ```
    UserName
}
text_id! {
    /// A message's id: decimal, up to 19 digits on every known server, larger than a double can hold. `MsgId` and `NewMsgId` of
    /// a message, and `MsgID` of the reply to a send, are the same kind of id.
    ///
    /// ```
    /// let id = wx_proto::MsgId::new("5120000000000000011");
    /// assert_eq!(id.to_string(), "5120000000000000011");
    /// ```
    MsgId
}
text_id! {
    /// The uuid of one QR code: characters of `[A-Za-z0-9_+/=-]`.
    ///
    /// ```
    /// assert_eq!(wx_proto::Uuid::new("Qa1bC2dE3g==").as_str(), "Qa1bC2dE3g==");
    /// ```
    Uuid
}

impl MsgId {
    /// An id that came from a server. Every known one writes decimal digits; any short word of letters and digits can tell
    /// repeats, so it is taken as well. `None` if there is none: empty, 0, or longer than any id is.
    pub(crate) fn received(text: &str) -> Option<Self> {
        let usable = bounds::is_msg_id(text) && text.bytes().any(|byte| byte != b'0');
        usable.then(|| Self::new(text))
    }
}
