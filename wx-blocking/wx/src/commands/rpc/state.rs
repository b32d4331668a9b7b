//! What calls wait for, and what they need to know.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::{Duration, Instant},
};

use wx_blocking::PendingFile;
use wx_proto::{Event, OpId, Phase, UserName};

use super::{methods, reply::Reply};

#[derive(Default)]
pub(super) struct State {
    /// Calls whose command is under way.
    pub(super) waiting: BTreeMap<OpId, Vec<Reply>>,
    /// Calls that wait for `ready` or for the contacts, oldest first.
    pub(super) parked: VecDeque<Parked>,
    /// Files that are read before they are sent.
    pub(super) reading: Vec<Reading>,
    /// Files that are fetched.
    pub(super) downloads: BTreeMap<OpId, Fetching>,
    /// Sends of earlier runs whose end is not told yet.
    pub(super) earlier: BTreeSet<OpId>,
    /// Chats that wrote in this login: they can be answered before the contacts are there.
    pub(super) chats: BTreeSet<UserName>,
    pub(super) has_contacts: bool,
    /// When it came online last: from then on calls wait for the contacts only.
    pub(super) online_since: Option<Instant>,
    pub(super) is_offline: bool,
    pub(super) is_stopping: bool,
}

pub(super) struct Parked {
    pub(super) since: Instant,
    pub(super) call: ParkedCall,
    pub(super) reply: Reply,
}

pub(super) enum ParkedCall {
    Send(methods::Send),
    Contacts(methods::Contacts),
    Download(methods::Download),
}

/// A file that is read before it is sent, and who waits for it.
pub(super) struct Reading {
    pub(super) pending: PendingFile,
    pub(super) client_msg_id: Option<String>,
    pub(super) replies: Vec<Reply>,
}

/// A file that is fetched, and who waits for it.
pub(super) struct Fetching {
    pub(super) msg_id: String,
    pub(super) reply: Reply,
}

impl State {
    /// Waits for the end of a command.
    ///
    /// # Errors
    /// If too many do; then the reply comes back.
    pub(super) fn wait_for(&mut self, op: OpId, reply: Reply) -> Result<(), Reply> {
        let waiting: usize = self.waiting.values().map(Vec::len).sum();
        let replies = self.waiting.entry(op).or_default();
        if !reply.is_awaited() {
            return Ok(());
        }
        if waiting >= MOST_WAITING {
            return Err(reply);
        }
        replies.push(reply);
        Ok(())
    }

    /// Whether a call waited too long for the contacts.
    pub(super) fn is_overdue(&self, parked: &Parked) -> bool {
        self.online_since.is_some_and(|since| since.max(parked.since).elapsed() >= CONTACTS)
    }

    /// Remembers what later calls need to know.
    pub(super) fn note(&mut self, event: &Event) {
        if let Event::Batch(batch) = event {
            for message in batch.messages() {
                if self.chats.len() < MOST_CHATS {
                    self.chats.insert(message.chat.clone());
                }
            }
        }
        if let Event::LoggedIn { resumed: false, .. } = event {
            // User names change with each login.
            self.chats.clear();
            self.has_contacts = false;
        }
        if let Event::Contacts(_) = event {
            self.has_contacts = true;
        }
        if let Event::Phase(phase) = event {
            self.online_since = (*phase == Phase::Online).then(Instant::now);
        }
        if let Event::Offline { .. } | Event::Online = event {
            self.is_offline = !matches!(event, Event::Online);
        }
    }
}

/// Longest wait of a call for the contacts.
const CONTACTS: Duration = Duration::from_secs(60);
/// Calls that may wait for the ends of commands: as many as a peer can have reason for, several for each send.
const MOST_WAITING: usize = 1024;
/// Chats remembered beside the contacts.
const MOST_CHATS: usize = 4096;
