//! One way to move every flow on: find it, give it the input, do what it asks for.

use std::mem::Discriminant;

use super::{
    machine::Machine,
    seen::{Seen, Watched},
    stage::Stage,
    value::ReplyValue,
};
use crate::flow::Input;

/// A flow that the client runs.
pub(super) trait Driven: Watched {
    /// Which one it is, where there are several of its kind.
    type Key: Copy;

    /// The flow, if the client is where it runs, with what notes its transitions.
    fn find(machine: &mut Machine, key: Self::Key) -> Option<(&mut Self, &mut Seen)>;

    /// Does what the flow asks for.
    fn perform(machine: &mut Machine, key: Self::Key, effect: Self::Effect);

    /// Where it stands, if a reply is worth something that takes it elsewhere.
    fn milestone(&self) -> Option<Discriminant<Self>> {
        None
    }
}

impl Machine {
    /// Enters the stage of a flow that begins.
    pub(super) fn begin<F: Driven<Key = ()>>(&mut self, (flow, effects): (F, Vec<F::Effect>))
    where
        Stage: From<F>,
    {
        self.enter(flow.into());
        for effect in effects {
            F::perform(self, (), effect);
        }
    }

    /// Gives an input to its flow, the only one of its kind; nothing happens where that does not run.
    pub(super) fn drive<I>(&mut self, input: I) -> ReplyValue
    where
        I: Input<Flow: Driven<Key = ()>>,
    {
        self.drive_at((), input)
    }

    /// The same where there are several of the kind.
    pub(super) fn drive_at<I, K: Copy>(&mut self, key: K, input: I) -> ReplyValue
    where
        I: Input<Flow: Driven<Key = K>>,
    {
        let Some((flow, seen)) = I::Flow::find(self, key) else { return ReplyValue::Nothing };
        let answered = input.is_answer();
        let before = flow.milestone();
        let effects = seen.apply(flow, input);
        let value = ReplyValue::useful_if(flow.milestone() != before);
        if answered {
            self.events.online();
        }
        self.follow_stage();
        for effect in effects {
            I::Flow::perform(self, key, effect);
        }
        value
    }
}
