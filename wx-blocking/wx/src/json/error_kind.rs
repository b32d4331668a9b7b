//! Kinds of errors, as words for programs.

use wx_blocking::{FileError, SendError};
use wx_proto::{CommandError, FailureKind, OpError};

/// What went wrong with the account, the chat or the message: a stable word in `data.kind`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ErrorKind {
    NotOnline,
    UnknownChat,
    AmbiguousName,
    Refused,
    RateLimited,
    UnknownOutcome,
    TooLarge,
    Expired,
    Cancelled,
    SessionEnded,
    PeerChanged,
    UnknownBatch,
    UnknownMessage,
    OutboxFull,
    File,
}

impl ErrorKind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::NotOnline => "not_online",
            Self::UnknownChat => "unknown_chat",
            Self::AmbiguousName => "ambiguous_name",
            Self::Refused => "refused",
            Self::RateLimited => "rate_limited",
            Self::UnknownOutcome => "unknown_outcome",
            Self::TooLarge => "too_large",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::SessionEnded => "session_ended",
            Self::PeerChanged => "peer_changed",
            Self::UnknownBatch => "unknown_batch",
            Self::UnknownMessage => "unknown_message",
            Self::OutboxFull => "outbox_full",
            Self::File => "file",
        }
    }

    /// The kind of a command that was not accepted.
    pub(crate) const fn of_command(error: &CommandError) -> Self {
        match error {
            CommandError::UnknownBatch => Self::UnknownBatch,
            CommandError::OutboxFull { .. } | CommandError::TooManyDownloads { .. } => Self::OutboxFull,
            CommandError::TextTooLong { .. } | CommandError::FileTooLarge { .. } => Self::TooLarge,
            CommandError::EmptyFile | CommandError::NoSuchVariant => Self::File,
            CommandError::OnlyFileHelper => Self::UnknownChat,
            CommandError::OtherLogin => Self::PeerChanged,
            CommandError::EmptyText
            | CommandError::NotOnline
            | CommandError::NotStored
            | CommandError::AlreadyActive
            | CommandError::NothingToResume
            | CommandError::NoQrCode
            | _ => Self::NotOnline,
        }
    }

    /// The kind of a command that came to nothing.
    pub(crate) const fn of_send(error: &SendError) -> Self {
        match error {
            SendError::Command(error) => Self::of_command(error),
            SendError::Op(error) => Self::of(error),
            SendError::File(FileError::Cancelled) => Self::Cancelled,
            SendError::File(_) => Self::File,
            SendError::Stopped | _ => Self::UnknownOutcome,
        }
    }

    /// The kind of a failed operation.
    pub(crate) const fn of(error: &OpError) -> Self {
        match error {
            OpError::Refused { .. } => Self::Refused,
            OpError::RateLimited => Self::RateLimited,
            OpError::Cancelled => Self::Cancelled,
            OpError::Expired => Self::Expired,
            OpError::SessionEnded => Self::SessionEnded,
            OpError::PeerChanged => Self::PeerChanged,
            OpError::TooLarge { .. } => Self::TooLarge,
            OpError::UploadFailed
            | OpError::NoMedia
            | OpError::NotMedia
            | OpError::WrongLength { .. }
            | OpError::Failed(
                FailureKind::FileUnreadable | FailureKind::FileChanged | FailureKind::FileUnwritable,
            ) => Self::File,
            // Whatever else: nobody may conclude that nothing happened.
            OpError::Unknown | OpError::Failed(_) | OpError::BadReply | _ => Self::UnknownOutcome,
        }
    }
}
