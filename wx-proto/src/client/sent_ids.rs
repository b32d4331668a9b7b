//! The ids that the server gave to sends of this account, bounded. Where whatever an account and its phone write comes from
//! the account itself, only they tell its own sends from the phone's.

use std::collections::{BTreeSet, VecDeque};

use crate::MsgId;

#[derive(Clone, Debug)]
pub(super) struct SentIds {
    /// Newest last.
    order: VecDeque<MsgId>,
    known: BTreeSet<MsgId>,
    limit: usize,
}

impl SentIds {
    pub(super) const fn new(limit: usize) -> Self {
        Self { order: VecDeque::new(), known: BTreeSet::new(), limit }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &MsgId> {
        self.order.iter()
    }

    pub(super) fn contains(&self, id: &MsgId) -> bool {
        self.known.contains(id)
    }

    pub(super) fn insert(&mut self, id: MsgId) {
        if !self.known.insert(id.clone()) {
            return;
        }
        self.order.push_back(id);
        while self.order.len() > self.limit {
            let Some(oldest) = self.order.pop_front() else { break };
            self.known.remove(&oldest);
        }
    }

    /// Another account logged in.
    pub(super) fn clear(&mut self) {
        self.order.clear();
        self.known.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_ids_make_room() {
        let mut sent = SentIds::new(2);
        for id in ["1", "2", "1", "3"] {
            sent.insert(MsgId::new(id));
        }
        assert_eq!(sent.iter().map(MsgId::as_str).collect::<Vec<_>>(), ["2", "3"]);
        assert!(!sent.contains(&MsgId::new("1")) && sent.contains(&MsgId::new("2")));
        sent.clear();
        assert_eq!((sent.contains(&MsgId::new("3")), sent.iter().count()), (false, 0));
    }
}
