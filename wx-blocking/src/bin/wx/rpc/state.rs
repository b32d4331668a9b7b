//! What calls wait for, and what they need to know.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Instant,
};

use wx_proto::{Event, OpId, UserName};

use super::{methods, reply::Reply};

#[derive(Default)]
pub(super) struct State {
    /// Calls whose command is under way.
    pub(super) waiting: BTreeMap<OpId, Vec<Reply>>,
    /// Calls that wait for the contacts, oldest first.
    pub(super) parked: VecDeque<Parked>,
    /// Sends of earlier runs whose end is not told yet.
    pub(super) earlier: BTreeSet<OpId>,
    /// Chats that wrote in this login: they can be answered before the contacts are there.
    pub(super) chats: BTreeSet<UserName>,
    pub(super) has_contacts: bool,
    pub(super) is_offline: bool,
    pub(super) is_stopping: bool,
}

pub(super) struct Parked {
    pub(super) since: Instant,
    pub(super) call: ParkedCall,
    pub(super) reply: Reply,
}

pub(super) enum ParkedCall {
    Send(methods::SendText),
    Contacts(methods::Contacts),
}

impl State {
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
        if let Event::Offline { .. } | Event::Online = event {
            self.is_offline = !matches!(event, Event::Online);
        }
    }
}

/// Chats remembered beside the contacts.
const MOST_CHATS: usize = 4096;
