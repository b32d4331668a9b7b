use std::borrow::Cow;

use super::{
    super::{
        Content,
        source::{Source, first, some},
    },
    Parts, record,
};
use crate::coding::{markup::plain_words, xml::Node};

/// Messages of another chat, forwarded as one. Its text has a line for each, and no more than 50 lines.
///
/// ```
/// use wx_proto::ChatHistory;
///
/// fn lines(history: &ChatHistory) -> Vec<String> {
///     history.records.iter().map(|record| record.text().into_owned()).collect()
/// }
/// ```
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct ChatHistory {
    /// For example `小明和老王的聊天记录`; may be empty.
    pub title: String,
    /// The first lines of it, as the server shows them; may be empty.
    pub description: String,
    /// What was said, as far as it came along: no more than 200 records, those of histories in it among them.
    pub records: Vec<Record>,
}

/// One of the forwarded messages.
///
/// ```
/// use wx_proto::Record;
///
/// fn line(record: &Record) -> String {
///     let writer = record.sender.as_deref().unwrap_or("somebody");
///     format!("{writer}: {}", record.content.text())
/// }
/// ```
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Record {
    /// The name of who wrote it.
    pub sender: Option<String>,
    /// When, as it is written there.
    pub time: Option<String>,
    /// What it says. Its media cannot be fetched from here. Histories in histories are followed three times.
    pub content: Content,
}

/// How much of a history is still read.
pub(super) struct Budget {
    /// Records.
    records: usize,
    /// Histories in histories.
    pub(super) depth: u8,
}

impl ChatHistory {
    const MOST: usize = 200;
    const DEEPEST: u8 = 3;
    /// Longest text of it, in lines.
    const LINES: usize = 50;

    pub(super) fn decode(parts: &Parts<'_, '_>) -> Self {
        let mut budget = Budget { records: Self::MOST, depth: Self::DEEPEST };
        let records = parts.at("recorditem").map(|item| Self::records(item, &mut budget)).unwrap_or_default();
        Self { title: parts.title(), description: parts.description(), records }
    }

    /// One that came without its content.
    pub(super) fn unseen(source: &Source<'_>) -> Self {
        let title = source.member("FileName");
        Self { title, description: source.words(), records: Vec::new() }
    }

    /// One inside another.
    pub(super) fn nested(item: &Node, budget: &mut Budget) -> Self {
        let xml = item.child("recordxml");
        let info = |name: &str| {
            let inside = xml.and_then(|xml| xml.child("recordinfo"));
            inside.map_or("", |info| info.text_at(name))
        };
        let title = first([item.text_at("datatitle").into(), info("title").into()]);
        let description = plain_words(&first([item.text_at("datadesc").into(), info("desc").into()]));
        let records = match (xml, budget.depth.checked_sub(1)) {
            (Some(xml), Some(depth)) => {
                let mut inner = Budget { records: budget.records, depth };
                let records = Self::records(xml, &mut inner);
                budget.records = inner.records;
                records
            }
            (None, _) | (_, None) => Vec::new(),
        };
        Self { title, description, records }
    }

    /// The records in an element: XML in its text, usually; some write the elements themselves.
    fn records(item: &Node, budget: &mut Budget) -> Vec<Record> {
        let inner = Node::parse(item.words()).ok();
        let info = inner.as_ref().filter(|info| info.is("recordinfo"));
        let info = info.or_else(|| inner.as_ref()?.child("recordinfo")).or_else(|| item.child("recordinfo"));
        let lists = info.into_iter().flat_map(|info| info.children("datalist"));
        let mut records = Vec::new();
        for item in lists.flat_map(|list| list.children("dataitem")) {
            // The first item of a note is its layout.
            if item.attribute("htmlid") == "WeNoteHtmlFile" {
                continue;
            }
            let Some(left) = budget.records.checked_sub(1) else { break };
            budget.records = left;
            records.push(Record::of(item, budget));
        }
        records
    }

    pub(in super::super) fn detail(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.title)
    }

    /// The lines beneath the title: the records, else what the server shows of them.
    pub(in super::super) fn further(&self, words: fn(&Content) -> Cow<'_, str>) -> String {
        if self.records.is_empty() {
            return self.description.clone();
        }
        let mut lines = Vec::new();
        for record in &self.records {
            lines.extend(record.text_with(words).lines().map(str::to_owned));
            if lines.len() > Self::LINES {
                lines.truncate(Self::LINES);
                lines.push("…".to_owned());
                break;
            }
        }
        lines.join("\n")
    }
}

impl Record {
    fn of(item: &Node, budget: &mut Budget) -> Self {
        Self {
            sender: some(item.text_at("sourcename")),
            time: some(item.text_at("sourcetime")),
            content: record::content(item, budget),
        }
    }

    /// What a person would read of it, without its sender.
    pub fn text(&self) -> Cow<'_, str> {
        self.content.text()
    }

    /// Who and what, with words for the content; further lines stand in from the margin.
    fn text_with(&self, words: fn(&Content) -> Cow<'_, str>) -> String {
        let text = words(&self.content).replace('\n', "\n  ");
        self.sender.as_deref().map_or_else(|| text.clone(), |sender| format!("{sender}: {text}"))
    }
}
