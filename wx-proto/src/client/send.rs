//! Sends: commands about them, their turns, what their flow asks for.

use super::{effects::backoff, limits::Kind, machine::Machine, stage::Stage};
use crate::{
    CommandError, Lane, OpError, OpId, Outgoing, SendOptions, Timestamp, UserName,
    flow::{Call, send},
};

impl Machine {
    pub(super) fn send(
        &mut self,
        to: &UserName,
        message: Outgoing,
        options: SendOptions,
    ) -> Result<OpId, CommandError> {
        if let Some(op) = options.client_msg_id.as_deref().and_then(|id| self.outbox.known(id)) {
            return Ok(op);
        }
        if !matches!(self.stage, Stage::Online(_)) {
            return Err(CommandError::NotOnline);
        }
        if !self.is_run_stored() {
            return Err(CommandError::NotStored);
        }
        let Outgoing::Text(text) = &message;
        if text.is_empty() {
            return Err(CommandError::EmptyText);
        }
        let length = text.chars().count();
        if length > self.config.max_text {
            return Err(CommandError::TextTooLong { length, limit: self.config.max_text });
        }
        if !self.outbox.make_room() {
            return Err(CommandError::OutboxFull { limit: self.config.outbox });
        }
        let op = self.next_op();
        let revision = self.storage.raise();
        let expires_at = options.expires_at.map(|at| self.clock.to_client(at));
        self.outbox.push(op, to.clone(), message, options, expires_at, revision);
        Ok(op)
    }

    pub(super) fn cancel(&mut self, op: OpId) -> bool {
        let images = |call: &Call| matches!(call, Call::QrCode { op: of, .. } if *of == op);
        if !self.lanes.give_up(images).is_empty() {
            self.done(op, Err(OpError::Cancelled));
            return true;
        }
        self.outbox.open().contains(&op) && self.step_send(op, send::Input::Cancel)
    }

    pub(super) fn forget(&mut self, op: OpId) {
        if self.outbox.forget(op) {
            self.storage.raise_later(self.clock.now());
        }
    }

    /// Lets the next send have its turn, and one whose claim is stored leave.
    pub(super) fn advance_sends(&mut self, now: Timestamp) {
        if !matches!(self.stage, Stage::Online(_)) {
            return;
        }
        while let Some(op) = self.outbox.next_turn(now) {
            self.step_send(op, send::Input::Turn);
        }
        if let Some(op) = self.outbox.stored_claim(|revision| self.storage.is_stored(revision)) {
            self.step_send(op, send::Input::ClaimStored);
        }
    }

    /// Steps one send; false if there is no such send.
    pub(super) fn step_send(&mut self, op: OpId, input: send::Input) -> bool {
        let Some(effects) = self.outbox.step(op, input, &mut self.seen) else { return false };
        for effect in effects {
            match effect {
                send::Effect::Store => {
                    self.outbox.note_claim(op, self.clock.now(), self.clock.wall(), self.rng.next());
                    let revision = self.storage.raise();
                    self.outbox.set_revision(op, revision);
                }
                send::Effect::Send => {
                    // The application asked for the first try, not for the others.
                    let again = self.outbox.get(op).is_some_and(|entry| entry.tries() > 1);
                    self.lanes.ask(Call::SendMsg { op }, self.clock.now(), again);
                }
                send::Effect::Abort => {
                    self.lanes.give_up(|call| *call == Call::SendMsg { op });
                }
                send::Effect::HoldBack(cause) => {
                    let failures = self.outbox.failed();
                    let at = self.clock.now() + backoff(failures, &mut self.rng);
                    self.outbox.hold_until(at);
                    self.trouble(Lane::Send, cause, failures, at);
                }
                send::Effect::HoldBackLong => {
                    let (_, until) = self.limits.hit(Kind::Send, self.clock.now());
                    self.outbox.hold_until(until);
                }
                send::Effect::Through => {
                    self.outbox.through();
                    self.limits.through(Kind::Send);
                }
            }
        }
        true
    }
}
