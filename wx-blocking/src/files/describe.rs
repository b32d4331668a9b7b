//! What the core has to know of a file before it is sent.

use std::{
    io::{self, Read},
    ops::ControlFlow,
    path::{self, Path},
};

use md5::{Digest, Md5};
use wx_proto::FileSource;

use super::{FileError, modified, open};

/// Reads a file once, for its length and MD5. The source that comes of it names the file by its absolute path, so that another
/// process can go on with the upload.
///
/// `watch` is called every 64 KiB with how many were read and how many there are; if it breaks off, so does this.
///
/// ```
/// use std::{fs, ops::ControlFlow};
/// use wx_blocking::describe_file;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("hello.txt");
/// fs::write(&path, "hello")?;
/// let source = describe_file(&path, |_, _| ControlFlow::Continue(()))?;
/// assert_eq!(source.md5.to_string(), "5d41402abc4b2a76b9719d911017c592");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// If it is not a file, cannot be read, changes meanwhile, or `watch` breaks off.
pub fn describe_file(
    path: &Path,
    mut watch: impl FnMut(u64, u64) -> ControlFlow<()>,
) -> Result<FileSource, FileError> {
    let failed = |error: &io::Error| FileError::io("read", path, error);
    let absolute = path::absolute(path).map_err(|error| failed(&error))?;
    let locator = absolute.to_str().ok_or_else(|| FileError::NotUnicode { path: path.to_owned() })?;
    let (mut file, metadata) = match open(path) {
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
            return Err(FileError::NotAFile { path: path.to_owned() });
        }
        opened => opened.map_err(|error| failed(&error))?,
    };
    let total = metadata.len();
    let (mut hash, mut done) = (Md5::new(), 0_u64);
    let mut buffer = vec![0; PIECE];
    loop {
        let piece = match file.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => buffer.get(..read.map_err(|error| failed(&error))?).unwrap_or_default(),
        };
        if piece.is_empty() {
            break;
        }
        hash.update(piece);
        done = done.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        // One that grows as fast as it is read would never end.
        if done > total {
            break;
        }
        if watch(done, total).is_break() {
            return Err(FileError::Cancelled);
        }
    }
    let after = file.metadata().map_err(|error| failed(&error))?;
    if done != total || after.len() != total || modified(&after) != modified(&metadata) {
        return Err(FileError::Changed { path: path.to_owned() });
    }
    let mut source = FileSource::new(locator, total, wx_proto::Md5::from_bytes(hash.finalize().into()));
    source.modified = modified(&metadata);
    Ok(source)
}

/// How many bytes are read at once.
const PIECE: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use std::{fs, io::Write};

    use super::*;

    const ON: ControlFlow<()> = ControlFlow::Continue(());

    #[test]
    fn a_file_is_described_by_length_digest_and_absolute_path() {
        let mut file = tempfile::NamedTempFile::new_in(".").unwrap();
        file.write_all(&[b'a'; 200_000]).unwrap();
        let relative = Path::new(file.path().file_name().unwrap());
        let mut seen = Vec::new();
        let source = describe_file(relative, |done, total| {
            seen.push((done, total));
            ON
        })
        .unwrap();
        assert_eq!(source.len, 200_000);
        assert_eq!(source.md5.to_string(), "561b1994f6baacd6e5eaf4baaa12849f");
        assert!(
            Path::new(&source.locator).is_absolute() && source.locator.ends_with(relative.to_str().unwrap())
        );
        assert!(source.modified.is_some());
        assert_eq!(seen.last(), Some(&(200_000, 200_000)));
        assert_eq!(seen.len(), 4);

        file.as_file().set_len(0).unwrap();
        let empty = describe_file(file.path(), |_, _| ON).unwrap();
        assert_eq!((empty.len, &*empty.md5.to_string()), (0, "d41d8cd98f00b204e9800998ecf8427e"));
    }

    #[test]
    fn what_is_no_file_changes_or_is_given_up_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let is_none = describe_file(folder.path(), |_, _| ON);
        assert_eq!(is_none, Err(FileError::NotAFile { path: folder.path().to_owned() }));
        let path = folder.path().join("a");
        assert!(matches!(describe_file(&path, |_, _| ON), Err(FileError::Io { action: "read", .. })));
        fs::write(&path, [0; 200_000]).unwrap();
        assert_eq!(describe_file(&path, |_, _| ControlFlow::Break(())), Err(FileError::Cancelled));
        let grows = |done, _| {
            let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
            file.write_all(&vec![1; usize::try_from(done).unwrap()]).unwrap();
            ON
        };
        assert_eq!(describe_file(&path, grows), Err(FileError::Changed { path: path.clone() }));
        let shrinks = |_, _| {
            fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(1).unwrap();
            ON
        };
        assert_eq!(describe_file(&path, shrinks), Err(FileError::Changed { path: path.clone() }));
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_not_waited_for_and_a_name_that_is_no_text_is_refused() {
        use std::os::unix::ffi::OsStrExt;
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &pipe,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
            0,
        )
        .unwrap();
        assert!(matches!(describe_file(&pipe, |_, _| ON), Err(FileError::NotAFile { .. })));
        let odd = folder.path().join(std::ffi::OsStr::from_bytes(b"\xff"));
        fs::write(&odd, "a").unwrap();
        assert!(matches!(describe_file(&odd, |_, _| ON), Err(FileError::NotUnicode { .. })));
    }
}
