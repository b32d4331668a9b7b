//! Uploads: their turns, what their flow asks for, what replies bring.

use super::{
    drive::Driven, machine::Machine, schedule::backoff, seen::Seen, stage::Stage, value::ReplyValue,
};
use crate::{
    Cause, ClientTime, Endpoint, FailureKind, Lane, OpId, OutgoingFile, ReplyError,
    endpoint::{
        Call, Quota, Waiter,
        check_upload::CheckReply,
        chunk::{CHUNK, Chunk},
        upload_media::UploadReply,
    },
    flow::{SYSTEM_ERROR, TOO_OFTEN, is_session_over, send, upload},
    outgoing::LARGE,
};

impl Machine {
    /// Lets the next upload have its turn, and one whose claim is stored leave.
    pub(super) fn advance_uploads(&mut self, now: ClientTime) {
        if !matches!(self.stage, Stage::Online(_)) {
            return;
        }
        if let Some(op) = self.outbox.next_upload(now, self.limits.not_before(Quota::Upload)) {
            self.drive_at(op, upload::Input::Turn);
        }
        if let Some(op) = self.outbox.stored_upload(|revision| self.storage.is_stored(revision)) {
            self.drive_at(op, upload::Input::Stored);
        }
    }

    /// Large files are announced; in the file helper they have an address of their own.
    pub(super) fn plan_upload(&self, file: &OutgoingFile) -> upload::State {
        let large = file.source.len > LARGE;
        let parallel = large && self.config.profile.flavour.uploads_in_parallel();
        upload::start(Chunk::count(file.source.len), large, parallel)
    }

    /// webwxcheckupload's answer: the server has the file already, or gives leave to send it.
    pub(super) fn handle_permit(&mut self, op: OpId, reply: CheckReply) -> ReplyValue {
        let input = match &reply {
            CheckReply::Known { .. } => upload::Input::Known,
            CheckReply::Wanted(_) => upload::Input::Permitted,
        };
        if let Some(upload) = self.outbox.upload_mut(op) {
            upload.handed.check(reply);
        }
        self.drive_at(op, input);
        ReplyValue::Useful
    }

    /// The server took a chunk.
    pub(super) fn handle_chunk(&mut self, op: OpId, chunk: u64, reply: UploadReply) -> ReplyValue {
        let Some(upload) = self.outbox.upload_mut(op) else { return ReplyValue::Nothing };
        upload.handed.take(reply);
        let media = upload.handed.media_id.is_some();
        self.notify_uploaded(op, chunk, CHUNK);
        self.drive_at(op, upload::Input::Taken { media });
        ReplyValue::Useful
    }

    /// Not the wished reply to a request of an upload.
    pub(super) fn upload_lost(&mut self, op: OpId, endpoint: Endpoint, cause: Cause) -> ReplyValue {
        let input = match cause {
            Cause::Network {
                kind: kind @ (FailureKind::FileUnreadable | FailureKind::FileChanged), ..
            } => upload::Input::NoFile(kind),
            Cause::Reply { error: ReplyError::Ret { ret: TOO_OFTEN, .. }, .. } => upload::Input::TooOften,
            Cause::Reply { error: ReplyError::Ret { ret: SYSTEM_ERROR, .. }, .. } => {
                upload::Input::Useless(cause)
            }
            // The long poll says whether the session is really over.
            Cause::Reply { error: ReplyError::Ret { ret, .. }, .. } if is_session_over(ret) => {
                upload::Input::Lost(cause)
            }
            Cause::Reply { error: ReplyError::Ret { ret, message }, .. } => {
                upload::Input::Refused { ret, message }
            }
            // Not every server has that address.
            Cause::Reply { error: ReplyError::Status(status @ 400..=499), .. }
                if endpoint == Endpoint::UploadMediaParallel =>
            {
                upload::Input::Refused { ret: status.into(), message: String::new() }
            }
            // A page for people comes from something in between.
            Cause::Reply { error: ReplyError::Html, .. } => upload::Input::Lost(cause),
            Cause::Reply { .. } => upload::Input::Useless(cause),
            Cause::Network { .. } | Cause::Store | Cause::AckOverdue { .. } | Cause::ChecksLost => {
                upload::Input::Lost(cause)
            }
        };
        self.drive_at(op, input);
        ReplyValue::Nothing
    }

    /// A send that is over needs no file.
    pub(super) fn close_upload(&mut self, op: OpId) {
        if self.outbox.is_settled(op) {
            self.transfers.forget(op);
            self.drive_at(op, upload::Input::GiveUp);
        }
    }
}

impl Driven for upload::State {
    type Key = OpId;

    fn find(machine: &mut Machine, op: OpId) -> Option<(&mut Self, &mut Seen)> {
        Some((&mut machine.outbox.upload_mut(op)?.state, &mut machine.seen))
    }

    fn perform(machine: &mut Machine, op: OpId, effect: upload::Effect) {
        match effect {
            upload::Effect::Store => {
                let revision = machine.storage.raise();
                let wall = machine.clock.wall().as_millis();
                let prefix = machine.config.profile.flavour.device_id_prefix();
                let (rng, browser) = (&mut machine.rng, &mut machine.browser);
                let draw = || (rng.next_u64(), rng.device_id(prefix), browser.next_upload());
                machine.outbox.note_upload(op, revision, wall, draw);
            }
            upload::Effect::Ask => {
                let Some(upload) = machine.outbox.upload(op) else { return };
                let upload::State::InFlight(point) = upload.state else { return };
                // The application asked for the first try, not for the others.
                let again = point.failures > 0 || point.restarts > 0;
                machine.lanes.schedule(Call::of_upload(op, point), machine.clock.now(), again);
            }
            upload::Effect::Abort => {
                machine.lanes.give_up(|call| call.waiter() == Waiter::Upload(op));
            }
            upload::Effect::HoldBack(cause) => {
                let failures = machine.outbox.upload_failed();
                let at = machine.clock.now() + backoff(failures, &mut machine.rng);
                machine.outbox.hold_uploads_until(at);
                machine.trouble(Lane::Transfer, cause, failures, at);
            }
            upload::Effect::HoldBackLong => {
                machine.limits.hit(Quota::Upload, machine.clock.now());
            }
            upload::Effect::Through => {
                machine.outbox.uploads_through();
                machine.limits.through(Quota::Upload);
            }
            upload::Effect::Anew => machine.outbox.upload_anew(op),
            upload::Effect::Fail(error) => {
                machine.drive_at(op, send::Input::NotUploaded(error));
            }
        }
    }
}
