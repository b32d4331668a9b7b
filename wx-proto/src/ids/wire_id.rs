//! The ids of sends on the wire.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The id a send carries on the wire as `ClientMsgId` and `LocalID`: always 17 digits, strictly increasing
/// within an account's stored session, so that the server can recognise a repeat.
///
/// ```
/// use wx_proto::{OutboxEntry, WireId};
///
/// fn on_the_wire(entry: &OutboxEntry) -> Option<String> {
///     entry.wire_id.map(|id: WireId| id.to_string())
/// }
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct WireId(u64);

impl WireId {
    const MIN: u64 = 10_000_000_000_000_000;
    const MAX: u64 = 99_999_999_999_999_999;
    /// Ids made from a clock stay below it: those of the year 2255.
    const LIMIT: u64 = 90_000_000_000_000_000;

    /// The id for a send at `millis` with four more digits, above `last` in any case.
    ///
    /// The official page glues the Unix milliseconds (13 digits) and a random number (4 digits). A clock that would use up
    /// the digits is not believed: the id follows the last one then.
    pub(crate) fn next(last: Option<Self>, millis: u64, digits: u64) -> Self {
        let wanted = millis.saturating_mul(10_000).saturating_add(digits % 10_000);
        let wanted = if wanted < Self::LIMIT { wanted.max(Self::MIN) } else { Self::MIN };
        let floor = last.map_or(Self::MIN, |last| last.0.saturating_add(1));
        Self(wanted.max(floor).min(Self::MAX))
    }

    /// The first 13 digits: Unix milliseconds, where the clock was right.
    pub(crate) const fn millis(self) -> u64 {
        self.0 / 10_000
    }

    /// The last four digits.
    pub(crate) fn digits(self) -> u16 {
        u16::try_from(self.0 % 10_000).unwrap_or(0)
    }

    /// True if so many ids follow that they never run out. Only a clock that was far ahead left another one.
    pub(crate) const fn leaves_room(self) -> bool {
        self.0 < Self::LIMIT + (Self::MAX - Self::LIMIT) / 2
    }
}

impl fmt::Display for WireId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:017}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_ids_have_17_digits_and_only_grow() {
        let first = WireId::next(None, 1_735_700_070_000, 416);
        assert_eq!(first.to_string(), "17357000700000416");
        let after_a_backward_clock = WireId::next(Some(first), 1_735_600_000_000, 9_999);
        assert_eq!(after_a_backward_clock.to_string(), "17357000700000417");
        for millis in [0, 1, 999_999_999_999, 10_000_000_000_000, u64::MAX] {
            let id = WireId::next(None, millis, 7);
            assert_eq!(id.to_string().len(), 17);
            assert!(WireId::next(Some(id), millis, 7) > id && id.leaves_room());
        }
    }
}
