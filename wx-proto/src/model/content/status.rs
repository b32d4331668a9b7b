//! What the phone did with its chats.

use super::source::Source;
use crate::{UserName, coding::text::listed_names};

/// What the phone did with its chats; nothing for people to read.
///
/// ```
/// use wx_proto::{Status, StatusEvent};
///
/// fn read_on_the_phone(status: &Status) -> bool {
///     status.event == StatusEvent::Read
/// }
/// ```
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Status {
    /// What happened.
    pub event: StatusEvent,
    /// The chats concerned.
    pub users: Vec<UserName>,
    /// Their lasting ids (`wxid_…`, `…@chatroom`, `gh_…`), in the same order; empty if the server does not tell them or
    /// tells another number of them. No other message has them.
    pub ids: Vec<String>,
}

/// The codes of a [`Status`].
///
/// ```
/// use wx_proto::StatusEvent;
///
/// assert_eq!(StatusEvent::ChatList.code(), 4);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum StatusEvent {
    /// 1: a chat was read.
    Read,
    /// 2: a chat was opened.
    Opened,
    /// 3: a client began.
    Initialised,
    /// 4: the chats in the phone's list. Groups that are not in the contact list become known by it.
    ChatList,
    /// 5: a chat was left.
    Closed,
    /// Another code; 0 if there is none.
    Other(i64),
}

impl StatusEvent {
    const fn new(code: i64) -> Self {
        match code {
            1 => Self::Read,
            2 => Self::Opened,
            3 => Self::Initialised,
            4 => Self::ChatList,
            5 => Self::Closed,
            other => Self::Other(other),
        }
    }

    /// The server's code.
    pub const fn code(self) -> i64 {
        match self {
            Self::Read => 1,
            Self::Opened => 2,
            Self::Initialised => 3,
            Self::ChatList => 4,
            Self::Closed => 5,
            Self::Other(code) => code,
        }
    }
}

impl Status {
    pub(super) fn decode(source: &Source<'_>) -> Self {
        // Often the content is empty.
        let xml = if source.raw().is_empty() { None } else { source.xml().ok() };
        let op = xml.as_ref().and_then(|msg| msg.child("op"));
        let code = source.members.number("StatusNotifyCode");
        let code = code.or_else(|| op?.attribute("id").parse().ok()).unwrap_or(0);
        let users: Vec<UserName> =
            listed_names(&source.members.text("StatusNotifyUserName")).map(UserName::new).collect();
        let mut ids: Vec<String> =
            listed_names(op.map_or("", |op| op.text_at("username"))).map(str::to_owned).collect();
        if ids.len() != users.len() {
            ids.clear();
        }
        Self { event: StatusEvent::new(code), users, ids }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_come_back() {
        for code in [i64::MIN, -1, 0, 1, 2, 3, 4, 5, 6, i64::MAX] {
            assert_eq!(StatusEvent::new(code).code(), code);
        }
    }
}
