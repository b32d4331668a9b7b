//! What a session file holds, looked at without opening the session.

use std::path::Path;

use wx_blocking::FileStore;
use wx_proto::Session;

use crate::texts::lang::say;

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
            Err(error) => return Self::Unreadable(say().store_error(&error)),
        };
        match serde_json::from_slice(&bytes) {
            Ok(session) => Self::Session(session, u64::try_from(bytes.len()).unwrap_or(u64::MAX)),
            // Well-formed, of another version or out of its bounds: there is no place to name.
            Err(error) if error.line() == 0 => Self::Unreadable(say().session_not_understood()),
            // The error's own words may quote what is in the file.
            Err(error) => Self::Unreadable(say().not_json_here(error.line(), error.column())),
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

    #[test]
    fn what_is_out_of_bounds_has_no_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.json");
        let send = r#"{"op":1,"to":"@a","message":{"text":"x"},"tries":0}"#;
        let session = format!(
            r#"{{"version":"1","profile":"web","login":null,"cookies":[],"logins":1,"run":1,"acked":[],
                "outbox":[{send},{send}],"last_wire_id":null,"gap_since":null}}"#
        );
        std::fs::write(&path, session).unwrap();
        let Stored::Unreadable(reason) = Stored::read(&path) else { panic!("two sends with one id") };
        assert_eq!(reason, say().session_not_understood());
    }
}
