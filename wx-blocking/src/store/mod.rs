//! Where a session is kept between runs.

mod file;
mod files;
mod lock;
mod look;
#[cfg(test)]
mod tests;

use std::{io, path::PathBuf};

pub use file::{Durability, FileStore};
pub use look::LockState;

/// A place for one account's session.
///
/// The bytes are the core's session as versioned JSON; a store keeps them as they are. They let whoever has
/// them act as the account: keep them secret. It is called by one thread at a time, but not always by the same: a thread
/// that waits for its own send stores what that needs.
///
/// ```
/// use wx_blocking::{SessionStore, StoreError};
///
/// /// One row of a table.
/// struct Row(Option<Vec<u8>>);
///
/// impl SessionStore for Row {
///     fn load(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
///         Ok(self.0.clone())
///     }
///
///     fn save(&mut self, session: &[u8]) -> Result<(), StoreError> {
///         self.0 = Some(session.to_vec());
///         Ok(())
///     }
///
///     fn clear(&mut self) -> Result<(), StoreError> {
///         self.0 = None;
///         Ok(())
///     }
///
///     fn flush(&mut self) -> Result<(), StoreError> {
///         Ok(())
///     }
/// }
/// ```
pub trait SessionStore: Send {
    /// The session saved last, if any.
    ///
    /// # Errors
    /// If there may be one that cannot be read.
    fn load(&mut self) -> Result<Option<Vec<u8>>, StoreError>;

    /// Replaces the session, whole or not at all. After an error it may be either, and saving again is right.
    ///
    /// # Errors
    /// If it could not be stored.
    fn save(&mut self, session: &[u8]) -> Result<(), StoreError>;

    /// Removes the session.
    ///
    /// # Errors
    /// If it could not be removed.
    fn clear(&mut self) -> Result<(), StoreError>;

    /// Makes sure that the session saved last survives a power failure. Called at the end and when idle.
    ///
    /// # Errors
    /// If that is not sure.
    fn flush(&mut self) -> Result<(), StoreError>;

    /// The login of the session saved before is over: what the store keeps of earlier sessions must go. Most keep nothing.
    ///
    /// # Errors
    /// If it may still be there.
    fn drop_previous(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Where an earlier session is, to be put in the place of a damaged one; if this store keeps one and it is there.
    fn previous(&self) -> Option<String> {
        None
    }

    /// What to call this store in an error, for example its path.
    fn place(&self) -> String {
        "the session store".to_owned()
    }
}

/// Keeps the session in memory only.
///
/// ```
/// use wx_blocking::{Client, MemoryStore};
///
/// let client = Client::builder().store(MemoryStore::new()).build()?;
/// assert!(!client.has_login());
/// # Ok::<(), wx_blocking::BuildError>(())
/// ```
#[derive(Clone, Default)]
pub struct MemoryStore {
    session: Option<Vec<u8>>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }
}

impl SessionStore for MemoryStore {
    fn load(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.session.clone())
    }

    fn save(&mut self, session: &[u8]) -> Result<(), StoreError> {
        self.session = Some(session.to_vec());
        Ok(())
    }

    fn clear(&mut self) -> Result<(), StoreError> {
        self.session = None;
        Ok(())
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}

impl std::fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let length = self.session.as_ref().map(Vec::len);
        f.debug_struct("MemoryStore").field("length", &length).finish_non_exhaustive()
    }
}

/// Why a session could not be loaded or stored.
///
/// ```no_run
/// use wx_blocking::{Durability, FileStore, StoreError};
///
/// match FileStore::open("session.json", Durability::Process) {
///     Ok(store) => println!("{} is ours", store.path().display()),
///     Err(StoreError::Locked { pid: Some(pid), .. }) => println!("stop process {pid} first"),
///     Err(error) => println!("{error}"),
/// }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The system refused.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process uses the session.
    #[error(
        "the session {} is in use by {}; stop it first",
        path.display(),
        pid.map_or("another process".to_owned(), |pid| format!("process {pid}"))
    )]
    Locked {
        /// The session file.
        path: PathBuf,
        /// The other process, if it said so.
        pid: Option<u32>,
    },
    /// Something else is where the session, or its lock, should be.
    #[error("{} is no regular file; use another session file", path.display())]
    NotAFile {
        /// What is there.
        path: PathBuf,
    },
    /// The file belongs to another user.
    #[error("{} belongs to another user; use another session file", path.display())]
    Foreign {
        /// The session file, or its lock.
        path: PathBuf,
    },
    /// The lock's file holds something else than a process id.
    #[error("{} is in the way and is no lock of this program; move it away", path.display())]
    NotALock {
        /// The file.
        path: PathBuf,
    },
    /// The session was removed, and then another process made it anew.
    #[error(
        "the session {} was removed and made anew by another process; what happens here is not stored any more: \
         stop this program",
        path.display()
    )]
    TakenOver {
        /// The session file.
        path: PathBuf,
    },
    /// Too large to be a session.
    #[error("{} has {length} bytes and cannot be a session; move it away and log in again", path.display())]
    TooLarge {
        /// The session file.
        path: PathBuf,
        /// Its length.
        length: u64,
    },
    /// For stores of other kinds.
    #[error("{0}")]
    Other(Box<dyn std::error::Error + Send + Sync>),
}
