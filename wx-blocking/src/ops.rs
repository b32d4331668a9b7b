//! Outcomes of commands, for those who wait for them.

use std::collections::BTreeMap;

use wx_proto::{OpError, OpId, Outcome};

pub(crate) type Ended = Result<Outcome, OpError>;

/// Who waits for which outcome, and the outcomes of late.
#[derive(Debug, Default)]
pub(crate) struct Ops {
    waiting: BTreeMap<OpId, usize>,
    ended: BTreeMap<OpId, Known>,
}

#[derive(Debug)]
struct Known {
    ended: Ended,
    /// It came for somebody who has not taken it yet: nobody else was told.
    untold: bool,
}

impl Ops {
    /// Someone begins to wait.
    pub(crate) fn join(&mut self, op: OpId) {
        *self.waiting.entry(op).or_default() += 1;
    }

    /// The outcome, for one of those who wait for it.
    pub(crate) fn take(&mut self, op: OpId) -> Option<Ended> {
        let known = self.ended.get_mut(&op)?;
        known.untold = false;
        Some(known.ended.clone())
    }

    /// Someone waits no more. `keep`: somebody may ask for the outcome again. Gives it if it came for those who waited and
    /// none of them took it.
    #[must_use]
    pub(crate) fn leave(&mut self, op: OpId, keep: bool) -> Option<Ended> {
        let others = self.waiting.get(&op).map_or(0, |count| count.saturating_sub(1));
        if others > 0 {
            self.waiting.insert(op, others);
            return None;
        }
        self.waiting.remove(&op);
        let is_untold = self.ended.get(&op).is_some_and(|known| known.untold);
        let untold = if is_untold { self.take(op) } else { None };
        if !keep {
            self.ended.remove(&op);
        }
        untold
    }

    /// Notes an outcome; true if somebody waits for it.
    pub(crate) fn end(&mut self, op: OpId, ended: Ended) -> bool {
        let untold = self.waiting.contains_key(&op);
        self.ended.insert(op, Known { ended, untold });
        untold
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
        for _ in 0..2 {
            assert!(ops.take(op).is_some());
            assert_eq!(ops.leave(op, false), None, "it was taken");
        }
        assert!(ops.take(op).is_none() && ops.len() == 0);
    }

    #[test]
    fn what_nobody_took_is_still_to_be_told() {
        let (mut ops, op) = (Ops::default(), OpId::new(1));
        ops.join(op);
        ops.join(op);
        assert!(ops.end(op, Err(OpError::Unknown)));
        assert_eq!(ops.leave(op, true), None, "another one waits");
        assert_eq!(ops.leave(op, true), Some(Err(OpError::Unknown)));
        // An outcome of before is known to whoever asked.
        ops.join(op);
        assert_eq!(ops.leave(op, true), None);
        assert!(ops.has_ended(op));
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
