//! Errors, by who can do something about them: [`CommandError`] is misuse by the caller, [`OpError`] the end of
//! one operation, [`Cause`] passing trouble that the core handles, [`EndReason`] the end of the session.

mod end_reason;

pub use self::end_reason::EndReason;
use crate::{BatchId, Endpoint, FailureKind};

/// A command that was not accepted; nothing changed.
///
/// ```
/// use std::hash::{BuildHasher, RandomState};
/// use wx_proto::{Client, CommandError, Config, LoginMethod, Timestamp};
///
/// // Not a constant: equal seeds give equal device ids.
/// let seed = RandomState::new().hash_one(std::process::id());
/// let mut client = Client::new(Config::default(), seed, Timestamp::from_secs(1_735_700_000));
/// assert_eq!(client.login(LoginMethod::Resume), Err(CommandError::NothingToResume));
/// ```
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CommandError {
    /// A login is under way or stands already.
    #[error("a login is under way or stands already: log out first")]
    AlreadyActive,
    /// There is no stored login to resume.
    #[error("there is no stored login to resume: log in with a QR code")]
    NothingToResume,
    /// Needs a session.
    #[error("not logged in: log in first")]
    NotOnline,
    /// The run's number is not stored yet, so an id given out now could come again after a crash. It passes with the
    /// first answered checkpoint.
    #[error("the session could not be stored yet: see to its store, then try again")]
    NotStored,
    /// This batch was never handed out, or is acknowledged already by a run before this one.
    #[error("there is no such batch to acknowledge")]
    UnknownBatch,
    /// The outbox holds as many sends as `Config` allows.
    #[error("the outbox is full ({limit} sends): wait for some to be settled, and forget them")]
    OutboxFull {
        /// `Config::outbox`.
        limit: usize,
    },
    /// A text without a character.
    #[error("the text is empty")]
    EmptyText,
    /// A text longer than `Config` allows.
    #[error("the text has {length} characters, {limit} are allowed: split it")]
    TextTooLong {
        /// Its length in characters.
        length: usize,
        /// `Config::max_text`.
        limit: usize,
    },
    /// A file without a byte. The official page refuses it too.
    #[error("the file is empty")]
    EmptyFile,
    /// A file longer than `Config` allows for its kind.
    #[error("the file has {len} bytes, {limit} are allowed")]
    FileTooLarge {
        /// Its length in bytes.
        len: u64,
        /// The limit for its kind, one of those in `Config`.
        limit: u64,
    },
    /// The media belong to another login; the server knows them under names that are gone.
    #[error("it belongs to an earlier login: look at the phone")]
    OtherLogin,
    /// These media have no smaller picture.
    #[error("there is no thumbnail of it")]
    NoSuchVariant,
    /// More downloads are under way than a client keeps.
    #[error("{limit} downloads are under way: wait for some of them")]
    TooManyDownloads {
        /// How many may be.
        limit: usize,
    },
    /// In this flavour messages go to [`UserName::FILE_HELPER`](crate::UserName::FILE_HELPER) alone.
    #[error("this profile writes to filehelper alone: only the web profile has other chats")]
    OnlyFileHelper,
    /// There is no QR code at present.
    #[error("there is no QR code at present")]
    NoQrCode,
}

/// How one operation failed.
///
/// ```
/// use wx_proto::OpError;
///
/// fn may_have_arrived(error: &OpError) -> bool {
///     *error == OpError::Unknown
/// }
/// assert!(!may_have_arrived(&OpError::Expired));
/// ```
#[derive(Clone, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OpError {
    /// The server said no.
    #[error("the server refused it (Ret {ret}{}{message})", if message.is_empty() { "" } else { ": " })]
    Refused {
        /// The server's code.
        ret: i64,
        /// The server's own words, often empty.
        message: String,
    },
    /// The server wants fewer requests of this kind; wait before trying again.
    #[error("the server says too often (Ret 1205): wait some minutes before the next")]
    RateLimited,
    /// It may or may not have been done: no clear answer came, and no more tries are allowed.
    #[error("no clear answer came: it may or may not have been done")]
    Unknown,
    /// It was cancelled before it left.
    #[error("cancelled before it left")]
    Cancelled,
    /// It was still waiting when its time passed.
    #[error("its time passed before it could leave")]
    Expired,
    /// The session ended first.
    #[error("the session ended before it could leave")]
    SessionEnded,
    /// The chat's name belonged to an earlier login.
    #[error("the chat belonged to an earlier login: look it up again")]
    PeerChanged,
    /// The request failed and is not repeated.
    #[error("{0}")]
    Failed(FailureKind),
    /// The reply could not be used.
    #[error("the reply could not be used")]
    BadReply,
    /// The server did not take a file, nor once more from its start.
    #[error("the server did not take the file, nor once more from its start: try again later")]
    UploadFailed,
    /// Instead of a file or a picture nothing came.
    #[error(
        "the server has nothing there: it may not be ready yet, or is kept no longer; try again later, or look at the phone"
    )]
    NoMedia,
    /// Instead of a file or a picture a page or a text came.
    #[error("the server sent a page in place of it: it may be kept no longer; look at the phone")]
    NotMedia,
    /// A file that is not as long as its message says.
    #[error("{received} bytes came in place of {announced}: try again")]
    WrongLength {
        /// What the message says.
        announced: u64,
        /// What came.
        received: u64,
    },
    /// A file or a picture that is longer than `Config` allows.
    #[error("it is longer than the {limit} bytes that are allowed")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
}

/// Why something is tried again. Never carries a body.
///
/// ```
/// use wx_proto::{Cause, Endpoint, FailureKind};
///
/// let cause = Cause::Network { endpoint: Endpoint::SyncCheck, kind: FailureKind::Timeout };
/// assert!(cause.to_string().starts_with("synccheck: "));
/// ```
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Cause {
    /// The exchange failed.
    #[error("{endpoint}: {kind}")]
    Network {
        /// The endpoint that was asked.
        endpoint: Endpoint,
        /// What went wrong.
        kind: FailureKind,
    },
    /// A reply came, but not one the core can use.
    #[error("{endpoint}: {error}")]
    Reply {
        /// The endpoint that was asked.
        endpoint: Endpoint,
        /// What is wrong with it.
        error: ReplyError,
    },
    /// The session could not be stored.
    #[error("the session could not be stored")]
    Store,
    /// A batch waits for its acknowledgement; nothing is fetched before.
    #[error("batch {batch} waits for its acknowledgement")]
    AckOverdue {
        /// The oldest open batch.
        batch: BatchId,
    },
    /// synccheck has no usable reply again and again, while webwxsync works: messages come, but later than usual.
    #[error("synccheck does not answer; messages are fetched without it, and come later")]
    ChecksLost,
}

/// Why a reply cannot be used.
///
/// ```
/// use wx_proto::ReplyError;
///
/// let error = ReplyError::Ret { ret: 1205, message: String::new() };
/// assert_eq!(error.to_string(), "Ret 1205");
/// ```
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplyError {
    /// A status that this endpoint does not answer with.
    #[error("unexpected HTTP status {0}")]
    Status(u16),
    /// A body without a byte.
    #[error("the reply is empty")]
    Empty,
    /// A web page where data was expected: a portal, a proxy or a block page.
    #[error("the reply is a web page, not data: a portal or proxy may be in the way")]
    Html,
    /// Not the script, XML or JSON expected.
    #[error("the reply cannot be read as {what} (line {line}, column {column})")]
    Syntax {
        /// `JSON`, `XML` or `script`.
        what: &'static str,
        /// Line, from 1; 0 if not known.
        line: usize,
        /// Column, from 1; 0 if not known.
        column: usize,
    },
    /// A member that cannot be done without.
    #[error("the reply has no usable {0}")]
    Missing(&'static str),
    /// A list with more items than a client takes.
    #[error("the reply's {list} has more than {most} items")]
    TooMany {
        /// The list's name.
        list: &'static str,
        /// How many are taken.
        most: usize,
    },
    /// The server's own error code.
    #[error("Ret {ret}{}{message}", if message.is_empty() { "" } else { ": " })]
    Ret {
        /// `BaseResponse.Ret`.
        ret: i64,
        /// `BaseResponse.ErrMsg`, often empty; control characters removed.
        message: String,
    },
}
