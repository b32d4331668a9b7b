//! A batch that waits too long for its acknowledgement is reminded of, again and again.

use std::time::Duration;

use super::Delivery;
use crate::{BatchId, ClientTime};

/// A batch that is open for so long is reminded of.
const OVERDUE: Duration = Duration::from_secs(5 * 60);

/// A batch that waits too long for its acknowledgement.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::client) struct Reminder {
    pub(in crate::client) batch: BatchId,
    /// How often it was said.
    pub(in crate::client) attempt: u32,
    /// When it is said again.
    pub(in crate::client) next: ClientTime,
}

impl Delivery {
    /// When the oldest open batch is to be reminded of.
    pub(in crate::client) fn reminder_at(&self) -> Option<ClientTime> {
        let pending = self.pending.front()?;
        let said = if pending.id == self.reminded.0 { self.reminded.1 } else { 0 };
        pending.handed_at.map(|at| at + OVERDUE.saturating_mul(said.saturating_add(1)))
    }

    /// The oldest open batch, if it has waited for another five minutes.
    pub(in crate::client) fn remind(&mut self, now: ClientTime) -> Option<Reminder> {
        self.reminder_at().filter(|at| *at <= now)?;
        let batch = self.pending.front()?.id;
        let attempt = if batch == self.reminded.0 { self.reminded.1.saturating_add(1) } else { 1 };
        // Time may have jumped: what was missed is not said in a row.
        if let Some(pending) = self.pending.front_mut() {
            let said = OVERDUE.saturating_mul(attempt);
            let millis = u64::try_from(said.as_millis()).unwrap_or(u64::MAX);
            pending.handed_at = Some(ClientTime::from_millis(now.as_millis().saturating_sub(millis)));
        }
        self.reminded = (batch, attempt);
        self.reminder_at().map(|next| Reminder { batch, attempt, next })
    }
}
