//! Loading people: contact pages first, then groups with their members, then whoever turns up in messages.
//!
//! It runs beside the long poll and never holds a message up. A page is asked for as long as the login lives, unless the
//! server answers and the answer is of no use again and again; names that could not be had are not asked for again for a
//! while.

#[cfg(feature = "transitions")]
pub(crate) mod kinds;
mod recently_requested;

use std::{collections::BTreeMap, time::Duration};

use self::recently_requested::RecentlyRequested;
use super::{Schedule, Wait};
use crate::{
    Cause, ClientTime, UserName,
    endpoint::{
        Call,
        batch_get_contact::{self, ContactQuery},
    },
};

/// Rounds of webwxgetcontact after the first, as the official page does.
const ROUNDS: u8 = 16;
/// Answers of no use in a row after which a page is given up, and failures after which names are served before it.
const PATIENCE: u32 = 5;
/// Unknown names are collected this long before they are asked for, as the official page does.
const COALESCE: Duration = Duration::from_millis(200);
/// Names to ask for at a time. After an answer of no use it is the next smaller number, as in the official page, until
/// the name that the server cannot answer for is alone; after a good one the next larger.
const STEPS: [usize; 4] = [batch_get_contact::MAX, 10, 5, 1];
/// Names that may wait to be asked for.
const WANTED: usize = 10_000;

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum State {
    /// Not begun, or nothing left to ask for.
    Rest,
    /// A contact page is asked for.
    Pages(Page),
    /// These names are asked for; none yet while they are being collected. Then the page that is left, if there is one.
    Names { bundle: Vec<ContactQuery>, failures: u32, page: Option<Page> },
}

/// Where the contact pages stand.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Page {
    pub(crate) seq: u64,
    pub(crate) rounds: u8,
    /// Failures of any kind in a row.
    pub(crate) failures: u32,
    /// Those among them that were answers.
    pub(crate) refusals: u32,
}

/// The state and what it has to keep beside it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Loader {
    pub(crate) state: State,
    /// Names to ask for, and the group of each that is known only from there.
    wanted: BTreeMap<UserName, Option<UserName>>,
    recent: RecentlyRequested,
    /// How many names to ask for at a time: a place in [`STEPS`].
    step: usize,
    loaded: bool,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Input {
    /// The session is online.
    Begin,
    /// The same, in a flavour without contacts and groups.
    Nobody,
    /// A contact page came; `next` is the sequence to go on with, 0 at the end.
    Page { next: u64 },
    /// The names asked for came, as far as the server knows them.
    Names,
    /// These names are of interest and not known.
    Want(Vec<ContactQuery>),
    /// Code 1205: the client holds these calls back for a while.
    TooOften,
    /// An answer that is of no use.
    Refused(Cause),
    /// No answer.
    Lost(Cause),
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Effect {
    Schedule(Schedule),
    /// The first load is done.
    Loaded,
}

impl super::Flow for Loader {
    type Input = Input;
    type Effect = Effect;

    fn apply(&mut self, input: Input) -> Vec<Effect> {
        self.step(input)
    }
}

impl super::Input for Input {
    type Flow = Loader;
}

impl Loader {
    pub(crate) fn new() -> Self {
        Self {
            state: State::Rest,
            wanted: BTreeMap::new(),
            recent: RecentlyRequested::default(),
            step: 0,
            loaded: false,
        }
    }

    pub(crate) fn step(&mut self, input: Input) -> Vec<Effect> {
        let state = std::mem::replace(&mut self.state, State::Rest);
        let (state, effects) = match (state, input) {
            (State::Rest, Input::Begin) => ask_page(Page { seq: 0, rounds: 0, failures: 0, refusals: 0 }),
            (State::Rest, Input::Nobody) => self.rest(),
            (State::Rest, Input::Want(names)) => {
                self.want(names);
                // Before the pages are there, most names will turn out to be known.
                if self.loaded {
                    self.ask_names(Wait::Delay(COALESCE), None)
                } else {
                    (State::Rest, Vec::new())
                }
            }
            (
                State::Rest,
                Input::Page { .. } | Input::Names | Input::TooOften | Input::Refused(_) | Input::Lost(_),
            ) => (State::Rest, Vec::new()),

            (State::Pages(page), Input::Page { next }) => {
                if next == 0 || next == page.seq || page.rounds >= ROUNDS {
                    self.ask_names(Wait::Now, None)
                } else {
                    let rounds = page.rounds.saturating_add(1);
                    ask_page(Page { seq: next, rounds, failures: 0, refusals: 0 })
                }
            }
            (State::Pages(page), Input::Refused(_)) if page.refusals >= PATIENCE => {
                tracing::warn!("a contact page was given up: the server's answers are of no use");
                self.ask_names(Wait::Now, None)
            }
            (State::Pages(page), Input::Refused(cause)) => {
                let refusals = page.refusals.saturating_add(1);
                self.again(Page { refusals, ..page }, cause)
            }
            (State::Pages(page), Input::Lost(cause)) => self.again(page, cause),
            (State::Pages(page), Input::TooOften) => ask_page(page),
            (state @ State::Pages(_), Input::Want(names)) => {
                self.want(names);
                (state, Vec::new())
            }
            (state @ State::Pages(_), Input::Begin | Input::Nobody | Input::Names) => (state, Vec::new()),

            (State::Names { page, .. }, Input::Names) => {
                self.step = self.step.saturating_sub(1);
                self.ask_names(Wait::Now, page)
            }
            (State::Names { bundle, failures, page }, Input::Refused(cause)) => {
                let failures = failures.saturating_add(1);
                if bundle.len() > 1 {
                    self.step = (self.step + 1).min(STEPS.len() - 1);
                    self.wanted.extend(bundle.into_iter().map(|query| (query.name, query.group)));
                } else {
                    tracing::debug!("a name was given up: the server does not answer for it");
                    self.step = self.step.saturating_sub(1);
                }
                if self.wanted.is_empty() {
                    self.ask_names(Wait::Now, page)
                } else {
                    let retry = Effect::Schedule(Schedule::again(Call::BatchGetContact, failures, cause));
                    (State::Names { bundle: Vec::new(), failures, page }, vec![retry])
                }
            }
            (State::Names { bundle, failures, page }, Input::Lost(cause)) => {
                let failures = failures.saturating_add(1);
                let retry = Effect::Schedule(Schedule::again(Call::BatchGetContact, failures, cause));
                (State::Names { bundle, failures, page }, vec![retry])
            }
            (state @ State::Names { .. }, Input::TooOften) => {
                (state, vec![Effect::Schedule(Schedule::now(Call::BatchGetContact))])
            }
            (state @ State::Names { .. }, Input::Want(names)) => {
                self.want(names);
                (state, Vec::new())
            }
            (state @ State::Names { .. }, Input::Begin | Input::Nobody | Input::Page { .. }) => {
                (state, Vec::new())
            }
        };
        self.state = state;
        effects
    }

    /// True once contacts and groups were loaded.
    pub(crate) const fn is_loaded(&self) -> bool {
        self.loaded
    }

    /// Lets time pass: names that were asked for long ago may be asked for again.
    pub(crate) fn advance(&mut self, now: ClientTime) {
        self.recent.advance(now);
    }

    /// What is known of these names is out of date: they may be asked for again.
    pub(crate) fn forget<'a>(&mut self, names: impl IntoIterator<Item = &'a UserName>) {
        for name in names {
            self.recent.remove(name);
        }
    }

    /// Names that are to be asked for, or asked for and not answered.
    pub(crate) fn open_names(&self) -> impl Iterator<Item = &UserName> {
        let asked = match &self.state {
            State::Names { bundle, .. } => bundle.as_slice(),
            State::Rest | State::Pages(_) => &[],
        };
        asked.iter().map(|query| &query.name).chain(self.wanted.keys())
    }

    fn want(&mut self, queries: Vec<ContactQuery>) {
        for ContactQuery { name, group } in queries {
            if !self.recent.contains(&name) && self.wanted.len() < WANTED {
                self.wanted.insert(name, group);
            }
        }
    }

    /// Asks for a page once more. After some failures names come first, so that they need not wait for the page.
    fn again(&mut self, page: Page, cause: Cause) -> (State, Vec<Effect>) {
        let failures = page.failures.saturating_add(1);
        let page = Page { failures, ..page };
        if failures >= PATIENCE && !self.wanted.is_empty() {
            let first = Effect::Schedule(Schedule::again(Call::BatchGetContact, failures, cause));
            return (State::Names { bundle: Vec::new(), failures: 0, page: Some(page) }, vec![first]);
        }
        let retry = Effect::Schedule(Schedule::again(Call::GetContact { seq: page.seq }, failures, cause));
        (State::Pages(page), vec![retry])
    }

    /// Asks for the next bundle, for the page that is left, or rests.
    fn ask_names(&mut self, wait: Wait, page: Option<Page>) -> (State, Vec<Effect>) {
        if !self.wanted.is_empty() {
            let schedule = Schedule::after(Call::BatchGetContact, wait);
            return (
                State::Names { bundle: Vec::new(), failures: 0, page },
                vec![Effect::Schedule(schedule)],
            );
        }
        if let Some(page) = page {
            let schedule = Schedule::after(Call::GetContact { seq: page.seq }, Wait::Backoff(page.failures));
            return (State::Pages(page), vec![Effect::Schedule(schedule)]);
        }
        self.rest()
    }

    /// Nothing is left to ask for.
    fn rest(&mut self) -> (State, Vec<Effect>) {
        let first = !std::mem::replace(&mut self.loaded, true);
        (State::Rest, if first { vec![Effect::Loaded] } else { Vec::new() })
    }

    /// The names to put into the request that starts now. A first try takes those that were collected while it waited, as
    /// many as one call may carry at this time; a repeat asks for the same again.
    pub(crate) fn names_to_ask(&mut self) -> Vec<ContactQuery> {
        let State::Names { bundle, .. } = &mut self.state else { return Vec::new() };
        if bundle.is_empty() {
            let most = STEPS.get(self.step).copied().unwrap_or(1);
            for (name, group) in (0..most).map_while(|_| self.wanted.pop_first()) {
                self.recent.insert(name.clone());
                bundle.push(ContactQuery { name, group });
            }
        }
        bundle.clone()
    }
}

fn ask_page(page: Page) -> (State, Vec<Effect>) {
    (State::Pages(page), vec![Effect::Schedule(Schedule::now(Call::GetContact { seq: page.seq }))])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Until the name that the server refuses is alone; then many at a time again.
    #[test]
    fn a_refused_bundle_is_asked_for_in_smaller_ones() {
        let mut loader = Loader::new();
        let names = (0..60).map(|number| ContactQuery::plain(UserName::new(format!("@{number:02}"))));
        loader.step(Input::Want(names.collect()));
        loader.step(Input::Begin);
        loader.step(Input::Page { next: 0 });
        let mut sizes = Vec::new();
        for refused in [true, true, true, true, false, false, false] {
            sizes.push(loader.names_to_ask().len());
            loader.step(if refused { Input::Refused(Cause::Store) } else { Input::Names });
        }
        assert_eq!(sizes, [50, 10, 5, 1, 5, 10, 44]);
    }
}
