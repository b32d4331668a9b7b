//! What the application may ask for: commands only enqueue, their results are events.

use super::{Client, LoginMethod, PageLoad, Stage, effects};
use crate::{
    BatchId, Cause, CommandError, Event, Lane, OpError, OpId, Outgoing, ResumeStep, Revision, SendOptions,
    UserName,
    endpoint::{Call, Waiter},
    flow,
};

impl Client {
    /// Starts the login. From `Idle` and `Ended`.
    ///
    /// # Errors
    /// [`CommandError::AlreadyActive`] while one is under way or stands; [`CommandError::NothingToResume`] for
    /// [`LoginMethod::Resume`] without a stored login.
    pub fn login(&mut self, how: LoginMethod) -> Result<(), CommandError> {
        match self.stage {
            Stage::Idle | Stage::Ended => {}
            Stage::Login(_) | Stage::Start(_) | Stage::Online(_) | Stage::LoggingOut { .. } => {
                return Err(CommandError::AlreadyActive);
            }
        }
        let fallback = match how {
            LoginMethod::Resume if self.login.is_none() => return Err(CommandError::NothingToResume),
            LoginMethod::Resume => flow::start::Fallback::End,
            LoginMethod::Auto => flow::start::Fallback::Qr,
            LoginMethod::Qr => flow::start::Fallback::End,
        };
        self.dirty = true;
        self.page = PageLoad { at: self.clock.wall(), scripts: 0 };
        match &self.login {
            Some(login) if how != LoginMethod::Qr => {
                let known = login.me.is_some() && self.delivery.newest().is_some();
                let renewal = !self.may_fetch();
                let (state, effects) =
                    if known { flow::start::stored(fallback, renewal) } else { flow::start::fresh(fallback) };
                if !known {
                    self.events.push_back(Event::Resume { step: ResumeStep::Init });
                }
                self.enter(Stage::Start(state));
                self.apply_start(effects);
            }
            Some(_) | None => self.begin_qr_login(),
        }
        Ok(())
    }

    /// Accepts a message to send. It leaves when a revision holding it is stored and its turn comes; its end is
    /// [`Event::Done`](crate::Event::Done) with the id given here.
    ///
    /// # Errors
    /// [`CommandError::NotOnline`], [`CommandError::NotStored`], [`CommandError::EmptyText`], [`CommandError::TextTooLong`],
    /// [`CommandError::OutboxFull`]; nothing was accepted then.
    pub fn send(
        &mut self,
        to: &UserName,
        message: Outgoing,
        options: SendOptions,
    ) -> Result<OpId, CommandError> {
        if let Some(op) = options.client_msg_id.as_deref().and_then(|id| self.outbox.known(id)) {
            self.dirty = true;
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
        self.dirty = true;
        Ok(op)
    }

    /// Fetches the picture of the QR code that is shown; most applications draw its `url` themselves.
    ///
    /// # Errors
    /// [`CommandError::NoQrCode`] when none is shown.
    pub fn qr_image(&mut self) -> Result<OpId, CommandError> {
        let uuid = self.qr.as_ref().ok_or(CommandError::NoQrCode)?.uuid.clone();
        let op = self.next_op();
        self.lanes.ask(Call::QrCode { op, uuid }, self.clock.now(), false);
        self.dirty = true;
        Ok(op)
    }

    /// Acknowledges a batch and all before it: the stored position may pass them now.
    ///
    /// # Errors
    /// [`CommandError::UnknownBatch`] if no open batch has this id; nothing moves then.
    pub fn ack(&mut self, batch: BatchId) -> Result<(), CommandError> {
        let acked = self.delivery.ack(batch).ok_or(CommandError::UnknownBatch)?;
        if acked.gap {
            self.gap_since = None;
        }
        self.position_revision = self.storage.raise();
        self.dirty = true;
        self.offer_room();
        Ok(())
    }

    /// The session of this revision is stored.
    pub fn stored(&mut self, revision: Revision) {
        self.dirty = true;
        if self.storage.stored(revision) {
            self.offer_room();
        }
    }

    /// The session of this revision could not be stored; it is offered again after a pause.
    pub fn store_failed(&mut self, revision: Revision) {
        self.dirty = true;
        let rng = &mut self.rng;
        let failed =
            self.storage.failed(revision, |failures| effects::backoff(failures, rng), self.clock.now());
        if let Some((attempt, at)) = failed {
            let retry_at = self.clock.to_caller(at);
            let lane = Lane::Control;
            self.events.push_back(Event::Trouble { lane, cause: Cause::Store, attempt, retry_at });
        }
    }

    /// The application has the outcome of this send: it leaves the session.
    pub fn forget(&mut self, op: OpId) {
        if self.outbox.forget(op) {
            self.storage.raise_later(self.clock.now());
            self.dirty = true;
        }
    }

    /// Gives a command up. Its end is `Cancelled` if nothing of it may have left, else `Unknown`. False if it is over
    /// already, or no such command.
    pub fn cancel(&mut self, op: OpId) -> bool {
        self.dirty = true;
        if !self.lanes.give_up(|call| call.waiter() == Waiter::Command(op)).is_empty() {
            self.done(op, Err(OpError::Cancelled));
            return true;
        }
        self.outbox.open().contains(&op) && self.step_send(op, flow::send::Input::Cancel)
    }
}
