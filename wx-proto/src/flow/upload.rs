//! One upload, from its turn until the server has the file.
//!
//! A chunk leaves only once a revision is stored that says which one it is: after a crash the upload goes on at the one that
//! is in doubt, and no other is sent twice. What the server hands out on the way is kept beside this flow.

#[cfg(feature = "transitions")]
pub(crate) mod kinds;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::{Cause, Endpoint, FailureKind, OpError, ReplyError};

/// Useless replies to one request that are taken, before the file is begun anew.
const ATTEMPTS: u8 = 5;
/// How often a file is begun anew.
const RESTARTS: u8 = 1;

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum State {
    /// Waits for its turn.
    Waiting(Point),
    /// It is its turn: once that is stored, the request leaves.
    Claimed(Point),
    /// The request is out.
    InFlight(Point),
    /// The server has the file.
    Uploaded,
    /// It came to nothing, or nobody wants it any more.
    Over,
}

/// How far an upload is: the request to make next, or once more.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Point {
    pub(crate) step: Step,
    /// The last chunk, counted from 0.
    pub(crate) last: u64,
    /// Large files are announced first.
    pub(crate) checked: bool,
    /// The address that takes several chunks at once.
    pub(crate) parallel: bool,
    /// Useless replies at this step.
    pub(crate) failures: u8,
    /// How often the file was begun anew.
    pub(crate) restarts: u8,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    /// Announce the file.
    Check,
    /// Send the chunk of this number, from 0.
    Chunk(u64),
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Input {
    /// It is this upload's turn.
    Turn,
    /// What was claimed is stored.
    Stored,
    /// The server has the file already.
    Known,
    /// The server wants the chunks.
    Permitted,
    /// The server took the chunk. `media`: it has told the file's MediaId, now or before.
    Taken { media: bool },
    /// No reply came, or not from the server.
    Lost(Cause),
    /// A reply came that says nothing.
    Useless(Cause),
    /// The server said no.
    Refused { ret: i64, message: String },
    /// Code 1205.
    TooOften,
    /// The file cannot be read, or is another one by now.
    NoFile(FailureKind),
    /// Its send is over.
    GiveUp,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Effect {
    /// The session changed: raise its revision.
    Store,
    /// Let the request out.
    Ask,
    /// Give the running request up.
    Abort,
    /// Hold uploads back for a backoff.
    HoldBack(Cause),
    /// Hold uploads back for minutes.
    HoldBackLong,
    /// Uploads get through.
    Through,
    /// Forget what the server has handed out, and take another ClientMediaId.
    Anew,
    /// The send fails.
    Fail(OpError),
}

/// An upload of so many chunks that waits for its turn.
pub(crate) const fn start(chunks: u64, checked: bool, parallel: bool) -> State {
    let last = chunks.saturating_sub(1);
    State::Waiting(Point::first(last, checked, parallel, 0))
}

impl Point {
    const fn first(last: u64, checked: bool, parallel: bool, restarts: u8) -> Self {
        let step = if checked { Step::Check } else { Step::Chunk(0) };
        Self { step, last, checked, parallel, failures: 0, restarts }
    }

    const fn at(self, step: Step) -> Self {
        Self { step, failures: 0, ..self }
    }

    const fn anew(self) -> Self {
        Self::first(self.last, self.checked, self.parallel, self.restarts.saturating_add(1))
    }
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
        State::Waiting(point) => match input {
            Input::Turn => (State::Claimed(point), vec![Effect::Store]),
            Input::GiveUp => (State::Over, Vec::new()),
            Input::Stored
            | Input::Known
            | Input::Permitted
            | Input::Taken { .. }
            | Input::Lost(_)
            | Input::Useless(_)
            | Input::Refused { .. }
            | Input::TooOften
            | Input::NoFile(_) => (State::Waiting(point), Vec::new()),
        },

        State::Claimed(point) => match input {
            Input::Stored => (State::InFlight(point), vec![Effect::Ask]),
            Input::GiveUp => (State::Over, Vec::new()),
            Input::Turn
            | Input::Known
            | Input::Permitted
            | Input::Taken { .. }
            | Input::Lost(_)
            | Input::Useless(_)
            | Input::Refused { .. }
            | Input::TooOften
            | Input::NoFile(_) => (State::Claimed(point), Vec::new()),
        },

        State::InFlight(point) => match input {
            Input::Known => (State::Uploaded, vec![Effect::Store, Effect::Through]),
            Input::Permitted => claim(point.at(Step::Chunk(0))),
            Input::Taken { media } => match point.step {
                Step::Chunk(number) if number < point.last => claim(point.at(Step::Chunk(number + 1))),
                Step::Chunk(_) if media => (State::Uploaded, vec![Effect::Store, Effect::Through]),
                Step::Chunk(_) | Step::Check => useless(point, no_media_id(point)),
            },
            Input::Lost(cause) => (State::Waiting(point), vec![Effect::HoldBack(cause)]),
            Input::Useless(cause) => useless(point, cause),
            Input::Refused { ret, message } => refused(point, ret, message),
            Input::TooOften => (State::Waiting(point), vec![Effect::HoldBackLong]),
            Input::NoFile(kind) => (State::Over, vec![Effect::Fail(OpError::Failed(kind))]),
            Input::GiveUp => (State::Over, vec![Effect::Abort]),
            Input::Turn | Input::Stored => (State::InFlight(point), Vec::new()),
        },

        State::Uploaded => match input {
            Input::GiveUp => (State::Over, Vec::new()),
            Input::Turn
            | Input::Stored
            | Input::Known
            | Input::Permitted
            | Input::Taken { .. }
            | Input::Lost(_)
            | Input::Useless(_)
            | Input::Refused { .. }
            | Input::TooOften
            | Input::NoFile(_) => (State::Uploaded, Vec::new()),
        },

        State::Over => match input {
            Input::Turn
            | Input::Stored
            | Input::Known
            | Input::Permitted
            | Input::Taken { .. }
            | Input::Lost(_)
            | Input::Useless(_)
            | Input::Refused { .. }
            | Input::TooOften
            | Input::NoFile(_)
            | Input::GiveUp => (State::Over, Vec::new()),
        },
    }
}

/// The last reply has to name what was uploaded.
const fn no_media_id(point: Point) -> Cause {
    let endpoint = if point.parallel { Endpoint::UploadMediaParallel } else { Endpoint::UploadMedia };
    Cause::Reply { endpoint, error: ReplyError::Missing("MediaId") }
}

/// The next request, which follows at once.
fn claim(point: Point) -> (State, Vec<Effect>) {
    (State::Claimed(point), vec![Effect::Store, Effect::Through])
}

/// The same once more, then the file from its start, then no more.
fn useless(point: Point, cause: Cause) -> (State, Vec<Effect>) {
    let failures = point.failures.saturating_add(1);
    if failures < ATTEMPTS {
        return (State::Waiting(Point { failures, ..point }), vec![Effect::HoldBack(cause)]);
    }
    match point.step {
        Step::Chunk(_) if point.restarts < RESTARTS => {
            (State::Waiting(point.anew()), vec![Effect::Anew, Effect::Store, Effect::HoldBack(cause)])
        }
        Step::Chunk(_) | Step::Check => (State::Over, vec![Effect::Fail(OpError::UploadFailed)]),
    }
}

/// A no to the first request is meant for the file. Later on the server has forgotten what it took.
fn refused(point: Point, ret: i64, message: String) -> (State, Vec<Effect>) {
    match point.step {
        // Not every server has that address.
        Step::Chunk(0) if point.parallel => {
            let serial = Point { parallel: false, failures: 0, ..point };
            (State::Claimed(serial), vec![Effect::Store])
        }
        Step::Chunk(1..) if point.restarts < RESTARTS => {
            (State::Waiting(point.anew()), vec![Effect::Anew, Effect::Store])
        }
        Step::Chunk(_) | Step::Check => {
            (State::Over, vec![Effect::Fail(OpError::Refused { ret, message }), Effect::Through])
        }
    }
}
