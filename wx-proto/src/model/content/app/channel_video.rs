use std::{borrow::Cow, time::Duration};

use super::{super::source::some, Parts};
use crate::coding::{markup::plain_words, xml::Node};

/// A film of a channel, or a live stream; only the phone shows it.
///
/// ```
/// use wx_proto::ChannelVideo;
///
/// fn line(video: &ChannelVideo) -> String {
///     format!("{}: {} ({} s)", video.author, video.description, video.duration.as_secs())
/// }
/// ```
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct ChannelVideo {
    /// Whose channel it is; may be empty.
    pub author: String,
    /// What the author wrote; may be empty.
    pub description: String,
    /// How long it is; zero if unknown.
    pub duration: Duration,
    /// The address of a picture of it.
    pub cover_url: Option<String>,
    /// A live stream instead of a film.
    pub live: bool,
}

impl ChannelVideo {
    pub(super) fn decode(parts: &Parts<'_, '_>) -> Self {
        let mut video = parts.appmsg().map_or_else(|| Self::new(false), Self::film_in);
        video.or_title(parts);
        video
    }

    pub(super) fn decode_live(parts: &Parts<'_, '_>) -> Self {
        let mut video = parts.appmsg().map_or_else(|| Self::new(true), Self::live_in);
        video.or_title(parts);
        video
    }

    const fn new(live: bool) -> Self {
        Self {
            author: String::new(),
            description: String::new(),
            duration: Duration::ZERO,
            cover_url: None,
            live,
        }
    }

    /// From the element around `finderFeed`.
    pub(super) fn film_in(node: &Node) -> Self {
        let feed = |path: &str| node.at("finderFeed").map_or("", |feed| feed.text_at(path));
        let seconds = feed("mediaList/media/videoPlayDuration").parse().unwrap_or(0);
        Self {
            author: feed("nickname").to_owned(),
            description: plain_words(feed("desc")),
            duration: Duration::from_secs(seconds),
            cover_url: some(feed("mediaList/media/thumbUrl")),
            live: false,
        }
    }

    /// From the element around `finderLive`.
    pub(super) fn live_in(node: &Node) -> Self {
        let live = |path: &str| node.at("finderLive").map_or("", |live| live.text_at(path));
        Self {
            author: live("nickname").to_owned(),
            description: plain_words(live("desc")),
            duration: Duration::ZERO,
            cover_url: some(live("media/coverUrl")),
            live: true,
        }
    }

    /// Where the elements are missing or others, the title has words, or what it stands for.
    fn or_title(&mut self, parts: &Parts<'_, '_>) {
        if self.author.is_empty() && self.description.is_empty() && !parts.is_wordless() {
            self.description = parts.title();
        }
    }

    pub(in super::super) fn detail(&self) -> Cow<'_, str> {
        let colon = if self.author.is_empty() || self.description.is_empty() { "" } else { ": " };
        format!("{}{colon}{}", self.author, self.description).into()
    }
}
