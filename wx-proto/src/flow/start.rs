//! From tokens to online: `Init`, or for a stored login first a `Probe` of its keys.

#[cfg(feature = "transitions")]
pub(crate) mod kinds;

use std::time::Duration;

use super::{Schedule, Wait};
use crate::{Cause, EndReason, Endpoint, ResumeStep, endpoint::Call};

/// The pause before a code that ends a session is asked for again.
const CONFIRM_PAUSE: Duration = Duration::from_secs(2);
/// Unusable replies at the stored key before webwxinit is asked.
const PATIENCE: u32 = 3;

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum State {
    /// webwxsync with the stored keys; `renewal`: for its cookies alone, while batches of before are open. `unusable`
    /// counts complete replies that could not be used.
    Probe { renewal: bool, failures: u32, unusable: u32, fallback: Fallback },
    /// webwxinit. `resumed`: there is a position of before. `confirming_end`: a code said that the session is over, and is asked
    /// for once more.
    Init { resumed: bool, failures: u32, confirming_end: bool, fallback: Fallback },
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
    /// The server took the stored keys.
    Alive,
    /// webwxsync answered with a code; `over`: one that ends a session.
    Rejected { over: bool },
    /// webwxsync answered with something that is of no use.
    Unusable(Cause),
    /// webwxinit gave account and keys. `moved`: the position is one that it gave. `notify`: the flavour tells the phone.
    Initialised { moved: bool, notify: bool },
    /// webwxinit knows nobody: the entry serves another region, and there is another entry to try.
    WrongEntry,
    /// webwxinit says that the session is over.
    SessionOver { code: i64, age_secs: u64 },
    /// Code 1205 of webwxinit: the client holds it back for a while.
    TooOften,
    /// No usable reply.
    Lost(Cause),
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Effect {
    Schedule(Schedule),
    Resume(ResumeStep),
    /// Online with a new page: the phone is told.
    Notify,
    Online(First),
    /// Start over with a QR code, on another entry.
    OtherEntry,
    /// Start over with a QR code; this ended the stored login.
    QrLogin(EndReason),
    End(EndReason),
}

/// How receiving begins.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum First {
    /// The probe was the first fetch.
    Fetched,
    /// The probe was a renewal.
    Renewed,
    /// With a look at what came since the position of before.
    Fetch,
    /// With a check.
    Check,
}

/// The first state after a login page, or with tokens whose account is not known yet.
pub(crate) fn fresh(fallback: Fallback) -> (State, Vec<Effect>) {
    let state = State::Init { resumed: false, failures: 0, confirming_end: false, fallback };
    (state, vec![Effect::Schedule(Schedule::now(Call::Init))])
}

/// The first state of a stored login with keys.
pub(crate) fn stored(fallback: Fallback, renewal: bool) -> (State, Vec<Effect>) {
    let effects = vec![Effect::Resume(ResumeStep::Stored), Effect::Schedule(Schedule::now(probe(renewal)))];
    (State::Probe { renewal, failures: 0, unusable: 0, fallback }, effects)
}

const fn probe(renewal: bool) -> Call {
    if renewal { Call::Renew } else { Call::Sync }
}

impl super::Flow for State {
    type Input = Input;
    type Effect = Effect;

    fn apply(&mut self, input: Input) -> Vec<Effect> {
        let (next, effects) = step(std::mem::replace(self, Self::Finished), input);
        *self = next;
        effects
    }
}

impl super::Input for Input {
    type Flow = State;

    fn is_answer(&self) -> bool {
        !matches!(self, Self::Lost(_) | Self::Unusable(_))
    }
}

pub(crate) fn step(state: State, input: Input) -> (State, Vec<Effect>) {
    match state {
        State::Probe { renewal, failures, unusable, fallback } => match input {
            Input::Alive => {
                let first = if renewal { First::Renewed } else { First::Fetched };
                (State::Finished, vec![Effect::Online(first)])
            }
            // After a code that ends a session the same one from webwxinit is not out of the blue.
            Input::Rejected { over } => initialise(over, fallback),
            Input::Unusable(_) if unusable.saturating_add(1) >= PATIENCE => initialise(false, fallback),
            Input::Unusable(cause) => {
                let (failures, unusable) = (failures.saturating_add(1), unusable.saturating_add(1));
                let retry = Effect::Schedule(Schedule::again(probe(renewal), failures, cause));
                (State::Probe { renewal, failures, unusable, fallback }, vec![retry])
            }
            Input::Lost(cause) => {
                let failures = failures.saturating_add(1);
                let retry = Effect::Schedule(Schedule::again(probe(renewal), failures, cause));
                (State::Probe { renewal, failures, unusable, fallback }, vec![retry])
            }
            Input::Initialised { .. } | Input::WrongEntry | Input::SessionOver { .. } | Input::TooOften => {
                (State::Probe { renewal, failures, unusable, fallback }, Vec::new())
            }
        },

        State::Init { resumed, failures, confirming_end, fallback } => match input {
            Input::Initialised { moved, notify } => {
                let first = if resumed && !moved { First::Fetch } else { First::Check };
                let told = notify.then_some(Effect::Notify);
                (State::Finished, told.into_iter().chain([Effect::Online(first)]).collect())
            }
            // 1100 and 1102 come out of the blue too: a single one is doubted.
            Input::WrongEntry | Input::SessionOver { code: 1100 | 1102, .. } if !confirming_end => {
                let schedule = Effect::Schedule(Schedule::after(Call::Init, Wait::Delay(CONFIRM_PAUSE)));
                (State::Init { resumed, failures, confirming_end: true, fallback }, vec![schedule])
            }
            Input::WrongEntry => (State::Finished, vec![Effect::OtherEntry]),
            Input::SessionOver { code, age_secs } => {
                let reason = EndReason::SessionOver { code, endpoint: Endpoint::Init, age_secs };
                let effects = match fallback {
                    Fallback::Qr => vec![Effect::Resume(ResumeStep::Qr), Effect::QrLogin(reason)],
                    Fallback::End => vec![Effect::End(reason)],
                };
                (State::Finished, effects)
            }
            Input::TooOften => {
                let retry = Effect::Schedule(Schedule::now(Call::Init));
                (State::Init { resumed, failures, confirming_end, fallback }, vec![retry])
            }
            Input::Lost(cause) | Input::Unusable(cause) => {
                let failures = failures.saturating_add(1);
                let retry = Effect::Schedule(Schedule::again(Call::Init, failures, cause));
                (State::Init { resumed, failures, confirming_end, fallback }, vec![retry])
            }
            Input::Alive | Input::Rejected { .. } => {
                (State::Init { resumed, failures, confirming_end, fallback }, Vec::new())
            }
        },

        State::Finished => match input {
            Input::Alive
            | Input::Rejected { .. }
            | Input::Unusable(_)
            | Input::Initialised { .. }
            | Input::WrongEntry
            | Input::SessionOver { .. }
            | Input::TooOften
            | Input::Lost(_) => (State::Finished, Vec::new()),
        },
    }
}

fn initialise(confirming_end: bool, fallback: Fallback) -> (State, Vec<Effect>) {
    let state = State::Init { resumed: true, failures: 0, confirming_end, fallback };
    (state, vec![Effect::Resume(ResumeStep::Init), Effect::Schedule(Schedule::now(Call::Init))])
}
