//! Files to send.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use super::FileName;
use crate::{FileSource, coding::magic::Magic};

/// A file to send.
///
/// ```
/// use wx_proto::{FileKind, FileSource, Md5, Outgoing, OutgoingFile};
///
/// let md5: Md5 = "60becf84e104940da47f6135ea59af35".parse()?;
/// let source = FileSource::new("/home/me/note.txt", 28, md5);
/// let file = OutgoingFile::new(FileKind::File, "/home/me/note.txt", "text/plain", source);
/// assert_eq!(file.name.as_str(), "note.txt");
/// let message = Outgoing::file(file);
/// # let _ = message;
/// # Ok::<(), wx_proto::NotAnMd5>(())
/// ```
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct OutgoingFile {
    /// As what it is sent.
    pub kind: FileKind,
    /// The name that the receiver sees.
    pub name: FileName,
    /// The type of its bytes, such as `image/png`; empty if it is not known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub mime: String,
    /// The bytes.
    pub source: Arc<FileSource>,
}

impl OutgoingFile {
    /// A file. Of `name`, which may be a path, the last part is taken.
    pub fn new(
        kind: FileKind,
        name: &str,
        mime: impl Into<String>,
        source: impl Into<Arc<FileSource>>,
    ) -> Self {
        Self { kind, name: FileName::new(name), mime: mime.into(), source: source.into() }
    }
}

impl fmt::Debug for OutgoingFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names of files are private.
        let Self { kind, name: _, mime: _, source } = self;
        f.debug_struct("OutgoingFile").field("kind", kind).field("len", &source.len).finish_non_exhaustive()
    }
}

/// As what a file is sent: each kind has a request of its own, and its receiver sees it in another way.
///
/// ```
/// use wx_proto::FileKind;
///
/// assert_eq!(FileKind::Emoticon.as_str(), "emoticon");
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "each is sent in a way of its own")]
pub enum FileKind {
    /// A picture in the chat.
    Image,
    /// A film in the chat.
    Video,
    /// An animated sticker.
    Emoticon,
    /// A file with its name and size.
    File,
}

impl FileKind {
    /// How many of a file's first bytes [`of`](Self::of) looks at.
    pub const START: usize = Magic::ENOUGH;

    /// The kind by the official page's rule, which goes by the name: `bmp`, `png`, `jpeg` and `jpg` are pictures, `gif` is a
    /// sticker, `mp4` a film, any other a file.
    ///
    /// The first bytes have to agree, for the server looks at them: where the name ends in one of these, or in nothing, they
    /// decide. So a page saved as `a.jpg` is a file, and a GIF named so a sticker.
    ///
    /// ```
    /// use wx_proto::FileKind;
    ///
    /// assert_eq!(FileKind::of("a.JPG", b"\xff\xd8\xff\xe0"), FileKind::Image);
    /// assert_eq!(FileKind::of("a.jpg", b"<html>"), FileKind::File);
    /// assert_eq!(FileKind::of("a.pdf", b"\xff\xd8\xff\xe0"), FileKind::File);
    /// ```
    pub fn of(name: &str, first_bytes: &[u8]) -> Self {
        let name = FileName::new(name);
        let named_so = match name.extension() {
            None => true,
            Some(extension) => ["bmp", "png", "jpeg", "jpg", "gif", "mp4"]
                .iter()
                .any(|known| extension.eq_ignore_ascii_case(known)),
        };
        match Magic::of(first_bytes) {
            Some(Magic::Jpeg | Magic::Png | Magic::Bmp) if named_so => Self::Image,
            Some(Magic::Gif) if named_so => Self::Emoticon,
            Some(Magic::Mp4) if named_so => Self::Video,
            Some(_) | None => Self::File,
        }
    }

    /// A stable word for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Emoticon => "emoticon",
            Self::File => "file",
        }
    }

    /// `mediatype` of an upload. The page uploads stickers as files.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Image => "pic",
            Self::Video => "video",
            Self::Emoticon | Self::File => "doc",
        }
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Md5;

    #[test]
    fn name_and_bytes_have_to_agree() {
        let (jpeg, png, gif, film, page) = (
            b"\xff\xd8\xff\xe0".as_slice(),
            b"\x89PNG\r\n\x1a\n".as_slice(),
            b"GIF89a".as_slice(),
            b"\0\0\0\x18ftypisom".as_slice(),
            b"<html>".as_slice(),
        );
        for (name, start, kind) in [
            ("a.jpg", jpeg, FileKind::Image),
            ("a.JPEG", jpeg, FileKind::Image),
            ("a.png", png, FileKind::Image),
            ("a.png", jpeg, FileKind::Image),
            ("a.bmp", b"BM\x36\0\x0c\0\0\0\0\0", FileKind::Image),
            ("a.gif", gif, FileKind::Emoticon),
            ("a.jpg", gif, FileKind::Emoticon),
            ("a.mp4", film, FileKind::Video),
            ("photo", jpeg, FileKind::Image),
            ("a.jpg", page, FileKind::File),
            ("a.jpg", b"", FileKind::File),
            ("a.mp4", b"PK\x03\x04", FileKind::File),
            ("a.mov", film, FileKind::File),
            ("a.webp", b"RIFF\0\0\0\0WEBP", FileKind::File),
            ("a.jpg.exe", jpeg, FileKind::File),
            ("note.txt", b"hello", FileKind::File),
            ("", b"", FileKind::File),
        ] {
            assert_eq!(FileKind::of(name, start), kind, "{name} {start:?}");
        }
    }

    #[test]
    fn the_stored_form() {
        let source = FileSource::new("/private/note.txt", 28, Md5::from_bytes([0; 16]));
        let file = OutgoingFile::new(FileKind::File, "/private/note.txt", "text/plain", source);
        let json = "{\"kind\":\"file\",\"name\":\"note.txt\",\"mime\":\"text/plain\",\"source\":{\"locator\":\
                    \"/private/note.txt\",\"len\":28,\"md5\":\"00000000000000000000000000000000\"}}";
        assert_eq!(serde_json::to_string(&file).unwrap(), json);
        assert_eq!(serde_json::from_str::<OutgoingFile>(json).unwrap(), file);
        assert_eq!(format!("{file:?}"), "OutgoingFile { kind: File, len: 28, .. }");
    }
}
