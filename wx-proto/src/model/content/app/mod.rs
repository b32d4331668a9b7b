//! Messages made by apps (MsgType 49): each has a type of its own, in the members and in the XML.

mod channel_video;
mod chat_history;
mod file;
mod link;
mod mini_program;
mod money;
mod music;
mod quote;

use std::borrow::Cow;

pub use self::{
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
use crate::model::{text::plain_text, xml::Node};

/// A message of an app that has no type of its own here.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct App {
    /// The server's number for the kind of app message.
    pub kind: i64,
    /// The title; may be empty.
    pub title: String,
    /// The text beneath it; may be empty.
    pub description: String,
    /// Where it leads to, if anywhere.
    pub url: Option<String>,
}

/// An app message taken apart: members and XML say the same in different words.
pub(super) struct Parts<'s, 'a> {
    source: &'s Source<'a>,
    msg: Option<Node>,
}

pub(super) fn decode(source: &Source<'_>) -> Content {
    let xml = source.xml();
    let note = xml.as_ref().err().copied();
    let parts = Parts { source, msg: xml.ok() };
    let member = source.members.number("AppMsgType");
    // They may differ: then the XML is right.
    let Some(kind) = parts.number("type").or(member) else {
        return Content::unknown(source, note.unwrap_or(Note::Incomplete));
    };
    match kind {
        // Words instead of XML: the server's, in the language of the phone.
        0 if parts.msg.is_none() && is_stand_in(source) => Content::ChatHistory(ChatHistory::unseen(source)),
        2 => Content::Image(Image::decode(source)),
        3 => Content::Music(Music::decode(&parts)),
        4 | 5 | 100_001 => Content::Link(Link::decode(&parts)),
        6 => Content::File(File::decode(&parts)),
        8 => Content::Emoticon(Emoticon::decode(source)),
        17 => Content::LiveLocation(LiveLocation::Started),
        19 => Content::ChatHistory(ChatHistory::decode(&parts)),
        33 | 36 => Content::MiniProgram(MiniProgram::decode(&parts)),
        51 => Content::ChannelVideo(ChannelVideo::decode(&parts)),
        57 => Content::Quote(Quote::decode(&parts)),
        2000 => Content::Transfer(Transfer::decode(&parts)),
        2001 => Content::RedPacket(RedPacket::decode(&parts)),
        kind => match (note, parts.title()) {
            (Some(note), title) if title.is_empty() => Content::unknown(source, note),
            (_, title) => {
                let (description, url) = (parts.description(), parts.url());
                Content::App(App { kind, title, description, url })
            }
        },
    }
}

fn is_stand_in(source: &Source<'_>) -> bool {
    let words = source.words();
    sentence::read(&words) == Some(Saying::Unseen) || words.contains("请在手机上查看")
}

impl App {
    /// The title; the number of one without.
    pub(super) fn detail(&self) -> Cow<'_, str> {
        match self.title.as_str() {
            "" => self.kind.to_string().into(),
            title => Cow::Borrowed(title),
        }
    }
}

impl Parts<'_, '_> {
    fn at(&self, path: &str) -> Option<&Node> {
        self.msg.as_ref()?.child("appmsg")?.at(path)
    }

    fn text(&self, path: &str) -> &str {
        self.at(path).map_or("", Node::words)
    }

    fn number(&self, path: &str) -> Option<i64> {
        self.at(path)?.words().parse().ok()
    }

    fn some(&self, path: &str) -> Option<String> {
        super::source::some(self.text(path))
    }

    fn title(&self) -> String {
        first([self.text("title").into(), self.source.member("FileName").into()])
    }

    fn description(&self) -> String {
        self.text("des").to_owned()
    }

    fn url(&self) -> Option<String> {
        let member = plain_text(&self.source.members.text("Url"));
        super::source::some(&first([self.text("url").into(), member.into()]))
    }
}
