//! What went wrong in a row, and what ends each count.

/// Lost checks in a row after which a fetch goes out by itself.
pub(crate) const LOST_CHECKS: u32 = 3;
/// The same, once the application knows: webwxsync worked meanwhile.
pub(super) const LOST_CHECKS_TOLD: u32 = LOST_CHECKS + 1;
/// Rounds of news that were none after which the pause grows no more, so that real news never wait longer than 16 s.
pub(super) const MOST_EMPTY: u32 = 5;

/// What went wrong in a row. Each count slows down what it counts, and nothing else.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct FailedRounds {
    /// Requests without a usable reply: the next one waits for a backoff.
    pub(crate) lost: u32,
    /// Checks without a usable reply, up to [`LOST_CHECKS`], or [`LOST_CHECKS_TOLD`]; only a good check ends the count.
    pub(crate) lost_checks: u32,
    /// News that brought nothing, or nothing yet.
    pub(crate) empty_fetches: u32,
}

impl FailedRounds {
    /// After a check that was answered.
    pub(super) const fn check_answered(self) -> Self {
        Self { lost: 0, lost_checks: 0, ..self }
    }

    /// After a check that told of news.
    pub(super) const fn news_promised(self) -> Self {
        let empty_fetches =
            if self.empty_fetches < MOST_EMPTY { self.empty_fetches + 1 } else { self.empty_fetches };
        Self { lost: 0, lost_checks: 0, empty_fetches }
    }

    /// After a webwxsync that did what it should.
    pub(super) const fn fetched(self) -> Self {
        let lost_checks = if self.lost_checks >= LOST_CHECKS { LOST_CHECKS_TOLD } else { self.lost_checks };
        Self { lost: 0, lost_checks, empty_fetches: 0 }
    }

    /// After a request that was lost, other than a check.
    pub(super) const fn request_lost(self) -> Self {
        Self { lost: self.lost.saturating_add(1), ..self }
    }

    /// After a check that was lost.
    pub(super) const fn check_lost(self) -> Self {
        let lost_checks =
            if self.lost_checks < LOST_CHECKS { self.lost_checks + 1 } else { self.lost_checks };
        Self { lost: self.lost.saturating_add(1), lost_checks, empty_fetches: 0 }
    }
}
