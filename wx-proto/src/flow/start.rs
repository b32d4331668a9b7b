//! From tokens to online: `Init`, or for a stored login first a `Probe` of its keys.

#[cfg(feature = "transitions")]
pub(crate) mod kinds;

use std::time::Duration;

use super::{Ask, Call, Wait, too_often_pause};
use crate::{Cause, EndReason, ResumeStep, endpoint::Endpoint};

/// The pause before a code that ends a session is asked for again.
const DOUBT: Duration = Duration::from_secs(2);

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum State {
    /// synccheck with the stored keys.
    Probe { failures: u32, fallback: Fallback },
    /// webwxinit. `doubt`: a code said that the session is over, and is asked for once more.
    Init { failures: u32, limited: u32, doubt: bool, fallback: Fallback },
    /// Over: online, at the QR code, or ended.
    Finished,
}

/// What to do when the server no longer knows the tokens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fallback {
    /// Fresh tokens, or the application wants no QR code: the login ends.
    End,
    /// A stored login: ask for a QR code.
    Qr,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Input {
    /// The keys are good; `news`: there is something to fetch.
    Alive { news: bool },
    /// The probe is held: a dead session is refused at once, so this one lives.
    Held,
    /// synccheck knows the session no more, or is at odds with it.
    Rejected,
    /// webwxinit gave account and keys.
    Initialised,
    /// webwxinit says that the session is over.
    SessionOver { code: i64, age_secs: u64 },
    /// Code 1205.
    TooOften(Cause),
    /// No usable reply.
    Lost(Cause),
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Effect {
    Ask(Ask),
    Resume(ResumeStep),
    /// Online with a new page: the phone is told.
    Notify,
    /// Online; `checking`: the probe goes on as the first long poll.
    Online {
        checking: bool,
        news: bool,
    },
    /// Start over with a QR code.
    QrLogin,
    End(EndReason),
}

/// The first state after a login page, or with tokens whose account is not known yet.
pub(crate) fn fresh(fallback: Fallback) -> (State, Vec<Effect>) {
    (State::Init { failures: 0, limited: 0, doubt: false, fallback }, vec![Effect::Ask(Ask::now(Call::Init))])
}

/// The first state of a stored login with keys.
pub(crate) fn stored(fallback: Fallback) -> (State, Vec<Effect>) {
    let effects = vec![Effect::Resume(ResumeStep::Stored), Effect::Ask(Ask::now(Call::SyncCheck))];
    (State::Probe { failures: 0, fallback }, effects)
}

pub(crate) fn step(state: State, input: Input) -> (State, Vec<Effect>) {
    match state {
        State::Probe { failures, fallback } => match input {
            Input::Alive { news } => (State::Finished, vec![Effect::Online { checking: false, news }]),
            Input::Held => (State::Finished, vec![Effect::Online { checking: true, news: false }]),
            Input::Rejected => {
                // A code from webwxinit is not out of the blue then.
                let state = State::Init { failures: 0, limited: 0, doubt: true, fallback };
                (state, vec![Effect::Resume(ResumeStep::Init), Effect::Ask(Ask::now(Call::Init))])
            }
            Input::Lost(cause) => {
                let failures = failures.saturating_add(1);
                let retry = Effect::Ask(Ask::again(Call::SyncCheck, failures, cause));
                (State::Probe { failures, fallback }, vec![retry])
            }
            Input::Initialised | Input::SessionOver { .. } | Input::TooOften(_) => {
                (State::Probe { failures, fallback }, Vec::new())
            }
        },

        State::Init { failures, limited, doubt, fallback } => match input {
            Input::Initialised => {
                let effects = vec![Effect::Notify, Effect::Online { checking: false, news: false }];
                (State::Finished, effects)
            }
            // 1100 and 1102 come out of the blue too: a single one is doubted.
            Input::SessionOver { code: 1100 | 1102, .. } if !doubt => {
                let ask = Effect::Ask(Ask::after(Call::Init, Wait::Delay(DOUBT)));
                (State::Init { failures, limited, doubt: true, fallback }, vec![ask])
            }
            Input::SessionOver { code, age_secs } => match fallback {
                Fallback::Qr => (State::Finished, vec![Effect::Resume(ResumeStep::Qr), Effect::QrLogin]),
                Fallback::End => {
                    let reason = EndReason::SessionOver { code, endpoint: Endpoint::Init, age_secs };
                    (State::Finished, vec![Effect::End(reason)])
                }
            },
            Input::TooOften(cause) => {
                let limited = limited.saturating_add(1);
                let retry =
                    Effect::Ask(Ask::again_after(Call::Init, too_often_pause(limited), limited, cause));
                (State::Init { failures, limited, doubt, fallback }, vec![retry])
            }
            Input::Lost(cause) => {
                let failures = failures.saturating_add(1);
                let retry = Effect::Ask(Ask::again(Call::Init, failures, cause));
                (State::Init { failures, limited, doubt, fallback }, vec![retry])
            }
            Input::Alive { .. } | Input::Held | Input::Rejected => {
                (State::Init { failures, limited, doubt, fallback }, Vec::new())
            }
        },

        State::Finished => match input {
            Input::Alive { .. }
            | Input::Held
            | Input::Rejected
            | Input::Initialised
            | Input::SessionOver { .. }
            | Input::TooOften(_)
            | Input::Lost(_) => (State::Finished, Vec::new()),
        },
    }
}
