//! The files that a client may be told to send.

use std::collections::BTreeMap;

use bytes::Bytes;
use wx_proto::{Body, FailureKind, FileSlice, Timestamp};

use crate::content::FileContent;

/// Files by their locators, as a disk would have them.
///
/// ```
/// use wx_testkit::{
///     content::{FileContent, FileForm},
///     io::Files,
/// };
///
/// let mut files = Files::default();
/// files.insert("report.pdf", FileContent::pattern(FileForm::Plain, 1, 300_000));
/// assert_eq!(files.get("report.pdf").map(|file| file.content.len()), Some(300_000));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Files(BTreeMap<String, VirtualFile>);

/// One of them.
///
/// ```
/// use wx_proto::Timestamp;
/// use wx_testkit::{
///     content::{FileContent, FileForm},
///     io::Files,
/// };
///
/// let mut files = Files::default();
/// files.write("a.txt", FileContent::pattern(FileForm::Plain, 1, 10), Timestamp::from_secs(5));
/// assert_eq!(files.get("a.txt").and_then(|file| file.modified), Some(Timestamp::from_secs(5)));
/// ```
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "tests build it")]
pub struct VirtualFile {
    /// Its bytes.
    pub content: FileContent,
    /// When it was last changed.
    pub modified: Option<Timestamp>,
}

impl Files {
    /// Puts a file there, in the place of one that is there already.
    pub fn insert(&mut self, locator: &str, content: impl Into<FileContent>) {
        self.write(locator, content, None);
    }

    /// The same, at this time.
    pub fn write(
        &mut self,
        locator: &str,
        content: impl Into<FileContent>,
        modified: impl Into<Option<Timestamp>>,
    ) {
        let file = VirtualFile { content: content.into(), modified: modified.into() };
        self.0.insert(locator.to_owned(), file);
    }

    /// Takes a file away.
    pub fn remove(&mut self, locator: &str) -> Option<VirtualFile> {
        self.0.remove(locator)
    }

    /// The file there.
    pub fn get(&self, locator: &str) -> Option<&VirtualFile> {
        self.0.get(locator)
    }

    /// A request as the simulated server takes it, with what its file has.
    ///
    /// # Errors
    /// If the file is not there, or is not as the core was told: by its length, and by its time of change where both are
    /// known. Other bytes of the same length go out, as with a driver that does not hash each time.
    pub fn plain(&self, request: http::Request<Body>) -> Result<http::Request<Bytes>, FailureKind> {
        let (head, body) = request.into_parts();
        let body = match body {
            Body::Empty => Bytes::new(),
            Body::Bytes(bytes) => bytes,
            Body::Upload { prefix, file, suffix } => [prefix, self.read(&file)?, suffix].concat().into(),
        };
        Ok(http::Request::from_parts(head, body))
    }

    fn read(&self, slice: &FileSlice) -> Result<Bytes, FailureKind> {
        let file = self.get(&slice.source.locator).ok_or(FailureKind::FileUnreadable)?;
        let touched = file.modified.zip(slice.source.modified).is_some_and(|(now, then)| now != then);
        if touched || file.content.len() != slice.source.len {
            return Err(FailureKind::FileChanged);
        }
        let most = usize::try_from(slice.len).unwrap_or(usize::MAX);
        Ok(file.content.read_at(slice.offset, most))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::content::FileForm;

    fn upload(source: wx_proto::FileSource, offset: u64, len: u64) -> http::Request<Body> {
        let file = FileSlice::new(Arc::new(source), offset, len);
        http::Request::new(Body::Upload { prefix: "<".into(), file, suffix: ">".into() })
    }

    #[test]
    fn a_stretch_goes_out_between_its_prefix_and_its_suffix() {
        let content = FileContent::from(Bytes::from_static(b"0123456789"));
        let mut files = Files::default();
        files.insert("a", content.clone());
        let sent = files.plain(upload(content.source("a"), 3, 4)).unwrap();
        assert_eq!(sent.into_body(), "<3456>");
        assert_eq!(files.plain(http::Request::new(Body::Empty)).unwrap().into_body(), "");
    }

    #[test]
    fn a_file_that_changed_or_is_gone() {
        let content = FileContent::pattern(FileForm::Plain, 1, 100);
        let mut files = Files::default();
        let mut source = content.source("a");
        let send = |files: &Files, source| files.plain(upload(source, 0, 10)).map(drop);
        assert_eq!(send(&files, source.clone()), Err(FailureKind::FileUnreadable));
        files.insert("a", FileContent::pattern(FileForm::Plain, 1, 101));
        assert_eq!(send(&files, source.clone()), Err(FailureKind::FileChanged));
        source.modified = Some(Timestamp::from_secs(5));
        files.write("a", content.clone(), Timestamp::from_secs(5));
        assert_eq!(send(&files, source.clone()), Ok(()));
        files.write("a", content, Timestamp::from_secs(6));
        assert_eq!(send(&files, source.clone()), Err(FailureKind::FileChanged));
        assert!(files.remove("a").is_some());
        assert_eq!(send(&files, source), Err(FailureKind::FileUnreadable));
    }
}
