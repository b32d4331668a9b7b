//! What a message without a file of its own is answered with: small media of each kind.

use bytes::Bytes;

use super::super::picture::JPEG;
use crate::content::{FileContent, FileForm};

/// A grey square.
pub(super) const fn picture() -> FileContent {
    FileContent::Bytes(Bytes::from_static(JPEG))
}

pub(super) const fn emoticon() -> FileContent {
    FileContent::pattern(FileForm::Gif, 47, 447_446)
}

pub(super) const fn voice() -> FileContent {
    FileContent::pattern(FileForm::Mp3, 34, 4_051)
}

pub(super) const fn video() -> FileContent {
    FileContent::pattern(FileForm::Mp4, 43, 328_666)
}

pub(super) const fn file(len: u64) -> FileContent {
    FileContent::pattern(FileForm::Plain, 49, len)
}
