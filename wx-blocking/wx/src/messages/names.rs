//! The names to show with a message.

use std::borrow::Cow;

use wx_proto::{Contacts, Content, Direction, Me, Message, UserName};

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
            // The server wrote it.
            (_, None) => None,
            (Direction::Outgoing, Some(_)) => own,
            // The file helper: the phone writes in the account's own name.
            (Direction::Incoming, Some(sender)) if me.is_some_and(|me| me.user_name == *sender) => own,
            (Direction::Incoming, Some(sender)) => match message.chat.to_group() {
                Some(group) => contacts.sender_name(&group, sender).map(str::to_owned),
                None => name_of(sender, contacts),
            },
        };
        Self { chat: name_of(&message.chat, contacts), sender }
    }

    /// Whether no name of this message is missing.
    pub(crate) fn is_complete(&self, message: &Message) -> bool {
        // The own phone's chat needs none.
        let chat = self.chat.is_some() || message.chat.as_str() == UserName::FILE_HELPER;
        chat && (self.sender.is_some() || message.sender.is_none())
    }
}

/// The name of a chat, if it is known.
pub(crate) fn name_of(chat: &UserName, contacts: &Contacts) -> Option<String> {
    contacts.name_of(chat).map(Cow::into_owned)
}

/// What a message says; the people of a pat by their names, where they are known.
pub(crate) fn text_of<'m>(message: &'m Message, contacts: &Contacts) -> Cow<'m, str> {
    if let Content::Pat(pat) = &message.content {
        return pat.named(|id| contacts.name_of_id(&message.chat, id).map(Cow::into_owned));
    }
    message.content.text()
}
