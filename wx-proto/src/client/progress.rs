//! The loop's three calls: `poll`, `handle`, `deadline`.

use std::time::Duration;

use super::{Client, Stage, delivery::Reminder};
use crate::{BatchContent, Cause, Event, FailureKind, Lane, Output, Reply, Timestamp, endpoint::Call, flow};

/// How long a call waits that presents a key which is not stored yet, unless the store is quicker.
const UNSTORED: Duration = Duration::from_secs(1);

impl Client {
    /// The next thing to do, `None` when there is nothing until [`deadline`](Self::deadline) or the next reply or
    /// command.
    pub fn poll(&mut self, now: Timestamp) -> Option<Output> {
        let now = self.clock.advance(now);
        if !self.dirty {
            if self.wake.is_none_or(|wake| now < wake) {
                return None;
            }
            self.dirty = true;
        }
        self.pass_time(now);
        let output = self.next_output(now);
        if output.is_none() {
            self.dirty = false;
            self.wake = self.next_wake();
        }
        output
    }

    /// Takes the end of an exchange. One that is late, given up, repeated or unknown changes nothing.
    pub fn handle(&mut self, now: Timestamp, reply: Reply) {
        self.clock.advance(now);
        let Some(flight) = self.lanes.finish(reply.id) else {
            tracing::debug!(id = %reply.id, "a late or unknown reply");
            return;
        };
        self.dirty = true;
        self.take_reply(flight, reply.result);
    }

    /// When to poll again even without a reply, in the time the caller uses. Now, while there is output left.
    pub fn deadline(&self) -> Option<Timestamp> {
        if self.dirty { Some(self.clock.wall()) } else { self.wake.map(|wake| self.clock.to_caller(wake)) }
    }

    /// Everything that happens by time alone.
    fn pass_time(&mut self, now: Timestamp) {
        while let Some(flight) = self.lanes.overdue(now) {
            let failure =
                crate::Failure { kind: FailureKind::Timeout, sent: crate::Sent::Maybe, received: 0 };
            self.take_reply(flight, Err(failure));
        }
        self.offer_room();
        if let Some(Reminder { batch, attempt, next }) = self.delivery.remind(now) {
            let retry_at = self.clock.to_caller(next);
            let cause = Cause::AckOverdue { batch };
            self.events.push_back(Event::Trouble { lane: Lane::LongPoll, cause, attempt, retry_at });
        }
        for op in self.outbox.expired(now) {
            self.step_send(op, flow::send::Input::Expire);
        }
    }

    fn next_output(&mut self, now: Timestamp) -> Option<Output> {
        if let Some(id) = self.lanes.next_abort() {
            return Some(Output::Abort(id));
        }
        if let Some(event) = self.events.pop_front() {
            return Some(Output::Event(event));
        }
        // The run number must be stored before a batch carries it: ids never come again.
        if self.is_run_stored()
            && let Some(mut batch) = self.delivery.next_batch(now)
        {
            if let BatchContent::Gap(gap) = &mut batch.content {
                gap.since = self.clock.to_caller(gap.since);
            }
            return Some(Output::Event(Event::Batch(batch)));
        }
        if let Some((op, outcome)) = self.outbox.next_done(|revision| self.storage.is_stored(revision)) {
            return Some(Output::Event(Event::Done { op, outcome }));
        }
        self.advance_sends(now);
        while let Some((call, rated)) = self.lanes.next_due(now, self.rates.next_at()) {
            if let Call::SendMsg { op } = call
                && self.outbox.is_too_late(op, now)
            {
                self.step_send(op, flow::send::Input::TooLate);
                continue;
            }
            if call == Call::Renew && !self.position_is_stored() {
                // It was acknowledged meanwhile: once that is stored, a fetch takes its place.
                self.lanes.ask(call, now + UNSTORED, rated);
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
        if self.has_session()
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

    /// Lets the next send have its turn, and one whose claim is stored leave.
    fn advance_sends(&mut self, now: Timestamp) {
        if !matches!(self.stage, Stage::Online(_)) {
            return;
        }
        while let Some(op) = self.outbox.next_turn(now) {
            self.step_send(op, flow::send::Input::Turn);
        }
        if let Some(op) = self.outbox.stored_claim(|revision| self.storage.is_stored(revision)) {
            self.step_send(op, flow::send::Input::ClaimStored);
        }
    }

    fn next_wake(&self) -> Option<Timestamp> {
        let online = matches!(self.stage, Stage::Online(_));
        let sends = self.outbox.deadline(online);
        [
            self.lanes.deadline(self.rates.next_at()),
            self.storage.deadline(),
            self.delivery.reminder_at(),
            sends,
            self.room_at(),
        ]
        .into_iter()
        .flatten()
        .min()
    }
}
