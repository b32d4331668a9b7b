//! What a message says, one file a family of kinds.

mod app;
mod game;
mod group_event;
mod location;
mod media;
mod media_ref;
mod named_people;
mod pat;
mod people;
mod recalled;
mod sentence;
mod source;
mod status;
mod sysmsg;
mod system;
mod text;
mod unknown;
mod voip;
mod wordings;

use std::borrow::Cow;

use self::source::Source;
pub use self::{
    app::{
        App, Article, ChannelVideo, ChatHistory, File, Link, MiniProgram, Music, Quote, Quoted, Record,
        RedPacket, Transfer,
    },
    game::Game,
    group_event::{GroupEvent, Person},
    location::{LiveLocation, Location, Point},
    media::{Dimensions, Emoticon, Image, Video, Voice},
    media_ref::{MediaKind, MediaRef},
    pat::Pat,
    people::{Card, FriendRequest},
    recalled::Recalled,
    status::{Status, StatusEvent},
    system::System,
    text::Text,
    unknown::{Note, Unknown},
    voip::Voip,
};
pub(crate) use self::{
    source::Envelope,
    system::{is_notice, is_sysmsg},
};

/// What a message says.
///
/// What cannot be read is [`Unknown`](Self::Unknown): a message is never left out, and never costs another one. Texts are
/// plain text: entities, emoji spans and line breaks are decoded once. `Debug` shows their lengths instead of them.
///
/// # Kinds
///
/// The fixtures are folders of `fixtures/web/`.
///
#[doc = include_str!("kinds.md")]
///
/// For MsgType 49 the type in the XML counts, where it can be read; else the member.
///
/// ```
/// use wx_proto::{Content, Message};
///
/// fn line(message: &Message) -> String {
///     match &message.content {
///         Content::Text(text) => text.text.clone(),
///         Content::Recalled(recalled) => format!("withdrawn: {:?}", recalled.recalled),
///         other => format!("{}: {}", other.kind(), other.text()),
///     }
/// }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Content {
    /// Written by a person.
    Text(Text),
    /// A place on a map.
    Location(Location),
    /// Somebody shares where they are.
    LiveLocation(LiveLocation),
    /// A picture.
    Image(Image),
    /// Spoken.
    Voice(Voice),
    /// A film.
    Video(Video),
    /// A sticker.
    Emoticon(Emoticon),
    /// A person or an account shown to the chat.
    Card(Card),
    /// Somebody asks to be a friend.
    FriendRequest(FriendRequest),
    /// A page in the web.
    Link(Link),
    /// A file.
    File(File),
    /// A page of a mini program.
    MiniProgram(MiniProgram),
    /// An answer to an earlier message.
    Quote(Quote),
    /// A piece of music.
    Music(Music),
    /// Money from person to person.
    Transfer(Transfer),
    /// A red packet.
    RedPacket(RedPacket),
    /// Messages of another chat.
    ChatHistory(ChatHistory),
    /// A film of a channel.
    ChannelVideo(ChannelVideo),
    /// Another message of an app.
    App(App),
    /// A notice that an earlier message was withdrawn.
    Recalled(Recalled),
    /// Somebody nudged somebody.
    Pat(Pat),
    /// A call.
    Voip(Voip),
    /// What the phone did with its chats; nothing for people to read.
    Status(Status),
    /// Written by the server into the chat.
    System(System),
    /// A kind that this library does not take apart: see [`Message::raw`](crate::Message::raw).
    Unknown(Unknown),
}

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
    fn typed(source: &Source<'_>) -> Self {
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

    fn unknown(source: &Source<'_>, note: Note) -> Self {
        Self::Unknown(Unknown { msg_type: Some(source.msg_type), body: source.raw().to_owned(), note })
    }

    /// A stable word for programs: that of the table above.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Location(_) => "location",
            Self::LiveLocation(_) => "live_location",
            Self::Image(_) => "image",
            Self::Voice(_) => "voice",
            Self::Video(_) => "video",
            Self::Emoticon(_) => "emoticon",
            Self::Card(_) => "card",
            Self::FriendRequest(_) => "friend_request",
            Self::Link(_) => "link",
            Self::File(_) => "file",
            Self::MiniProgram(_) => "mini_program",
            Self::Quote(_) => "quote",
            Self::Music(_) => "music",
            Self::Transfer(_) => "transfer",
            Self::RedPacket(_) => "red_packet",
            Self::ChatHistory(_) => "chat_history",
            Self::ChannelVideo(_) => "channel_video",
            Self::App(_) => "app",
            Self::Recalled(_) => "recalled",
            Self::Pat(_) => "pat",
            Self::Voip(_) => "voip",
            Self::Status(_) => "status",
            Self::System(_) => "system",
            Self::Unknown(_) => "unknown",
        }
    }

    /// What a person would read, for example `[image 210x240]`; empty for a [`Status`].
    pub fn text(&self) -> Cow<'_, str> {
        let what = match self {
            Self::Text(text) => return Cow::Borrowed(&text.text),
            Self::Location(_) => "location",
            Self::LiveLocation(location) => return Cow::Borrowed(location.text()),
            Self::Image(_) => "image",
            Self::Voice(_) => "voice",
            Self::Video(_) => "video",
            Self::Emoticon(Emoticon { game: Some(game), .. }) => {
                return format!("[{}: {}]", game.word(), game.result()).into();
            }
            Self::Emoticon(_) => "emoticon",
            Self::Card(card) if card.official => "account",
            Self::Card(_) => "contact",
            Self::FriendRequest(_) => "friend request from",
            Self::Link(_) => "link",
            Self::File(_) => "file",
            Self::MiniProgram(_) => "mini program",
            Self::Quote(quote) => return quote.text(),
            Self::Music(_) => "music",
            Self::Transfer(_) => "transfer",
            Self::RedPacket(_) => "red packet",
            Self::ChatHistory(_) => "chat history",
            Self::ChannelVideo(video) if video.live => "channel live",
            Self::ChannelVideo(_) => "channel video",
            Self::App(app) if app.is_announcement() => "group announcement",
            Self::App(app) if app.title.is_empty() => "app message, type",
            Self::App(_) => "app",
            Self::Recalled(recalled) => return Cow::Borrowed(&recalled.text),
            Self::Pat(pat) => return pat.text(),
            Self::Voip(voip) => return voip.text(),
            Self::Status(_) => return Cow::Borrowed(""),
            Self::System(system) => return system.text(),
            Self::Unknown(unknown) if unknown.msg_type.is_none() => "unsupported message",
            Self::Unknown(_) => "unsupported message, type",
        };
        Cow::Owned(self.described(what))
    }

    /// The line of [`text`](Self::text) with another word for the kind, for interfaces in other languages: `[图片 210x240]`
    /// of `图片`.
    pub fn described(&self, what: &str) -> String {
        self.described_with(what, Self::text)
    }

    /// [`described`](Self::described) with other words for the messages inside it too.
    pub fn described_with(&self, what: &str, words: fn(&Self) -> Cow<'_, str>) -> String {
        let detail = self.detail();
        let blank = if detail.is_empty() { "" } else { " " };
        let mut line = format!("[{what}{blank}{detail}]");
        let further = if let Self::ChatHistory(history) = self {
            history.further(words).into()
        } else if let Self::Link(link) = self {
            link.further()
        } else {
            Cow::Borrowed("")
        };
        if !further.is_empty() {
            line.push('\n');
            line.push_str(&further);
        }
        line
    }

    /// What stands behind the word for the kind.
    fn detail(&self) -> Cow<'_, str> {
        match self {
            Self::Location(location) => location.detail(),
            Self::Image(image) => image.detail(),
            Self::Voice(voice) => voice.detail(),
            Self::Video(video) => video.detail(),
            Self::Emoticon(emoticon) => emoticon.detail(),
            Self::Card(card) => card.detail(),
            Self::FriendRequest(request) => request.detail(),
            Self::Link(link) => link.detail(),
            Self::File(file) => file.detail(),
            Self::MiniProgram(program) => program.detail(),
            Self::Music(music) => music.detail(),
            Self::Transfer(transfer) => transfer.detail(),
            Self::RedPacket(packet) => packet.detail(),
            Self::ChatHistory(history) => history.detail(),
            Self::ChannelVideo(video) => video.detail(),
            Self::App(app) => app.detail(),
            Self::Unknown(unknown) => unknown.detail(),
            Self::Text(_)
            | Self::LiveLocation(_)
            | Self::Quote(_)
            | Self::Recalled(_)
            | Self::Pat(_)
            | Self::Voip(_)
            | Self::Status(_)
            | Self::System(_) => Cow::Borrowed(""),
        }
    }

    /// Where to fetch what comes with it: the picture, sound, film or file; else the picture beside it.
    pub const fn media(&self) -> Option<&MediaRef> {
        match self {
            Self::Image(image) => image.media.as_ref(),
            Self::Voice(voice) => voice.media.as_ref(),
            Self::Video(video) => video.media.as_ref(),
            Self::Emoticon(emoticon) => emoticon.media.as_ref(),
            Self::File(file) => file.media.as_ref(),
            Self::Location(location) => location.map.as_ref(),
            Self::Link(link) => link.cover.as_ref(),
            Self::MiniProgram(program) => program.cover.as_ref(),
            Self::Text(_)
            | Self::LiveLocation(_)
            | Self::Card(_)
            | Self::FriendRequest(_)
            | Self::Quote(_)
            | Self::Music(_)
            | Self::Transfer(_)
            | Self::RedPacket(_)
            | Self::ChatHistory(_)
            | Self::ChannelVideo(_)
            | Self::App(_)
            | Self::Recalled(_)
            | Self::Pat(_)
            | Self::Voip(_)
            | Self::Status(_)
            | Self::System(_)
            | Self::Unknown(_) => None,
        }
    }
}

#[cfg(test)]
mod tests;
