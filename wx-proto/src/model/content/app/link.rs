use std::borrow::Cow;

use super::{
    super::{MediaRef, source::some},
    Parts,
};
use crate::model::xml::Node;

/// A page in the web: an article, a video, an invitation to a group.
#[derive(Clone, Debug, Eq, PartialEq)]
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
}

impl Link {
    pub(super) fn decode(parts: &Parts<'_, '_>) -> Self {
        Self {
            title: parts.title(),
            description: parts.description(),
            url: parts.url(),
            source: parts.some("sourcedisplayname"),
            cover: parts.source.cover(),
        }
    }

    /// The first article of the day's news.
    pub(in super::super) fn of_news(xml: &Node) -> Self {
        let text = |name| xml.find(name).map_or("", Node::words);
        Self {
            title: text("title").to_owned(),
            description: text("digest").to_owned(),
            url: some(text("url")),
            source: None,
            cover: None,
        }
    }

    pub(in super::super) fn detail(&self) -> Cow<'_, str> {
        match (self.title.as_str(), self.url.as_deref()) {
            ("", url) => Cow::Borrowed(url.unwrap_or("")),
            (title, None) => Cow::Borrowed(title),
            (title, Some(url)) => format!("{title}: {url}").into(),
        }
    }
}
