//! One send, from the command to its settled outcome.
//!
//! A request never leaves before a revision is stored that says so, and a known "did not leave" is taken back: so a
//! crash never turns a second try into a first.

#[cfg(feature = "transitions")]
pub(crate) mod kinds;

use serde::{Deserialize, Serialize};

use crate::{Cause, MsgId, OpError};

/// Tries in all, as the official page does.
const TRIES: u8 = 3;

/// `tries` counts requests that left or may have left.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum State {
    /// Waits for its turn.
    Waiting { tries: u8 },
    /// It is this send's turn: once the claim is stored, it leaves. `tries` counts this one.
    Claimed { tries: u8 },
    /// Its request is out. `tries` counts this one.
    InFlight { tries: u8 },
    /// Over; the outcome is told once it is stored.
    Settled(Result<Stored, OpError>),
}

/// The server has the message.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Stored {
    pub(crate) msg_id: Option<MsgId>,
    /// An earlier try may have been stored as well.
    pub(crate) repeated: bool,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Input {
    /// It is this send's turn.
    Turn,
    /// The claim is stored.
    ClaimStored,
    /// The server stored the message.
    Accepted { msg_id: Option<MsgId> },
    /// The server said no.
    Refused { ret: i64, message: String },
    /// Code 1205.
    TooOften,
    /// The request failed before it left.
    NotSent(Cause),
    /// The request may have arrived, but its reply is lost or useless. `retry`: another try is allowed.
    Ambiguous { cause: Cause, retry: bool },
    /// Its file could not be uploaded.
    NotUploaded(OpError),
    /// The application gives it up.
    Cancel,
    /// Its time passed before it left, or an earlier run tried it so long ago that a repeat would come as a surprise.
    Expire,
    /// Its time passed before its request, which had its turn, went out.
    TooLate,
    /// The session is over.
    SessionEnded,
    /// The chat's name belonged to an earlier login.
    PeerChanged,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Effect {
    /// The session changed: raise its revision.
    Store,
    /// Let the request out.
    Send,
    /// Give the running request up.
    Abort,
    /// Hold all sends back for a backoff.
    HoldBack(Cause),
    /// Hold all sends back for minutes.
    HoldBackLong,
    /// Sends get through.
    Through,
}

impl State {
    /// True if a request of this send may have reached the server.
    pub(crate) const fn may_have_left(&self) -> bool {
        match self {
            Self::Waiting { tries } => *tries > 0,
            Self::Claimed { tries } => *tries > 1,
            Self::InFlight { .. } => true,
            Self::Settled(_) => false,
        }
    }
}

impl super::Flow for State {
    type Input = Input;
    type Effect = Effect;

    fn apply(&mut self, input: Input) -> Vec<Effect> {
        let (next, effects) = step(std::mem::replace(self, Self::Waiting { tries: 0 }), input);
        *self = next;
        effects
    }
}

impl super::Input for Input {
    type Flow = State;
}

pub(crate) fn step(state: State, input: Input) -> (State, Vec<Effect>) {
    match state {
        State::Waiting { tries } => match input {
            Input::Turn if tries >= TRIES => settle(Err(OpError::Unknown)),
            Input::Turn => (State::Claimed { tries: tries.saturating_add(1) }, vec![Effect::Store]),
            Input::Cancel => give_up(tries, OpError::Cancelled),
            Input::Expire => give_up(tries, OpError::Expired),
            Input::SessionEnded => give_up(tries, OpError::SessionEnded),
            Input::PeerChanged => give_up(tries, OpError::PeerChanged),
            Input::NotUploaded(error) => give_up(tries, error),
            Input::ClaimStored
            | Input::Accepted { .. }
            | Input::Refused { .. }
            | Input::TooOften
            | Input::NotSent(_)
            | Input::TooLate
            | Input::Ambiguous { .. } => (State::Waiting { tries }, Vec::new()),
        },

        State::Claimed { tries } => match input {
            Input::ClaimStored => (State::InFlight { tries }, vec![Effect::Send]),
            Input::Cancel => give_up(tries.saturating_sub(1), OpError::Cancelled),
            Input::Expire => give_up(tries.saturating_sub(1), OpError::Expired),
            Input::SessionEnded => give_up(tries.saturating_sub(1), OpError::SessionEnded),
            Input::PeerChanged => give_up(tries.saturating_sub(1), OpError::PeerChanged),
            Input::Turn
            | Input::Accepted { .. }
            | Input::Refused { .. }
            | Input::TooOften
            | Input::NotSent(_)
            | Input::NotUploaded(_)
            | Input::TooLate
            | Input::Ambiguous { .. } => (State::Claimed { tries }, Vec::new()),
        },

        State::InFlight { tries } => match input {
            Input::Accepted { msg_id } => {
                let (state, mut effects) = settle(Ok(Stored { msg_id, repeated: tries > 1 }));
                effects.push(Effect::Through);
                (state, effects)
            }
            Input::Refused { ret, message } => {
                let (state, mut effects) =
                    give_up(tries.saturating_sub(1), OpError::Refused { ret, message });
                effects.push(Effect::Through);
                (state, effects)
            }
            Input::TooOften => {
                let (state, mut effects) = give_up(tries.saturating_sub(1), OpError::RateLimited);
                effects.push(Effect::HoldBackLong);
                (state, effects)
            }
            Input::NotSent(cause) => {
                let state = State::Waiting { tries: tries.saturating_sub(1) };
                (state, vec![Effect::Store, Effect::HoldBack(cause)])
            }
            Input::Ambiguous { cause, retry } if retry && tries < TRIES => {
                (State::Waiting { tries }, vec![Effect::HoldBack(cause)])
            }
            Input::Ambiguous { cause, .. } => {
                let (state, mut effects) = settle(Err(OpError::Unknown));
                effects.push(Effect::HoldBack(cause));
                (state, effects)
            }
            Input::TooLate => give_up(tries.saturating_sub(1), OpError::Expired),
            Input::Cancel | Input::SessionEnded | Input::PeerChanged => {
                let (state, mut effects) = settle(Err(OpError::Unknown));
                effects.push(Effect::Abort);
                (state, effects)
            }
            Input::Turn | Input::ClaimStored | Input::NotUploaded(_) | Input::Expire => {
                (State::InFlight { tries }, Vec::new())
            }
        },

        State::Settled(outcome) => match input {
            Input::Turn
            | Input::ClaimStored
            | Input::Accepted { .. }
            | Input::Refused { .. }
            | Input::TooOften
            | Input::NotSent(_)
            | Input::Ambiguous { .. }
            | Input::NotUploaded(_)
            | Input::Cancel
            | Input::Expire
            | Input::TooLate
            | Input::SessionEnded
            | Input::PeerChanged => (State::Settled(outcome), Vec::new()),
        },
    }
}

/// Ends a send whose present try is known to have done nothing: what earlier tries did is not known.
fn give_up(earlier_tries: u8, error: OpError) -> (State, Vec<Effect>) {
    settle(Err(if earlier_tries > 0 { OpError::Unknown } else { error }))
}

fn settle(outcome: Result<Stored, OpError>) -> (State, Vec<Effect>) {
    (State::Settled(outcome), vec![Effect::Store])
}
