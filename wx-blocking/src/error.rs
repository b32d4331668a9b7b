//! What can go wrong at the client's front.

use std::io;

use wx_proto::{CommandError, OpError};

use crate::{FileError, NetError, StoreError};

/// Why a client could not be built. Nothing was sent, and nothing was written.
///
/// ```no_run
/// use wx_blocking::{BuildError, Client, Durability, FileStore};
///
/// let store = FileStore::open("session.json", Durability::Process)?;
/// match Client::builder().store(store).build() {
///     Ok(client) => println!("a login is stored: {}", client.has_login()),
///     Err(BuildError::Session { place, .. }) => println!("move {place} away, and log in anew"),
///     Err(error) => println!("{error}"),
/// }
/// # Ok::<(), wx_blocking::StoreError>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The way to the network.
    #[error(transparent)]
    Net(#[from] NetError),
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is stored is not a session of a known format.
    #[error(
        "{place} holds no session that this version can read ({what} at line {line}, column {column}); it was \
         left as it is: {}move it away to log in anew, or use the version that wrote it",
        put_back(previous.as_deref())
    )]
    Session {
        /// The store, as it names itself.
        place: String,
        /// What is wrong, without anything of the content: that is secret.
        what: &'static str,
        /// Where an earlier session is, if the store keeps one.
        previous: Option<String>,
        /// Line, from 1; 0 if not known.
        line: usize,
        /// Column, from 1; 0 if not known.
        column: usize,
    },
    /// The stored login is not one of this profile, or is at a host that the profile does not list. Going on would
    /// lose it.
    #[error(
        "{place} holds a login of the profile {stored}, which the profile {wanted} cannot go on with; it was left \
         as it is: use another session for this profile"
    )]
    OtherProfile {
        /// The store, as it names itself.
        place: String,
        /// The stored profile's name.
        stored: String,
        /// This client's.
        wanted: String,
    },
    /// The system gave no thread.
    #[error("no thread for the client's loop: {0}")]
    Thread(#[source] io::Error),
}

impl BuildError {
    pub(crate) fn session(place: String, previous: Option<String>, error: &serde_json::Error) -> Self {
        let what = match error.classify() {
            serde_json::error::Category::Io | serde_json::error::Category::Syntax => "not JSON",
            serde_json::error::Category::Data => "unexpected data",
            serde_json::error::Category::Eof => "it breaks off",
        };
        Self::Session { place, what, previous, line: error.line(), column: error.column() }
    }
}

fn put_back(previous: Option<&str>) -> String {
    previous.map_or_else(String::new, |previous| {
        format!(
            "put {previous} in its place to go on from an earlier state (what was sent since may be sent again), or "
        )
    })
}

/// Why a command that waits for its outcome has none.
///
/// ```no_run
/// use wx_blocking::{Handle, OpError, SendError, UserName};
///
/// fn report(handle: &Handle, to: &UserName) {
///     match handle.send_text(to, "hello") {
///         Ok(sent) => println!("stored by the server as {:?}", sent.msg_id),
///         Err(SendError::Op(OpError::Unknown)) => println!("look at the phone: it may have been sent"),
///         Err(error) => println!("not sent: {error}"),
///     }
/// }
/// ```
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// It was not accepted; nothing changed.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// It was accepted, and this is how it failed.
    #[error(transparent)]
    Op(#[from] OpError),
    /// A file of this side could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The client stopped before the outcome was known. A send that is not over goes on when its session is
    /// resumed.
    #[error("the client stopped before the outcome was known")]
    Stopped,
}

/// Why [`Client::next_event`](crate::Client::next_event) has no event.
///
/// ```no_run
/// use std::time::Duration;
/// use wx_blocking::{Client, RecvTimeout};
///
/// fn serve(client: &mut Client) {
///     loop {
///         match client.next_event(Duration::from_secs(1)) {
///             Ok(event) => println!("{event:?}"),
///             Err(RecvTimeout::Timeout) => println!("time for something else"),
///             Err(_) => return,
///         }
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RecvTimeout {
    /// None came in time.
    #[error("no event came in time")]
    Timeout,
    /// None comes any more: the client was [interrupted](crate::Handle::interrupt), or its loop ended.
    #[error("no more events come")]
    Stopped,
}
