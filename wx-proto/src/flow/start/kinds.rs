//! The kinds of the start's states, inputs and effects.

use super::{Effect, Fallback, Input, State, fresh, step, stored};
use crate::{
    ResumeStep,
    flow::transitions::{CAUSE, Flow, Label, kinds},
};

impl Flow for State {
    const NAME: &str = "start";
    type Input = Input;
    type Effect = Effect;

    fn apply(self, input: Input) -> (Self, Vec<Effect>) {
        step(self, input)
    }

    fn starts() -> Vec<Self> {
        vec![stored(Fallback::End).0, fresh(Fallback::End).0]
    }
}

kinds!(State {
    Probe { failures: failures in [0, 1], fallback: fallback in [Fallback::End, Fallback::Qr] }
        => ["else QR", if *fallback == Fallback::Qr],
    Init {
        failures: failures in [0, 1],
        limited: limited in [0, 1],
        doubt: doubt in [false, true],
        fallback: fallback in [Fallback::End, Fallback::Qr],
    } => ["doubt", if *doubt; "else QR", if *fallback == Fallback::Qr],
    Finished {},
});

kinds!(Input {
    Alive { news: news in [false, true] } => ["news", if *news],
    Held {},
    Rejected {},
    Initialised {},
    SessionOver { code: code in [1100, 1101, 1102, -14], age_secs: age in [0] }
        => ["1100 or 1102", if matches!(code, 1100 | 1102)],
    TooOften { 0: cause in [CAUSE] },
    Lost { 0: cause in [CAUSE] },
});

impl Label for Effect {
    fn label(&self) -> String {
        match self {
            Self::Ask(ask) => ask.label(),
            Self::Resume(ResumeStep::Stored) => "tell: resume by keys".to_owned(),
            Self::Resume(ResumeStep::Init) => "tell: resume by tokens".to_owned(),
            Self::Resume(ResumeStep::Qr) => "tell: resume by QR code".to_owned(),
            Self::Notify => "ask webwxstatusnotify".to_owned(),
            Self::Online { checking: true, .. } => "online, the probe goes on".to_owned(),
            Self::Online { checking: false, news: true } => "online with news".to_owned(),
            Self::Online { checking: false, news: false } => "online".to_owned(),
            Self::QrLogin => "login".to_owned(),
            Self::End(reason) => reason.label(),
        }
    }
}
