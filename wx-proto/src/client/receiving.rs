//! What the long poll and the fetch behind it bring.

use std::time::Duration;

use super::{
    Client, Stage,
    bucket::Worth,
    delivery::{Accepted, Position},
};
use crate::{
    Content, Event, ReplyError, Secret, Timestamp, UserName,
    endpoint::{sync::SyncReply, sync_check::SyncCheck},
    flow::{Call, contacts, start, sync},
};

/// The cookies live for 12 hours, and only a webwxsync renews them.
const RENEWAL: Duration = Duration::from_secs(2 * 60 * 60);
/// How long one key must have been of no use before it is given up.
const GIVING_UP: Duration = Duration::from_secs(10 * 60);

impl Client {
    pub(super) fn take_check(&mut self, check: SyncCheck, started: Timestamp) -> Result<(), ReplyError> {
        let SyncCheck { retcode, selector } = check;
        let news = selector != 0;
        if retcode != 0 {
            return Err(ReplyError::Ret { ret: retcode, message: String::new() });
        }
        if !news {
            self.delivery.nothing_behind_newest(started);
        }
        if matches!(self.stage, Stage::Start(_)) {
            self.step_start(start::Input::Alive { news });
            return Ok(());
        }
        let (renew, room) = (self.wants_renewal(), self.may_fetch());
        if news {
            self.worth = Worth::Promised;
            self.step_sync(sync::Input::News { room, renew });
        } else {
            self.step_sync(sync::Input::Quiet { renew, room });
        }
        Ok(())
    }

    pub(super) fn take_sync(&mut self, reply: SyncReply, started: Timestamp) -> Result<(), ReplyError> {
        let SyncReply { messages, changed, deleted, key, check_key, more, .. } = reply;
        // Without a key the same changes come again.
        let people = key.is_some() && !(changed.is_empty() && deleted.is_empty());
        for name in deleted {
            if self.contacts.remove(name.as_str()) {
                self.events.push_back(Event::ContactRemoved(name));
            }
        }
        self.take_contacts(changed, true);

        let unknown: Vec<UserName> = messages
            .iter()
            .flat_map(|message| named_chats(&message.content).iter().chain([&message.chat]))
            .filter(|name| name.as_str().starts_with('@') && self.contacts.get(name.as_str()).is_none())
            .filter(|name| self.me().is_none_or(|me| me.user_name != **name))
            .cloned()
            .collect();
        // A reply that brought something may leave older messages behind: only an empty one shows that nothing is left.
        let whole = messages.is_empty() && !people && !more;
        let before = self.delivery.newest().map(|position| position.since);
        let since = before.filter(|_| !whole).unwrap_or(started);
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
        let progress = batch || people;
        if progress {
            self.worth = Worth::Brought;
        }
        let room = self.may_fetch();
        self.step_sync(sync::Input::Synced { progress, more, room });
        if !unknown.is_empty() {
            self.step_contacts(contacts::Input::Want(unknown));
        }
        Ok(())
    }

    /// A webwxsync succeeded: the login's cookies are good for another 12 hours.
    pub(super) fn renewed(&mut self, skey: Option<Secret<String>>) {
        self.renewed_at = Some(self.clock.now());
        if let (Some(skey), Some(login)) = (skey, &mut self.login) {
            login.tokens.skey = skey;
            self.storage.raise();
        }
    }

    /// True if a webwxsync is due for its cookies, and the key it would present is one that a crash would go on from.
    fn wants_renewal(&self) -> bool {
        // Behind a Gap the key is not stored yet: a run that has just begun waits for the acknowledgement first.
        let behind_gap = self.gap_opened_at.filter(|_| self.delivery.committed().is_none());
        let due =
            self.renewed_at.max(behind_gap).is_none_or(|at| self.clock.now().saturating_since(at) >= RENEWAL);
        due && self.delivery.renewal_key().is_some() && self.position_is_stored()
    }

    /// Notes a reply at the present key that is of no use; true if the first of them is long ago.
    pub(super) fn unusable_for_long(&mut self) -> bool {
        let now = self.clock.now();
        let since = *self.unusable_since.get_or_insert(now);
        now.saturating_since(since) >= GIVING_UP
    }

    /// Tells the sync flow when a fetch may start.
    pub(super) fn offer_room(&mut self) {
        if self.may_fetch() {
            let polling =
                self.lanes.in_flight(|call| matches!(call, Call::SyncCheck | Call::Sync | Call::Renew));
            self.step_sync(sync::Input::Room { polling });
        }
    }

    /// True if another batch may be opened, and the key it would present is stored where that is asked for.
    pub(super) fn may_fetch(&self) -> bool {
        self.delivery.has_room() && self.position_is_stored()
    }

    fn position_is_stored(&self) -> bool {
        !self.delivery.waits_for_store() || self.storage.is_stored(self.position_revision)
    }
}

/// Chats that a message tells of beside its own: the phone's list of chats is how unsaved groups become known.
fn named_chats(content: &Content) -> &[UserName] {
    match content {
        Content::Status(status) => &status.users,
        Content::Text(_) | Content::Recalled(_) | Content::System(_) | Content::Unknown(_) => &[],
    }
}
