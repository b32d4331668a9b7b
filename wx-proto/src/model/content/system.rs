//! What the server writes into a chat: system texts (10000), system XML (10002), and what both stand for.

use std::borrow::Cow;

use super::{
    Content, GroupEvent, Note, Pat, RedPacket, Transfer,
    sentence::{self, Saying},
    source::Source,
    sysmsg,
};
use crate::coding::{markup::without_markup, text::plain_text, xml::Node};

/// A text of the server: somebody joined, a friend was added, and the like, in the account's language.
///
/// ```
/// use wx_proto::{GroupEvent, System};
///
/// fn joined(system: &System) -> usize {
///     if let Some(GroupEvent::Joined { who, .. }) = &system.event { who.len() } else { 0 }
/// }
/// ```
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct System {
    /// The text; links are reduced to their texts. May be empty.
    pub text: String,
    /// What happened in a group, where the text tells. It is read from words with names in them, in Chinese, English and
    /// Japanese: a text that can be read in two ways, because a name holds such words, has none. A name that is a list
    /// of names cannot be told from a list.
    pub event: Option<GroupEvent>,
}

impl System {
    pub(super) fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.text)
    }
}

/// Whether the server writes messages of this number, and nobody else.
pub(crate) const fn is_notice(msg_type: i64) -> bool {
    matches!(msg_type, 9999 | 10_000 | 10_002)
}

/// Whether a content as the server encodes it is one piece of system XML and nothing else. In a system text stand names,
/// perhaps at its very beginning, and a name may hold XML.
pub(crate) fn is_sysmsg(content: &str) -> bool {
    let begins = |text: &str| ["<sysmsg", "<?xml"].iter().any(|start| text.starts_with(start));
    let ends =
        |text: &str| text.ends_with("</sysmsg>") || (text.ends_with("/>") && text.matches('<').count() == 1);
    if !content.contains("sysmsg") {
        return false;
    }
    let text = plain_text(content);
    let text = text.trim_matches(|char: char| char.is_whitespace() || char == '\u{feff}');
    begins(text) && ends(text) && text.matches("<sysmsg").count() == 1
}

/// Whether system XML in a system text is as the server writes it. With one half of it in the name at the beginning of a
/// sentence and one in that at its end the words between them stand where none belong. (Halves that put them into an
/// innermost element cannot be told from the server's; they are longer than a name may be, and a recall counts in its own
/// chat only.)
fn is_whole(xml: &Node) -> bool {
    let has = |kind: &str| !sysmsg::is(xml, kind) || xml.child(kind).is_some();
    xml.words().is_empty() && xml.is_tidy() && has("revokemsg") && has("pat")
}

/// A system text. Some are the only sign on the web of something else.
pub(super) fn decode_text(source: &Source<'_>) -> Content {
    if is_sysmsg(source.raw())
        && let Ok(xml) = source.xml()
        && xml.is("sysmsg")
        && is_whole(&xml)
    {
        return sysmsg::decode(source, &xml);
    }
    of_words(source.words(), source.group)
}

/// System XML.
pub(super) fn decode_xml(source: &Source<'_>) -> Content {
    match source.xml() {
        Ok(xml) if xml.is("sysmsg") => sysmsg::decode(source, &xml),
        Ok(_) => Content::unknown(source, Note::NewType),
        Err(note) => Content::unknown(source, note),
    }
}

/// What a sentence of the server stands for; the sentence itself, if it stands for nothing else.
pub(super) fn of_words(text: String, group: bool) -> Content {
    let text = without_markup(text);
    let words = || text.trim().to_owned();
    let event = match sentence::read(&text) {
        Some(Saying::RedPacket) => return Content::RedPacket(RedPacket { title: words() }),
        Some(Saying::Transfer) => return Content::Transfer(Transfer::of_words(words())),
        Some(Saying::Call(call)) => return Content::Voip(call),
        Some(Saying::Location(location)) => return Content::LiveLocation(location),
        Some(Saying::Pat) => return Content::Pat(Pat::of_words(words())),
        Some(Saying::Event(event)) => Some(event).filter(|_| group),
        Some(Saying::Unseen | Saying::OwnRecall) | None => None,
    };
    Content::System(System { text, event })
}
