//! A session in a file.

use std::{
    ffi::{OsStr, OsString},
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use tempfile::NamedTempFile;

use super::{
    LockState, SessionStore, StoreError,
    files::{self, Owner},
    lock::{Lock, Place},
    look,
};

/// What a saved session survives.
///
/// ```no_run
/// use wx_blocking::{Durability, FileStore};
///
/// // Every send waits for the disk twice.
/// let store = FileStore::open("session.json", Durability::Disk)?;
/// # Ok::<(), wx_blocking::StoreError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Durability {
    /// The end of the process, however sudden. A power failure may take the last second or leave a damaged file; the
    /// one before it is then in `NAME.previous`.
    #[default]
    Process,
    /// A power failure too: every save waits for the disk.
    Disk,
}

/// Keeps the session in a file that only its owner may read, and that is always a whole one: each save writes
/// a new file and renames it. One process at a time: a side file, `NAME.lock`, is locked for as long as the
/// store lives. An earlier session, one that is on the disk for sure, stays beside it as `NAME.previous`, for the case that
/// the file is damaged: it is never loaded by itself, for going back to it may send again what was sent since.
///
/// A file that others may read is closed to them, with a warning; one of another user, or that is no regular file, is
/// refused. If file and folder are removed, the next save makes them anew, unless another process did.
///
/// ```no_run
/// use wx_blocking::{Client, Durability, FileStore};
///
/// let store = FileStore::open("accounts/me/session.json", Durability::Process)?;
/// let client = Client::builder().store(store).build()?;
/// println!("a login is stored: {}", client.has_login());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct FileStore {
    path: PathBuf,
    folder: PathBuf,
    durability: Durability,
    /// Since when the file is not on the disk for sure.
    unsynced: Option<Instant>,
    owner: Owner,
    lock: Lock,
}

impl FileStore {
    /// Opens the session file `path`, which need not exist; missing folders are made.
    ///
    /// # Errors
    /// If another process has it open, a folder cannot be made or written to, or something else is in its place.
    pub fn open(path: impl Into<PathBuf>, durability: Durability) -> Result<Self, StoreError> {
        let path = look::resolved(&path.into());
        if path.file_name().is_none() {
            let source = io::Error::new(io::ErrorKind::InvalidInput, "it names no file");
            return Err(StoreError::Io { action: "open", path, source });
        }
        let folder = path.parent().unwrap_or(Path::new("/")).to_owned();
        create(&folder)?;
        let failed = |source| StoreError::Io { action: "write to", path: folder.clone(), source };
        // Whoever owns what is written here: on some file systems not the user of the process.
        let probe = temporary(&path).map_err(failed)?;
        let owner = Owner::of(&probe.as_file().metadata().map_err(failed)?);
        drop(probe);
        let lock = Lock::acquire(&path, owner)?;
        let store = Self { path, folder, durability, unsynced: None, owner, lock };
        store.remove_leftovers();
        store.opened()?;
        Ok(store)
    }

    /// The session file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is in the session file `path`, without opening the store: nothing is changed, and another process may have it.
    ///
    /// ```
    /// use wx_blocking::{FileStore, Session};
    ///
    /// match FileStore::peek("missing/session.json".as_ref())? {
    ///     Some(bytes) => {
    ///         let session: Session = serde_json::from_slice(&bytes)?;
    ///         println!("has a login: {}", session.has_login());
    ///     }
    ///     None => println!("nothing is stored"),
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If it cannot be read, or cannot be a session.
    pub fn peek(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
        look::peek(path)
    }

    /// Whether a process has the session file `path` open. The lock is tried for a moment: a process that opens the session
    /// in that moment finds it held.
    pub fn lock_state(path: &Path) -> LockState {
        look::lock_state(path)
    }

    /// The file that `path` stands for, links followed: the one that [`open`](Self::open) opens.
    pub fn resolve(path: &Path) -> PathBuf {
        look::resolved(path)
    }

    /// The file, if it is there and may be used.
    fn opened(&self) -> Result<Option<File>, StoreError> {
        let (file, metadata) = match files::open(&self.path, OpenOptions::new().read(true), "read") {
            Ok(opened) => opened,
            Err(StoreError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        self.owner.check(&self.path, &metadata)?;
        #[cfg(unix)]
        if files::is_open_to_others(&metadata) {
            tracing::warn!(path = %self.path.display(), "others could read or change the session: closed to them");
            files::close_to_others(&file).map_err(self.failed("close to others"))?;
        }
        Ok(Some(file))
    }

    /// Temporary files of a process that was killed while it wrote. Nobody else writes: the lock is held.
    fn remove_leftovers(&self) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let own = |metadata: fs::Metadata| metadata.is_file() && Owner::of(&metadata) == self.owner;
            if is_temporary(&self.path, &entry.file_name()) && entry.metadata().is_ok_and(own) {
                // Left where it is, it does no harm.
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Makes sure that this process is the only one that writes: file and lock may have been removed.
    fn hold(&mut self) -> Result<(), StoreError> {
        match self.lock.place().map_err(self.failed("lock"))? {
            Place::Own => Ok(()),
            Place::Other => Err(StoreError::TakenOver { path: self.path.clone() }),
            Place::Nothing => {
                tracing::warn!(path = %self.path.display(), "the session was removed: it is made anew");
                create(&self.folder)?;
                self.lock = Lock::acquire(&self.path, self.owner)?;
                Ok(())
            }
        }
    }

    fn write(&self, session: &[u8], sync: bool) -> io::Result<()> {
        let mut file = temporary(&self.path)?;
        file.write_all(session)?;
        if sync {
            file.as_file().sync_all()?;
        }
        if self.unsynced.is_none() {
            self.keep_previous();
        }
        file.persist(&self.path)?;
        if sync { sync_folder(&self.folder) } else { Ok(()) }
    }

    /// Gives the file that is about to be replaced a second name.
    fn keep_previous(&self) {
        let previous = self.previous_path();
        let kept = remove(&previous).and_then(|()| match fs::hard_link(&self.path, &previous) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        });
        if let Err(error) = kept {
            // A file system without links, for example.
            tracing::debug!(%error, "the session before is not kept");
        }
    }

    fn previous_path(&self) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push(".previous");
        path.into()
    }

    fn failed(&self, action: &'static str) -> impl FnOnce(io::Error) -> StoreError {
        move |source| StoreError::Io { action, path: self.path.clone(), source }
    }
}

impl SessionStore for FileStore {
    fn load(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        self.opened()?.map(|file| read(&self.path, file)).transpose()
    }

    fn save(&mut self, session: &[u8]) -> Result<(), StoreError> {
        const ACTION: &str = "save the session to";
        if u64::try_from(session.len()).is_ok_and(|length| length > MAX_SESSION) {
            let source = io::Error::other("it has grown larger than what can be loaded again");
            return Err(self.failed(ACTION)(source));
        }
        self.hold()?;
        let overdue = self.unsynced.is_some_and(|since| since.elapsed() >= OVERDUE);
        let sync = self.durability == Durability::Disk || overdue;
        self.write(session, sync).map_err(self.failed(ACTION))?;
        self.unsynced = if sync { None } else { self.unsynced.or_else(|| Some(Instant::now())) };
        Ok(())
    }

    fn clear(&mut self) -> Result<(), StoreError> {
        self.hold()?;
        remove(&self.path)
            .and_then(|()| remove(&self.previous_path()))
            .and_then(|()| sync_folder(&self.folder))
            .map_err(self.failed("remove"))?;
        self.unsynced = None;
        Ok(())
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        if self.unsynced.is_some() {
            let (file, _) = files::open(&self.path, OpenOptions::new().append(true), "flush")?;
            file.sync_all().and_then(|()| sync_folder(&self.folder)).map_err(self.failed("flush"))?;
            self.unsynced = None;
        }
        Ok(())
    }

    fn drop_previous(&mut self) -> Result<(), StoreError> {
        self.hold()?;
        remove(&self.previous_path()).map_err(self.failed("remove what was before"))
    }

    fn place(&self) -> String {
        self.path.display().to_string()
    }

    fn previous(&self) -> Option<String> {
        let previous = self.previous_path();
        previous.is_file().then(|| previous.display().to_string())
    }
}

impl Drop for FileStore {
    fn drop(&mut self) {
        if let Err(error) = self.flush() {
            tracing::warn!(%error, "the session may not survive a power failure");
        }
    }
}

/// What the file holds, if it can be a session.
pub(super) fn read(path: &Path, file: File) -> Result<Vec<u8>, StoreError> {
    let failed = |source| StoreError::Io { action: "read", path: path.to_owned(), source };
    let length = file.metadata().map_err(failed)?.len();
    if length > MAX_SESSION {
        return Err(StoreError::TooLarge { path: path.to_owned(), length });
    }
    let mut session = Vec::new();
    file.take(MAX_SESSION).read_to_end(&mut session).map_err(failed)?;
    Ok(session)
}

/// Removes a file, if it is there.
fn remove(path: &Path) -> io::Result<()> {
    fs::remove_file(path).or_else(
        |error| {
            if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
        },
    )
}

/// Makes `folder` and those above it, for the owner only.
fn create(folder: &Path) -> Result<(), StoreError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let failed = |source| StoreError::Io { action: "make the folder", path: folder.to_owned(), source };
    builder.create(folder).map_err(failed)
}

/// Makes a rename or a removal last.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Folders cannot be synced here.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Makes a temporary file beside `session`, with mode 0600: `.NAME.`, a few random letters and digits, `.tmp`.
fn temporary(session: &Path) -> io::Result<NamedTempFile> {
    let folder = session.parent().unwrap_or(Path::new("/"));
    tempfile::Builder::new().prefix(&prefix(session)).suffix(SUFFIX).rand_bytes(RANDOM).tempfile_in(folder)
}

/// True for the name of a temporary file of `session`.
fn is_temporary(session: &Path, name: &OsStr) -> bool {
    let random = name
        .as_encoded_bytes()
        .strip_prefix(prefix(session).as_encoded_bytes())
        .and_then(|rest| rest.strip_suffix(SUFFIX.as_bytes()));
    random.is_some_and(|random| random.len() == RANDOM && random.iter().all(u8::is_ascii_alphanumeric))
}

fn prefix(session: &Path) -> OsString {
    let mut prefix = OsString::from(".");
    prefix.push(session.file_name().unwrap_or_default());
    prefix.push(".");
    prefix
}

const MAX_SESSION: u64 = 16 << 20;
const SUFFIX: &str = ".tmp";
const RANDOM: usize = 6;
/// Whoever uses the store flushes it when idle; a save that finds that this did not happen waits for the disk.
const OVERDUE: Duration = Duration::from_secs(2);
