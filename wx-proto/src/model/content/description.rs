//! The line that a person would read for each kind.

use std::borrow::Cow;

use super::{Content, Emoticon};

impl Content {
    /// What a person would read, for example `[image 210x240]`; empty for a [`Status`](crate::Status).
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

    /// What stands after the word for the kind.
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
}
