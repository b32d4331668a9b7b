//! What the application is told, in its order, and whether it was told of an outage.

use std::collections::VecDeque;

use crate::{Cause, Event, Timestamp};

#[derive(Clone, Debug, Default)]
pub(super) struct Events {
    queue: VecDeque<Event>,
    /// True from the first failure of an outage to the first reply after it.
    offline: bool,
}

impl Events {
    pub(super) fn push(&mut self, event: Event) {
        self.queue.push_back(event);
    }

    pub(super) fn pop(&mut self) -> Option<Event> {
        self.queue.pop_front()
    }

    /// A failure of the network: an outage is told of once. `retry_at` in the caller's time.
    pub(super) fn offline(&mut self, cause: Cause, retry_at: Timestamp) {
        if !std::mem::replace(&mut self.offline, true) {
            self.push(Event::Offline { cause, retry_at });
        }
    }

    /// The server answered.
    pub(super) fn online(&mut self) {
        if std::mem::replace(&mut self.offline, false) {
            self.push(Event::Online);
        }
    }

    /// Nothing is under way any more: an outage is not of interest.
    pub(super) const fn end_outage(&mut self) {
        self.offline = false;
    }
}
