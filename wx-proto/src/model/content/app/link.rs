use std::borrow::Cow;

use super::{
    super::{
        MediaRef,
        source::{Source, first},
    },
    Article, Parts,
};
use crate::coding::{markup::plain_words, xml::Node};

/// A page in the web: an article or several, a notice of an account, a video, an invitation to a group.
///
/// ```
/// use wx_proto::{Content, Link};
///
/// fn address(content: &Content) -> Option<&str> {
///     let Content::Link(Link { url, .. }) = content else { return None };
///     url.as_deref()
/// }
/// ```
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Link {
    /// The title; may be empty.
    pub title: String,
    /// The text beneath it; may be empty.
    pub description: String,
    /// Where it leads to, if the server says.
    pub url: Option<String>,
    /// The app or account that it comes from.
    pub source: Option<String>,
    /// Where to fetch the picture beside it.
    pub cover: Option<MediaRef>,
    /// What an account sent at once, the first among them: no more than 20. Empty for what a person shares.
    pub articles: Vec<Article>,
}

impl Link {
    pub(super) fn decode(parts: &Parts<'_, '_>) -> Self {
        let articles = parts.reader().map(Article::list).unwrap_or_default();
        let (top, digest) =
            articles.first().map_or(("", ""), |top| (top.title.as_str(), top.description.as_str()));
        let notice = parts.reader().map(notice_lines).unwrap_or_default();
        Self {
            title: first([parts.title().into(), top.into()]),
            description: first([parts.description().into(), notice.into(), digest.into()]),
            url: parts.url().or_else(|| articles.first()?.url.clone()),
            source: parts.origin(),
            cover: parts.source.cover(),
            articles,
        }
    }

    /// The day's news, which come as a text.
    pub(in super::super) fn of_news(source: &Source<'_>) -> Option<Self> {
        let (parts, note) = Parts::of(source);
        note.is_none().then(|| Self::decode(&parts))
    }

    pub(in super::super) fn detail(&self) -> Cow<'_, str> {
        match (self.title.as_str(), self.url.as_deref()) {
            ("", url) => Cow::Borrowed(url.unwrap_or("")),
            (title, None) => Cow::Borrowed(title),
            (title, Some(url)) => format!("{title}: {url}").into(),
        }
    }

    /// The lines beneath: those of an account's notice, or the other articles.
    pub(in super::super) fn further(&self) -> Cow<'_, str> {
        let others = match &*self.articles {
            [] => return Cow::Borrowed(""),
            [_] => return Cow::Borrowed(&self.description),
            [first, others @ ..] if first.title == self.title => others,
            all => all,
        };
        others.iter().map(Article::line).collect::<Vec<_>>().join("\n").into()
    }
}

/// What a notice says line by line, for example an amount and a remark.
fn notice_lines(reader: &Node) -> String {
    const MOST: usize = 50;
    let Some(content) = reader.at("template_detail/line_content") else { return String::new() };
    let lines = content.children("lines").flat_map(|lines| lines.children("line"));
    let line = |line: &Node| {
        let words = ["key/word", "value/word"].map(|path| plain_words(line.text_at(path)));
        words.into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(": ")
    };
    let lines = content.children("topline").chain(lines).take(MOST).map(line);
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}
