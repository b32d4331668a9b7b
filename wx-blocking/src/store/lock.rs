//! One process a session: a lock on a side file that holds the owner's process id.

use std::{
    fs::{File, Metadata, OpenOptions, TryLockError},
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
};

use super::{
    StoreError,
    files::{self, Owner},
};

/// Held for as long as it lives.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    metadata: Metadata,
    path: PathBuf,
}

/// What is now where the lock file was made.
#[derive(Debug)]
pub(super) enum Place {
    Own,
    Nothing,
    /// A file that another process made: its lock may be held too.
    Other,
}

impl Lock {
    /// Locks the side file of `session` for `owner`.
    pub(super) fn acquire(session: &Path, owner: Owner) -> Result<Self, StoreError> {
        let path = path_of(session);
        let failed = |source| StoreError::Io { action: "lock", path: path.clone(), source };
        for _ in 0..TRIES {
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true).truncate(false);
            let (mut file, metadata) = files::open(&path, &mut options, "lock")?;
            owner.check(&path, &metadata)?;
            if !files::has_one_name(&metadata) || !is_made_here(&mut file).map_err(failed)? {
                return Err(StoreError::NotALock { path });
            }
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(StoreError::Locked { path: session.to_owned(), pid: holder(&mut file) });
                }
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                    tracing::warn!(path = %path.display(), "this file system has no locks: run one process only");
                }
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
            // It may have been removed before it was locked, and another process may have the next one.
            if !files::is_same(&path, &metadata).unwrap_or(false) {
                continue;
            }
            // The file stays when the lock goes: another process may have it open already.
            file.set_len(0)
                .and_then(|()| file.rewind())
                .and_then(|()| writeln!(file, "{}", std::process::id()))
                .map_err(failed)?;
            return Ok(Self { file, metadata, path });
        }
        Err(failed(io::Error::other("it is removed again and again")))
    }

    /// Whether it still keeps others out.
    pub(super) fn place(&self) -> io::Result<Place> {
        match files::is_same(&self.path, &self.metadata) {
            Ok(true) => Ok(Place::Own),
            Ok(false) => Ok(Place::Other),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                Ok(Place::Nothing)
            }
            Err(error) => Err(error),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing the file is not enough: a process that was begun at this moment may have it open until it runs its program.
        if let Err(error) = self.file.unlock() {
            tracing::debug!(%error, "the lock goes with its file");
        }
    }
}

/// The side file of `session`.
pub(super) fn path_of(session: &Path) -> PathBuf {
    let mut path = session.as_os_str().to_owned();
    path.push(".lock");
    path.into()
}

/// Whether the file holds nothing but a process id, or nothing: anything else is somebody's text.
fn is_made_here(file: &mut File) -> io::Result<bool> {
    let mut start = [0; LONGEST];
    let length = file.read(&mut start)?;
    let text = start.get(..length).unwrap_or_default().trim_ascii_end();
    Ok(length < LONGEST && text.iter().all(u8::is_ascii_digit))
}

/// The process id in a lock's file.
pub(super) fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.take(16).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

const TRIES: u32 = 10;
/// More than the digits of any process id.
const LONGEST: usize = 16;
