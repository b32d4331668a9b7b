//! Which transitions a client took; nothing without the feature `transitions`.

#[cfg(feature = "transitions")]
pub(super) use with::{Seen, before};
#[cfg(not(feature = "transitions"))]
pub(super) use without::{Seen, before};

#[cfg(feature = "transitions")]
mod with {
    use crate::{
        Client,
        flow::transitions::{Before, Flow, Transition},
    };

    /// Transitions kept until they are taken; more than that is dropped.
    const MOST: usize = 1_000;

    #[derive(Clone, Debug, Default)]
    pub(crate) struct Seen(Vec<Transition>);

    pub(crate) fn before<F: Flow>(state: &F, input: &F::Input) -> Before {
        Before::of(state, input)
    }

    impl Seen {
        pub(crate) fn after<F: Flow>(&mut self, before: Before, next: &F, effects: &[F::Effect]) {
            if self.0.len() < MOST {
                self.0.push(before.then(next, effects));
            }
        }
    }

    impl Client {
        /// The transitions since the last call, oldest first; no more than a thousand.
        #[doc(hidden)]
        pub fn take_transitions(&mut self) -> Vec<Transition> {
            std::mem::take(&mut self.machine.seen.0)
        }
    }
}

#[cfg(not(feature = "transitions"))]
mod without {
    #[derive(Clone, Debug, Default)]
    pub(crate) struct Seen {}

    pub(crate) struct Before {}

    pub(crate) const fn before<S, I>(_state: &S, _input: &I) -> Before {
        Before {}
    }

    impl Seen {
        #[allow(clippy::unused_self, reason = "the form it has with the feature")]
        pub(crate) const fn after<S, E>(&mut self, _before: Before, _next: &S, _effects: &[E]) {}
    }
}
