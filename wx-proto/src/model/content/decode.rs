//! From a message on the wire to its content, by MsgType.

use super::{
    Card, Content, Emoticon, Envelope, FriendRequest, Image, Location, Note, Status, Text, Unknown, Video,
    Voice, Voip, app, source::Source, system, text,
};

impl Content {
    /// Quotes in quotes are followed so many times.
    const DEEPEST: u8 = 3;

    pub(crate) fn decode(envelope: &Envelope<'_>) -> Self {
        match (envelope.msg_type, envelope.content) {
            (Some(1), Some(content)) => text::decode(envelope, content),
            // Where everything stands in the members the content may be missing.
            (Some(msg_type), content) if msg_type != 1 => {
                Self::typed(&Source::new(envelope, msg_type, content.unwrap_or("")))
            }
            (msg_type, content) => Self::Unknown(Unknown {
                msg_type,
                body: content.unwrap_or("").to_owned(),
                note: if msg_type.is_none() { Note::NoType } else { Note::NotText },
            }),
        }
    }

    /// A message that is no ordinary text, or one that is quoted.
    pub(super) fn typed(source: &Source<'_>) -> Self {
        if source.depth > Self::DEEPEST {
            return Self::unknown(source, Note::TooDeep);
        }
        let or_unknown =
            |decoded: Result<Self, Note>| decoded.unwrap_or_else(|note| Self::unknown(source, note));
        match source.msg_type {
            1 => Self::Text(Text { text: source.words() }),
            3 => Self::Image(Image::decode(source)),
            34 => Self::Voice(Voice::decode(source)),
            37 => or_unknown(FriendRequest::decode(source).map(Self::FriendRequest)),
            40 | 42 => or_unknown(Card::decode(source).map(Self::Card)),
            43 | 62 => Self::Video(Video::decode(source)),
            47 => Self::Emoticon(Emoticon::decode(source)),
            48 => or_unknown(Location::decode(source).map(Self::Location)),
            49 => app::decode(source),
            50 => Self::Voip(Voip::Call),
            51 => Self::Status(Status::decode(source)),
            52 => Self::Voip(Voip::Ended),
            53 => Self::Voip(Voip::Invited),
            9999 | 10_000 => system::decode_text(source),
            10_002 => system::decode_xml(source),
            _ => Self::unknown(source, Note::NewType),
        }
    }

    pub(super) fn unknown(source: &Source<'_>, note: Note) -> Self {
        Self::Unknown(Unknown { msg_type: Some(source.msg_type), body: source.raw().to_owned(), note })
    }
}
