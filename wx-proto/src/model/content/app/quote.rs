use std::borrow::Cow;

use super::{
    super::{
        Content,
        source::{Body, Source, some},
    },
    Parts,
};
use crate::{
    MsgId,
    coding::{json::Members, xml::Node},
};

/// An answer to an earlier message.
///
/// ```
/// use wx_proto::Quote;
///
/// fn lines(quote: &Quote) -> String {
///     let quoted = quote.quoted.as_ref().map_or_else(String::new, |quoted| quoted.line());
///     format!("> {quoted}\n{}", quote.text)
/// }
/// ```
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Quote {
    /// The answer.
    pub text: String,
    /// What it answers; `None` if it did not come along.
    pub quoted: Option<Quoted>,
}

/// The earlier message, as it came along with the answer.
///
/// ```
/// use wx_proto::{Message, Quoted};
///
/// fn is_an_answer_to(quoted: &Quoted, message: &Message) -> bool {
///     quoted.msg_id.is_some() && quoted.msg_id == message.id
/// }
/// ```
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Quoted {
    /// Its id.
    pub msg_id: Option<MsgId>,
    /// The name of who wrote it.
    pub sender_name: Option<String>,
    /// The lasting id of who wrote it, which is no user name of this login.
    pub sender_id: Option<String>,
    /// What it says. Its media cannot be fetched from here. Quotes in quotes are followed three times.
    pub content: Box<Content>,
}

impl Quote {
    pub(super) fn decode(parts: &Parts<'_, '_>) -> Self {
        let quoted = parts.at("refermsg").map(|node| Quoted::of(node, parts.source.depth.saturating_add(1)));
        Self { text: parts.written_title(), quoted }
    }

    pub(in super::super) fn text(&self) -> Cow<'_, str> {
        match &self.quoted {
            None => Cow::Borrowed(&self.text),
            Some(quoted) => format!("> {}\n{}", quoted.line(), self.text).into(),
        }
    }
}

impl Quoted {
    fn of(refer: &Node, depth: u8) -> Self {
        let sender = ["fromusr", "chatusr"].map(|name| some(refer.text_at(name)));
        let [from, chat] = sender;
        let source = Source {
            msg_type: refer.number_at("type").unwrap_or(1),
            body: Body::Plain(refer.text_at("content")),
            members: Members::default(),
            place: None,
            group: false,
            depth,
        };
        Self {
            msg_id: MsgId::received(refer.text_at("svrid")),
            sender_name: some(refer.text_at("displayname")),
            // In a group `fromusr` is the group.
            sender_id: if from.as_deref().is_some_and(|from| from.ends_with("@chatroom")) {
                chat
            } else {
                from
            },
            content: Box::new(Content::typed(&source)),
        }
    }

    /// Who and what, in one line of limited length.
    pub fn line(&self) -> String {
        self.line_with(Content::text)
    }

    /// [`line`](Self::line) with other words for the content.
    pub fn line_with<'q>(&'q self, words: impl FnOnce(&'q Content) -> Cow<'q, str>) -> String {
        const LONGEST: usize = 80;
        let text = words(&self.content);
        // A quote in a quote stands for its answer.
        let text = if let Content::Quote(quote) = &*self.content { &quote.text } else { text.as_ref() };
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let cut = words.char_indices().nth(LONGEST).and_then(|(at, _)| words.get(..at));
        let words = cut.map_or(words.clone(), |cut| format!("{cut}…"));
        match &self.sender_name {
            Some(name) => format!("{name}: {words}"),
            None => words,
        }
    }
}
