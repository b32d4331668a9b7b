//! How far a file has come.

use crate::OpId;

/// How far an upload or a download has come. The last one says that all of it passed; the end itself is
/// [`Event::Done`](crate::Event::Done).
///
/// ```
/// use wx_proto::{Event, Progress};
///
/// fn percent(event: &Event) -> Option<u64> {
///     let Event::Transfer(Progress { done, total, .. }) = event else { return None };
///     done.saturating_mul(100).checked_div((*total)?)
/// }
/// # assert_eq!(percent(&Event::Online), None);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// The command.
    pub op: OpId,
    /// Which way the file goes.
    pub direction: TransferDirection,
    /// Bytes that passed. It may fall back when a part goes once more.
    pub done: u64,
    /// All of them, where that is known.
    pub total: Option<u64>,
}

/// Which way a file goes.
///
/// ```
/// use wx_proto::TransferDirection;
///
/// assert_eq!(TransferDirection::Up.as_str(), "up");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third way")]
pub enum TransferDirection {
    /// To the server.
    Up,
    /// From the server.
    Down,
}

impl TransferDirection {
    /// A stable word for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}
