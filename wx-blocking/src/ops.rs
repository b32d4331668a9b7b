//! Outcomes of commands, for those who wait for them.

use std::collections::BTreeMap;

use wx_proto::{OpError, OpId, Outcome};

pub(crate) type Ended = Result<Outcome, OpError>;

/// Who waits for which outcome, and the outcomes of late.
#[derive(Debug, Default)]
pub(crate) struct Ops {
    waiting: BTreeMap<OpId, usize>,
    ended: BTreeMap<OpId, Ended>,
}

impl Ops {
    /// Someone begins to wait.
    pub(crate) fn join(&mut self, op: OpId) {
        *self.waiting.entry(op).or_default() += 1;
    }

    /// Someone waits no more and takes the outcome, if there is one. `keep`: somebody may ask for it again.
    pub(crate) fn leave(&mut self, op: OpId, keep: bool) -> Option<Ended> {
        let others = self.waiting.get(&op).map_or(0, |count| count.saturating_sub(1));
        if others > 0 {
            self.waiting.insert(op, others);
        } else {
            self.waiting.remove(&op);
        }
        if keep || others > 0 { self.ended.get(&op).cloned() } else { self.ended.remove(&op) }
    }

    /// Notes an outcome; true if somebody waits for it.
    pub(crate) fn end(&mut self, op: OpId, ended: Ended) -> bool {
        self.ended.insert(op, ended);
        self.waiting.contains_key(&op)
    }

    /// Drops the outcomes that nobody waits for and `wanted` does not pick.
    pub(crate) fn tidy(&mut self, wanted: impl Fn(OpId) -> bool) {
        self.ended.retain(|op, _| self.waiting.contains_key(op) || wanted(*op));
    }

    /// Drops an outcome, unless somebody waits for it.
    pub(crate) fn forget(&mut self, op: OpId) {
        if !self.waiting.contains_key(&op) {
            self.ended.remove(&op);
        }
    }

    pub(crate) fn has_ended(&self, op: OpId) -> bool {
        self.ended.contains_key(&op)
    }

    pub(crate) fn is_waited_for(&self, op: OpId) -> bool {
        self.waiting.contains_key(&op)
    }

    /// Those somebody waits for and that have no outcome yet.
    pub(crate) fn open(&self) -> impl Iterator<Item = OpId> {
        self.waiting.keys().copied().filter(|op| !self.ended.contains_key(op))
    }

    /// Outcomes held.
    pub(crate) fn len(&self) -> usize {
        self.ended.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_who_wait_get_the_outcome() {
        let (mut ops, op) = (Ops::default(), OpId::new(1));
        ops.join(op);
        ops.join(op);
        assert_eq!(ops.open().collect::<Vec<_>>(), [op]);
        assert!(ops.end(op, Err(OpError::Unknown)));
        ops.forget(op);
        assert!(ops.leave(op, false).is_some());
        assert!(ops.leave(op, false).is_some());
        assert!(ops.leave(op, false).is_none() && ops.len() == 0);
    }

    #[test]
    fn outcomes_that_nobody_can_ask_for_go() {
        let mut ops = Ops::default();
        ops.join(OpId::new(2));
        for op in 1..=3 {
            ops.end(OpId::new(op), Err(OpError::Cancelled));
        }
        ops.tidy(|op| op == OpId::new(3));
        assert_eq!([1, 2, 3].map(|op| ops.has_ended(OpId::new(op))), [false, true, true]);
        ops.forget(OpId::new(3));
        assert!(!ops.has_ended(OpId::new(3)));
    }
}
