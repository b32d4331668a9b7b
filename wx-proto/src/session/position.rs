//! The position in the message stream, in memory and in a stored session.

use serde::{Deserialize, Serialize};

use crate::{ClientTime, SyncKey};

/// The keys of one good reply.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Position<Time = ClientTime> {
    /// For webwxsync.
    pub(crate) sync: SyncKey,
    /// For synccheck, if the reply had one of its own.
    pub(crate) check: Option<SyncKey>,
    /// These keys have passed everything the server queued before this time: a Gap begins here.
    pub(crate) since: Time,
}

impl<Time> Position<Time> {
    /// The same in another time.
    pub(crate) fn map_time<To>(&self, time: impl FnOnce(&Time) -> To) -> Position<To> {
        Position { sync: self.sync.clone(), check: self.check.clone(), since: time(&self.since) }
    }

    /// True if both hold the same keys, whatever they cover.
    pub(crate) fn has_keys_of<Other>(&self, other: &Position<Other>) -> bool {
        self.sync == other.sync && self.check == other.check
    }
}

impl Position {
    /// The key for synccheck.
    pub(crate) fn check_key(&self) -> &SyncKey {
        self.check.as_ref().unwrap_or(&self.sync)
    }
}
