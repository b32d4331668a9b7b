//! What a file of a test holds: bytes, or a pattern of any length that is made as it is read.

mod hex;

use std::fmt;

use bytes::Bytes;
use md5::Digest;
use serde::{Deserialize, Serialize};
use wx_proto::{FileSource, Md5};

/// The bytes of a file.
///
/// ```
/// use wx_testkit::content::{FileContent, FileForm};
///
/// let film = FileContent::pattern(FileForm::Mp4, 1, 5 << 30);
/// assert_eq!(film.len(), 5 << 30, "and takes no room");
/// assert_eq!(&film.read_at(4, 4)[..], b"ftyp");
/// ```
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "a file is kept or made")]
pub enum FileContent {
    /// These.
    Bytes(#[serde(with = "hex")] Bytes),
    /// Made as they are read.
    Pattern(Pattern),
}

/// Bytes that follow from a seed: the same ones each time, at any place, of any length.
///
/// ```
/// use wx_testkit::content::{FileContent, FileForm, Pattern};
///
/// let pattern = Pattern { form: FileForm::Plain, seed: 7, len: 1_000 };
/// let (whole, rest) = (FileContent::Pattern(pattern).read_at(0, 1_000), FileContent::Pattern(pattern).read_at(990, 100));
/// assert_eq!(rest, whole.slice(990..));
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "tests build it")]
pub struct Pattern {
    /// What the first bytes say that it is.
    pub form: FileForm,
    /// Other seeds, other bytes.
    pub seed: u64,
    /// How many bytes there are.
    pub len: u64,
}

/// What a file says that it is by its first bytes.
///
/// ```
/// use wx_testkit::content::{FileContent, FileForm};
///
/// let picture = FileContent::pattern(FileForm::Gif, 1, 100);
/// assert!(picture.read_at(0, 6).starts_with(b"GIF89a"));
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "tests build it")]
pub enum FileForm {
    /// Nothing that is known.
    Plain,
    /// A JPEG picture.
    Jpeg,
    /// A GIF picture.
    Gif,
    /// An MP3 sound.
    Mp3,
    /// An MP4 film.
    Mp4,
}

impl FileContent {
    /// A pattern that begins like a file of this form.
    pub const fn pattern(form: FileForm, seed: u64, len: u64) -> Self {
        Self::Pattern(Pattern { form, seed, len })
    }

    /// The length in bytes.
    pub fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            Self::Pattern(pattern) => pattern.len,
        }
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// At most `most` bytes from this place on; none behind the end.
    pub fn read_at(&self, offset: u64, most: usize) -> Bytes {
        let left = usize::try_from(self.len().saturating_sub(offset)).unwrap_or(usize::MAX);
        let count = left.min(most);
        match self {
            Self::Bytes(bytes) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
                bytes.slice(start..start.saturating_add(count))
            }
            Self::Pattern(pattern) => {
                let mut piece = vec![0; count];
                pattern.fill(offset, &mut piece);
                piece.into()
            }
        }
    }

    /// The digest of all bytes, which are read for it.
    pub fn md5(&self) -> Md5 {
        let mut hasher = Hasher::default();
        let mut offset = 0;
        loop {
            let piece = self.read_at(offset, PIECE);
            if piece.is_empty() {
                return hasher.finish();
            }
            hasher.update(&piece);
            offset += u64::try_from(piece.len()).unwrap_or(u64::MAX);
        }
    }

    /// The file as an application describes it to the core.
    pub fn source(&self, locator: &str) -> FileSource {
        FileSource::new(locator, self.len(), self.md5())
    }
}

impl From<Bytes> for FileContent {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

impl fmt::Debug for FileContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "Bytes([{} bytes])", bytes.len()),
            Self::Pattern(pattern) => pattern.fmt(f),
        }
    }
}

impl Pattern {
    fn fill(self, offset: u64, out: &mut [u8]) {
        let mut at = offset;
        let mut rest = out;
        while !rest.is_empty() {
            let inside = usize::try_from(at % 8).unwrap_or(0);
            let word = self.word(at / 8).to_le_bytes();
            let part = word.get(inside..).unwrap_or_default();
            let count = part.len().min(rest.len());
            let (now, later) = rest.split_at_mut(count);
            now.copy_from_slice(part.get(..count).unwrap_or_default());
            rest = later;
            at += u64::try_from(count).unwrap_or(0);
        }
    }

    /// Eight bytes: those of the form first, then what splitmix64 mixes from the place.
    fn word(self, number: u64) -> u64 {
        let place = usize::try_from(number).unwrap_or(usize::MAX);
        let head = self.form.head().chunks(8).nth(place);
        let mut mixed = (self.seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_add(number);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        let Some(head) = head else { return mixed };
        let mut word = mixed.to_le_bytes();
        word.iter_mut().zip(head).for_each(|(to, from)| *to = *from);
        u64::from_le_bytes(word)
    }
}

impl FileForm {
    const fn head(self) -> &'static [u8] {
        match self {
            Self::Plain => b"",
            Self::Jpeg => b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01",
            Self::Gif => b"GIF89a\xf0\x00\xd2\x00",
            Self::Mp3 => b"ID3\x03\x00\x00\x00\x00\x00\x00\xff\xfb",
            Self::Mp4 => b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom",
        }
    }
}

/// MD5 of bytes that come piece by piece.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hasher(md5::Md5);

impl Hasher {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(crate) fn finish(self) -> Md5 {
        Md5::from_bytes(self.0.finalize().into())
    }
}

/// So much is read at once.
const PIECE: usize = 64 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_the_same_however_it_is_read() {
        for form in [FileForm::Plain, FileForm::Jpeg, FileForm::Gif, FileForm::Mp3, FileForm::Mp4] {
            let content = FileContent::pattern(form, 7, 1_000);
            let whole = content.read_at(0, 5_000);
            assert_eq!(whole.len(), 1_000);
            assert!(whole.starts_with(form.head()));
            let pieces: Vec<u8> =
                (0..1_000).step_by(13).flat_map(|offset| content.read_at(offset, 13)).collect();
            assert_eq!(pieces, whole);
            assert_eq!(content.md5(), FileContent::from(whole).md5());
            assert!(content.read_at(1_000, 1).is_empty());
        }
        let [one, other] = [1, 2].map(|seed| FileContent::pattern(FileForm::Plain, seed, 64));
        assert_ne!(one.md5(), other.md5());
    }

    #[test]
    fn a_known_digest() {
        let content = FileContent::from(Bytes::from_static(b"hello wechat\nsecond line ok\n"));
        assert_eq!(content.md5().to_string(), "60becf84e104940da47f6135ea59af35");
    }

    #[test]
    fn bytes_are_stored_as_text() {
        let content = FileContent::from(Bytes::from_static(b"\x00\xffA"));
        let json = serde_json::to_string(&content).unwrap();
        assert_eq!(json, r#"{"bytes":"00ff41"}"#);
        assert_eq!(serde_json::from_str::<FileContent>(&json).unwrap(), content);
        assert!(serde_json::from_str::<FileContent>(r#"{"bytes":"0"}"#).is_err());
        assert!(serde_json::from_str::<FileContent>(r#"{"bytes":"+1"}"#).is_err());
    }
}
