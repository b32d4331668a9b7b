//! The names to show with a message.

use std::{borrow::Cow, fmt::Write};

use wx_proto::{Contacts, Content, Direction, Found, Me, Message, UserName};

use crate::{
    clean,
    end::{End, Result},
    lang::say,
};

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
    contacts.name_of(chat.as_str()).map(Cow::into_owned)
}

/// What a message says; the people of a pat by their names, where they are known.
pub(crate) fn text_of<'m>(message: &'m Message, contacts: &Contacts) -> Cow<'m, str> {
    if let Content::Pat(pat) = &message.content {
        return pat.named(|id| contacts.name_of_id(message.chat.as_str(), id).map(Cow::into_owned));
    }
    message.content.text()
}

/// The chat of a typed name, and the name to show.
///
/// # Errors
/// If there is none, or more than one: then all are listed.
pub(crate) fn resolve(name: &str, contacts: &Contacts) -> Result<(UserName, String)> {
    match contacts.find(name) {
        Found::One(user) => {
            let shown = name_of(&user, contacts).unwrap_or_else(|| name.to_owned());
            Ok((user, shown))
        }
        Found::None => Err(End::failed(say().nobody(name), say().whole_name())),
        Found::Ambiguous(users) => {
            let mut what = say().several(users.len(), name);
            for user in &users {
                let contact = contacts.get(user.as_str());
                let nick = contact.map(|contact| contact.nick_name()).unwrap_or_default();
                let remark = contact.map(|contact| contact.remark_name()).unwrap_or_default();
                // Writing to a String cannot fail.
                let _ = write!(what, "\n{user}  {}", clean::cut(nick, 30));
                if !remark.is_empty() {
                    let _ = write!(what, " ({})", clean::cut(remark, 30));
                }
            }
            Err(End::failed(what, say().choose_one()))
        }
    }
}
