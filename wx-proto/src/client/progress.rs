//! What time and replies do to the machine, and what it asks for next.

use std::time::Duration;

use super::{delivery::Reminder, machine::Machine};
use crate::{Cause, ClientTime, Event, FailureKind, Lane, Output, Reply, endpoint::Call, flow};

/// How long a call waits that presents a key which is not stored yet, unless the store is quicker.
const UNSTORED: Duration = Duration::from_secs(1);

impl Machine {
    /// What is to be done now, if there is something.
    pub(super) fn next(&mut self, now: ClientTime) -> Option<Output> {
        self.pass_time(now);
        self.next_output(now)
    }

    /// Takes the end of an exchange; false if nobody waits for it.
    pub(super) fn handle(&mut self, reply: Reply) -> bool {
        let Some(flight) = self.lanes.finish(reply.id) else {
            tracing::debug!(id = %reply.id, "a late or unknown reply");
            return false;
        };
        self.handle_reply(flight, reply.result);
        true
    }

    /// Everything that happens by time alone.
    fn pass_time(&mut self, now: ClientTime) {
        while let Some(flight) = self.lanes.overdue(now) {
            let failure =
                crate::Failure { kind: FailureKind::Timeout, sent: crate::Sent::Maybe, received: 0 };
            self.handle_reply(flight, Err(failure));
        }
        self.offer_room();
        if let Some(Reminder { batch, attempt, next }) = self.receiver.remind(now) {
            self.trouble(Lane::LongPoll, Cause::AckOverdue { batch }, attempt, next);
        }
        for op in self.outbox.expired(now) {
            self.drive_at(op, flow::send::Input::Expire);
        }
    }

    fn next_output(&mut self, now: ClientTime) -> Option<Output> {
        if let Some(id) = self.lanes.next_abort() {
            return Some(Output::Abort(id));
        }
        if let Some(event) = self.events.pop() {
            return Some(Output::Event(event));
        }
        // The run number must be stored before a batch carries it: ids never come again.
        if self.is_run_stored()
            && let Some(batch) = self.receiver.next_batch(&self.clock)
        {
            return Some(Output::Event(Event::Batch(batch)));
        }
        if let Some((op, outcome)) = self.outbox.next_done(|revision| self.storage.is_stored(revision)) {
            return Some(Output::Event(Event::Done { op, outcome }));
        }
        self.advance_uploads(now);
        self.advance_downloads(now);
        self.advance_sends(now);
        while let Some((call, rated)) = self.lanes.next_due(now, self.rates.next_at()) {
            if let Call::SendMsg { op, .. } = call
                && self.outbox.is_too_late(op, now)
            {
                self.drive_at(op, flow::send::Input::TooLate);
                continue;
            }
            if call == Call::Renew && !self.receiver.is_stored(&self.storage) {
                // It was acknowledged meanwhile: once that is stored, a fetch takes its place.
                self.lanes.schedule(call, now + UNSTORED, rated);
                continue;
            }
            let waits_for_reply = call.clone();
            match self.build(call, rated, now) {
                Some(request) => {
                    if rated {
                        self.rates.started(now);
                    }
                    return Some(Output::Start(request));
                }
                None => self.not_built(waits_for_reply),
            }
        }
        if self.account.is_worth_keeping()
            && let Some(revision) = self.storage.next_offer(now)
        {
            return Some(Output::Event(Event::Checkpoint { revision }));
        }
        None
    }

    /// A call whose tokens or keys are gone: its flow is told, so that nothing waits for ever.
    fn not_built(&mut self, call: Call) {
        let endpoint = call.endpoint();
        tracing::warn!(%endpoint, "a call could not be built");
        self.lost(&call, Cause::Network { endpoint, kind: FailureKind::Aborted }, crate::Sent::No);
    }
}
