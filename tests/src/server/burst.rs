//! Many texts, at once or at a rate.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use wx_proto::Timestamp;

use super::Server;
use super::account::ContactId;
use super::queue::{Entry, Message};

/// Texts that come one after another.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Burst {
    chat: ContactId,
    from: ContactId,
    rate: u64,
    start: Timestamp,
    done: u64,
    count: u64,
}

impl Burst {
    pub(super) fn new(chat: ContactId, from: ContactId, rate: u64, start: Timestamp, count: u64) -> Self {
        Self { chat, from, rate, start, done: 0, count }
    }

    /// Computed from the start, so that no rate drifts by rounding.
    fn next_at(&self) -> Option<Timestamp> {
        if self.done >= self.count {
            return None;
        }
        match self.done.saturating_mul(1000).checked_div(self.rate) {
            Some(millis) => Some(self.start + Duration::from_millis(millis)),
            None => Some(self.start),
        }
    }
}

impl Server {
    pub(super) fn next_burst(&self) -> Option<Timestamp> {
        self.bursts.iter().filter_map(Burst::next_at).min()
    }

    /// Queues the texts of bursts whose time has come.
    pub(super) fn advance_bursts(&mut self) {
        while let Some(at) = self.next_burst().filter(|at| *at <= self.now) {
            let Some(burst) = self.bursts.iter_mut().find(|burst| burst.next_at() == Some(at)) else {
                return;
            };
            burst.done += 1;
            let mut message = Message::between(&self.account, burst.chat, burst.from, at.as_secs());
            message.text = format!("{}/{}", burst.done, burst.count);
            message.id = self.queue.draw_id();
            self.queue.push(Entry::Message(message));
            self.bursts.retain(|burst| burst.next_at().is_some());
        }
    }
}
