//! Files on their way: what a driver would tell the core of them about every second.

use std::{collections::BTreeMap, time::Duration};

use wx_proto::{RequestId, Timestamp};

#[derive(Clone, Debug, Default)]
pub(super) struct Passing(BTreeMap<RequestId, Stretch>);

#[derive(Clone, Copy, Debug)]
struct Stretch {
    bytes: u64,
    rate: u64,
    start: Timestamp,
    /// When it is told next.
    next: Timestamp,
    end: Timestamp,
}

impl Passing {
    /// Bytes begin to pass; gives when the last one is through.
    pub(super) fn begin(&mut self, id: RequestId, start: Timestamp, bytes: u64, rate: u64) -> Timestamp {
        let millis = u128::from(bytes) * 1_000 / u128::from(rate.max(1));
        let end = start + Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX));
        self.0.insert(id, Stretch { bytes, rate, start, next: start + EVERY, end });
        end
    }

    pub(super) fn end(&mut self, id: RequestId) {
        self.0.remove(&id);
    }

    /// How far one has come that is to be told of by now.
    pub(super) fn due(&mut self, now: Timestamp) -> Option<(RequestId, u64)> {
        let due = |stretch: &Stretch| stretch.next <= now && stretch.next < stretch.end;
        let (id, stretch) = self.0.iter_mut().find(|(_, stretch)| due(stretch))?;
        let passed = u128::from(stretch.rate) * now.saturating_since(stretch.start).as_millis() / 1_000;
        while stretch.next <= now {
            stretch.next = stretch.next + EVERY;
        }
        Some((*id, u64::try_from(passed).unwrap_or(u64::MAX).min(stretch.bytes)))
    }

    pub(super) fn next_at(&self) -> Option<Timestamp> {
        let coming = self.0.values().filter(|stretch| stretch.next < stretch.end);
        coming.map(|stretch| stretch.next).min()
    }
}

const EVERY: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn told_every_second_until_it_is_through() {
        let (id, start) = (RequestId::new(1), Timestamp::from_secs(100));
        let mut passing = Passing::default();
        let end = passing.begin(id, start, 2_500, 1_000);
        assert_eq!(end, start + Duration::from_millis(2_500));
        assert_eq!(passing.due(start), None);
        assert_eq!(passing.next_at(), Some(start + EVERY));
        assert_eq!(passing.due(start + EVERY), Some((id, 1_000)));
        assert_eq!(passing.due(start + EVERY), None);
        assert_eq!(passing.due(start + EVERY * 2), Some((id, 2_000)));
        assert_eq!((passing.due(end), passing.next_at()), (None, None));
    }
}
