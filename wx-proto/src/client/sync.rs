//! What the long poll and the fetch after it bring.

use super::{
    drive::Driven, machine::Machine, receiver::Fetched, seen::Seen, stage::Stage, value::ReplyValue,
};
use crate::{
    BatchId, Cause, ClientTime, CommandError, Lane, ReplyError, Secret, Session,
    endpoint::{Call, Quota, sync::SyncReply, sync_check::SyncCheck},
    flow::sync,
};

impl Machine {
    pub(super) fn ack(&mut self, batch: BatchId) -> Result<(), CommandError> {
        self.receiver.ack(batch, &mut self.storage).ok_or(CommandError::UnknownBatch)
    }

    pub(super) fn ack_stored(&mut self, batch: BatchId, session: &Session) -> Result<(), CommandError> {
        self.receiver.ack_stored(batch, session, &mut self.storage).ok_or(CommandError::UnknownBatch)?;
        self.storage.stored(session.revision());
        Ok(())
    }

    pub(super) fn handle_check(
        &mut self,
        check: SyncCheck,
        begun: ClientTime,
    ) -> Result<ReplyValue, ReplyError> {
        let SyncCheck { retcode, selector } = check;
        let news = selector != 0;
        if retcode != 0 {
            return Err(ReplyError::Ret { ret: retcode, message: String::new() });
        }
        self.limits.through(Quota::Check);
        // News are not always said twice: what was said once is still there.
        let remembered = matches!(self.stage, Stage::Online(sync::State::Check { news: true, .. }));
        if !news && !remembered {
            self.receiver.nothing_after_newest(begun);
        }
        let (renew, open) = (self.wants_renewal(), self.open());
        Ok(if news {
            let value = if open.room { ReplyValue::Promised } else { ReplyValue::Nothing };
            self.drive(sync::Input::News { renew, open }).max(value)
        } else {
            self.drive(sync::Input::Quiet { renew, open })
        })
    }

    pub(super) fn handle_sync(
        &mut self,
        reply: SyncReply,
        begun: ClientTime,
    ) -> Result<ReplyValue, ReplyError> {
        let SyncReply { messages, contact_changes, key, check_key, more, .. } = reply;
        // Without a key the same changes come again.
        let has_people = key.is_some() && !contact_changes.is_empty();
        self.handle_contact_changes(contact_changes);
        let unknown = self.unknown_names(&messages);
        let empty = messages.is_empty() && !has_people && !more;
        let received = messages.len();
        let messages = self.kept_messages(messages);
        let left_out = messages.len() < received;
        if left_out && key.is_none() {
            return Err(ReplyError::Missing("SyncKey"));
        }
        // They were news, though nobody hears of them.
        let moved = left_out && key.as_ref() != self.receiver.newest().map(|position| &position.sync);
        let fetched = Fetched { messages, key, check_key, empty, begun };
        let batch = self.receiver.fetched(fetched, &mut self.storage)?;
        let progress = batch || has_people || moved;
        self.drive(sync::Input::Synced { progress, more, open: self.open() });
        self.want(unknown);
        Ok(ReplyValue::useful_if(progress))
    }

    /// A webwxsync succeeded: the login's cookies are good for another 12 hours.
    pub(super) fn renewed(&mut self, skey: Option<Secret<String>>) {
        let now = self.clock.now();
        self.receiver.renewed(now);
        self.limits.through(Quota::Sync);
        if skey.is_some_and(|skey| self.account.renew_skey(skey)) {
            self.storage.raise_later(now);
        }
    }

    /// True if a webwxsync is due for its cookies alone, and code 1205 does not hold it back.
    fn wants_renewal(&self) -> bool {
        let now = self.clock.now();
        self.receiver.wants_renewal(now, &self.storage) && self.limits.is_open(Quota::Sync, now)
    }

    /// Tells the sync flow, if it waits for that, when a fetch may start.
    pub(super) fn offer_room(&mut self) {
        if self.waits_for_room() && self.may_fetch() {
            let polling = self.lanes.in_flight(|call| matches!(call, Call::SyncCheck | Call::Renew));
            let checks = self.open().checks;
            self.drive(sync::Input::Room { polling, checks });
        }
    }

    /// When code 1205 no longer holds back the fetch that the sync flow waits for.
    pub(super) fn fetch_at(&self) -> Option<ClientTime> {
        let at = self.limits.not_before(Quota::Sync);
        (self.waits_for_room() && at > self.clock.now()).then_some(at)
    }

    fn waits_for_room(&self) -> bool {
        match &self.stage {
            Stage::Online(sync::State::Check { news, confirming_end, .. }) => {
                (*news || !self.open().checks) && !confirming_end
            }
            // A renewal that has not left: with room a fetch renews the cookies as well.
            Stage::Online(sync::State::Renew { .. }) => !self.lanes.in_flight(|call| *call == Call::Renew),
            Stage::Online(sync::State::Fetch { .. } | sync::State::Reinit { .. } | sync::State::Finished)
            | Stage::Idle
            | Stage::Login(_)
            | Stage::Start(_)
            | Stage::LoggingOut { .. }
            | Stage::Ended => false,
        }
    }

    /// What may start now.
    pub(super) fn open(&self) -> sync::Open {
        let checks = self.limits.is_open(Quota::Check, self.clock.now());
        sync::Open { room: self.may_fetch(), checks }
    }

    /// True if another batch may be opened, the key it would present is stored where that is asked for, and code 1205
    /// does not hold webwxsync back.
    pub(super) fn may_fetch(&self) -> bool {
        self.receiver.has_room(&self.storage) && self.limits.is_open(Quota::Sync, self.clock.now())
    }
}

impl Driven for sync::State {
    type Key = ();

    fn find(machine: &mut Machine, (): ()) -> Option<(&mut Self, &mut Seen)> {
        let Stage::Online(flow) = &mut machine.stage else { return None };
        Some((flow, &mut machine.seen))
    }

    fn perform(machine: &mut Machine, (): (), effect: sync::Effect) {
        match effect {
            sync::Effect::Schedule(schedule) => machine.schedule(schedule),
            sync::Effect::Unschedule => machine.lanes.unschedule(Lane::LongPoll),
            sync::Effect::Abort => {
                machine.lanes.give_up(|call| *call == Call::SyncCheck);
            }
            sync::Effect::ChecksLost => {
                let at = machine.lanes.last_start(Lane::LongPoll) + sync::FETCH_SPACING;
                machine.trouble(
                    Lane::LongPoll,
                    Cause::ChecksLost,
                    sync::LOST_CHECKS,
                    at.max(machine.clock.now()),
                );
            }
            sync::Effect::End(reason) => machine.end(reason),
        }
    }
}
