//! QR login: `RequestUuid -> ShowQr -> Scanned -> Redeem`, up to the tokens.

#[cfg(feature = "transitions")]
pub(crate) mod kinds;

use std::time::Duration;

use super::{Schedule, Wait};
use crate::{
    Cause, EndReason, HostError, Uuid,
    endpoint::{Call, login_poll::Tip},
    host::Redirect,
};

/// New uuids asked for after codes that went by unused.
const RENEWALS: u8 = 5;
/// Repeats of the login page, as the official page does, and the pause before each.
const REPEATS: u8 = 3;
const REPEAT_PAUSE: Duration = Duration::from_secs(10);
/// Polls that are answered at once keep this far apart.
const POLL_SPACING: Duration = Duration::from_secs(1);

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum State {
    /// jslogin is asked.
    RequestUuid { renewals: u8, failures: u32 },
    /// The code is shown, the poll waits for a scan.
    ShowQr { uuid: Uuid, renewals: u8, failures: u32 },
    /// Scanned, the poll waits for the confirmation.
    Scanned { uuid: Uuid, renewals: u8, failures: u32 },
    /// Confirmed, the login page is asked for the tokens.
    Redeem { redirect: Redirect, renewals: u8, repeats: u8, moved: bool },
    /// The tokens are there, or the login is refused.
    Finished,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Input {
    /// jslogin gave a uuid.
    Uuid(Uuid),
    /// 408: nothing happened while the poll was held.
    Waiting,
    /// 201: scanned.
    Scanned { avatar: Option<String> },
    /// 200: confirmed, to go on at this address.
    Confirmed(Result<Redirect, HostError>),
    /// 202, 400, 500, 0: this uuid is of no more use.
    UuidSpent,
    /// The login page gave the tokens.
    Tokens,
    /// The login page refused the account.
    Refused { ret: i64, message: String },
    /// The login page is elsewhere.
    Moved(Result<Redirect, HostError>),
    /// The login page gave neither tokens nor a refusal: the ticket is too old.
    NoTokens,
    /// No usable reply.
    Lost(Cause),
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Effect {
    Schedule(Schedule),
    Show(Uuid),
    Scanned {
        avatar: Option<String>,
    },
    /// The tokens of the last reply are the login's.
    Granted,
    End(EndReason),
}

/// The first state of a login.
pub(crate) fn start() -> (State, Vec<Effect>) {
    request_uuid(0)
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
        !matches!(self, Self::Lost(_))
    }
}

pub(crate) fn step(state: State, input: Input) -> (State, Vec<Effect>) {
    match state {
        State::RequestUuid { renewals, failures } => match input {
            Input::Uuid(uuid) => {
                let poll = Call::LoginPoll { uuid: uuid.clone(), tip: Tip::First };
                let effects = vec![Effect::Show(uuid.clone()), Effect::Schedule(Schedule::now(poll))];
                (State::ShowQr { uuid, renewals, failures: 0 }, effects)
            }
            Input::Lost(cause) => {
                let failures = failures.saturating_add(1);
                let retry = Effect::Schedule(Schedule::again(Call::JsLogin, failures, cause));
                (State::RequestUuid { renewals, failures }, vec![retry])
            }
            Input::Waiting
            | Input::Scanned { .. }
            | Input::Confirmed(_)
            | Input::UuidSpent
            | Input::Tokens
            | Input::Refused { .. }
            | Input::Moved(_)
            | Input::NoTokens => (State::RequestUuid { renewals, failures }, Vec::new()),
        },

        State::ShowQr { uuid, renewals, failures } => match input {
            Input::Waiting => {
                (State::ShowQr { uuid: uuid.clone(), renewals, failures: 0 }, vec![poll_again(uuid)])
            }
            // The confirmation may come at once.
            Input::Scanned { avatar } => {
                let poll = Schedule::now(Call::LoginPoll { uuid: uuid.clone(), tip: Tip::Next });
                let effects = vec![Effect::Scanned { avatar }, Effect::Schedule(poll)];
                (State::Scanned { uuid, renewals, failures: 0 }, effects)
            }
            Input::Confirmed(redirect) => redeem(redirect, renewals, false),
            Input::UuidSpent => next_uuid(renewals),
            Input::Lost(cause) => {
                let (failures, retry) = poll_lost(&uuid, failures, cause);
                (State::ShowQr { uuid, renewals, failures }, vec![retry])
            }
            Input::Uuid(_) | Input::Tokens | Input::Refused { .. } | Input::Moved(_) | Input::NoTokens => {
                (State::ShowQr { uuid, renewals, failures }, Vec::new())
            }
        },

        State::Scanned { uuid, renewals, failures } => match input {
            Input::Waiting | Input::Scanned { .. } => {
                (State::Scanned { uuid: uuid.clone(), renewals, failures: 0 }, vec![poll_again(uuid)])
            }
            Input::Confirmed(redirect) => redeem(redirect, renewals, false),
            Input::UuidSpent => next_uuid(renewals),
            Input::Lost(cause) => {
                let (failures, retry) = poll_lost(&uuid, failures, cause);
                (State::Scanned { uuid, renewals, failures }, vec![retry])
            }
            Input::Uuid(_) | Input::Tokens | Input::Refused { .. } | Input::Moved(_) | Input::NoTokens => {
                (State::Scanned { uuid, renewals, failures }, Vec::new())
            }
        },

        State::Redeem { redirect, renewals, repeats, moved } => match input {
            Input::Tokens => (State::Finished, vec![Effect::Granted]),
            Input::Refused { ret, message } => end(EndReason::LoginRefused { ret, message }),
            // Followed once; a second one leads nowhere, and a foreign one nowhere ever.
            Input::Moved(Ok(_)) if moved => next_uuid(renewals),
            Input::Moved(to) => redeem(to, renewals, true),
            Input::NoTokens => next_uuid(renewals),
            Input::Lost(_) if repeats >= REPEATS => next_uuid(renewals),
            Input::Lost(cause) => {
                let repeats = repeats.saturating_add(1);
                let call = Call::LoginPage { redirect: redirect.clone() };
                let retry =
                    Effect::Schedule(Schedule::again_after(call, REPEAT_PAUSE, repeats.into(), cause));
                (State::Redeem { redirect, renewals, repeats, moved }, vec![retry])
            }
            Input::Uuid(_)
            | Input::Waiting
            | Input::Scanned { .. }
            | Input::Confirmed(_)
            | Input::UuidSpent => (State::Redeem { redirect, renewals, repeats, moved }, Vec::new()),
        },

        State::Finished => match input {
            Input::Uuid(_)
            | Input::Waiting
            | Input::Scanned { .. }
            | Input::Confirmed(_)
            | Input::UuidSpent
            | Input::Tokens
            | Input::Refused { .. }
            | Input::Moved(_)
            | Input::NoTokens
            | Input::Lost(_) => (State::Finished, Vec::new()),
        },
    }
}

fn request_uuid(renewals: u8) -> (State, Vec<Effect>) {
    // Codes that are refused at once keep apart.
    let schedule = Schedule::after(Call::JsLogin, Wait::Spaced(POLL_SPACING));
    (State::RequestUuid { renewals, failures: 0 }, vec![Effect::Schedule(schedule)])
}

fn next_uuid(renewals: u8) -> (State, Vec<Effect>) {
    if renewals >= RENEWALS { end(EndReason::QrExpired) } else { request_uuid(renewals.saturating_add(1)) }
}

fn redeem(redirect: Result<Redirect, HostError>, renewals: u8, moved: bool) -> (State, Vec<Effect>) {
    match redirect {
        Ok(redirect) => {
            let schedule = Effect::Schedule(Schedule::now(Call::LoginPage { redirect: redirect.clone() }));
            (State::Redeem { redirect, renewals, repeats: 0, moved }, vec![schedule])
        }
        Err(error) => end(EndReason::ForeignHost(error)),
    }
}

fn poll_again(uuid: Uuid) -> Effect {
    Effect::Schedule(Schedule::after(Call::LoginPoll { uuid, tip: Tip::Next }, Wait::Spaced(POLL_SPACING)))
}

/// After a lost reply the poll asks for the present state: with tip 0 a lost 200 may never come again.
fn poll_lost(uuid: &Uuid, failures: u32, cause: Cause) -> (u32, Effect) {
    let failures = failures.saturating_add(1);
    let call = Call::LoginPoll { uuid: uuid.clone(), tip: Tip::First };
    (failures, Effect::Schedule(Schedule::again(call, failures, cause)))
}

fn end(reason: EndReason) -> (State, Vec<Effect>) {
    (State::Finished, vec![Effect::End(reason)])
}
