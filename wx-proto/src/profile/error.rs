//! What may be wrong with a profile in a file.

/// Why a text is no profile.
///
/// ```
/// use wx_proto::{Profile, ProfileError};
///
/// let error = Profile::from_toml("flavour = 'web'\nappids = 'x'\n").unwrap_err();
/// assert_eq!(error, ProfileError::UnknownKey { line: 2, key: "appids".into() });
/// let error = Profile::from_toml("flavour = 'web'\n[[hosts]]\npage = 'WX.example/'\n").unwrap_err();
/// assert_eq!(error, ProfileError::Host { line: 3, host: "WX.example/".into() });
/// ```
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// A key that there is not.
    #[error("line {line}: there is no key {key:?}")]
    UnknownKey {
        /// The line, from 1.
        line: usize,
        /// As it is written.
        key: String,
    },
    /// Not TOML, a value of the wrong type, or one that is missing.
    #[error("line {line}: {message}")]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// The reader's words.
        message: String,
    },
    /// A flavour that there is not.
    #[error("line {line}: there is no flavour {flavour:?}: it is \"web\" or \"file-helper\"")]
    Flavour {
        /// The line, from 1.
        line: usize,
        /// As it is written.
        flavour: String,
    },
    /// Not a plain lower-case host name.
    #[error(
        "line {line}: {host:?} is not a host name: lower-case letters, digits, dots and hyphens, no port"
    )]
    Host {
        /// The line, from 1.
        line: usize,
        /// As it is written.
        host: String,
    },
    /// An endpoint that there is not.
    #[error("line {line}: there is no endpoint {endpoint:?}")]
    Endpoint {
        /// The line, from 1.
        line: usize,
        /// As it is written.
        endpoint: String,
    },
    /// A header that HTTP does not allow, or that is not the profile's to set.
    #[error("line {line}: the header {name:?} cannot be set")]
    Header {
        /// The line, from 1.
        line: usize,
        /// Its name, as it is written.
        name: String,
    },
    /// A value that cannot be empty is, or has characters that HTTP does not allow.
    #[error("line {line}: this value cannot be used")]
    Value {
        /// The line, from 1.
        line: usize,
    },
}
