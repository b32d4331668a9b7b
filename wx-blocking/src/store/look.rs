//! Looking at a session file that some other process may have open.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::{self, Path, PathBuf},
};

use super::{StoreError, file, files, lock};

/// Whether a process has a session file open, as [`FileStore::lock_state`](super::FileStore::lock_state) finds it.
///
/// ```
/// use wx_blocking::{FileStore, LockState};
///
/// match FileStore::lock_state("session.json".as_ref()) {
///     LockState::Free => println!("nobody has it open"),
///     LockState::Held { pid: Some(pid) } => println!("process {pid} has it open"),
///     LockState::Held { pid: None } => println!("some process has it open"),
/// }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a lock has no third state")]
pub enum LockState {
    /// No process.
    Free,
    /// A process, which keeps all others out.
    Held {
        /// Its id, if it said so.
        pid: Option<u32>,
    },
}

/// The file that `path` stands for: two names for one file must meet in one lock, and a link must not be replaced by the
/// file.
pub(super) fn resolved(path: &Path) -> PathBuf {
    fs::canonicalize(path).or_else(|_| path::absolute(path)).unwrap_or_else(|_| path.to_owned())
}

/// See [`FileStore::peek`](super::FileStore::peek).
pub(super) fn peek(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    let path = resolved(path);
    match files::open(&path, OpenOptions::new().read(true), "read") {
        Ok((file, _)) => file::read(&path, file).map(Some),
        Err(StoreError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// See [`FileStore::lock_state`](super::FileStore::lock_state).
pub(super) fn lock_state(path: &Path) -> LockState {
    let side = lock::path_of(&resolved(path));
    // Anything else is no lock, and a pipe would be waited for.
    if !fs::symlink_metadata(&side).is_ok_and(|metadata| metadata.is_file()) {
        return LockState::Free;
    }
    let Ok(mut file) = File::open(side) else { return LockState::Free };
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => LockState::Held { pid: lock::holder(&mut file) },
        Ok(()) | Err(TryLockError::Error(_)) => LockState::Free,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Durability, FileStore};

    #[test]
    fn a_lock_is_seen_and_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.json");
        assert_eq!(lock_state(&path), LockState::Free);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "looking leaves nothing");
        let store = FileStore::open(&path, Durability::Process).unwrap();
        assert_eq!(lock_state(&path), LockState::Held { pid: Some(std::process::id()) });
        drop(store);
        assert_eq!(lock_state(&path), LockState::Free);
        FileStore::open(&path, Durability::Process).unwrap();
    }
}
