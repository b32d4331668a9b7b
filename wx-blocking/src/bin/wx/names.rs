//! The names to show with a message.

use wx_proto::{Contacts, Direction, Me, Message, UserName};

/// The names that are known; a message does not wait for the others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// Of the chat.
    pub(crate) chat: Option<String>,
    /// Of who wrote it.
    pub(crate) sender: Option<String>,
}

impl Names {
    pub(crate) fn of(message: &Message, contacts: &Contacts, me: Option<&Me>) -> Self {
        let own = me.map(|me| me.name().to_owned()).filter(|name| !name.is_empty());
        let sender = match (message.direction, &message.sender) {
            (Direction::Outgoing, _) => own,
            (Direction::Incoming, None) => None,
            (Direction::Incoming, Some(sender)) if message.chat.is_group() => {
                contacts.sender_name(message.chat.as_str(), sender.as_str()).map(str::to_owned)
            }
            (Direction::Incoming, Some(sender)) => name_of(sender, contacts),
        };
        Self { chat: name_of(&message.chat, contacts), sender }
    }

    /// Whether no name of this message is missing.
    pub(crate) const fn is_complete(&self, message: &Message) -> bool {
        self.chat.is_some() && (self.sender.is_some() || message.sender.is_none())
    }
}

/// The name of a chat, if it is known.
pub(crate) fn name_of(chat: &UserName, contacts: &Contacts) -> Option<String> {
    contacts.name_of(chat.as_str()).map(std::borrow::Cow::into_owned)
}
