use std::borrow::Cow;

use super::{
    super::source::{Source, first, some},
    Parts,
};
use crate::model::xml::Node;

/// Messages of another chat, forwarded as one.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ChatHistory {
    /// For example `小明和老王的聊天记录`; may be empty.
    pub title: String,
    /// The first lines of it, as the server shows them; may be empty.
    pub description: String,
    /// What was said, as far as it came along: no more than 200 lines.
    pub records: Vec<Record>,
}

/// One of the forwarded messages.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Record {
    /// The name of who wrote it.
    pub sender: Option<String>,
    /// When, as it is written there.
    pub time: Option<String>,
    /// What a person would read; empty for one without words.
    pub text: String,
}

impl ChatHistory {
    const MOST: usize = 200;

    pub(super) fn decode(parts: &Parts<'_, '_>) -> Self {
        // XML in the text of an element, usually; some write the elements themselves.
        let item = parts.at("recorditem");
        let inner = item.and_then(|item| Node::parse(item.words()).ok());
        let list =
            inner.as_ref().or_else(|| item?.child("recordinfo")).and_then(|info| info.child("datalist"));
        let items = list.into_iter().flat_map(|list| list.children("dataitem"));
        Self {
            title: parts.title(),
            description: parts.description(),
            records: items.take(Self::MOST).map(Record::of).collect(),
        }
    }

    /// One that came without its content.
    pub(super) fn unseen(source: &Source<'_>) -> Self {
        let title = source.member("FileName");
        Self { title, description: source.words(), records: Vec::new() }
    }

    pub(in super::super) fn detail(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.title)
    }
}

impl Record {
    fn of(item: &Node) -> Self {
        let text = first(["datadesc", "datatitle"].map(|name| item.text_at(name).into()));
        Self { sender: some(item.text_at("sourcename")), time: some(item.text_at("sourcetime")), text }
    }
}
