//! The body of a reply that is read piece by piece.

use std::time::Duration;

use bytes::Bytes;

use crate::content::FileContent;

/// A stretch of a file, made as it is read; it may break off or be slow on purpose.
///
/// ```
/// use wx_testkit::{
///     content::{FileContent, FileForm},
///     server::MediaBody,
/// };
///
/// let body = MediaBody::whole(FileContent::pattern(FileForm::Plain, 1, 100_000));
/// assert_eq!(body.piece(0).len(), MediaBody::PIECE);
/// assert_eq!(body.piece(65_536).len(), 100_000 - MediaBody::PIECE);
/// ```
#[derive(Clone, Debug)]
pub struct MediaBody {
    content: FileContent,
    start: u64,
    len: u64,
    cut: Option<u64>,
    pause: Duration,
}

impl MediaBody {
    /// How many bytes are handed out at once.
    pub const PIECE: usize = 64 << 10;

    /// All of a file.
    pub fn whole(content: FileContent) -> Self {
        let len = content.len();
        Self { content, start: 0, len, cut: None, pause: Duration::ZERO }
    }

    /// `len` bytes of a file, from `start` on.
    pub(super) fn part(content: FileContent, start: u64, len: u64) -> Self {
        Self { content, start, len, cut: None, pause: Duration::ZERO }
    }

    /// The same, which breaks off after so many bytes if there are more.
    #[must_use]
    pub(crate) fn cut_after(mut self, bytes: u64) -> Self {
        self.cut = Some(bytes).filter(|bytes| *bytes < self.len);
        self
    }

    /// The same, with a pause before each piece.
    #[must_use]
    pub(in crate::server) const fn slow(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    /// The length that the head of the reply promises.
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// True if there is nothing in it.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// After how many bytes the connection is closed, if that is before the end.
    pub const fn breaks_after(&self) -> Option<u64> {
        self.cut
    }

    /// How long to wait before each piece.
    pub const fn pause(&self) -> Duration {
        self.pause
    }

    /// The next piece, behind `passed` bytes; empty at the end, and where it breaks off.
    pub fn piece(&self, passed: u64) -> Bytes {
        let left = self.cut.unwrap_or(self.len).saturating_sub(passed);
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(Self::PIECE);
        self.content.read_at(self.start.saturating_add(passed), most)
    }

    /// What comes of it, at once.
    pub fn collect(&self) -> Bytes {
        let mut all = Vec::new();
        loop {
            let piece = self.piece(u64::try_from(all.len()).unwrap_or(u64::MAX));
            if piece.is_empty() {
                return all.into();
            }
            all.extend_from_slice(&piece);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::FileForm;

    #[test]
    fn pieces_make_the_stretch() {
        let content = FileContent::pattern(FileForm::Plain, 1, 300_000);
        let part = MediaBody::part(content.clone(), 100, 200_000);
        assert_eq!(part.collect(), content.read_at(100, 200_000));
        assert_eq!(part.piece(0).len(), MediaBody::PIECE);
        assert!(part.piece(200_000).is_empty());
        let cut = part.cut_after(70_000);
        assert_eq!((cut.len(), cut.collect().len(), cut.breaks_after()), (200_000, 70_000, Some(70_000)));
        assert_eq!(cut.cut_after(200_000).breaks_after(), None);
    }
}
