//! Which transitions a client took; nothing without the feature `transitions`.

#[cfg(feature = "transitions")]
pub(super) use with::{Seen, Watched};
#[cfg(not(feature = "transitions"))]
pub(super) use without::{Seen, Watched};

#[cfg(feature = "transitions")]
mod with {
    use crate::{
        Client,
        flow::transitions::{Described, Kinds, Transition},
    };

    /// Transitions kept until they are taken; more than that is dropped.
    const MOST: usize = 1_000;

    #[derive(Clone, Debug, Default)]
    pub(crate) struct Seen(Vec<Transition>);

    /// A flow whose transitions are noted.
    pub(crate) trait Watched: Described {}

    impl<F: Described> Watched for F {}

    impl Seen {
        /// Moves a flow on.
        pub(crate) fn apply<F: Watched>(&mut self, flow: &mut F, input: F::Input) -> Vec<F::Effect> {
            let (state, kind) = (flow.kind(), input.kind());
            let effects = flow.apply(input);
            if self.0.len() < MOST {
                self.0.push(Transition::new(state, kind, flow, &effects));
            }
            effects
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
    use crate::flow::Flow;

    #[derive(Clone, Debug, Default)]
    pub(crate) struct Seen {}

    /// Any flow.
    pub(crate) trait Watched: Flow {}

    impl<F: Flow> Watched for F {}

    impl Seen {
        /// Moves a flow on.
        #[allow(clippy::unused_self, reason = "the form it has with the feature")]
        pub(crate) fn apply<F: Watched>(&mut self, flow: &mut F, input: F::Input) -> Vec<F::Effect> {
            flow.apply(input)
        }
    }
}
