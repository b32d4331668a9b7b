//! What can be wrong with a scenario folder.

use std::fmt;
use std::io;

/// A scenario that could not be read: which file, which line, what is wrong.
///
/// ```
/// use wx_testkit::transcript::Scenario;
///
/// let error = Scenario::load("web", "there-is-none").unwrap_err();
/// println!("{error}");
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub struct ReadError {
    /// The file or folder, as it was given to the reader.
    pub file: String,
    /// The line of a message head, from 1; `None` when the whole file is meant.
    pub line: Option<usize>,
    /// What is wrong there.
    #[source]
    pub problem: Problem,
}

impl ReadError {
    pub(super) fn in_file(file: &str, problem: Problem) -> Self {
        Self { file: file.to_owned(), line: None, problem }
    }

    pub(super) fn at(file: &str, line: usize, problem: Problem) -> Self {
        Self { file: file.to_owned(), line: Some(line), problem }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.problem)
    }
}

/// One broken rule of the format.
///
/// ```
/// use std::collections::BTreeMap;
/// use wx_testkit::transcript::{Problem, Scenario};
///
/// let files = BTreeMap::from([("scenario.md".to_owned(), bytes::Bytes::from("A note alone.\n"))]);
/// let error = Scenario::from_files("new", &files).unwrap_err();
/// assert!(matches!(error.problem, Problem::Empty));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The file or folder could not be read from disk.
    #[error("cannot be read")]
    Unreadable(#[source] io::Error),
    /// The folder has no `scenario.md`.
    #[error("no scenario.md")]
    NoNote,
    /// The folder has no exchange.
    #[error("no exchange")]
    Empty,
    /// The name is neither `scenario.md` nor `NN-<endpoint>.req.http` or `.res.http`.
    #[error("not a name of the format: NN-<endpoint>.req.http, NN-<endpoint>.res.http or scenario.md")]
    FileName,
    /// Two exchanges have one number.
    #[error("number {0:02} is taken by another exchange")]
    NumberTaken(u32),
    /// Numbers must run from 01 without a gap.
    #[error("exchange {expected:02} should come here")]
    NumberGap {
        /// The number that is missing.
        expected: u32,
    },
    /// A request without its reply, or a reply without its request.
    #[error("{missing} is missing")]
    NoPartner {
        /// The file that should be there.
        missing: String,
    },
    /// The file ends before the empty line that ends the head.
    #[error("the head does not end")]
    HeadNotEnded,
    /// A head line that does not end in CRLF.
    #[error("the line does not end in CRLF")]
    LineEnd,
    /// Not `METHOD URL HTTP/1.1`.
    #[error("not a request line: METHOD URL HTTP/1.1")]
    RequestLine,
    /// The URL has no scheme or no host.
    #[error("the URL is not absolute")]
    RelativeUrl,
    /// Not `HTTP/1.1 STATUS REASON`.
    #[error("not a status line: HTTP/1.1 STATUS REASON")]
    StatusLine,
    /// Not `Name: value`, or characters that no header may have.
    #[error("not a header line: Name: value")]
    HeaderLine,
    /// A header that describes a form of the body other than the one in the file.
    #[error("the body must be stored as it is, without {0}")]
    Encoded(&'static str),
    /// A length that is no number, or given twice.
    #[error("not a single Content-Length in bytes")]
    LengthForm,
    /// A length that is not the body's.
    #[error("Content-Length says {header}, the body has {body} bytes")]
    Length {
        /// What the head says.
        header: usize,
        /// What the file holds.
        body: usize,
    },
    /// A request with a body but no length.
    #[error("a request with a body must have a Content-Length")]
    NoLength,
    /// A `Host` that is missing, repeated or not the URL's.
    #[error("Host must be {0}, once")]
    Host(String),
    /// A file that is left out, by a stretch that cannot be or of a body that is neither a form nor empty.
    #[error("not a stretch of a file: Fixture-File: bytes FIRST-LAST/LENGTH, in a form or an empty body")]
    LeftOut,
    /// A file name that names another endpoint than the URL does.
    #[error("the URL asks for {url}, the file name says {name}")]
    Endpoint {
        /// The endpoint of the URL.
        url: String,
        /// The endpoint in the file name.
        name: String,
    },
}
