//! The kinds of the sync's states, inputs and effects.

use super::{CONTINUES, DEAF, Effect, Input, KNOWN_DEAF, LADDER, MOST_EMPTY, Open, State, Strain, start};
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
            // An unusable reply ends a run of fetches and is a strain; a run has dispelled the doubt.
            Self::Fetch { strain, continues, unusable, doubt } => {
                (*unusable == 0 || (strain.lost > 0 && *continues == 0)) && !(*doubt && *continues > 0)
            }
            Self::Reinit { unusable, skip, .. } => *skip == (*unusable >= LADDER * 2),
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
const CALM: Strain = Strain { lost: 0, deaf: 0, empty: 0 };
const EMPTY: Strain = Strain { lost: 0, deaf: 0, empty: MOST_EMPTY };
const LOST: Strain = Strain { lost: 1, deaf: 0, empty: 0 };
const LOST_PROMISED: Strain = Strain { lost: 1, deaf: 0, empty: MOST_EMPTY };
const CHECK_LOST: Strain = Strain { lost: 1, deaf: 1, empty: 0 };
const NEARLY_DEAF: Strain = Strain { lost: 2, deaf: DEAF - 1, empty: 0 };
const NOW_DEAF: Strain = Strain { lost: 3, deaf: DEAF, empty: 0 };
const STILL_DEAF: Strain = Strain { lost: 1, deaf: KNOWN_DEAF, empty: 0 };

const OPEN: Open = Open { room: true, checks: true };
const FULL: Open = Open { room: false, checks: true };
const NO_CHECKS: Open = Open { room: true, checks: false };
const SHUT: Open = Open { room: false, checks: false };

kinds!(State {
    Check {
        strain: strain in [CALM, EMPTY, LOST, LOST_PROMISED, CHECK_LOST, NEARLY_DEAF, NOW_DEAF, STILL_DEAF],
        news: news in [false, true],
        doubt: doubt in [false, true],
    },
    Fetch {
        strain: strain in [CALM, EMPTY, LOST, LOST_PROMISED, CHECK_LOST, NEARLY_DEAF, NOW_DEAF, STILL_DEAF],
        continues: continues in [0, CONTINUES - 1, CONTINUES],
        unusable: unusable in [0, 1, LADDER - 1, LADDER, LADDER * 2 - 2, LADDER * 2 - 1, LADDER * 2],
        doubt: doubt in [false, true],
    },
    Renew { news: news in [false, true], doubt: doubt in [false, true] },
    Reinit { lost: lost in [3], unusable: unusable in [LADDER, LADDER * 2], skip: skip in [false, true] },
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
            Self::Ask(ask) => ask.label(),
            Self::Unask => "take the check back".to_owned(),
            Self::Abort => "give the check up".to_owned(),
            Self::ChecksLost => "tell: checks are lost".to_owned(),
            Self::End(reason) => reason.label(),
        }
    }
}
