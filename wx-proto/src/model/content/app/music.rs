use std::borrow::Cow;

use super::{super::source::some, Parts};

/// A piece of music in another app.
///
/// ```
/// use wx_proto::Music;
///
/// fn what_to_play(music: &Music) -> Option<&str> {
///     music.stream_url.as_deref().or(music.url.as_deref())
/// }
/// ```
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Music {
    /// The title; may be empty.
    pub title: String,
    /// Usually who plays it; may be empty.
    pub description: String,
    /// The page in the web.
    pub url: Option<String>,
    /// The sound itself.
    pub stream_url: Option<String>,
    /// The id of the music app.
    pub app_id: Option<String>,
    /// The music app.
    pub source: Option<String>,
}

impl Music {
    pub(super) fn decode(parts: &Parts<'_, '_>) -> Self {
        let info = parts.source.members.object("AppInfo").unwrap_or_default();
        let attribute = parts.msg.as_ref().and_then(|msg| some(msg.child("appmsg")?.attribute("appid")));
        Self {
            title: parts.title(),
            description: parts.description(),
            url: parts.url(),
            stream_url: parts.some("dataurl").or_else(|| parts.some("lowdataurl")),
            app_id: some(&info.text("AppID")).or(attribute),
            source: parts.origin(),
        }
    }

    pub(in super::super) fn detail(&self) -> Cow<'_, str> {
        let dash = if self.title.is_empty() || self.description.is_empty() { "" } else { " - " };
        format!("{}{dash}{}", self.title, self.description).into()
    }
}
