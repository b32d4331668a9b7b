//! Answers of `synccheck` that do not fit the queue.

use serde::{Deserialize, Serialize};
use wx_proto::Timestamp;

/// What is said that is not so, and until when.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
pub(super) struct Lies {
    /// This selector, whether there is something or not.
    news: Option<(u32, Timestamp)>,
    /// Nothing, whatever there is.
    none_until: Option<Timestamp>,
}

impl Lies {
    pub(super) const fn say_news(&mut self, selector: u32, until: Timestamp) {
        self.news = Some((selector, until));
    }

    pub(super) const fn say_none(&mut self, until: Timestamp) {
        self.none_until = Some(until);
    }

    /// True while news are not told of.
    pub(super) fn hides(self, now: Timestamp) -> bool {
        self.none_until.is_some_and(|until| now < until)
    }

    /// What is said now, with this in the queue.
    pub(super) fn selector(self, now: Timestamp, queued: impl FnOnce() -> Option<u32>) -> Option<u32> {
        if self.hides(now) {
            return None;
        }
        let said = self.news.filter(|(_, until)| now < *until).map(|(selector, _)| selector);
        said.or_else(queued)
    }

    /// When something else is said next.
    pub(super) fn next_change(self, now: Timestamp) -> Option<Timestamp> {
        self.none_until.filter(|until| now < *until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_are_hidden_and_made_up_for_a_while() {
        let at = Timestamp::from_secs;
        let mut lies = Lies::default();
        assert_eq!(lies.selector(at(1), || Some(2)), Some(2));
        lies.say_news(7, at(10));
        assert_eq!([9, 10].map(|now| lies.selector(at(now), || None)), [Some(7), None]);
        lies.say_none(at(5));
        assert_eq!([4, 5].map(|now| lies.selector(at(now), || Some(2))), [None, Some(7)]);
        assert_eq!([4, 5].map(|now| lies.next_change(at(now))), [Some(at(5)), None]);
    }
}
