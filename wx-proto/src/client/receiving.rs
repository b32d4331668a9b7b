//! What the long poll and the fetch behind it bring.

use std::time::Duration;

use super::{
    Client, Stage,
    bucket::Worth,
    delivery::{Accepted, Position},
    limits::Kind,
};
use crate::{
    ReplyError, Secret, Timestamp,
    endpoint::{Call, sync::SyncReply, sync_check::SyncCheck},
    flow::{contacts, sync},
};

/// The cookies live for 12 hours, and only a webwxsync renews them.
const RENEWAL: Duration = Duration::from_secs(2 * 60 * 60);
/// The pause after a renewal that failed.
const RENEWAL_PAUSE: Duration = Duration::from_secs(60);
/// How long one key must have been of no use before it is given up.
const GIVING_UP: Duration = Duration::from_secs(10 * 60);

impl Client {
    pub(super) fn take_check(&mut self, check: SyncCheck, begun: Timestamp) -> Result<(), ReplyError> {
        let SyncCheck { retcode, selector } = check;
        let news = selector != 0;
        if retcode != 0 {
            return Err(ReplyError::Ret { ret: retcode, message: String::new() });
        }
        self.limits.through(Kind::Check);
        // News are not always said twice: what was said once is still there.
        let remembered = matches!(self.stage, Stage::Online(sync::State::Check { news: true, .. }));
        if !news && !remembered {
            self.delivery.nothing_behind_newest(begun);
        }
        let (renew, open) = (self.wants_renewal(), self.open());
        if news {
            if open.room {
                self.worth = Worth::Promised;
            }
            self.step_sync(sync::Input::News { renew, open });
        } else {
            self.step_sync(sync::Input::Quiet { renew, open });
        }
        Ok(())
    }

    pub(super) fn take_sync(&mut self, reply: SyncReply, begun: Timestamp) -> Result<(), ReplyError> {
        let SyncReply { messages, contact_changes, key, check_key, more, .. } = reply;
        // Without a key the same changes come again.
        let has_people = key.is_some() && !contact_changes.is_empty();
        self.take_people(contact_changes);
        let unknown = self.unknown_names(&messages);
        // A reply that brought something may leave older messages behind: only an empty one shows that nothing is left.
        let whole = messages.is_empty() && !has_people && !more;
        let before = self.delivery.newest().map(|position| position.since);
        let since = before.filter(|_| !whole).unwrap_or(begun);
        let after = key.map(|sync| Position { sync, check: check_key, since });
        let batch = match self.delivery.accept(messages, after) {
            Accepted::Batch => true,
            Accepted::Nothing { committed } => {
                if committed {
                    self.position_revision = self.storage.raise();
                }
                false
            }
            Accepted::Unusable => return Err(ReplyError::Missing("SyncKey")),
        };
        self.unusable_since = None;
        let progress = batch || has_people;
        if progress {
            self.worth = Worth::Brought;
        }
        self.step_sync(sync::Input::Synced { progress, more, open: self.open() });
        if !unknown.is_empty() {
            self.step_contacts(contacts::Input::Want(unknown));
        }
        Ok(())
    }

    /// A webwxsync succeeded: the login's cookies are good for another 12 hours.
    pub(super) fn renewed(&mut self, skey: Option<Secret<String>>) {
        let now = self.clock.now();
        self.renewed_at = Some(now);
        self.renewal_lost_at = None;
        self.limits.through(Kind::Sync);
        if let (Some(skey), Some(login)) = (skey, &mut self.login) {
            login.tokens.skey = skey;
            self.storage.raise_later(now);
        }
    }

    /// True if a webwxsync is due for its cookies, and the key it would present is one that a crash would go on from.
    fn wants_renewal(&self) -> bool {
        // Behind a Gap the key is not stored yet: a run that has just begun waits for the acknowledgement first.
        let behind_gap = self.gap_opened_at.filter(|_| self.delivery.committed().is_none());
        let due =
            self.renewed_at.max(behind_gap).is_none_or(|at| self.clock.now().saturating_since(at) >= RENEWAL);
        let paused =
            self.renewal_lost_at.is_some_and(|at| self.clock.now().saturating_since(at) < RENEWAL_PAUSE);
        due && !paused
            && self.delivery.renewal_key().is_some()
            && self.position_is_stored()
            && self.limits.is_open(Kind::Sync, self.clock.now())
    }

    /// Notes a reply at the present key that is of no use; true if the first of them is long ago.
    pub(super) fn unusable_for_long(&mut self) -> bool {
        let now = self.clock.now();
        let since = *self.unusable_since.get_or_insert(now);
        now.saturating_since(since) >= GIVING_UP
    }

    /// Tells the sync flow, if it waits for that, when a fetch may start.
    pub(super) fn offer_room(&mut self) {
        if self.waits_for_room() && self.may_fetch() {
            let polling = self.lanes.in_flight(|call| matches!(call, Call::SyncCheck | Call::Renew));
            let checks = self.open().checks;
            self.step_sync(sync::Input::Room { polling, checks });
        }
    }

    /// When code 1205 no longer holds back the fetch that the sync flow waits for.
    pub(super) fn room_at(&self) -> Option<Timestamp> {
        let at = self.limits.not_before(Kind::Sync);
        (self.waits_for_room() && at > self.clock.now()).then_some(at)
    }

    fn waits_for_room(&self) -> bool {
        match &self.stage {
            Stage::Online(sync::State::Check { news, doubt, .. }) => (*news || !self.open().checks) && !doubt,
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
        let checks = self.limits.is_open(Kind::Check, self.clock.now());
        sync::Open { room: self.may_fetch(), checks }
    }

    /// True if another batch may be opened, the key it would present is stored where that is asked for, and code 1205
    /// does not hold webwxsync back.
    pub(super) fn may_fetch(&self) -> bool {
        self.delivery.has_room()
            && self.position_is_stored()
            && self.limits.is_open(Kind::Sync, self.clock.now())
    }

    pub(super) fn position_is_stored(&self) -> bool {
        !self.delivery.waits_for_store() || self.storage.is_stored(self.position_revision)
    }
}
