//! What a session file holds, looked at without opening the session.

use std::path::Path;

use wx_blocking::FileStore;
use wx_proto::Session;

/// What is where a session should be.
#[derive(Debug)]
pub(crate) enum Stored {
    /// Nothing yet.
    Missing,
    /// Something that is no session, and why.
    Unreadable(String),
    /// A session, and the size of its file in bytes.
    Session(Box<Session>, u64),
}

impl Stored {
    /// Looks at the session file `path`.
    pub(crate) fn read(path: &Path) -> Self {
        let bytes = match FileStore::peek(path) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Self::Missing,
            Err(error) => return Self::Unreadable(error.to_string()),
        };
        match serde_json::from_slice(&bytes) {
            Ok(session) => Self::Session(session, u64::try_from(bytes.len()).unwrap_or(u64::MAX)),
            // The error's own words may quote what is in the file.
            Err(error) => Self::Unreadable(format!("line {}, column {}", error.line(), error.column())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_session_is_not_quoted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.json");
        assert!(matches!(Stored::read(&path), Stored::Missing));
        for text in ["", "{\"version\":\"1\",\"profile\":\"s3cret\"", "{\"version\":\"s3cret\"}", "[]"] {
            std::fs::write(&path, text).unwrap();
            let Stored::Unreadable(reason) = Stored::read(&path) else { panic!("{text}") };
            assert!(!reason.contains("s3cret"), "{reason}");
        }
    }
}
