//! The kinds of a send's states, inputs and effects.

use super::{Effect, Input, State, Stored, TRIES};
use crate::{
    FailureKind, OpError,
    flow::transitions::{CAUSE, Described, Label, kinds},
};

impl Described for State {
    const NAME: &str = "send";
    fn starts() -> Vec<Self> {
        vec![Self::Waiting { tries: 0 }]
    }

    fn may_come(&self, input: &Input) -> bool {
        // Until its request goes out.
        match input {
            Input::Expire => matches!(self, Self::Waiting { .. } | Self::Claimed { .. }),
            Input::TooLate => matches!(self, Self::InFlight { .. }),
            Input::Turn
            | Input::ClaimStored
            | Input::Accepted { .. }
            | Input::Refused { .. }
            | Input::TooOften
            | Input::NotSent(_)
            | Input::Ambiguous { .. }
            | Input::NotUploaded(_)
            | Input::Cancel
            | Input::SessionEnded
            | Input::PeerChanged => true,
        }
    }
}

kinds!(State {
    Waiting { tries: tries in [0, 1, TRIES - 1, TRIES] },
    Claimed { tries: tries in [1, 2, TRIES] },
    InFlight { tries: tries in [1, 2, TRIES] },
    Settled { 0: outcome in [
        Ok(Stored { msg_id: None, repeated: false }),
        Ok(Stored { msg_id: None, repeated: true }),
        Err(OpError::Refused { ret: 1, message: String::new() }),
        Err(OpError::RateLimited),
        Err(OpError::Unknown),
        Err(OpError::Cancelled),
        Err(OpError::Expired),
        Err(OpError::SessionEnded),
        Err(OpError::PeerChanged),
        Err(OpError::Failed(FailureKind::Timeout)),
        Err(OpError::BadReply),
    ] },
});

kinds!(Input {
    Turn {},
    ClaimStored {},
    Accepted { msg_id: id in [None] },
    Refused { ret: ret in [1], message: message in [String::new()] },
    TooOften {},
    NotSent { 0: cause in [CAUSE] },
    Ambiguous { cause: cause in [CAUSE], retry: retry in [true, false] },
    NotUploaded { 0: error in [OpError::UploadFailed] },
    Cancel {},
    Expire {},
    TooLate {},
    SessionEnded {},
    PeerChanged {},
});

impl Label for Effect {
    fn label(&self) -> String {
        let label = match self {
            Self::Store => "store",
            Self::Send => "ask webwxsendmsg",
            Self::Abort => "abort",
            Self::HoldBack(_) => "hold sends back",
            Self::HoldBackLong => "hold sends back for minutes",
            Self::Through => "sends get through",
        };
        label.to_owned()
    }
}
