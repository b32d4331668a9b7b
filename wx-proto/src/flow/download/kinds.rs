//! The kinds of a download's states, inputs and effects.

use super::{ATTEMPTS, Effect, Input, State, start};
use crate::{
    OpError,
    flow::transitions::{CAUSE, Described, Label, kinds},
};

impl Described for State {
    const NAME: &str = "download";
    fn starts() -> Vec<Self> {
        vec![start()]
    }
}

kinds!(State {
    Waiting { at: at in [0, 7], failures: failures in [0, ATTEMPTS - 1] },
    InFlight { at: at in [0, 7], failures: failures in [0, ATTEMPTS - 1] },
    Over {},
});

kinds!(Input {
    Turn {},
    Whole { len: len in [7] },
    Part { len: len in [0, 7, 8], cause: cause in [CAUSE], error: error in [OpError::NoMedia] },
    Useless { cause: cause in [CAUSE], error: error in [OpError::NotMedia] },
    Failed { 0: error in [OpError::NotMedia] },
    TooOften {},
    GiveUp { 0: error in [OpError::Cancelled] },
});

impl Label for Effect {
    fn label(&self) -> String {
        let label = match self {
            Self::Ask => "ask",
            Self::Abort => "abort",
            Self::HoldBack { .. } => "hold this one back",
            Self::HoldBackLong => "hold downloads back for minutes",
            Self::Done(Ok(_)) => "done",
            Self::Done(Err(_)) => "failed",
        };
        label.to_owned()
    }
}
