//! One process a session: a lock on a side file that holds the owner's process id.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read, Seek, Write},
    path::Path,
};

use super::StoreError;

/// Locks `path` for as long as the file is open, on behalf of the session file `session`.
pub(super) fn acquire(path: &Path, session: &Path) -> Result<File, StoreError> {
    let failed = |source| StoreError::Io { action: "lock", path: path.to_owned(), source };
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(StoreError::Locked { path: session.to_owned(), pid: owner(&mut file) });
        }
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
            tracing::warn!(path = %path.display(), "this file system has no locks: run one process only");
        }
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    // The file stays when the lock goes: another process may have it open already.
    file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id())).map_err(failed)?;
    Ok(file)
}

fn owner(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.take(16).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}
