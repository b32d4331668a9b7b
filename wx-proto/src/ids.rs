//! Names and numbers that identify things, each its own type.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

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

impl UserName {
    /// The account's own chat with its phone.
    pub const FILE_HELPER: &str = "filehelper";

    /// A name that came from a server; `None` if nothing can be known by it.
    pub(crate) fn received(text: &str) -> Option<Self> {
        bounds::is_user_name(text).then(|| Self::new(text))
    }

    /// The same name, known to be a group's; `None` for anybody else.
    pub fn to_group(&self) -> Option<GroupName> {
        GroupName::try_from(self.clone()).ok()
    }

    /// True for a group: the name starts with `@@` or ends with `@chatroom`.
    pub fn is_group(&self) -> bool {
        Self::is_group_name(&self.0)
    }

    pub(crate) fn is_group_name(name: &str) -> bool {
        name.starts_with("@@") || name.ends_with("@chatroom")
    }
}

/// The user name of a group, and of nothing else: where a group and somebody in it are told side by side, neither can
/// stand in the other's place.
///
/// ```
/// use wx_proto::{GroupName, UserName};
///
/// let chat = UserName::new("@@22223333444455556666777788889999");
/// let group: GroupName = chat.to_group().expect("it begins with @@");
/// assert_eq!(group.as_user_name(), &chat);
/// assert!(UserName::new("@11112222333344445555666677778888").to_group().is_none());
/// ```
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "UserName", into = "UserName")]
pub struct GroupName(UserName);

impl GroupName {
    /// The name as that of a chat.
    pub const fn as_user_name(&self) -> &UserName {
        &self.0
    }

    /// The text as the server wrote it.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for GroupName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl AsRef<str> for GroupName {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl From<GroupName> for UserName {
    fn from(group: GroupName) -> Self {
        group.0
    }
}

impl TryFrom<UserName> for GroupName {
    type Error = NotAGroup;

    fn try_from(name: UserName) -> Result<Self, NotAGroup> {
        if name.is_group() { Ok(Self(name)) } else { Err(NotAGroup) }
    }
}

/// The name is not that of a group.
///
/// ```
/// use wx_proto::{GroupName, UserName};
///
/// let error = GroupName::try_from(UserName::new("@0a1b")).unwrap_err();
/// assert_eq!(error.to_string(), "not the name of a group");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not the name of a group")]
#[non_exhaustive]
pub struct NotAGroup;

impl MsgId {
    /// An id that came from a server. Every known one writes decimal digits; any short word of letters and digits can tell
    /// repeats, so it is taken as well. `None` if there is none: empty, 0, or longer than any id is.
    pub(crate) fn received(text: &str) -> Option<Self> {
        let usable = bounds::is_msg_id(text) && text.bytes().any(|byte| byte != b'0');
        usable.then(|| Self::new(text))
    }
}

/// The id a send carries on the wire as `ClientMsgId` and `LocalID`: always 17 digits, strictly increasing
/// within an account's stored session, so that the server can recognise a repeat.
///
/// ```
/// use wx_proto::{OutboxEntry, WireId};
///
/// fn on_the_wire(entry: &OutboxEntry) -> Option<String> {
///     entry.wire_id.map(|id: WireId| id.to_string())
/// }
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct WireId(u64);

impl WireId {
    const MIN: u64 = 10_000_000_000_000_000;
    const MAX: u64 = 99_999_999_999_999_999;
    /// Ids made from a clock stay below it: those of the year 2255.
    const LIMIT: u64 = 90_000_000_000_000_000;

    /// The id for a send at `millis` with four more digits, above `last` in any case.
    ///
    /// The official page glues the Unix milliseconds (13 digits) and a random number (4 digits). A clock that would use up
    /// the digits is not believed: the id follows the last one then.
    pub(crate) fn next(last: Option<Self>, millis: u64, digits: u64) -> Self {
        let wanted = millis.saturating_mul(10_000).saturating_add(digits % 10_000);
        let wanted = if wanted < Self::LIMIT { wanted.max(Self::MIN) } else { Self::MIN };
        let floor = last.map_or(Self::MIN, |last| last.0.saturating_add(1));
        Self(wanted.max(floor).min(Self::MAX))
    }

    /// True if so many ids follow that they never run out. Only a clock that was far ahead left another one behind.
    pub(crate) const fn leaves_room(self) -> bool {
        self.0 < Self::LIMIT + (Self::MAX - Self::LIMIT) / 2
    }
}

impl fmt::Display for WireId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:017}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_ids_have_17_digits_and_only_grow() {
        let first = WireId::next(None, 1_735_700_070_000, 416);
        assert_eq!(first.to_string(), "17357000700000416");
        let after_a_backward_clock = WireId::next(Some(first), 1_735_600_000_000, 9_999);
        assert_eq!(after_a_backward_clock.to_string(), "17357000700000417");
        for millis in [0, 1, 999_999_999_999, 10_000_000_000_000, u64::MAX] {
            let id = WireId::next(None, millis, 7);
            assert_eq!(id.to_string().len(), 17);
            assert!(WireId::next(Some(id), millis, 7) > id && id.leaves_room());
        }
    }

    #[test]
    fn groups_are_told_by_their_names() {
        assert!(UserName::new("@@0123").is_group());
        assert!(UserName::new("77@chatroom").is_group());
        assert!(!UserName::new("@0123").is_group());
        assert!(!UserName::new(UserName::FILE_HELPER).is_group());
    }

    #[test]
    fn a_group_s_name_is_stored_as_a_text() {
        let group = UserName::new("@@0123").to_group().unwrap();
        let json = serde_json::to_string(&group).unwrap();
        assert_eq!(json, "\"@@0123\"");
        assert_eq!(serde_json::from_str::<GroupName>(&json).unwrap(), group);
        assert!(serde_json::from_str::<GroupName>("\"@0123\"").is_err());
        assert_eq!(UserName::new("@0123").to_group(), None);
        assert_eq!(GroupName::try_from(UserName::from("@0123")), Err(NotAGroup));
    }
}
