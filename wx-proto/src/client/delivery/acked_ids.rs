//! The ids of acknowledged messages: what comes again is not delivered again.

use std::collections::{BTreeSet, VecDeque};

use crate::MsgId;

/// The ids of acknowledged messages, newest last, bounded.
#[derive(Clone, Debug)]
pub(in crate::client) struct AckedIds {
    order: VecDeque<MsgId>,
    known: BTreeSet<MsgId>,
    limit: usize,
}

impl AckedIds {
    pub(in crate::client) fn new(limit: usize, ids: impl IntoIterator<Item = MsgId>) -> Self {
        let mut acked = Self { order: VecDeque::new(), known: BTreeSet::new(), limit };
        acked.extend(ids);
        acked
    }

    pub(in crate::client) fn iter(&self) -> impl Iterator<Item = &MsgId> {
        self.order.iter()
    }

    pub(super) fn clear(&mut self) {
        self.order.clear();
        self.known.clear();
    }

    pub(super) fn contains(&self, id: &MsgId) -> bool {
        self.known.contains(id)
    }

    pub(super) fn extend(&mut self, ids: impl IntoIterator<Item = MsgId>) {
        for id in ids {
            if self.known.insert(id.clone()) {
                self.order.push_back(id);
            }
        }
        while self.order.len() > self.limit {
            if let Some(old) = self.order.pop_front() {
                self.known.remove(&old);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_of_acknowledged_ids_is_bounded() {
        let mut acked = AckedIds::new(3, []);
        acked.extend(["1", "2", "3", "4"].map(MsgId::new));
        assert_eq!(acked.iter().map(MsgId::as_str).collect::<Vec<_>>(), ["2", "3", "4"]);
        assert!(!acked.contains(&MsgId::new("1")) && acked.contains(&MsgId::new("4")));
    }
}
