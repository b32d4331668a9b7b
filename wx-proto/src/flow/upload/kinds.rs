//! The kinds of an upload's states, inputs and effects.

use super::{ATTEMPTS, Effect, Input, Point, RESTARTS, State, Step, start};
use crate::{
    FailureKind,
    flow::transitions::{CAUSE, Described, Label, kinds},
};

impl Described for State {
    const NAME: &str = "upload";
    fn starts() -> Vec<Self> {
        vec![start(1, false, false)]
    }

    fn may_come(&self, input: &Input) -> bool {
        let Self::InFlight(Point { step, .. }) = self else { return true };
        match input {
            Input::Known | Input::Permitted => *step == Step::Check,
            Input::Taken { .. } | Input::NoFile(_) => *step != Step::Check,
            Input::Turn
            | Input::Stored
            | Input::Lost(_)
            | Input::Useless(_)
            | Input::Refused { .. }
            | Input::TooOften
            | Input::GiveUp => true,
        }
    }
}

/// Points that differ in what the flow tells apart.
fn points() -> Vec<Point> {
    let mut points = Vec::new();
    for step in [Step::Check, Step::Chunk(0), Step::Chunk(1), Step::Chunk(2)] {
        for parallel in [false, true] {
            for failures in [0, ATTEMPTS - 1] {
                for restarts in [0, RESTARTS] {
                    let checked = step == Step::Check || parallel;
                    points.push(Point { step, last: 2, checked, parallel, failures, restarts });
                }
            }
        }
    }
    points
}

impl crate::flow::transitions::Kinds for State {
    fn kind(&self) -> &'static str {
        match self {
            Self::Waiting(_) => "Waiting",
            Self::Claimed(_) => "Claimed",
            Self::InFlight(_) => "InFlight",
            Self::Uploaded => "Uploaded",
            Self::Over => "Over",
        }
    }

    fn samples() -> Vec<Self> {
        let at = |state: fn(Point) -> Self| points().into_iter().map(state);
        at(Self::Waiting)
            .chain(at(Self::Claimed))
            .chain(at(Self::InFlight))
            .chain([Self::Uploaded, Self::Over])
            .collect()
    }
}

kinds!(Input {
    Turn {},
    Stored {},
    Known {},
    Permitted {},
    Taken { media: media in [false, true] },
    Lost { 0: cause in [CAUSE] },
    Useless { 0: cause in [CAUSE] },
    Refused { ret: ret in [1], message: message in [String::new()] },
    TooOften {},
    NoFile { 0: kind in [FailureKind::FileChanged] },
    GiveUp {},
});

impl Label for Effect {
    fn label(&self) -> String {
        let label = match self {
            Self::Store => "store",
            Self::Ask => "ask",
            Self::Abort => "abort",
            Self::HoldBack(_) => "hold uploads back",
            Self::HoldBackLong => "hold uploads back for minutes",
            Self::Through => "uploads get through",
            Self::Anew => "forget what was handed out",
            Self::Fail(_) => "the send fails",
        };
        label.to_owned()
    }
}
