//! Where the bytes of a message's picture, sound, film or file lie.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{MsgId, Secret, UserName, secret};

/// Where the bytes of a message's picture, sound, film or file lie: enough to fetch them later, also in another run. Store
/// it as JSON (`serde`).
///
/// It never changes and names one message only, so that two files that arrive together cannot be mixed up. It holds no
/// token of the login. What it names belongs to one login, [`login`](Self::login): user names change with each login.
///
/// ```
/// use wx_proto::{MediaRef, Message};
///
/// fn bytes_to_fetch(message: &Message) -> Option<u64> {
///     message.content.media().and_then(MediaRef::size)
/// }
/// ```
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub struct MediaRef(Box<Inner>);

#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
struct Inner {
    login: UserName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(flatten)]
    source: MediaSource,
}

/// The forms in which the server keeps media.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum MediaSource {
    Image { msg_id: MsgId },
    Emoticon { msg_id: MsgId },
    Voice { msg_id: MsgId },
    Video { msg_id: MsgId },
    Cover { msg_id: MsgId },
    Map { msg_id: MsgId },
    File(MediaFile),
}

/// An attachment: its member names are those of webwxgetmedia.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct MediaFile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) msg_id: Option<MsgId>,
    pub(crate) sender: UserName,
    #[serde(with = "secret::exposed")]
    pub(crate) media_id: Secret<String>,
    pub(crate) encry_file_name: String,
    pub(crate) file_name: String,
}

/// What a [`MediaRef`] leads to.
///
/// ```
/// use wx_proto::{Content, MediaKind};
///
/// fn is_a_file(content: &Content) -> bool {
///     content.media().is_some_and(|media| media.kind() == MediaKind::File)
/// }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum MediaKind {
    /// A picture.
    Image,
    /// An animated sticker.
    Emoticon,
    /// A spoken message.
    Voice,
    /// A film.
    Video,
    /// The picture beside a link, a mini program or the like.
    Cover,
    /// A picture of a map.
    Map,
    /// A file.
    File,
}

impl MediaKind {
    /// A stable word for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Emoticon => "emoticon",
            Self::Voice => "voice",
            Self::Video => "video",
            Self::Cover => "cover",
            Self::Map => "map",
            Self::File => "file",
        }
    }
}

/// Which form of a medium.
///
/// ```
/// use wx_proto::{MediaRef, MediaVariant};
///
/// fn preview(media: &MediaRef) -> MediaVariant {
///     if media.has_thumbnail() { MediaVariant::Thumbnail } else { MediaVariant::Full }
/// }
/// # let _ = preview;
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "the service has these two")]
pub enum MediaVariant {
    /// The whole.
    #[default]
    Full,
    /// A small picture of it: of a picture, a film or a link.
    Thumbnail,
}

/// The kinds that are found by their message's id.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Image,
    Emoticon,
    Voice,
    Video,
    Cover,
    Map,
}

/// The message that carries it.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) id: Option<&'a MsgId>,
    pub(super) from: &'a UserName,
    pub(super) me: &'a UserName,
}

/// What a message tells about its attachment.
pub(super) struct Attachment {
    pub(super) media_id: String,
    pub(super) encry_file_name: String,
    pub(super) file_name: String,
    pub(super) size: Option<u64>,
}

impl MediaRef {
    /// `None` for a message without an id: nothing else leads there.
    pub(super) fn of_message(place: Place<'_>, kind: Kind, size: Option<u64>) -> Option<Self> {
        let msg_id = place.id?.clone();
        let source = match kind {
            Kind::Image => MediaSource::Image { msg_id },
            Kind::Emoticon => MediaSource::Emoticon { msg_id },
            Kind::Voice => MediaSource::Voice { msg_id },
            Kind::Video => MediaSource::Video { msg_id },
            Kind::Cover => MediaSource::Cover { msg_id },
            Kind::Map => MediaSource::Map { msg_id },
        };
        Some(Self(Box::new(Inner { login: place.me.clone(), size, source })))
    }

    /// `None` for an attachment without a media id.
    pub(super) fn of_file(place: Place<'_>, file: Attachment) -> Option<Self> {
        let Attachment { media_id, encry_file_name, file_name, size } = file;
        if media_id.is_empty() {
            return None;
        }
        let source = MediaSource::File(MediaFile {
            msg_id: place.id.cloned(),
            sender: place.from.clone(),
            media_id: Secret::new(media_id),
            encry_file_name,
            file_name,
        });
        Some(Self(Box::new(Inner { login: place.me.clone(), size, source })))
    }

    pub(crate) const fn source(&self) -> &MediaSource {
        &self.0.source
    }

    /// Whether there is a small picture of it: [`MediaVariant::Thumbnail`].
    pub const fn has_thumbnail(&self) -> bool {
        match &self.0.source {
            MediaSource::Image { .. } | MediaSource::Video { .. } | MediaSource::Cover { .. } => true,
            MediaSource::Emoticon { .. }
            | MediaSource::Voice { .. }
            | MediaSource::Map { .. }
            | MediaSource::File(_) => false,
        }
    }

    /// What it leads to.
    pub const fn kind(&self) -> MediaKind {
        match &self.0.source {
            MediaSource::Image { .. } => MediaKind::Image,
            MediaSource::Emoticon { .. } => MediaKind::Emoticon,
            MediaSource::Voice { .. } => MediaKind::Voice,
            MediaSource::Video { .. } => MediaKind::Video,
            MediaSource::Cover { .. } => MediaKind::Cover,
            MediaSource::Map { .. } => MediaKind::Map,
            MediaSource::File(_) => MediaKind::File,
        }
    }

    /// The message that carries it.
    pub const fn msg_id(&self) -> Option<&MsgId> {
        match &self.0.source {
            MediaSource::Image { msg_id }
            | MediaSource::Emoticon { msg_id }
            | MediaSource::Voice { msg_id }
            | MediaSource::Video { msg_id }
            | MediaSource::Cover { msg_id }
            | MediaSource::Map { msg_id } => Some(msg_id),
            MediaSource::File(file) => file.msg_id.as_ref(),
        }
    }

    /// The own user name in the login that it belongs to.
    pub const fn login(&self) -> &UserName {
        &self.0.login
    }

    /// The size in bytes, where the message tells.
    pub const fn size(&self) -> Option<u64> {
        self.0.size
    }

    /// The name of a file as its sender wrote it. It may hold anything: never use it as a path as it is.
    pub fn file_name(&self) -> Option<&str> {
        match &self.0.source {
            MediaSource::File(file) => Some(&file.file_name),
            MediaSource::Image { .. }
            | MediaSource::Emoticon { .. }
            | MediaSource::Voice { .. }
            | MediaSource::Video { .. }
            | MediaSource::Cover { .. }
            | MediaSource::Map { .. } => None,
        }
    }
}

impl fmt::Debug for MediaRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The names of an attachment on the server are all that it takes to fetch it.
        f.debug_struct("MediaRef")
            .field("kind", &self.kind())
            .field("msg_id", &self.msg_id())
            .field("size", &self.size())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_form() {
        let (id, from, me) = (MsgId::new("5120000000000000011"), UserName::new("@@22"), UserName::new("@0a"));
        let place = Place { id: Some(&id), from: &from, me: &me };
        let image = MediaRef::of_message(place, Kind::Image, None).unwrap();
        let json = r#"{"login":"@0a","kind":"image","msg_id":"5120000000000000011"}"#;
        assert_eq!(serde_json::to_string(&image).unwrap(), json);
        assert_eq!(serde_json::from_str::<MediaRef>(json).unwrap(), image);
        let attachment = Attachment {
            media_id: "@crypt_1".into(),
            encry_file_name: "plan%2Ezip".into(),
            file_name: "plan.zip".into(),
            size: Some(1024),
        };
        let file = MediaRef::of_file(place, attachment).unwrap();
        let json = r#"{"login":"@0a","size":1024,"kind":"file","msg_id":"5120000000000000011","sender":"@@22","media_id":"@crypt_1","encry_file_name":"plan%2Ezip","file_name":"plan.zip"}"#;
        assert_eq!(serde_json::to_string(&file).unwrap(), json);
        assert_eq!(serde_json::from_str::<MediaRef>(json).unwrap(), file);
        assert_eq!(
            (file.kind(), file.size(), file.file_name()),
            (MediaKind::File, Some(1024), Some("plan.zip"))
        );
        assert_eq!((image.kind(), image.msg_id(), image.login()), (MediaKind::Image, Some(&id), &me));
        for hidden in ["crypt", "@@22", "plan"] {
            assert!(!format!("{file:?}").contains(hidden), "{file:?}");
        }
    }

    #[test]
    fn every_kind_comes_back_from_its_stored_form() {
        let (id, me) = (MsgId::new("7"), UserName::new("@0a"));
        let place = Place { id: Some(&id), from: &me, me: &me };
        for kind in [Kind::Image, Kind::Emoticon, Kind::Voice, Kind::Video, Kind::Cover, Kind::Map] {
            let media = MediaRef::of_message(place, kind, Some(u64::MAX)).unwrap();
            let json = serde_json::to_string(&media).unwrap();
            assert!(json.contains(media.kind().as_str()), "{json}");
            assert_eq!(serde_json::from_str::<MediaRef>(&json).unwrap(), media);
        }
    }

    #[test]
    fn nothing_to_fetch() {
        let me = UserName::new("@0a");
        let place = Place { id: None, from: &me, me: &me };
        assert_eq!(MediaRef::of_message(place, Kind::Image, None), None);
        let attachment = Attachment {
            media_id: String::new(),
            encry_file_name: String::new(),
            file_name: "x".into(),
            size: None,
        };
        assert_eq!(MediaRef::of_file(place, attachment), None);
    }
}
