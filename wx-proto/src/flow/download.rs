//! One download, from its turn until all bytes are where they belong.

#[cfg(feature = "transitions")]
pub(crate) mod kinds;

use crate::{Cause, OpError};

/// Tries in a row that bring nothing more.
const ATTEMPTS: u8 = 4;

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum State {
    /// Waits for its turn. The first `at` bytes are there; `failures` tries in a row brought none.
    Waiting { at: u64, failures: u8 },
    /// Its request is out.
    InFlight { at: u64, failures: u8 },
    /// It has its outcome.
    Over,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Input {
    /// It is this download's turn.
    Turn,
    /// All of it is there, so many bytes.
    Whole { len: u64 },
    /// The reply or its connection ended; so many bytes are there, 0 if this try changed nothing. `error`: what it ends with
    /// if no try brings more.
    Part { len: u64, cause: Cause, error: OpError },
    /// Something else came, and nothing is there. Another try may bring it.
    Useless { cause: Cause, error: OpError },
    /// The server said no, or it cannot be kept: another try is no use.
    Failed(OpError),
    /// Code 1205.
    TooOften,
    /// Nobody wants it any more.
    GiveUp(OpError),
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Effect {
    /// Let the request out.
    Ask,
    /// Give the running request up.
    Abort,
    /// Hold this one back for a backoff after so many failures.
    HoldBack { failures: u8, cause: Cause },
    /// Hold downloads back for minutes.
    HoldBackLong,
    /// It is over, with so many bytes or none.
    Done(Result<u64, OpError>),
}

/// A download of which nothing is there yet.
pub(crate) const fn start() -> State {
    State::Waiting { at: 0, failures: 0 }
}

impl super::Flow for State {
    type Input = Input;
    type Effect = Effect;

    fn apply(&mut self, input: Input) -> Vec<Effect> {
        let (next, effects) = step(std::mem::replace(self, Self::Over), input);
        *self = next;
        effects
    }
}

impl super::Input for Input {
    type Flow = State;
}

pub(crate) fn step(state: State, input: Input) -> (State, Vec<Effect>) {
    match state {
        State::Waiting { at, failures } => match input {
            Input::Turn => (State::InFlight { at, failures }, vec![Effect::Ask]),
            Input::GiveUp(error) => (State::Over, vec![Effect::Done(Err(error))]),
            Input::Whole { .. }
            | Input::Part { .. }
            | Input::Useless { .. }
            | Input::Failed(_)
            | Input::TooOften => (State::Waiting { at, failures }, Vec::new()),
        },

        State::InFlight { at, failures } => match input {
            Input::Whole { len } => (State::Over, vec![Effect::Done(Ok(len))]),
            Input::Part { len, cause, error } => {
                let len = if len == 0 { at } else { len };
                // Bytes that came are as good as an answer.
                again(len, if len > at { 0 } else { failures }, cause, error)
            }
            Input::Useless { cause, error } => again(0, failures, cause, error),
            Input::Failed(error) => (State::Over, vec![Effect::Done(Err(error))]),
            Input::TooOften => (State::Waiting { at, failures }, vec![Effect::HoldBackLong]),
            Input::GiveUp(error) => (State::Over, vec![Effect::Abort, Effect::Done(Err(error))]),
            Input::Turn => (State::InFlight { at, failures }, Vec::new()),
        },

        State::Over => match input {
            Input::Turn
            | Input::Whole { .. }
            | Input::Part { .. }
            | Input::Useless { .. }
            | Input::Failed(_)
            | Input::TooOften
            | Input::GiveUp(_) => (State::Over, Vec::new()),
        },
    }
}

/// Another try, unless there were enough that brought nothing.
fn again(at: u64, failures: u8, cause: Cause, error: OpError) -> (State, Vec<Effect>) {
    let failures = failures.saturating_add(1);
    if failures < ATTEMPTS {
        (State::Waiting { at, failures }, vec![Effect::HoldBack { failures, cause }])
    } else {
        (State::Over, vec![Effect::Done(Err(error))])
    }
}
