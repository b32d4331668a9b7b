//! Kinds of bytes, told by the first of them: the server's `Content-Type` says `image/jpeg` of a GIF, and errors come in
//! place of media with status 200.
//!
//! A table of its own: the service has a dozen kinds, and SILK, which it alone uses, is in no library's.

/// A kind of bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Magic {
    Jpeg,
    Png,
    Gif,
    WebP,
    Bmp,
    Mp4,
    Mp3,
    Amr,
    Silk,
    /// A page in HTML, or XML.
    Markup,
    /// A JSON object or list.
    Json,
    /// Any other text.
    Text,
}

impl Magic {
    /// How many of the first bytes are enough to tell all kinds but texts.
    pub(crate) const ENOUGH: usize = 16;

    /// The kind of what begins with `start`. `None` if it is none of these; nothing at all is none.
    pub(crate) fn of(start: &[u8]) -> Option<Self> {
        const FIRST: [(&[u8], Magic); 13] = [
            (b"\xff\xd8\xff", Magic::Jpeg),
            (b"\x89PNG\r\n\x1a\n", Magic::Png),
            (b"GIF87a", Magic::Gif),
            (b"GIF89a", Magic::Gif),
            (b"ID3", Magic::Mp3),
            // A frame of MPEG audio, layer III, without a tag before it.
            (b"\xff\xfb", Magic::Mp3),
            (b"\xff\xfa", Magic::Mp3),
            (b"\xff\xf3", Magic::Mp3),
            (b"\xff\xf2", Magic::Mp3),
            (b"\xff\xe3", Magic::Mp3),
            (b"#!AMR", Magic::Amr),
            (b"#!SILK", Magic::Silk),
            // As the service writes it.
            (b"\x02#!SILK", Magic::Silk),
        ];
        if let Some((_, kind)) = FIRST.iter().find(|(magic, _)| start.starts_with(magic)) {
            return Some(*kind);
        }
        let at = |from: usize, magic: &[u8]| start.get(from..).is_some_and(|rest| rest.starts_with(magic));
        if at(0, b"RIFF") && at(8, b"WEBP") {
            return Some(Self::WebP);
        }
        // Every film of the MP4 family begins with this box; its length stands before it.
        if at(4, b"ftyp") {
            return Some(Self::Mp4);
        }
        // Two letters alone are too few: the four bytes that are always 0 belong to them.
        if at(0, b"BM") && at(6, &[0; 4]) {
            return Some(Self::Bmp);
        }
        Self::of_text(start)
    }

    fn of_text(start: &[u8]) -> Option<Self> {
        let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
        let text = match str::from_utf8(start) {
            Ok(text) => text,
            // The last character may be cut.
            Err(error) if error.error_len().is_none() => {
                str::from_utf8(start.get(..error.valid_up_to())?).ok()?
            }
            Err(_) => return None,
        };
        if text.chars().any(|char| char.is_control() && !char.is_whitespace()) {
            return None;
        }
        match text.trim_start().chars().next()? {
            '<' => Some(Self::Markup),
            '{' | '[' => Some(Self::Json),
            _ => Some(Self::Text),
        }
    }

    /// A picture, animated or not.
    pub(crate) const fn is_picture(self) -> bool {
        match self {
            Self::Jpeg | Self::Png | Self::Gif | Self::WebP | Self::Bmp => true,
            Self::Mp4 | Self::Mp3 | Self::Amr | Self::Silk | Self::Markup | Self::Json | Self::Text => false,
        }
    }

    /// A text of any kind: never a picture, a sound or a film.
    pub(crate) const fn is_text(self) -> bool {
        match self {
            Self::Markup | Self::Json | Self::Text => true,
            Self::Jpeg
            | Self::Png
            | Self::Gif
            | Self::WebP
            | Self::Bmp
            | Self::Mp4
            | Self::Mp3
            | Self::Amr
            | Self::Silk => false,
        }
    }

    /// The type as a header has it.
    pub(crate) const fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
            Self::Bmp => "image/bmp",
            Self::Mp4 => "video/mp4",
            Self::Mp3 => "audio/mpeg",
            Self::Amr => "audio/amr",
            Self::Silk => "audio/silk",
            Self::Markup => "text/html",
            Self::Json => "application/json",
            Self::Text => "text/plain",
        }
    }

    /// What a file's name of this kind ends with, behind the dot.
    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::WebP => "webp",
            Self::Bmp => "bmp",
            Self::Mp4 => "mp4",
            Self::Mp3 => "mp3",
            Self::Amr => "amr",
            Self::Silk => "silk",
            Self::Markup => "html",
            Self::Json => "json",
            Self::Text => "txt",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_their_first_bytes() {
        for (start, kind) in [
            (b"\xff\xd8\xff\xe0\0\x10JFIF".as_slice(), Magic::Jpeg),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Magic::Png),
            (b"GIF89a\x01\0", Magic::Gif),
            (b"GIF87a", Magic::Gif),
            (b"RIFF\x24\0\0\0WEBPVP8 ", Magic::WebP),
            (b"BM\x36\0\x0c\0\0\0\0\0\x36\0", Magic::Bmp),
            (b"\0\0\0\x18ftypmp42", Magic::Mp4),
            (b"ID3\x03\0", Magic::Mp3),
            (b"\xff\xfb\x90\x64", Magic::Mp3),
            (b"#!AMR\n", Magic::Amr),
            (b"#!SILK_V3", Magic::Silk),
            (b"\x02#!SILK_V3", Magic::Silk),
            (b"<!DOCTYPE html>", Magic::Markup),
            (b"\xef\xbb\xbf\r\n <?xml version", Magic::Markup),
            (b"{\n\"BaseResponse\": {", Magic::Json),
            (b"not found", Magic::Text),
            ("没有".as_bytes(), Magic::Text),
            (&"没有".as_bytes()[..4], Magic::Text),
            (b"BMW", Magic::Text),
        ] {
            assert_eq!(Magic::of(start), Some(kind), "{start:?}");
            assert!(!kind.mime().is_empty() && !kind.extension().is_empty());
            assert!(!(kind.is_picture() && kind.is_text()));
        }
    }

    #[test]
    fn no_kind_of_these() {
        for start in [
            b"".as_slice(),
            b" \r\n",
            b"PK\x03\x04",
            b"%PDF-1.7\n\xe2\xe3",
            b"\0\0\0\0",
            b"\xff\xd8",
            b"\xef\xbb\xbf",
        ] {
            assert_eq!(Magic::of(start), None, "{start:?}");
        }
        // A PDF of letters alone looks like a text, which a file may be.
        assert_eq!(Magic::of(b"%PDF-1.7"), Some(Magic::Text));
    }

    #[test]
    fn so_many_bytes_are_enough() {
        let film = [b"\0\0\0\x18ftyp".as_slice(), &[0; 100]].concat();
        assert_eq!(Magic::of(&film), Magic::of(&film[..Magic::ENOUGH]));
        assert_eq!(Magic::of(&film[..Magic::ENOUGH]), Some(Magic::Mp4));
    }
}
