//! What a session file holds, looked at without opening the session: nothing is written, and no secret is read.

use std::{
    fs::{self, File, TryLockError},
    io::Read,
    path::{Path, PathBuf},
};

use serde::{Deserialize, de::IgnoredAny};
use wx_blocking::FileStore;
use wx_proto::{Session, SessionEnd, Timestamp};

/// What is where a session should be.
#[derive(Debug)]
pub(crate) enum Stored {
    /// Nothing yet.
    Missing,
    /// Something that is no session, and why.
    Unreadable(String),
    Session(Facts),
}

/// What can be told about a session.
#[derive(Debug)]
pub(crate) struct Facts {
    /// Of the file, in bytes.
    pub(crate) size: usize,
    pub(crate) profile: String,
    pub(crate) login: Option<Login>,
    /// How the last session ended, if there is none now.
    pub(crate) ended: Option<SessionEnd>,
    /// Sends whose outcome is not known yet.
    pub(crate) open_sends: usize,
    /// Of those, how many may have left.
    pub(crate) may_have_left: usize,
}

/// A stored login.
#[derive(Debug)]
pub(crate) struct Login {
    /// Empty if the account was never online.
    pub(crate) nick_name: String,
    pub(crate) since: Timestamp,
    /// Everything the server queued before this time is acknowledged.
    pub(crate) position: Option<Timestamp>,
}

/// Whether a program has the session open.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Lock {
    Free,
    /// With the process id, if it said so.
    Held(Option<u32>),
}

/// Looks at the session file `path`.
pub(crate) fn read(path: &Path) -> Stored {
    let bytes = match FileStore::peek(path) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Stored::Missing,
        Err(error) => return Stored::Unreadable(error.to_string()),
    };
    let parsed = serde_json::from_slice::<Session>(&bytes)
        .and_then(|session| Ok((session, serde_json::from_slice::<Saved>(&bytes)?)));
    match parsed {
        Ok((session, saved)) => Stored::Session(Facts::new(bytes.len(), &session, saved)),
        // The error's own words may quote what is in the file.
        Err(error) => Stored::Unreadable(format!("line {}, column {}", error.line(), error.column())),
    }
}

/// Whether a program has the session `path` open. The lock is tried for a moment: a program that starts in that
/// moment would find it held.
pub(crate) fn lock(path: &Path) -> Lock {
    let mut side = resolved(path).into_os_string();
    side.push(".lock");
    // Anything else is no lock, and a pipe would be waited for.
    if !fs::symlink_metadata(&side).is_ok_and(|metadata| metadata.is_file()) {
        return Lock::Free;
    }
    let Ok(mut file) = File::open(side) else { return Lock::Free };
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            let read = file.by_ref().take(16).read_to_string(&mut text);
            Lock::Held(read.ok().and_then(|_| text.trim().parse().ok()))
        }
        Ok(()) | Err(TryLockError::Error(_)) => Lock::Free,
    }
}

/// The file that `path` stands for, links followed.
pub(crate) fn resolved(path: &Path) -> PathBuf {
    fs::canonicalize(path).or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
}

impl Facts {
    fn new(size: usize, session: &Session, saved: Saved) -> Self {
        let open = || saved.outbox.iter().filter(|send| send.outcome.is_none());
        let nick_name = session.me().map(|me| me.nick_name.clone()).unwrap_or_default();
        let login = saved.login.map(|login| Login {
            nick_name,
            since: login.since,
            position: login.position.map(|position| position.since),
        });
        Self {
            size,
            profile: session.profile().to_owned(),
            login,
            ended: session.ended(),
            open_sends: open().count(),
            may_have_left: open().filter(|send| send.tries > 0).count(),
        }
    }
}

/// The members of the stored format that hold no secret.
#[derive(Deserialize)]
struct Saved {
    login: Option<SavedLogin>,
    outbox: Vec<SavedSend>,
}

#[derive(Deserialize)]
struct SavedLogin {
    since: Timestamp,
    position: Option<SavedPosition>,
}

#[derive(Deserialize)]
struct SavedPosition {
    since: Timestamp,
}

#[derive(Deserialize)]
struct SavedSend {
    tries: u64,
    outcome: Option<IgnoredAny>,
}

#[cfg(test)]
mod tests {
    use wx_blocking::{Durability, FileStore};

    use super::*;

    #[test]
    fn a_lock_is_seen_and_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.json");
        assert_eq!(lock(&path), Lock::Free);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "looking leaves nothing");
        let store = FileStore::open(&path, Durability::Process).unwrap();
        assert_eq!(lock(&path), Lock::Held(Some(std::process::id())));
        drop(store);
        assert_eq!(lock(&path), Lock::Free);
        FileStore::open(&path, Durability::Process).unwrap();
    }

    #[test]
    fn what_is_no_session_is_not_quoted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.json");
        assert!(matches!(read(&path), Stored::Missing));
        for text in ["", "{\"version\":\"1\",\"profile\":\"s3cret\"", "{\"version\":\"s3cret\"}", "[]"] {
            fs::write(&path, text).unwrap();
            let Stored::Unreadable(reason) = read(&path) else { panic!("{text}") };
            assert!(!reason.contains("s3cret"), "{reason}");
        }
    }
}
