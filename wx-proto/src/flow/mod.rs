//! The flows: one explicit state machine a file, each a pure `step` from a state and an input to a state and effects.
//!
//! A flow knows no bytes, no clock and no queue. Its inputs are typed replies and failures, its effects are calls
//! to make (at once, after a pause, or after a backoff) and things to tell. Every state that waits has exactly one
//! call asked for, so a flow can never stand still.

pub(crate) mod contacts;
pub(crate) mod download;
pub(crate) mod login;
pub(crate) mod send;
pub(crate) mod start;
pub(crate) mod sync;
#[cfg(feature = "transitions")]
pub mod transitions;
pub(crate) mod upload;

use std::time::Duration;

use crate::{Cause, endpoint::Call};

/// A state machine: what it does with an input depends on where it stands, and on nothing else.
pub(crate) trait Flow: Sized {
    type Input: Input<Flow = Self>;
    type Effect;

    /// Moves on, and gives what is to be done.
    fn apply(&mut self, input: Self::Input) -> Vec<Self::Effect>;
}

/// An input, which tells whose it is.
pub(crate) trait Input {
    type Flow: Flow<Input = Self>;

    /// True if the server answered, whatever it said: an outage is over then. Only flows that notice outages say so.
    fn is_answer(&self) -> bool {
        false
    }
}

/// A call that a flow asks for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Schedule {
    pub(crate) call: Call,
    pub(crate) wait: Wait,
    /// Why it is asked for again, after a failure.
    pub(crate) retry: Option<RetryReason>,
}

/// A failure that is followed by another try.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct RetryReason {
    /// Failures in a row.
    pub(crate) failures: u32,
    pub(crate) cause: Cause,
}

impl Schedule {
    pub(crate) const fn now(call: Call) -> Self {
        Self { call, wait: Wait::Now, retry: None }
    }

    pub(crate) const fn after(call: Call, wait: Wait) -> Self {
        Self { call, wait, retry: None }
    }

    /// Once more after so many failures in a row, with backoff.
    pub(crate) const fn again(call: Call, failures: u32, cause: Cause) -> Self {
        Self { call, wait: Wait::Backoff(failures), retry: Some(RetryReason { failures, cause }) }
    }

    /// Once more after so many failures in a row, after a pause of its own.
    pub(crate) const fn again_after(call: Call, pause: Duration, failures: u32, cause: Cause) -> Self {
        Self { call, wait: Wait::Delay(pause), retry: Some(RetryReason { failures, cause }) }
    }
}

/// When a call may start.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Wait {
    /// At once.
    Now,
    /// This long after the lane's last start: polls that are answered at once keep apart.
    Spaced(Duration),
    /// After this pause.
    Delay(Duration),
    /// After an exponential pause with jitter; the number is how many failures there were in a row.
    Backoff(u32),
}

/// Codes that say that the session is over. 1100, 1101 and 1102 mean the same to every client, whatever each source
/// calls them; -14 is a ticket error of the same kind.
pub(crate) const fn is_session_over(code: i64) -> bool {
    matches!(code, 1100..=1102 | -14)
}

/// A system error: the server cannot say what it did.
pub(crate) const SYSTEM_ERROR: i64 = -1;

/// The code for too many requests.
pub(crate) const TOO_OFTEN: i64 = 1205;
