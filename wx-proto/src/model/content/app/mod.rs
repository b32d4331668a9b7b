//! Messages made by apps (MsgType 49): each has a type of its own, in the members and in the XML.

mod article;
mod channel_video;
mod chat_history;
mod file;
mod link;
mod mini_program;
mod money;
mod music;
mod parts;
mod quote;
mod record;
mod stand_in;

use std::borrow::Cow;

use self::parts::Parts;
pub use self::{
    article::Article,
    channel_video::ChannelVideo,
    chat_history::{ChatHistory, Record},
    file::File,
    link::Link,
    mini_program::MiniProgram,
    money::{RedPacket, Transfer},
    music::Music,
    quote::{Quote, Quoted},
};
use super::{
    Content, Emoticon, Image, LiveLocation, Note,
    sentence::{self, Saying},
    source::{Source, first},
};

/// A message of an app that has no type of its own here.
///
/// ```
/// use wx_proto::App;
///
/// fn line(app: &App) -> String {
///     if app.is_announcement() { format!("announcement: {}", app.title) } else { app.title.clone() }
/// }
/// ```
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct App {
    /// The server's number for the kind of app message.
    pub kind: i64,
    /// The title, or the words inside where the title only says that the client is too old; a group's announcement is
    /// its text. May be empty.
    pub title: String,
    /// The text beneath it; may be empty.
    pub description: String,
    /// Where it leads to, if anywhere.
    pub url: Option<String>,
    /// The app or account that it comes from.
    pub source: Option<String>,
}

pub(super) fn decode(source: &Source<'_>) -> Content {
    let (parts, note) = Parts::of(source);
    let member = source.members.number("AppMsgType");
    // They may differ: then the XML is right.
    let kind = parts.number("type").or(member);
    // Some leave the type out, but not what makes the kind.
    if kind.is_none_or(|kind| kind == 0) {
        if parts.reader().is_some() {
            return Content::Link(Link::decode(&parts));
        }
        if parts.at("refermsg").is_some() {
            return Content::Quote(Quote::decode(&parts));
        }
    }
    let Some(kind) = kind else {
        return Content::unknown(source, note.unwrap_or(Note::Incomplete));
    };
    match kind {
        // Words instead of XML: the server's, in the language of the phone.
        0 if parts.msg.is_none() && is_stand_in(source) => Content::ChatHistory(ChatHistory::unseen(source)),
        2 => Content::Image(Image::decode(source)),
        3 | 76 | 92 => Content::Music(Music::decode(&parts)),
        4 | 5 | 100_001 => Content::Link(Link::decode(&parts)),
        // 74 comes while the file is still on its way to the server.
        6 | 74 => Content::File(File::decode(&parts)),
        8 => Content::Emoticon(Emoticon::decode(source)),
        17 => Content::LiveLocation(LiveLocation::Started),
        19 | 24 | 40 => Content::ChatHistory(ChatHistory::decode(&parts)),
        33 | 36 => Content::MiniProgram(MiniProgram::decode(&parts)),
        51 => Content::ChannelVideo(ChannelVideo::decode(&parts)),
        57 => Content::Quote(Quote::decode(&parts)),
        62 if parts.msg.is_some() => Content::Pat(parts.pat()),
        63 | 88 => Content::ChannelVideo(ChannelVideo::decode_live(&parts)),
        2000 => Content::Transfer(Transfer::decode(&parts)),
        2001 => Content::RedPacket(RedPacket::decode(&parts)),
        kind => match (note, App::of(kind, &parts)) {
            (Some(note), app) if app.title.is_empty() => Content::unknown(source, note),
            (_, app) => Content::App(app),
        },
    }
}

fn is_stand_in(source: &Source<'_>) -> bool {
    let words = source.words();
    sentence::read(&words) == Some(Saying::Unseen) || words.contains("请在手机上查看")
}

impl App {
    /// The type of a group's announcement.
    const ANNOUNCEMENT: i64 = 87;

    fn of(kind: i64, parts: &Parts<'_, '_>) -> Self {
        let announced = parts.text("textannouncement");
        let title = if kind == Self::ANNOUNCEMENT && !announced.is_empty() {
            announced.to_owned()
        } else {
            parts.title()
        };
        let description = first([parts.description().into(), parts.own_words(&title).into()]);
        Self { kind, title, description, url: parts.url(), source: parts.origin() }
    }

    /// Whether it is a group's announcement.
    pub const fn is_announcement(&self) -> bool {
        self.kind == Self::ANNOUNCEMENT
    }

    /// The title; the number of one without.
    pub(super) fn detail(&self) -> Cow<'_, str> {
        match self.title.as_str() {
            "" => self.kind.to_string().into(),
            title => Cow::Borrowed(title),
        }
    }
}
