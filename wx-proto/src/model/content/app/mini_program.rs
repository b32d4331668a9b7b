use std::borrow::Cow;

use super::{super::MediaRef, Parts};

/// A page of a mini program; only the phone opens it.
///
/// ```
/// use wx_proto::MiniProgram;
///
/// fn line(program: &MiniProgram) -> String {
///     format!("{} ({})", program.title, program.name.as_deref().unwrap_or("a mini program"))
/// }
/// ```
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct MiniProgram {
    /// What the page is called; may be empty.
    pub title: String,
    /// The text beneath it; may be empty.
    pub description: String,
    /// The program's name, or that of the app it was shared from.
    pub name: Option<String>,
    /// The program's id.
    pub app_id: Option<String>,
    /// The page in it.
    pub page: Option<String>,
    /// A page in the web that stands for it.
    pub url: Option<String>,
    /// Where to fetch its picture.
    pub cover: Option<MediaRef>,
}

impl MiniProgram {
    pub(super) fn decode(parts: &Parts<'_, '_>) -> Self {
        Self {
            title: parts.title(),
            description: parts.description(),
            name: parts.origin(),
            app_id: parts.some("weappinfo/appid"),
            page: parts.some("weappinfo/pagepath"),
            url: parts.url(),
            cover: parts.source.cover(),
        }
    }

    pub(in super::super) fn detail(&self) -> Cow<'_, str> {
        match &self.name {
            Some(name) if self.title.is_empty() => Cow::Borrowed(name),
            Some(name) => format!("{name}: {}", self.title).into(),
            None => Cow::Borrowed(&self.title),
        }
    }
}
