//! An app message taken apart.

use super::{
    super::{
        Note, Pat,
        source::{Source, first, some},
    },
    stand_in,
};
use crate::coding::{markup::plain_words, text::plain_text, xml::Node};

/// An app message taken apart: members and XML say the same in different words.
pub(super) struct Parts<'s, 'a> {
    pub(super) source: &'s Source<'a>,
    pub(super) msg: Option<Node>,
    title: Title,
}

/// What a title is worth.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Title {
    /// Words of the message.
    Said,
    /// It leads to a page that asks for another version, so it may say the same in a language that is not known here.
    Doubtful,
    /// It only says that the client is too old.
    StandIn,
}

impl<'s, 'a> Parts<'s, 'a> {
    /// Without the XML if it cannot be read, and why.
    pub(super) fn of(source: &'s Source<'a>) -> (Self, Option<Note>) {
        let xml = source.xml();
        let note = xml.as_ref().err().copied();
        let mut parts = Self { source, msg: xml.ok(), title: Title::Said };
        let url = parts.address().unwrap_or_default();
        if stand_in::is_upgrade_page(&url) {
            parts.title = Title::Doubtful;
        }
        if !stand_in::is_article(&url) && stand_in::is_stand_in(&parts.written_title()) {
            parts.title = Title::StandIn;
        }
        (parts, note)
    }
}

impl Parts<'_, '_> {
    pub(super) fn appmsg(&self) -> Option<&Node> {
        self.msg.as_ref()?.child("appmsg")
    }

    pub(super) fn at(&self, path: &str) -> Option<&Node> {
        self.appmsg()?.at(path)
    }

    pub(super) fn text(&self, path: &str) -> &str {
        self.at(path).map_or("", Node::words)
    }

    pub(super) fn number(&self, path: &str) -> Option<i64> {
        self.at(path)?.words().parse().ok()
    }

    pub(super) fn some(&self, path: &str) -> Option<String> {
        some(self.text(path))
    }

    /// The title as it stands there.
    pub(super) fn written_title(&self) -> String {
        first([self.text("title").into(), self.source.member("FileName").into()])
    }

    /// The title; where a stand-in takes its place, the words inside.
    pub(super) fn title(&self) -> String {
        let inner = match self.title {
            Title::Said => None,
            Title::Doubtful => self.appmsg().and_then(stand_in::own_words),
            Title::StandIn => self.appmsg().and_then(stand_in::inner_words),
        };
        inner.unwrap_or_else(|| plain_words(&self.written_title()))
    }

    /// The text beneath the title; empty if it is the title's.
    pub(super) fn description(&self) -> String {
        let words = plain_words(self.text("des"));
        if self.title != Title::Said && (stand_in::is_stand_in(&words) || words == self.title()) {
            return String::new();
        }
        words
    }

    /// What the elements of certain kinds say, unless the title says it; empty if nothing.
    pub(super) fn own_words(&self, title: &str) -> String {
        let words = self.appmsg().and_then(stand_in::own_words);
        words.filter(|words| words != title).unwrap_or_default()
    }

    /// Whether nothing but a stand-in is there to be read.
    pub(super) fn is_wordless(&self) -> bool {
        self.title == Title::StandIn && stand_in::is_stand_in(&self.title())
    }

    /// Where it leads to. A page that asks for another version is no such place.
    pub(super) fn url(&self) -> Option<String> {
        self.address().filter(|url| !stand_in::is_upgrade_page(url))
    }

    fn address(&self) -> Option<String> {
        let member = plain_text(&self.source.members.text("Url"));
        some(&first([self.text("url").into(), member.into()]))
    }

    /// The app, the account or the program that it comes from.
    pub(super) fn origin(&self) -> Option<String> {
        let app = self.msg.as_ref().map_or("", |msg| msg.text_at("appinfo/appname"));
        let reader = |path| self.reader().map_or("", |reader| reader.text_at(path));
        let names =
            [self.text("sourcedisplayname"), app, reader("publisher/nickname"), reader("category/name")];
        some(&first(names.map(Into::into)))
    }

    /// The articles of an account, inside the app message or beside it.
    pub(super) fn reader(&self) -> Option<&Node> {
        let msg = self.msg.as_ref()?;
        if msg.is("mmreader") { Some(msg) } else { msg.find("mmreader") }
    }

    /// A nudge that comes as an app message.
    pub(super) fn pat(&self) -> Pat {
        let either = |record: &str, info: &str| {
            let paths = [format!("patMsg/records/record/{record}"), format!("patinfo/{info}")];
            first(paths.map(|path| self.text(&path).to_owned().into()))
        };
        let title = if self.title == Title::Said { self.title() } else { String::new() };
        let template = either("templete", "template");
        Pat::of_app(
            &title,
            &template,
            [either("fromUser", "fromusername"), either("pattedUser", "pattedusername")],
        )
    }
}
