//! The kinds of the start's states, inputs and effects.

use super::{Effect, Fallback, First, Input, PATIENCE, State, fresh, stored};
use crate::{
    ResumeStep,
    flow::transitions::{CAUSE, Described, Label, kinds},
};

impl Described for State {
    const NAME: &str = "start";
    fn is_possible(&self) -> bool {
        match self {
            Self::Probe { failures, unusable, .. } => unusable <= failures,
            Self::Init { .. } | Self::Finished => true,
        }
    }

    fn starts() -> Vec<Self> {
        vec![stored(Fallback::End, false).0, fresh(Fallback::End).0]
    }
}

kinds!(State {
    Probe {
        renewal: renewal in [false, true],
        failures: failures in [0, 2],
        unusable: unusable in [0, 1, PATIENCE - 1],
        fallback: fallback in [Fallback::End, Fallback::Qr],
    },
    Init {
        resumed: resumed in [false, true],
        failures: failures in [0, 1],
        confirming_end: confirming_end in [false, true],
        fallback: fallback in [Fallback::End, Fallback::Qr],
    },
    Finished {},
});

kinds!(Input {
    Alive {},
    Rejected { over: over in [false, true] },
    Unusable { 0: cause in [CAUSE] },
    Initialised { moved: moved in [false, true], notify: notify in [false, true] },
    WrongEntry {},
    SessionOver { code: code in [1100, 1101, 1102, -14], age_secs: age in [0] },
    TooOften {},
    Lost { 0: cause in [CAUSE] },
});

impl Label for Effect {
    fn label(&self) -> String {
        match self {
            Self::Schedule(schedule) => schedule.label(),
            Self::Resume(ResumeStep::Stored) => "tell: resume by keys".to_owned(),
            Self::Resume(ResumeStep::Init) => "tell: resume by tokens".to_owned(),
            Self::Resume(ResumeStep::Qr) => "tell: resume by QR code".to_owned(),
            Self::Notify => "ask webwxstatusnotify".to_owned(),
            Self::Online(First::Fetched) => "online, the probe was the first fetch".to_owned(),
            Self::Online(First::Renewed) => "online, the probe was a renewal".to_owned(),
            Self::Online(First::Fetch) => "online, with a fetch".to_owned(),
            Self::Online(First::Check) => "online".to_owned(),
            Self::OtherEntry => "login on another entry".to_owned(),
            Self::QrLogin(_) => "login".to_owned(),
            Self::End(reason) => reason.label(),
        }
    }
}
