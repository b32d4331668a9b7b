//! What a message says, by kind.

use std::borrow::Cow;

use super::{
    recalled,
    text::{plain_text, without_links},
};
use crate::{MsgId, UserName};

/// What a message says.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Content {
    /// Written by a person.
    Text(Text),
    /// A notice that an earlier message was withdrawn.
    Recalled(Recalled),
    /// What the phone did with its chats; nothing for people to read.
    Status(Status),
    /// Written by the server into the chat.
    System(System),
    /// A kind that this library does not take apart: see [`Message::raw`](crate::Message::raw).
    Unknown(Unknown),
}

/// A text written by a person.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Text {
    /// The text with newlines, emoji and signs as they were typed. Faces stay in their form `[微笑]`.
    pub text: String,
}

/// A notice that an earlier message was withdrawn.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Recalled {
    /// The id of the withdrawn message; `None` when the server does not name it. The notice has its own id.
    pub recalled: Option<MsgId>,
    /// The server's words in the account's language, for example `"小明" 撤回了一条消息`; may be empty.
    pub text: String,
}

/// What the phone did with its chats.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Status {
    /// 1 a chat was read, 2 entered, 4 the phone's list of chats, 5 a chat was left. 0 if there is none.
    pub code: i64,
    /// The chats concerned. Code 4 is how groups that are not in the contact list become known.
    pub users: Vec<UserName>,
}

/// A text of the server: somebody joined, a friend was added, and the like, in the account's language.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct System {
    /// The text; links are reduced to their texts.
    pub text: String,
}

/// A message of another kind.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Unknown {
    /// The server's number for the kind; `None` if it could not be read.
    pub msg_type: Option<i64>,
    /// The content, often XML, decoded for reading.
    pub content: String,
}

impl Content {
    /// Decodes `content`, which carries no sender any more.
    pub(crate) fn decode(msg_type: Option<i64>, content: &str, status: impl FnOnce() -> Status) -> Self {
        let unknown = || Self::Unknown(Unknown { msg_type, content: plain_text(content) });
        match msg_type {
            Some(1) => Self::Text(Text { text: plain_text(content) }),
            Some(51) => Self::Status(status()),
            Some(10_000) => recalled::parse(content).map_or_else(
                || Self::System(System { text: without_links(plain_text(content)) }),
                Self::Recalled,
            ),
            Some(10_002) => recalled::parse(content).map_or_else(unknown, Self::Recalled),
            _ => unknown(),
        }
    }

    /// A stable word for programs: `text`, `recalled`, `status`, `system` or `unknown`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Recalled(_) => "recalled",
            Self::Status(_) => "status",
            Self::System(_) => "system",
            Self::Unknown(_) => "unknown",
        }
    }

    /// What a person would read; empty for a [`Status`].
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(&text.text),
            Self::Recalled(recalled) => Cow::Borrowed(&recalled.text),
            Self::Status(_) => Cow::Borrowed(""),
            Self::System(system) => Cow::Borrowed(&system.text),
            Self::Unknown(Unknown { msg_type: Some(number), .. }) => {
                Cow::Owned(format!("[unsupported message, type {number}]"))
            }
            Self::Unknown(Unknown { msg_type: None, .. }) => Cow::Borrowed("[unsupported message]"),
        }
    }
}

impl Status {
    pub(crate) fn new(code: i64, users: &str) -> Self {
        let users = users.split(',').filter(|name| !name.is_empty()).map(UserName::new).collect();
        Self { code, users }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(msg_type: i64, content: &str) -> Content {
        Content::decode(Some(msg_type), content, || Status::new(0, ""))
    }

    #[test]
    fn kinds_are_told_by_number() {
        let text = decode(1, "A&amp;B");
        assert_eq!((text.kind(), text.text().as_ref()), ("text", "A&B"));
        let system =
            decode(10_000, "你邀请\"X\"加入了群聊  &lt;a href=\"weixin://revoke/\"&gt;撤销&lt;/a&gt;");
        assert_eq!((system.kind(), system.text().as_ref()), ("system", "你邀请\"X\"加入了群聊  撤销"));
        let other = decode(49, "&lt;msg/&gt;");
        assert_eq!((other.kind(), other.text().as_ref()), ("unknown", "[unsupported message, type 49]"));
        assert_eq!(other, Content::Unknown(Unknown { msg_type: Some(49), content: "<msg/>".into() }));
        let none = Content::decode(None, "", || Status::new(0, ""));
        assert_eq!((none.kind(), none.text().as_ref()), ("unknown", "[unsupported message]"));
    }

    #[test]
    fn a_status_lists_chats() {
        let status = Status::new(4, "filehelper,@1,@@2,");
        assert_eq!(status.users, ["filehelper", "@1", "@@2"].map(UserName::new));
        let content = Content::decode(Some(51), "&lt;msg&gt;", || status);
        assert_eq!((content.kind(), content.text().as_ref()), ("status", ""));
        assert_eq!(Status::new(1, ""), Status { code: 1, users: Vec::new() });
    }

    #[test]
    fn a_recall_comes_under_two_numbers() {
        let xml = "&lt;sysmsg type=\"revokemsg\"&gt;&lt;revokemsg&gt;&lt;msgid&gt;7&lt;/msgid&gt;&lt;/revokemsg&gt;&lt;/sysmsg&gt;";
        for msg_type in [10_000, 10_002] {
            assert_eq!(decode(msg_type, xml).kind(), "recalled");
        }
        assert_eq!(decode(1, xml).kind(), "text", "a person can type it");
        let pat = "&lt;sysmsg type=\"pat\"&gt;&lt;/sysmsg&gt;";
        assert_eq!(decode(10_002, pat).kind(), "unknown");
        assert_eq!(decode(10_000, "revokemsg").kind(), "system");
    }
}
