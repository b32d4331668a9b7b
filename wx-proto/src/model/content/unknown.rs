//! What could not be taken apart.

use std::{borrow::Cow, fmt};

/// A message that this library does not take apart. Its JSON object is in [`Message::raw`](crate::Message::raw).
///
/// ```
/// use wx_proto::Unknown;
///
/// fn line(unknown: &Unknown) -> String {
///     format!("type {:?} ({})", unknown.msg_type, unknown.note.as_str())
/// }
/// ```
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Unknown {
    /// The server's number for the kind; `None` if it could not be read.
    pub msg_type: Option<i64>,
    /// The content as it came, still encoded, without the sender of a group message; empty if there is none.
    pub body: String,
    /// Why it was not taken apart.
    pub note: Note,
}

/// Why a message was not taken apart.
///
/// ```
/// use wx_proto::{Content, Note};
///
/// fn is_news_to_this_library(content: &Content) -> bool {
///     matches!(content, Content::Unknown(unknown) if unknown.note == Note::NewType)
/// }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Note {
    /// The object has no readable MsgType.
    NoType,
    /// The MsgType, or the type of the notice, is none that this library knows.
    NewType,
    /// The content is missing or no text.
    NotText,
    /// The content is no XML where the kind needs it.
    NotXml,
    /// The XML is too large to be read.
    TooLarge,
    /// It is quoted in a quote in a quote in a quote.
    TooDeep,
    /// What makes the kind is missing in it.
    Incomplete,
}

impl Note {
    /// A few words for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoType => "it has no type",
            Self::NewType => "its type is not known",
            Self::NotText => "its content is no text",
            Self::NotXml => "its content is no XML",
            Self::TooLarge => "its content is too large",
            Self::TooDeep => "it is quoted too deeply",
            Self::Incomplete => "its content is incomplete",
        }
    }
}

impl Unknown {
    pub(super) fn detail(&self) -> Cow<'_, str> {
        self.msg_type.map_or(Cow::Borrowed(""), |number| number.to_string().into())
    }
}

impl fmt::Debug for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // It may hold tickets and keys of attachments.
        let Self { msg_type, body, note } = self;
        f.debug_struct("Unknown")
            .field("msg_type", msg_type)
            .field("body", &format_args!("[{} bytes]", body.len()))
            .field("note", note)
            .finish()
    }
}
