//! A session in a file.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{self, Path, PathBuf},
    time::{Duration, Instant},
};

use super::{SessionStore, StoreError, lock};

/// What a saved session survives.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Durability {
    /// The end of the process, however sudden. A power failure may take the last second or leave a damaged file.
    #[default]
    Process,
    /// A power failure too: every save waits for the disk.
    Disk,
}

/// Keeps the session in a file that only its owner may read, and that is always a whole one: each save writes
/// a new file and renames it. One process at a time: a side file, `NAME.lock`, is locked for as long as the
/// store lives.
#[derive(Debug)]
pub struct FileStore {
    path: PathBuf,
    folder: PathBuf,
    durability: Durability,
    /// What was written since is not on the disk for sure.
    unsynced: bool,
    last_sync: Option<Instant>,
    _lock: File,
}

impl FileStore {
    /// Opens the session file `path`, which need not exist; missing folders are made.
    ///
    /// # Errors
    /// If another process has it open, or a folder cannot be made.
    pub fn open(path: impl Into<PathBuf>, durability: Durability) -> Result<Self, StoreError> {
        let path = path.into();
        // Two names for one file must meet in one lock, and a link must not be replaced by the file.
        let path = fs::canonicalize(&path).or_else(|_| path::absolute(&path)).unwrap_or(path);
        let Some(name) = path.file_name() else {
            let source = io::Error::new(io::ErrorKind::InvalidInput, "it names no file");
            return Err(StoreError::Io { action: "open", path, source });
        };
        let folder = path.parent().unwrap_or(Path::new("/")).to_owned();
        create(&folder)?;
        let mut side = name.to_owned();
        side.push(".lock");
        let lock = lock::acquire(&folder.join(side), &path)?;
        let store = Self { path, folder, durability, unsynced: false, last_sync: None, _lock: lock };
        store.remove_leftovers();
        Ok(store)
    }

    /// The session file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Temporary files of a process that was killed while it wrote. Nobody else writes: the lock is held.
    fn remove_leftovers(&self) {
        let prefix = self.prefix();
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            if name.to_str().is_some_and(|name| name.starts_with(&prefix) && name.ends_with(SUFFIX)) {
                // Left where it is, it does no harm.
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    fn prefix(&self) -> String {
        format!(".{}.", self.path.file_name().unwrap_or_default().to_string_lossy())
    }

    fn write(&self, session: &[u8], sync: bool) -> io::Result<()> {
        let prefix = self.prefix();
        // Made with mode 0600.
        let mut file = tempfile::Builder::new().prefix(&prefix).suffix(SUFFIX).tempfile_in(&self.folder)?;
        file.write_all(session)?;
        if sync {
            file.as_file().sync_all()?;
        }
        file.persist(&self.path)?;
        if sync { sync_folder(&self.folder) } else { Ok(()) }
    }

    fn failed(&self, action: &'static str) -> impl FnOnce(io::Error) -> StoreError + use<> {
        let path = self.path.clone();
        move |source| StoreError::Io { action, path, source }
    }
}

impl SessionStore for FileStore {
    fn load(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed("read")(error)),
        };
        let length = file.metadata().map_err(self.failed("read"))?.len();
        if length > MAX_SESSION {
            return Err(StoreError::TooLarge { path: self.path.clone(), length });
        }
        let mut session = Vec::new();
        file.take(MAX_SESSION).read_to_end(&mut session).map_err(self.failed("read"))?;
        Ok(Some(session))
    }

    fn save(&mut self, session: &[u8]) -> Result<(), StoreError> {
        // What would not load must not take the place of what does.
        if u64::try_from(session.len()).unwrap_or(u64::MAX) > MAX_SESSION {
            let error = io::Error::other("it is larger than a session may be");
            return Err(self.failed("save the session to")(error));
        }
        let due = self.last_sync.is_none_or(|at| at.elapsed() >= SYNC_EVERY);
        let sync = self.durability == Durability::Disk || due;
        self.write(session, sync).map_err(self.failed("save the session to"))?;
        self.unsynced = !sync;
        if sync {
            self.last_sync = Some(Instant::now());
        }
        Ok(())
    }

    fn clear(&mut self) -> Result<(), StoreError> {
        match fs::remove_file(&self.path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(self.failed("remove")(error)),
        }
        self.unsynced = false;
        sync_folder(&self.folder).map_err(self.failed("remove"))
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        if self.unsynced {
            let file = File::options().append(true).open(&self.path);
            file.and_then(|file| file.sync_all())
                .and_then(|()| sync_folder(&self.folder))
                .map_err(self.failed("flush"))?;
            self.unsynced = false;
            self.last_sync = Some(Instant::now());
        }
        Ok(())
    }

    fn place(&self) -> String {
        self.path.display().to_string()
    }
}

impl Drop for FileStore {
    fn drop(&mut self) {
        if let Err(error) = self.flush() {
            tracing::warn!(%error, "the session may not survive a power failure");
        }
    }
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

const MAX_SESSION: u64 = 16 << 20;
const SUFFIX: &str = ".tmp";
const SYNC_EVERY: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    fn open(path: &Path) -> FileStore {
        FileStore::open(path, Durability::Process).unwrap()
    }

    #[test]
    fn a_session_comes_back_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/session.json");
        for durability in [Durability::Process, Durability::Disk] {
            let mut store = FileStore::open(&path, durability).unwrap();
            store.clear().unwrap();
            assert_eq!(store.load().unwrap(), None);
            for text in ["one", "two", "three"] {
                store.save(text.as_bytes()).unwrap();
            }
            store.flush().unwrap();
            drop(store);
            assert_eq!(open(&path).load().unwrap().unwrap(), b"three");
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/session.json");
        let mut store = open(&path);
        store.save(b"secret").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(&folder.path().join("new/session.json.lock")), 0o600);
        assert_eq!(mode(&folder.path().join("new")), 0o700);
        // A file that was readable by others is replaced by one that is not.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        store.save(b"secret").unwrap();
        assert_eq!(mode(&path), 0o600);
    }

    #[test]
    fn a_second_store_is_told_who_has_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.json");
        let mut first = open(&path);
        first.save(b"mine").unwrap();
        let error = FileStore::open(&path, Durability::Process).unwrap_err();
        assert!(matches!(error, StoreError::Locked { pid: Some(pid), .. } if pid == std::process::id()));
        assert!(error.to_string().contains(&format!("process {}", std::process::id())), "{error}");
        assert_eq!(first.load().unwrap().unwrap(), b"mine");
        drop(first);
        assert_eq!(open(&path).load().unwrap().unwrap(), b"mine");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_followed_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("session.json"), folder.path().join("link.json"));
        fs::write(&path, "old").unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let mut store = open(&link);
        assert!(FileStore::open(&path, Durability::Process).is_err());
        store.save(b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert!(link.is_symlink());
    }

    #[test]
    fn a_failed_save_leaves_the_earlier_session() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.json");
        let mut store = open(&path);
        store.save(b"good").unwrap();
        store.folder = folder.path().join("gone");
        let error = store.save(b"lost").unwrap_err();
        assert!(error.to_string().contains("session.json"), "{error}");
        assert_eq!(store.load().unwrap().unwrap(), b"good");
    }

    #[test]
    fn leftovers_of_a_killed_process_go() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.json");
        fs::write(folder.path().join(".session.json.AbC123.tmp"), "half").unwrap();
        fs::write(folder.path().join(".other.json.AbC123.tmp"), "not mine").unwrap();
        drop(open(&path));
        let mut names: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, [".other.json.AbC123.tmp", "session.json.lock"]);
    }

    #[test]
    fn what_cannot_be_a_session_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.json");
        File::create(&path).unwrap().set_len(MAX_SESSION + 5).unwrap();
        let error = open(&path).load().unwrap_err();
        assert!(matches!(error, StoreError::TooLarge { .. }), "{error}");
        let mut store = open(&path);
        store.save(b"good").unwrap();
        let most = usize::try_from(MAX_SESSION).unwrap();
        assert!(store.save(&vec![b' '; most + 1]).is_err());
        assert_eq!(store.load().unwrap().unwrap(), b"good");
        store.save(&vec![b' '; most]).unwrap();
        assert_eq!(store.load().unwrap().unwrap().len(), most);
        drop(store);
        let error = FileStore::open("/", Durability::Process).unwrap_err();
        assert!(error.to_string().contains("cannot open /"), "{error}");
    }
}
