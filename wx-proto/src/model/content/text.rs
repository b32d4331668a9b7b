//! Words of people.

use super::{
    Content, Emoticon, Link, Location, RedPacket,
    source::{Envelope, Source},
};
use crate::coding::text::plain_text;

/// A text written by a person.
///
/// ```
/// use wx_proto::Text;
///
/// fn asks_all(text: &Text) -> bool {
///     text.mentions_all() && text.text.ends_with('?')
/// }
/// ```
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Text {
    /// The text with newlines, emoji and signs as they were typed. Faces stay in their form `[微笑]`: see
    /// [`faces`](crate::faces).
    pub text: String,
}

impl Text {
    /// The names after an `@`, as phones write them: with the sign U+2005 at their end. The official page writes a
    /// blank there, which also stands in names: such a mention shows only where the name is known, in
    /// [`mentions`](Self::mentions).
    pub fn mentioned(&self) -> impl Iterator<Item = &str> {
        let pieces = self.text.split(END);
        let last = self.text.matches(END).count();
        pieces.take(last).filter_map(|piece| Some(piece.rsplit_once('@')?.1).filter(|name| !name.is_empty()))
    }

    /// Whether somebody of this name is mentioned.
    pub fn mentions(&self, name: &str) -> bool {
        let mut at =
            self.text.match_indices('@').filter_map(|(at, _)| self.text.get(at..)?.strip_prefix('@'));
        let ends = |rest: &str| rest.is_empty() || rest.starts_with([END, ' ', '\n']);
        !name.is_empty() && at.any(|rest| rest.strip_prefix(name).is_some_and(ends))
    }

    /// Whether everybody in the group is mentioned.
    pub fn mentions_all(&self) -> bool {
        ["所有人", "All", "all"].iter().any(|all| self.mentions(all))
    }
}

/// Phones end a mention with this blank.
const END: char = '\u{2005}';

/// Type 1 also carries places, red packets, news, and what stands for stickers of the store.
pub(super) fn decode(envelope: &Envelope<'_>, content: &str) -> Content {
    if may_be_more(envelope, content) {
        let source = Source::new(envelope, 1, content);
        if let Some(other) = more(&source, envelope.from.as_str()) {
            return other;
        }
    }
    Content::Text(Text { text: plain_text(content) })
}

/// Texts are most of what comes: only what may be something else has the rest of its members read.
fn may_be_more(envelope: &Envelope<'_>, content: &str) -> bool {
    !is_marked_plain(envelope.json)
        || MARKS.iter().any(|mark| content.contains(mark))
        || envelope.from.as_str() == NEWS
}

/// In places, and in the server's words for what only the phone shows.
const MARKS: [&str; 6] = ["pictype=location", "/redirectforward?", "手机上", "手機上", "phone", "電話"];

/// Whether `SubMsgType` is 0 at its usual place, near the end. Not there, it may be anything.
fn is_marked_plain(json: &str) -> bool {
    const NEAR: usize = 192;
    let bytes = json.as_bytes();
    let near = bytes.split_at_checked(bytes.len().saturating_sub(NEAR)).map_or(bytes, |(_, near)| near);
    let mut after: &[u8] = b"";
    for part in near.rsplit(|byte| *byte == b'"') {
        if part == b"SubMsgType" {
            let value = after.trim_ascii_start().strip_prefix(b":").unwrap_or_default();
            return matches!(value.trim_ascii_start(), [b'0', next, ..] if !next.is_ascii_digit());
        }
        after = part;
    }
    false
}

fn more(source: &Source<'_>, from: &str) -> Option<Content> {
    if Location::is_in(source)
        && let Ok(location) = Location::decode(source)
    {
        return Some(Content::Location(location));
    }
    if source.members.number("AppMsgType") == Some(2001) {
        return Some(Content::RedPacket(RedPacket::of_words(source)));
    }
    if source.members.number("HasProductId").is_some_and(|id| id != 0) {
        return Some(Content::Emoticon(Emoticon::decode(source)));
    }
    if from == NEWS {
        return Link::of_news(source).map(Content::Link);
    }
    None
}

/// The account that sends the day's news as XML.
const NEWS: &str = "newsapp";

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Text {
        Text { text: text.to_owned() }
    }

    #[test]
    fn mentions() {
        let said = text("@小明\u{2005}@Tom & Jerry\u{2005} a@b @ @老王 七点？@");
        assert_eq!(said.mentioned().collect::<Vec<_>>(), ["小明", "Tom & Jerry"]);
        for name in ["小明", "Tom & Jerry", "Tom", "老王", "b"] {
            assert!(said.mentions(name), "{name}");
        }
        for name in ["", "小", "老", "Jerry", "七点"] {
            assert!(!said.mentions(name), "{name}");
        }
        assert!(!said.mentions_all());
        assert!(text("@所有人\u{2005}开会").mentions_all() && text("@all").mentions_all());
        assert_eq!(text("@\u{2005}").mentioned().count(), 0);
        assert!(text("well, @Ada").mentions("Ada"));
    }

    #[test]
    fn plain_texts_are_told_by_their_end() {
        let end =
            |value: &str| format!("{{\"Content\":\"x\",\n\"SubMsgType\": {value},\n\"NewMsgId\": 1\n}}");
        assert!(is_marked_plain(&end("0")));
        for value in ["48", "\"48\"", "\"0\"", "01", "null", ""] {
            assert!(!is_marked_plain(&end(value)), "{value}");
        }
        assert!(!is_marked_plain("{}") && !is_marked_plain("") && !is_marked_plain("\"SubMsgType\""));
        assert!(!is_marked_plain(&format!("{{\"SubMsgType\":0,\"OriContent\":\"{}\"}}", "你".repeat(200))));
    }
}
