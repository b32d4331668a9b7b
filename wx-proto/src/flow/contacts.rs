//! Loading people: contact pages first, then groups with their members, then whoever turns up in messages.
//!
//! It runs beside the long poll and never holds a message up. Names that could not be had are not asked for again.

#[cfg(feature = "transitions")]
pub(crate) mod kinds;

use std::{collections::BTreeSet, time::Duration};

use super::{Ask, Call, Wait, too_often_pause};
use crate::{Cause, UserName, endpoint::batch_get_contact};

/// Rounds of webwxgetcontact after the first, as the official page does.
const ROUNDS: u8 = 16;
/// Failures in a row after which a page or a bundle of names is given up.
const PATIENCE: u32 = 5;
/// Unknown names are collected this long before they are asked for, as the official page does.
const COALESCE: Duration = Duration::from_millis(200);
/// Names remembered as asked for.
const ASKED: usize = 10_000;

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum State {
    /// Not begun, or nothing left to ask for.
    Rest,
    /// A contact page is asked for.
    Pages { seq: u64, rounds: u8, failures: u32 },
    /// These names are asked for; none yet while they are being collected.
    Names { names: Vec<UserName>, failures: u32 },
}

/// The state and what it has to keep beside it.
#[derive(Clone, Debug)]
pub(crate) struct Loader {
    pub(crate) state: State,
    wanted: BTreeSet<UserName>,
    asked: BTreeSet<UserName>,
    loaded: bool,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Input {
    /// The session is online.
    Begin,
    /// A contact page came; `next` is the sequence to go on with, 0 at the end.
    Page { next: u64 },
    /// The names asked for came, as far as the server knows them.
    Names,
    /// These names are of interest and not known.
    Want(Vec<UserName>),
    /// Code 1205.
    TooOften(Cause),
    /// No usable reply.
    Lost(Cause),
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Effect {
    Ask(Ask),
    /// The first load is done.
    Loaded,
}

impl Loader {
    pub(crate) const fn new() -> Self {
        Self { state: State::Rest, wanted: BTreeSet::new(), asked: BTreeSet::new(), loaded: false }
    }

    pub(crate) fn step(&mut self, input: Input) -> Vec<Effect> {
        let state = std::mem::replace(&mut self.state, State::Rest);
        let (state, effects) = match (state, input) {
            (State::Rest, Input::Begin) => ask_page(0, 0),
            (State::Rest, Input::Want(names)) => {
                self.want(names);
                // Before the pages are there, most names will turn out to be known.
                if self.loaded { self.ask_names(Wait::Delay(COALESCE)) } else { (State::Rest, Vec::new()) }
            }
            (State::Rest, Input::Page { .. } | Input::Names | Input::TooOften(_) | Input::Lost(_)) => {
                (State::Rest, Vec::new())
            }

            (State::Pages { seq, rounds, .. }, Input::Page { next }) => {
                if next == 0 || next == seq || rounds >= ROUNDS {
                    self.ask_names(Wait::Now)
                } else {
                    ask_page(next, rounds.saturating_add(1))
                }
            }
            (State::Pages { failures, .. }, Input::Lost(_)) if failures >= PATIENCE => {
                self.ask_names(Wait::Now)
            }
            (State::Pages { seq, rounds, failures }, Input::Lost(cause)) => {
                let failures = failures.saturating_add(1);
                let call = Call::GetContact { seq };
                let retry = Effect::Ask(Ask::again(call, failures, cause));
                (State::Pages { seq, rounds, failures }, vec![retry])
            }
            (State::Pages { seq, rounds, failures }, Input::TooOften(cause)) => {
                let failures = failures.saturating_add(1);
                let again =
                    Ask::again_after(Call::GetContact { seq }, too_often_pause(failures), failures, cause);
                (State::Pages { seq, rounds, failures }, vec![Effect::Ask(again)])
            }
            (state @ State::Pages { .. }, Input::Want(names)) => {
                self.want(names);
                (state, Vec::new())
            }
            (state @ State::Pages { .. }, Input::Begin | Input::Names) => (state, Vec::new()),

            (State::Names { .. }, Input::Names) => self.ask_names(Wait::Now),
            (State::Names { failures, .. }, Input::Lost(_)) if failures >= PATIENCE => {
                self.ask_names(Wait::Now)
            }
            (State::Names { names, failures }, Input::Lost(cause)) => {
                let failures = failures.saturating_add(1);
                let retry = Effect::Ask(Ask::again(Call::BatchGetContact, failures, cause));
                (State::Names { names, failures }, vec![retry])
            }
            (State::Names { names, failures }, Input::TooOften(cause)) => {
                let failures = failures.saturating_add(1);
                let again =
                    Ask::again_after(Call::BatchGetContact, too_often_pause(failures), failures, cause);
                (State::Names { names, failures }, vec![Effect::Ask(again)])
            }
            (state @ State::Names { .. }, Input::Want(names)) => {
                self.want(names);
                (state, Vec::new())
            }
            (state @ State::Names { .. }, Input::Begin | Input::Page { .. }) => (state, Vec::new()),
        };
        self.state = state;
        effects
    }

    /// Names that are to be asked for, or asked for and not answered.
    pub(crate) fn open_names(&self) -> impl Iterator<Item = &UserName> {
        let asked = match &self.state {
            State::Names { names, .. } => names.as_slice(),
            State::Rest | State::Pages { .. } => &[],
        };
        asked.iter().chain(&self.wanted)
    }

    fn want(&mut self, names: Vec<UserName>) {
        for name in names {
            if !self.asked.contains(&name) && self.wanted.len() < ASKED {
                self.wanted.insert(name);
            }
        }
    }

    /// Asks for the next bundle, or rests.
    fn ask_names(&mut self, wait: Wait) -> (State, Vec<Effect>) {
        if self.wanted.is_empty() {
            let first = !std::mem::replace(&mut self.loaded, true);
            return (State::Rest, if first { vec![Effect::Loaded] } else { Vec::new() });
        }
        (
            State::Names { names: Vec::new(), failures: 0 },
            vec![Effect::Ask(Ask::after(Call::BatchGetContact, wait))],
        )
    }

    /// The names to put into the request that starts now. A first try takes all that were collected while it waited,
    /// as many as one call may carry; a repeat asks for the same again.
    pub(crate) fn names_to_ask(&mut self) -> Vec<UserName> {
        let State::Names { names, .. } = &mut self.state else { return Vec::new() };
        if names.is_empty() {
            names.extend((0..batch_get_contact::MAX).map_while(|_| self.wanted.pop_first()));
            if self.asked.len() >= ASKED {
                self.asked.clear();
            }
            self.asked.extend(names.iter().cloned());
        }
        names.clone()
    }
}

fn ask_page(seq: u64, rounds: u8) -> (State, Vec<Effect>) {
    (State::Pages { seq, rounds, failures: 0 }, vec![Effect::Ask(Ask::now(Call::GetContact { seq }))])
}
