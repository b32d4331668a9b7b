//! The kinds of the sync's states, inputs and effects.

use super::{CONTINUES, Effect, Input, LADDER, State, start, step};
use crate::{
    endpoint::Endpoint,
    flow::transitions::{CAUSE, Flow, Label, kinds},
};

impl Flow for State {
    const NAME: &str = "sync";
    type Input = Input;
    type Effect = Effect;

    fn apply(self, input: Input) -> (Self, Vec<Effect>) {
        step(self, input)
    }

    fn starts() -> Vec<Self> {
        vec![start(false).0]
    }

    fn is_possible(&self) -> bool {
        match self {
            // An unusable reply ends a run of fetches and is a strain; a run has dispelled the doubt.
            Self::Fetch { strain, continues, unusable, doubt } => {
                (*unusable == 0 || (*strain > 0 && *continues == 0)) && !(*doubt && *continues > 0)
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

kinds!(State {
    Check { strain: strain in [0, 1], news: news in [false, true], doubt: doubt in [false, true] }
        => ["strained", if *strain > 0; "news", if *news; "doubt", if *doubt],
    Fetch {
        strain: strain in [0, 1],
        continues: continues in [0, CONTINUES - 1, CONTINUES],
        unusable: unusable in [0, 1, LADDER - 1, LADDER, LADDER * 2 - 2, LADDER * 2 - 1, LADDER * 2],
        doubt: doubt in [false, true],
    } => [
        "strained", if *strain > 0;
        "doubt", if *doubt;
        "long run", if *continues >= CONTINUES;
        "second unusable", if *unusable == LADDER - 1;
        "fifth unusable", if *unusable >= LADDER * 2 - 1;
        "doubt", if *doubt;
    ],
    Renew { strain: strain in [0, 1], news: news in [false, true], doubt: doubt in [false] }
        => ["strained", if *strain > 0; "news", if *news; "doubt", if *doubt],
    Reinit {
        strain: strain in [1],
        unusable: unusable in [LADDER, LADDER * 2],
        skip: skip in [false, true],
        limited: limited in [0, 1],
    } => ["skip", if *skip],
    Finished {},
});

kinds!(Input {
    Quiet { renew: renew in [false, true], room: room in [true, false] }
        => ["room", if *room; "renewal due", if *renew],
    News { room: room in [true, false], renew: renew in [false, true] }
        => ["room", if *room; "renewal due", if *renew],
    Odd { room: room in [true, false], cause: cause in [CAUSE] } => ["room", if *room],
    Synced { progress: progress in [true, false], more: more in [false, true], room: room in [true, false] }
        => ["progress", if *progress; "more", if *more; "room", if *room],
    Renewed {},
    Unusable { cause: cause in [CAUSE], old: old in [false, true] } => ["ten minutes", if *old],
    Initialised { moved: moved in [false, true] } => ["moved", if *moved],
    SessionOver { code: code in [1100, 1101, 1102, -14], endpoint: endpoint in [Endpoint::SyncCheck], age_secs: age in [0] }
        => ["1100 or 1102", if matches!(code, 1100 | 1102)],
    TooOften { 0: cause in [CAUSE] },
    Lost { 0: cause in [CAUSE] },
    Room { polling: polling in [false, true] } => ["polling", if *polling],
});

impl Label for Effect {
    fn label(&self) -> String {
        match self {
            Self::Ask(ask) => ask.label(),
            Self::Unask => "take the check back".to_owned(),
            Self::End(reason) => reason.label(),
        }
    }
}
