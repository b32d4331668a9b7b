//! Calls.

use std::{borrow::Cow, time::Duration};

/// A call; only phones take it.
///
/// ```
/// use std::time::Duration;
/// use wx_proto::Voip;
///
/// let call = Voip::Talked(Duration::from_secs(3_723));
/// let Voip::Talked(time) = call else { panic!("made so above") };
/// assert_eq!(Voip::clock(time), "1:02:03");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Voip {
    /// Somebody calls (MsgType 50, or the server's words for it).
    Call,
    /// A call ended (52, or the server's words for it).
    Ended,
    /// Somebody is asked to join (53).
    Invited,
    /// A call was held, and took so long.
    Talked(Duration),
    /// Who called gave up.
    Cancelled,
    /// Who was called refused.
    Declined,
    /// Nobody answered.
    Missed,
    /// Who was called was in another call.
    Busy,
    /// Another device of the account took the call.
    Elsewhere,
}

impl Voip {
    pub(super) fn text(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Call => "[call: see the phone]",
            Self::Ended => "[the call ended]",
            Self::Invited => "[invitation to a call: see the phone]",
            Self::Talked(time) => return format!("[call of {}]", Self::clock(time)).into(),
            Self::Cancelled => "[call cancelled]",
            Self::Declined => "[call declined]",
            Self::Missed => "[missed call]",
            Self::Busy => "[call: the line was busy]",
            Self::Elsewhere => "[call: taken on another device]",
        })
    }

    /// Minutes and seconds, with hours if there are any: `0:19`, `1:02:03`.
    pub fn clock(time: Duration) -> String {
        let seconds = time.as_secs();
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        match hours {
            0 => format!("{minutes}:{seconds:02}"),
            hours => format!("{hours}:{minutes:02}:{seconds:02}"),
        }
    }
}
