//! The kinds of the loader's states, inputs and effects.

use std::collections::BTreeMap;

use super::{Effect, Input, Loader, PATIENCE, Page, ROUNDS, RecentlyRequested, STEPS, State};
use crate::{
    UserName,
    endpoint::batch_get_contact::ContactQuery,
    flow::transitions::{CAUSE, Described, Kinds, Label, kinds},
};

impl Described for Loader {
    const NAME: &str = "contacts";
    fn starts() -> Vec<Self> {
        vec![Self::new()]
    }

    fn is_possible(&self) -> bool {
        match &self.state {
            State::Rest => !self.loaded || self.wanted.is_empty(),
            State::Pages(page) => page.is_possible() && !self.loaded,
            State::Names { page, .. } => {
                // A page that is left has failed before, and is left before all is loaded.
                page.is_none_or(|page| page.is_possible() && page.failures >= PATIENCE && !self.loaded)
            }
        }
    }
}

impl Page {
    /// Only the first page is asked for with 0, and an answer of no use is a failure.
    const fn is_possible(&self) -> bool {
        (self.seq == 0) == (self.rounds == 0) && self.refusals <= self.failures
    }

    fn samples() -> Vec<Self> {
        let mut samples = Vec::new();
        for seq in [0, 7] {
            for rounds in [0, 1, ROUNDS - 1, ROUNDS] {
                for failures in [0, PATIENCE - 2, PATIENCE - 1, PATIENCE] {
                    for refusals in [0, PATIENCE - 1, PATIENCE] {
                        samples.push(Self { seq, rounds, failures, refusals });
                    }
                }
            }
        }
        samples
    }
}

impl Kinds for State {
    fn kind(&self) -> &'static str {
        match self {
            Self::Rest => "Rest",
            Self::Pages(_) => "Pages",
            Self::Names { .. } => "Names",
        }
    }

    fn samples() -> Vec<Self> {
        let mut samples = vec![Self::Rest];
        let pages = Page::samples();
        samples.extend(pages.iter().copied().map(Self::Pages));
        let left = pages.into_iter().filter(|page| page.failures >= PATIENCE).map(Some);
        let left: Vec<Option<Page>> = left.chain([None]).collect();
        for bundle in [Vec::new(), vec![wanted("@@one")], vec![wanted("@@one"), wanted("@@two")]] {
            for failures in [0, 1] {
                let names =
                    |page: &Option<Page>| Self::Names { bundle: bundle.clone(), failures, page: *page };
                samples.extend(left.iter().map(names));
            }
        }
        samples
    }
}

impl Kinds for Loader {
    fn kind(&self) -> &'static str {
        self.state.kind()
    }

    fn samples() -> Vec<Self> {
        let mut known = RecentlyRequested::default();
        known.insert(UserName::new("@@sample"));
        let mut samples = Vec::new();
        for state in State::samples() {
            for loaded in [false, true] {
                for more in [BTreeMap::new(), BTreeMap::from([(UserName::new("@@wanted"), None)])] {
                    for recent in [RecentlyRequested::default(), known.clone()] {
                        for step in [0, STEPS.len() - 1] {
                            let (state, wanted) = (state.clone(), more.clone());
                            samples.push(Self { state, wanted, recent: recent.clone(), step, loaded });
                        }
                    }
                }
            }
        }
        samples
    }
}

kinds!(Input {
    Begin {},
    Nobody {},
    Page { next: next in [0, 7, 8] },
    Names {},
    Want { 0: names in [vec![wanted("@@sample")]] },
    TooOften {},
    Refused { 0: cause in [CAUSE] },
    Lost { 0: cause in [CAUSE] },
});

impl Label for Effect {
    fn label(&self) -> String {
        match self {
            Self::Schedule(schedule) => schedule.label(),
            Self::Loaded => "tell: contacts".to_owned(),
        }
    }
}

fn wanted(name: &str) -> ContactQuery {
    ContactQuery::plain(UserName::new(name))
}
