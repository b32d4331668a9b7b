//! Sends: commands about them, their turns, what their flow asks for.

use super::{drive::Driven, machine::Machine, schedule::backoff, seen::Seen, stage::Stage};
use crate::{
    ClientTime, CommandError, FileKind, Lane, OpError, OpId, Outgoing, SendOptions, UserName,
    endpoint::{Call, Quota, SendForm, Waiter},
    flow::send,
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
        if !self.config.profile.flavour().has_contacts() && to.as_str() != UserName::FILE_HELPER {
            return Err(CommandError::OnlyFileHelper);
        }
        if !matches!(self.stage, Stage::Online(_)) {
            return Err(CommandError::NotOnline);
        }
        if !self.is_run_stored() {
            return Err(CommandError::NotStored);
        }
        self.check_outgoing(&message)?;
        if !self.outbox.make_room() {
            return Err(CommandError::OutboxFull { limit: self.config.outbox });
        }
        let upload = message.as_file().map(|file| self.plan_upload(file));
        let op = self.next_op();
        let revision = self.storage.raise();
        let expires_at = options.expires_at.map(|at| self.clock.to_client(at));
        self.outbox.push(op, to.clone(), message, options, expires_at, revision);
        if let Some(upload) = upload {
            self.outbox.add_upload(op, upload, revision);
        }
        Ok(op)
    }

    /// Refuses what the server would refuse, before anything leaves.
    fn check_outgoing(&self, message: &Outgoing) -> Result<(), CommandError> {
        match message {
            Outgoing::Text(text) => {
                if text.is_empty() {
                    return Err(CommandError::EmptyText);
                }
                let (length, limit) = (text.chars().count(), self.config.max_text);
                if length > limit {
                    return Err(CommandError::TextTooLong { length, limit });
                }
            }
            Outgoing::File(file) => {
                let len = file.source.len;
                if len == 0 {
                    return Err(CommandError::EmptyFile);
                }
                let limit = match file.kind {
                    FileKind::Image | FileKind::Emoticon => self.config.max_image,
                    FileKind::Video => self.config.max_video,
                    FileKind::File => self.config.max_file,
                };
                if len > limit {
                    return Err(CommandError::FileTooLarge { len, limit });
                }
            }
            Outgoing::Emoticon(_) | Outgoing::Forward(_) => {}
        }
        Ok(())
    }

    pub(super) fn cancel(&mut self, op: OpId) -> bool {
        if !self.lanes.give_up(|call| call.waiter() == Waiter::Command(op)).is_empty() {
            self.done(op, Err(OpError::Cancelled));
            return true;
        }
        if self.cancel_download(op, OpError::Cancelled) {
            return true;
        }
        let open = self.outbox.open().contains(&op);
        if open {
            self.drive_at(op, send::Input::Cancel);
        }
        open
    }

    pub(super) fn forget(&mut self, op: OpId) {
        if self.outbox.forget(op) {
            self.storage.raise_later(self.clock.now());
        }
    }

    /// Lets the next send have its turn, and one whose claim is stored leave.
    pub(super) fn advance_sends(&mut self, now: ClientTime) {
        if !matches!(self.stage, Stage::Online(_)) {
            return;
        }
        while let Some(op) = self.outbox.next_turn(now, self.limits.not_before(Quota::Send)) {
            self.drive_at(op, send::Input::Turn);
        }
        if let Some(op) = self.outbox.stored_claim(|revision| self.storage.is_stored(revision)) {
            self.drive_at(op, send::Input::ClaimStored);
        }
    }
}

impl Driven for send::State {
    type Key = OpId;

    fn find(machine: &mut Machine, op: OpId) -> Option<(&mut Self, &mut Seen)> {
        Some((machine.outbox.state_mut(op)?, &mut machine.seen))
    }

    fn perform(machine: &mut Machine, op: OpId, effect: send::Effect) {
        match effect {
            send::Effect::Store => {
                machine.outbox.note_claim(
                    op,
                    machine.clock.now(),
                    machine.clock.wall(),
                    machine.rng.next_u64(),
                );
                let revision = machine.storage.raise();
                machine.outbox.set_revision(op, revision);
                machine.close_upload(op);
            }
            send::Effect::Send => {
                // The application asked for the first try, not for the others.
                let Some(entry) = machine.outbox.get(op) else { return };
                let (form, again) = (SendForm::of(&entry.message), entry.tries() > 1);
                machine.lanes.schedule(Call::SendMsg { op, form }, machine.clock.now(), again);
            }
            send::Effect::Abort => {
                machine.lanes.give_up(|call| call.waiter() == Waiter::Send(op));
            }
            send::Effect::HoldBack(cause) => {
                let failures = machine.outbox.failed();
                let at = machine.clock.now() + backoff(failures, &mut machine.rng);
                machine.outbox.hold_until(at);
                machine.trouble(Lane::Send, cause, failures, at);
            }
            send::Effect::HoldBackLong => {
                machine.limits.hit(Quota::Send, machine.clock.now());
            }
            send::Effect::Through => {
                machine.outbox.through();
                machine.limits.through(Quota::Send);
            }
        }
    }
}
