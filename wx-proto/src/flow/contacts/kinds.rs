//! The kinds of the loader's states, inputs and effects.

use std::collections::BTreeSet;

use super::{ASKED, Effect, Input, Loader, PATIENCE, ROUNDS, State};
use crate::{
    UserName,
    flow::transitions::{CAUSE, Flow, Kind, Kinds, Label, kinds},
};

impl Flow for Loader {
    const NAME: &str = "contacts";
    type Input = Input;
    type Effect = Effect;

    fn apply(mut self, input: Input) -> (Self, Vec<Effect>) {
        let effects = self.step(input);
        (self, effects)
    }

    fn starts() -> Vec<Self> {
        vec![Self::new()]
    }

    fn joint(&self, input: &Input) -> Vec<&'static str> {
        let (word, holds) = match (&self.state, input) {
            (State::Pages { seq, .. }, Input::Page { next }) => ("same page", seq == next),
            (_, Input::Want(names)) => {
                ("new", self.wanted.len() < ASKED && names.iter().any(|name| !self.asked.contains(name)))
            }
            (
                State::Rest | State::Pages { .. } | State::Names { .. },
                Input::Begin | Input::Page { .. } | Input::Names | Input::TooOften(_) | Input::Lost(_),
            ) => return Vec::new(),
        };
        if holds { vec![word] } else { Vec::new() }
    }

    fn is_possible(&self) -> bool {
        match &self.state {
            State::Rest => !self.loaded || self.wanted.is_empty(),
            // Only the first page is asked for with 0, and pages come once, before all is loaded.
            State::Pages { seq, rounds, .. } => (*seq == 0) == (*rounds == 0) && !self.loaded,
            State::Names { .. } => true,
        }
    }
}

kinds!(State {
    Rest {},
    Pages { seq: seq in [0, 7], rounds: rounds in [0, 1, ROUNDS - 1, ROUNDS], failures: failures in [0, PATIENCE - 1, PATIENCE] }
        => ["last page", if *rounds >= ROUNDS; "last try", if *failures >= PATIENCE],
    Names { names: names in [Vec::new()], failures: failures in [0, PATIENCE - 1, PATIENCE] }
        => ["last try", if *failures >= PATIENCE],
});

impl Kinds for Loader {
    fn kind(&self) -> Kind {
        let Self { state, wanted, asked: _, loaded } = self;
        let mut kind = state.kind();
        kind.words.extend((!wanted.is_empty()).then_some("more wanted"));
        kind.words.extend(loaded.then_some("loaded"));
        kind
    }

    fn samples() -> Vec<Self> {
        let mut samples = Vec::new();
        for state in State::samples() {
            for loaded in [false, true] {
                for wanted in [BTreeSet::new(), BTreeSet::from([name("@@wanted")])] {
                    for asked in [BTreeSet::new(), BTreeSet::from([name("@@sample")])] {
                        let (state, wanted) = (state.clone(), wanted.clone());
                        samples.push(Self { state, wanted, asked, loaded });
                    }
                }
            }
        }
        samples
    }
}

kinds!(Input {
    Begin {},
    Page { next: next in [0, 7, 8] } => ["end", if *next == 0],
    Names {},
    Want { 0: names in [vec![name("@@sample")]] },
    TooOften { 0: cause in [CAUSE] },
    Lost { 0: cause in [CAUSE] },
});

impl Label for Effect {
    fn label(&self) -> String {
        match self {
            Self::Ask(ask) => ask.label(),
            Self::Loaded => "tell: contacts".to_owned(),
        }
    }
}

fn name(name: &str) -> UserName {
    UserName::new(name)
}
