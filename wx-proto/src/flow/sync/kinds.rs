//! The kinds of the sync's states, inputs and effects.

use super::{
    Effect, FailedRounds, Input, LOST_CHECKS, Open, State,
    failed_rounds::{LOST_CHECKS_TOLD, MOST_EMPTY},
    start,
    step::{ATTEMPTS_PER_STAGE, CONTINUES},
};
use crate::{
    Endpoint,
    flow::transitions::{CAUSE, Described, Label, kinds},
};

impl Described for State {
    const NAME: &str = "sync";
    fn starts() -> Vec<Self> {
        vec![start(false, OPEN).0]
    }

    fn is_possible(&self) -> bool {
        match self {
            // An unusable reply ends a run of fetches and is a failed; a run has dispelled the confirming_end.
            Self::Fetch { failed, continues, unusable, confirming_end } => {
                (*unusable == 0 || (failed.lost > 0 && *continues == 0))
                    && !(*confirming_end && *continues > 0)
            }
            Self::Reinit { unusable, skip, .. } => *skip == (*unusable >= ATTEMPTS_PER_STAGE * 2),
            Self::Check { .. } | Self::Renew { .. } | Self::Finished => true,
        }
    }

    fn may_come(&self, input: &Input) -> bool {
        match (self, input) {
            // A key that is taken is another position.
            (Self::Reinit { skip, .. }, Input::Initialised { moved }) => *moved || !skip,
            // Only the fetch counts them; elsewhere they are lost replies.
            (Self::Renew { .. } | Self::Reinit { .. }, Input::Unusable { .. }) => false,
            // The code itself holds this kind of call back.
            (Self::Check { .. }, Input::TooOften { open }) => !open.checks,
            (Self::Fetch { .. } | Self::Renew { .. }, Input::TooOften { open }) => !open.room,
            (
                Self::Check { .. }
                | Self::Fetch { .. }
                | Self::Renew { .. }
                | Self::Reinit { .. }
                | Self::Finished,
                _,
            ) => true,
        }
    }
}

/// Counts as a state may hold them.
const CALM: FailedRounds = FailedRounds { lost: 0, lost_checks: 0, empty_fetches: 0 };
const EMPTY: FailedRounds = FailedRounds { lost: 0, lost_checks: 0, empty_fetches: MOST_EMPTY };
const LOST: FailedRounds = FailedRounds { lost: 1, lost_checks: 0, empty_fetches: 0 };
const LOST_PROMISED: FailedRounds = FailedRounds { lost: 1, lost_checks: 0, empty_fetches: MOST_EMPTY };
const CHECK_LOST: FailedRounds = FailedRounds { lost: 1, lost_checks: 1, empty_fetches: 0 };
const NEXT_CHECK_COUNTS: FailedRounds =
    FailedRounds { lost: 2, lost_checks: LOST_CHECKS - 1, empty_fetches: 0 };
const CHECKS_LOST: FailedRounds = FailedRounds { lost: 3, lost_checks: LOST_CHECKS, empty_fetches: 0 };
const CHECKS_STILL_LOST: FailedRounds =
    FailedRounds { lost: 1, lost_checks: LOST_CHECKS_TOLD, empty_fetches: 0 };

const OPEN: Open = Open { room: true, checks: true };
const FULL: Open = Open { room: false, checks: true };
const NO_CHECKS: Open = Open { room: true, checks: false };
const SHUT: Open = Open { room: false, checks: false };

kinds!(State {
    Check {
        failed: failed in [CALM, EMPTY, LOST, LOST_PROMISED, CHECK_LOST, NEXT_CHECK_COUNTS, CHECKS_LOST, CHECKS_STILL_LOST],
        news: news in [false, true],
        confirming_end: confirming_end in [false, true],
    },
    Fetch {
        failed: failed in [CALM, EMPTY, LOST, LOST_PROMISED, CHECK_LOST, NEXT_CHECK_COUNTS, CHECKS_LOST, CHECKS_STILL_LOST],
        continues: continues in [0, CONTINUES - 1, CONTINUES],
        unusable: unusable in [0, 1, ATTEMPTS_PER_STAGE - 1, ATTEMPTS_PER_STAGE, ATTEMPTS_PER_STAGE * 2 - 2, ATTEMPTS_PER_STAGE * 2 - 1, ATTEMPTS_PER_STAGE * 2],
        confirming_end: confirming_end in [false, true],
    },
    Renew { news: news in [false, true], confirming_end: confirming_end in [false, true] },
    Reinit { lost: lost in [3], unusable: unusable in [ATTEMPTS_PER_STAGE, ATTEMPTS_PER_STAGE * 2], skip: skip in [false, true] },
    Finished {},
});

kinds!(Input {
    Quiet { renew: renew in [false, true], open: open in [OPEN, FULL, NO_CHECKS, SHUT] },
    News { renew: renew in [false, true], open: open in [OPEN, FULL, NO_CHECKS, SHUT] },
    Odd { cause: cause in [CAUSE], open: open in [OPEN, FULL, NO_CHECKS, SHUT] },
    Synced { progress: progress in [true, false], more: more in [false, true], open: open in [OPEN, FULL, NO_CHECKS, SHUT] },
    Renewed { open: open in [OPEN, FULL, NO_CHECKS, SHUT] },
    Unusable { cause: cause in [CAUSE], old: old in [false, true], init: init in [true, false] },
    Initialised { moved: moved in [false, true] },
    SessionOver { code: code in [1100, 1101, 1102, -14], endpoint: endpoint in [Endpoint::SyncCheck], age_secs: age in [0] },
    TooOften { open: open in [OPEN, FULL, NO_CHECKS, SHUT] },
    Lost { cause: cause in [CAUSE], open: open in [OPEN, FULL, NO_CHECKS, SHUT] },
    Room { polling: polling in [false, true], checks: checks in [true, false] },
});

impl Label for Effect {
    fn label(&self) -> String {
        match self {
            Self::Schedule(schedule) => schedule.label(),
            Self::Unschedule => "take the check back".to_owned(),
            Self::Abort => "give the check up".to_owned(),
            Self::ChecksLost => "tell: checks are lost".to_owned(),
            Self::End(reason) => reason.label(),
        }
    }
}
