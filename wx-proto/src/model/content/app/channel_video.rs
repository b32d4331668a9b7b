use std::{borrow::Cow, time::Duration};

use super::{super::source::some, Parts};

/// A film of a channel; only the phone shows it.
#[derive(Clone, Debug, Eq, PartialEq)]
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
}

impl ChannelVideo {
    pub(super) fn decode(parts: &Parts<'_, '_>) -> Self {
        let feed = |path: &str| parts.text(&format!("finderFeed/{path}"));
        let seconds = feed("mediaList/media/videoPlayDuration").parse().unwrap_or(0);
        Self {
            author: feed("nickname").to_owned(),
            description: feed("desc").to_owned(),
            duration: Duration::from_secs(seconds),
            cover_url: some(feed("mediaList/media/thumbUrl")),
        }
    }

    pub(in super::super) fn detail(&self) -> Cow<'_, str> {
        let colon = if self.author.is_empty() || self.description.is_empty() { "" } else { ": " };
        format!("{}{colon}{}", self.author, self.description).into()
    }
}
