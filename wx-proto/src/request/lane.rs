//! What runs side by side.

/// Requests of one lane run one after the other; lanes run side by side.
///
/// ```
/// use wx_proto::Lane;
///
/// let lanes = Lane::ALL.map(Lane::as_str);
/// assert!(lanes.contains(&"long_poll"));
/// ```
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[expect(clippy::exhaustive_enums, reason = "a driver has a worker for each lane")]
pub enum Lane {
    /// Short calls: uuid, login page, contacts, logout.
    Control,
    /// What the stream hangs on: webwxinit, the polls that the server holds, and the fetch that follows one.
    LongPoll,
    /// Messages, in the order of their chats.
    Send,
    /// Pictures and files.
    Transfer,
}

impl Lane {
    /// Every lane.
    pub const ALL: [Self; 4] = [Self::Control, Self::LongPoll, Self::Send, Self::Transfer];

    /// The lane's name in lower case, for logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Control => "control",
            Self::LongPoll => "long_poll",
            Self::Send => "send",
            Self::Transfer => "transfer",
        }
    }
}
