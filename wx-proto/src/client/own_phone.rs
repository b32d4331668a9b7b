//! Messages of a flavour without contacts: each comes from the account itself and goes to `filehelper`, whether this client
//! wrote it or the phone (so recordings of the official page of 2026 show it).

use super::machine::Machine;
use crate::{Content, Direction, Message, UserName};

impl Machine {
    /// The messages of a reply that are handed on; in another flavour, all of them.
    ///
    /// What a send of this client became is left out, by its id alone: two equal texts are two texts. What belongs to no chat
    /// here, and what the phone says of the chats that it opens, is left out too.
    pub(super) fn kept_messages(&self, messages: Vec<Message>) -> Vec<Message> {
        if self.config.profile.flavour().has_contacts() {
            return messages;
        }
        messages.into_iter().filter_map(|message| self.kept_message(message)).collect()
    }

    fn kept_message(&self, mut message: Message) -> Option<Message> {
        let id = message.id.as_ref();
        if ![&message.from, &message.to].iter().any(|name| name.as_str() == UserName::FILE_HELPER) {
            tracing::info!(?id, "a message of another chat was left out");
            return None;
        }
        if let Content::Status(_) = message.content {
            tracing::debug!(?id, "a status message was left out");
            return None;
        }
        if id.is_some_and(|id| self.sent_ids.contains(id)) {
            tracing::debug!(?id, "an own send came back and was left out");
            return None;
        }
        let withdrawn = if let Content::Recalled(recalled) = &message.content {
            recalled.recalled.as_ref()
        } else {
            None
        };
        let own = withdrawn.is_some_and(|id| self.sent_ids.contains(id));
        message.direction = if own { Direction::Outgoing } else { Direction::Incoming };
        message.chat = UserName::new(UserName::FILE_HELPER);
        Some(message)
    }
}
