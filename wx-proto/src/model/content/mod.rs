//! What a message says, one file a family of kinds.

mod app;
mod decode;
mod description;
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
