//! Ids of messages that are known: those that come again are told by them.

use std::collections::{BTreeSet, VecDeque};

use crate::MsgId;

/// The ids of messages, newest last, bounded.
#[derive(Clone, Debug)]
pub(super) struct IdWindow {
    order: VecDeque<MsgId>,
    known: BTreeSet<MsgId>,
    limit: usize,
}

impl IdWindow {
    pub(super) fn new(limit: usize, ids: impl IntoIterator<Item = MsgId>) -> Self {
        let mut window = Self { order: VecDeque::new(), known: BTreeSet::new(), limit };
        window.extend(ids);
        window
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &MsgId> {
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
    fn the_oldest_ids_make_room() {
        let mut window = IdWindow::new(3, []);
        window.extend(["1", "2", "1", "3", "4"].map(MsgId::new));
        assert_eq!(window.iter().map(MsgId::as_str).collect::<Vec<_>>(), ["2", "3", "4"]);
        assert!(!window.contains(&MsgId::new("1")) && window.contains(&MsgId::new("4")));
    }
}
