//! Calls.

/// A call; only phones take it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Voip {
    /// Somebody calls (MsgType 50, or the server's words for it).
    Call,
    /// A call ended (52).
    Ended,
    /// Somebody is asked to join (53).
    Invited,
}

impl Voip {
    /// The server's words for a call that the web does not take.
    pub(super) const NOTICES: [&str; 3] =
        ["收到一条视频/语音聊天消息", "收到一条视频聊天消息", "收到一条语音聊天消息"];

    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Call => "[call: see the phone]",
            Self::Ended => "[the call ended]",
            Self::Invited => "[invitation to a call: see the phone]",
        }
    }
}
