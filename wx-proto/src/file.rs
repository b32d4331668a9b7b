//! Files of the application's: the core knows what is said of them and never sees their bytes.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// A file to send, as the application describes it. Length and MD5 stand in requests that leave before the file does, so
/// whoever has the file computes them first.
///
/// ```
/// use wx_proto::{FileSource, Md5};
///
/// let md5: Md5 = "d41d8cd98f00b204e9800998ecf8427e".parse()?;
/// let source = FileSource::new("/home/me/report.pdf", 12_345, md5);
/// assert_eq!(source.len, 12_345);
/// # Ok::<(), wx_proto::NotAnMd5>(())
/// ```
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FileSource {
    /// What the driver finds it by: a path, a key in a store. It is kept in the session, so that another process can go on
    /// with an upload, and never sent.
    pub locator: String,
    /// Its length in bytes.
    pub len: u64,
    /// Of all its bytes.
    pub md5: Md5,
    /// When it was last changed, if that is known: a driver that finds another time says
    /// [`FailureKind::FileChanged`](crate::FailureKind::FileChanged).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<Timestamp>,
}

impl FileSource {
    /// A file whose time of change is not known.
    pub fn new(locator: impl Into<String>, len: u64, md5: Md5) -> Self {
        Self { locator: locator.into(), len, md5, modified: None }
    }
}

impl fmt::Debug for FileSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names of files are private.
        f.debug_struct("FileSource").field("len", &self.len).finish_non_exhaustive()
    }
}

/// A stretch of a file that goes out with a request.
///
/// ```
/// use wx_proto::FileSlice;
///
/// fn end(slice: &FileSlice) -> u64 {
///     slice.offset.saturating_add(slice.len)
/// }
/// # let _ = end;
/// ```
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct FileSlice {
    /// The file. If it is not as described any more, nothing of it is sent.
    pub source: Arc<FileSource>,
    /// Where the stretch begins.
    pub offset: u64,
    /// How long it is.
    pub len: u64,
}

impl FileSlice {
    /// A stretch of a file. One that reaches beyond the end is cut there.
    ///
    /// The core makes its own; this is for tests of drivers.
    pub fn new(source: Arc<FileSource>, offset: u64, len: u64) -> Self {
        let len = len.min(source.len.saturating_sub(offset));
        Self { source, offset, len }
    }
}

impl fmt::Debug for FileSlice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileSlice({} bytes at {} of {})", self.len, self.offset, self.source.len)
    }
}

/// An MD5 digest: the service names files by it. It protects against nothing.
///
/// ```
/// use wx_proto::Md5;
///
/// let empty: Md5 = "D41D8CD98F00B204E9800998ECF8427E".parse()?;
/// assert_eq!(empty.to_string(), "d41d8cd98f00b204e9800998ecf8427e");
/// # Ok::<(), wx_proto::NotAnMd5>(())
/// ```
#[derive(Clone, Copy, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(into = "String", try_from = "String")]
pub struct Md5([u8; 16]);

impl Md5 {
    /// A digest that a hash function gave.
    pub const fn from_bytes(digest: [u8; 16]) -> Self {
        Self(digest)
    }
}

impl fmt::Display for Md5 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Md5 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Md5({self})")
    }
}

impl FromStr for Md5 {
    type Err = NotAnMd5;

    fn from_str(text: &str) -> Result<Self, NotAnMd5> {
        if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(NotAnMd5);
        }
        // 32 hexadecimal digits fill 128 bits.
        u128::from_str_radix(text, 16).map(|digest| Self(digest.to_be_bytes())).map_err(|_| NotAnMd5)
    }
}

impl TryFrom<String> for Md5 {
    type Error = NotAnMd5;

    fn try_from(text: String) -> Result<Self, NotAnMd5> {
        text.parse()
    }
}

impl From<Md5> for String {
    fn from(md5: Md5) -> Self {
        md5.to_string()
    }
}

/// A text that is not 32 hexadecimal digits.
///
/// ```
/// use wx_proto::{Md5, NotAnMd5};
///
/// assert_eq!("d41d8cd9".parse::<Md5>(), Err(NotAnMd5));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not an MD5: 32 hexadecimal digits are")]
#[expect(clippy::exhaustive_structs, reason = "there is nothing more to say")]
pub struct NotAnMd5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_written_in_lower_case_and_read_in_any() {
        let digest = Md5::from_bytes([0x0a, 0, 0xff, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0xef]);
        assert_eq!(digest.to_string(), "0a00ff030405060708090a0b0c0d0eef");
        assert_eq!("0A00FF030405060708090A0B0C0D0EEF".parse(), Ok(digest));
        assert_eq!(serde_json::to_string(&digest).unwrap(), "\"0a00ff030405060708090a0b0c0d0eef\"");
        for text in [
            "",
            "0a",
            "+a00ff030405060708090a0b0c0d0eef",
            "0a00ff030405060708090a0b0c0d0eefa",
            "汉字汉字汉字汉字汉字aa",
        ] {
            assert_eq!(text.parse::<Md5>(), Err(NotAnMd5), "{text}");
        }
    }

    #[test]
    fn a_slice_ends_with_its_file_and_shows_no_name() {
        let md5 = Md5::from_bytes([0; 16]);
        let source = Arc::new(FileSource::new("/private/diary.txt", 100, md5));
        assert_eq!(FileSlice::new(source.clone(), 90, 50).len, 10);
        assert_eq!(FileSlice::new(source.clone(), 101, 50).len, 0);
        let slice = FileSlice::new(source.clone(), 0, 50);
        assert_eq!(format!("{slice:?}"), "FileSlice(50 bytes at 0 of 100)");
        assert!(!format!("{source:?}").contains("diary"));
    }
}
