//! What can be wrong with a file of the application's.

use std::{
    io,
    path::{Path, PathBuf},
};

/// Why a file could not be read or written.
///
/// ```
/// use std::{ops::ControlFlow, path::Path};
/// use wx_blocking::{FileError, describe_file};
///
/// match describe_file(Path::new("/no/such/file"), |_, _| ControlFlow::Continue(())) {
///     Err(FileError::Io { path, .. }) => assert_eq!(path, Path::new("/no/such/file")),
///     _ => unreachable!(),
/// }
/// ```
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// The system refused.
    #[error("cannot {action} {}: {reason}", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What kind of error it was.
        kind: io::ErrorKind,
        /// The system's words.
        reason: String,
    },
    /// A folder, a device, a pipe.
    #[error("{} is not a regular file", path.display())]
    NotAFile {
        /// What it is.
        path: PathBuf,
    },
    /// Its path is not Unicode, so that the session cannot name it.
    #[error("{} is not named in Unicode: rename it to send it", path.display())]
    NotUnicode {
        /// The path, as well as it can be shown.
        path: PathBuf,
    },
    /// Somebody wrote to it meanwhile.
    #[error("{} changed while it was read", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// It would not fit.
    #[error("no room for {} in its folder: {needed} bytes are needed, {free} are free", path.display())]
    NoSpace {
        /// What was to be written.
        path: PathBuf,
        /// Its length in bytes.
        needed: u64,
        /// What the folder has left, in bytes.
        free: u64,
    },
    /// It was told to stop.
    #[error("given up")]
    Cancelled,
}

impl FileError {
    pub(crate) fn io(action: &'static str, path: &Path, error: &io::Error) -> Self {
        let path = path.to_owned();
        Self::Io { action, path, kind: error.kind(), reason: error.to_string() }
    }
}
