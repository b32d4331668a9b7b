use super::super::source::{first, some};
use crate::coding::{markup::plain_words, xml::Node};

/// An article of a push or of the day's news.
///
/// ```
/// use wx_proto::{Article, Link};
///
/// fn titles(link: &Link) -> Vec<&str> {
///     link.articles.iter().map(|article: &Article| article.title.as_str()).collect()
/// }
/// ```
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Article {
    /// The title; may be empty.
    pub title: String,
    /// The text beneath it; may be empty.
    pub description: String,
    /// Where it leads to.
    pub url: Option<String>,
    /// The address of the picture beside it.
    pub cover_url: Option<String>,
}

impl Article {
    const MOST: usize = 20;

    /// Those of an `mmreader` element.
    pub(super) fn list(reader: &Node) -> Vec<Self> {
        let items = reader.children("category").flat_map(|category| category.children("item"));
        items.map(Self::of).filter(Self::says_something).take(Self::MOST).collect()
    }

    fn of(item: &Node) -> Self {
        let text = |name| item.text_at(name);
        let addresses = ["url", "shorturl", "longurl"].map(|name| text(name).into());
        Self {
            title: plain_words(text("title")),
            description: plain_words(text("digest")),
            url: some(&first(addresses)),
            cover_url: some(text("cover")),
        }
    }

    const fn says_something(&self) -> bool {
        !(self.title.is_empty() && self.description.is_empty() && self.url.is_none())
    }

    /// Its title and address, in one line.
    pub(super) fn line(&self) -> String {
        let words = if self.title.is_empty() { &self.description } else { &self.title };
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        match self.url.as_deref() {
            None => words,
            Some(url) if words.is_empty() => url.to_owned(),
            Some(url) => format!("{words}: {url}"),
        }
    }
}
