//! A file that is being received: beside its place until it is whole.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::{
    FileError,
    name::{clipped, numbered},
};

/// Removed when dropped, unless it was [kept](Self::keep). Only its owner may read it.
#[derive(Debug)]
pub(crate) struct Partial {
    file: NamedTempFile,
    folder: PathBuf,
}

impl Partial {
    /// In `folder`, with `name` in its own name, so that whoever finds it after a crash knows what it was. `needed`: how many
    /// bytes it will have, if that is known.
    pub(crate) fn create(folder: &Path, name: &str, needed: Option<u64>) -> Result<Self, FileError> {
        let path = folder.join(name);
        if let Some(needed) = needed
            && let Some(free) = free_space(folder)
            && free < needed
        {
            return Err(FileError::NoSpace { path, needed, free });
        }
        let prefix = format!(".{}.", clipped(name, 200));
        let file = tempfile::Builder::new().prefix(&prefix).suffix(".part").tempfile_in(folder);
        let file = file.map_err(|error| FileError::io("write", &path, &error))?;
        Ok(Self { file, folder: folder.to_owned() })
    }

    /// The same open file.
    pub(crate) fn open(&self) -> Result<File, FileError> {
        self.file.as_file().try_clone().map_err(|error| self.failed(&error))
    }

    /// How long it is by now.
    pub(crate) fn len(&self) -> Result<u64, FileError> {
        self.file.as_file().metadata().map(|metadata| metadata.len()).map_err(|error| self.failed(&error))
    }

    /// Where it is now.
    pub(crate) fn place(&self) -> PathBuf {
        self.file.path().to_owned()
    }

    /// Gives it its name; where it is then. What has the name already is overwritten if that was asked for, else the name gets
    /// a number.
    pub(crate) fn keep(self, name: &str, overwrite: bool) -> Result<PathBuf, FileError> {
        let Self { mut file, folder } = self;
        if overwrite {
            let path = folder.join(name);
            let kept = file.persist(&path);
            return kept.map(|_| path.clone()).map_err(|error| FileError::io("write", &path, &error.error));
        }
        let mut failed = FileError::Cancelled;
        for number in 1..=MOST {
            let path = folder.join(numbered(name, number));
            match place(file, &path) {
                Ok(()) => return Ok(path),
                Err((error, same)) if error.kind() == io::ErrorKind::AlreadyExists => {
                    (failed, file) = (FileError::io("write", &path, &error), same);
                }
                Err((error, _)) => return Err(FileError::io("write", &path, &error)),
            }
        }
        Err(failed)
    }

    fn failed(&self, error: &io::Error) -> FileError {
        FileError::io("write", self.file.path(), error)
    }
}

/// Moves the file to `path` if nothing is there.
fn place(file: NamedTempFile, path: &Path) -> Result<(), (io::Error, NamedTempFile)> {
    let refused = match file.persist_noclobber(path) {
        Ok(_) => return Ok(()),
        Err(refused) => refused,
    };
    if refused.error.kind() == io::ErrorKind::AlreadyExists {
        return Err((refused.error, refused.file));
    }
    // Not every file system can do that in one go. Taking the name with an empty file first is as good, except in a crash.
    if let Err(error) = OpenOptions::new().write(true).create_new(true).open(path) {
        return Err((error, refused.file));
    }
    refused.file.persist(path).map(drop).map_err(|refused| {
        // Only the empty one: nothing was moved.
        let _ = fs::remove_file(path);
        (refused.error, refused.file)
    })
}

/// What the user of this process may still write to a folder's file system, in bytes.
fn free_space(folder: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        let system = rustix::fs::statvfs(folder).ok()?;
        Some(system.f_bavail.saturating_mul(system.f_frsize))
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        None
    }
}

/// Files of one name in a folder.
const MOST: u32 = 10_000;

#[cfg(test)]
mod tests {
    use std::{io::Write, thread};

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn partial(folder: &Path, name: &str, content: &str) -> Partial {
        let partial = Partial::create(folder, name, Some(1)).unwrap();
        partial.open().unwrap().write_all(content.as_bytes()).unwrap();
        partial
    }

    #[test]
    fn it_has_another_name_until_it_is_whole_and_goes_if_it_never_is() {
        let folder = tempfile::tempdir().unwrap();
        let partial = partial(folder.path(), "a.pdf", "half");
        let name = names(folder.path()).pop().unwrap();
        assert!(name.starts_with(".a.pdf.") && name.ends_with(".part"), "{name}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let metadata = fs::metadata(folder.path().join(name)).unwrap();
            assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
        }
        drop(partial);
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn nothing_is_overwritten_unless_asked() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("a.pdf"), "first").unwrap();
        fs::create_dir(path("a (2).pdf")).unwrap();
        let kept = partial(folder.path(), "a.pdf", "second").keep("a.pdf", false).unwrap();
        assert_eq!(kept, path("a (3).pdf"));
        assert_eq!(fs::read_to_string(path("a.pdf")).unwrap(), "first");
        assert_eq!(fs::read_to_string(kept).unwrap(), "second");

        let kept = partial(folder.path(), "a.pdf", "third").keep("a.pdf", true).unwrap();
        assert_eq!((fs::read_to_string(&kept).unwrap(), kept), ("third".to_owned(), path("a.pdf")));
        assert!(partial(folder.path(), "a.pdf", "").keep("a (2).pdf", true).is_err(), "a folder stays");
        assert_eq!(names(folder.path()), ["a (2).pdf", "a (3).pdf", "a.pdf"]);
    }

    #[test]
    fn of_many_at_once_none_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let mut kept: Vec<_> = thread::scope(|scope| {
            let one = || partial(folder.path(), "a", "text").keep("a", false).unwrap();
            let all: Vec<_> = (0..16).map(|_| scope.spawn(one)).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        kept.sort();
        kept.dedup();
        assert_eq!((kept.len(), names(folder.path()).len()), (16, 16));
    }

    #[test]
    fn what_does_not_fit_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let error = Partial::create(folder.path(), "a", Some(u64::MAX)).unwrap_err();
        assert!(matches!(error, FileError::NoSpace { needed: u64::MAX, .. }), "{error}");
        let nowhere = folder.path().join("nowhere");
        assert!(matches!(Partial::create(&nowhere, "a", None), Err(FileError::Io { .. })));
    }

    #[test]
    fn the_longest_names_have_room() {
        let folder = tempfile::tempdir().unwrap();
        let name = super::super::clean_name(&format!("{}.jpg", "汉".repeat(200)));
        for _ in 0..2 {
            partial(folder.path(), &name, "").keep(&name, false).unwrap();
        }
        assert_eq!(names(folder.path()).len(), 2);
    }
}
