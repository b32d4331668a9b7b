//! The names to show with a message.

use std::{borrow::Cow, fmt::Write};

use wx_proto::{Contact, Contacts, Content, Direction, Found, Me, Message, UserName};

use crate::{
    commands::contacts,
    error::{End, Result},
    screen::clean,
    texts::lang::say,
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
            (Direction::Incoming, Some(sender)) => match message.chat.to_group() {
                Some(group) => contacts.sender_name(&group, sender).map(str::to_owned),
                None => name_of(sender, contacts),
            },
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
    contacts.name_of(chat).map(Cow::into_owned)
}

/// What a message says; the people of a pat by their names, where they are known.
pub(crate) fn text_of<'m>(message: &'m Message, contacts: &Contacts) -> Cow<'m, str> {
    if let Content::Pat(pat) = &message.content {
        return pat.named(|id| contacts.name_of_id(&message.chat, id).map(Cow::into_owned));
    }
    message.content.text()
}

/// The chat that a person means by a typed name or a part of it, and the name to show.
///
/// # Errors
/// If there is none, or more than one: then all are listed.
pub(crate) fn resolve(name: &str, contacts: &Contacts) -> Result<(UserName, String)> {
    match contacts.find_by_part(name) {
        Found::One(user) => {
            let shown = name_of(&user, contacts).unwrap_or_else(|| name.to_owned());
            Ok((user, shown))
        }
        Found::None => Err(End::failed(say().nobody(name), say().how_to_name())),
        Found::Ambiguous(users) => {
            let mut what = say().several(users.len(), name);
            for contact in users.iter().take(MOST_LISTED).filter_map(|user| contacts.get(user.as_str())) {
                // Writing to a String cannot fail.
                let _ = write!(what, "\n  {}", candidate(contact, contacts));
            }
            if users.len() > MOST_LISTED {
                let _ = write!(what, "\n  …");
            }
            Err(End::failed(what, say().choose_one()))
        }
    }
}

/// One of several, begun by what finds it alone: its remark, WeChat id or name; only if all are somebody else's as well,
/// its user name comes last.
fn candidate(contact: &Contact, book: &Contacts) -> String {
    const WIDTH: usize = 30;
    let user = UserName::new(contact.user_name());
    let own = [contact.remark_name(), contact.alias(), contact.nick_name()];
    let alone = own.into_iter().find(|own| !own.is_empty() && book.find(own) == Found::One(user.clone()));
    let name = contact.name();
    let first = alone.unwrap_or(&name);
    let mut line = clean::cut(first, WIDTH);
    let other = [&*name, contact.nick_name()].into_iter().find(|other| !other.is_empty() && *other != first);
    if let Some(other) = other {
        // Writing to a String cannot fail.
        let _ = write!(line, " ({})", clean::cut(other, WIDTH));
    }
    let _ = write!(line, "  {}", contacts::kind(contact, say()));
    if alone.is_none() {
        let _ = write!(line, "  {user}");
    }
    line
}

/// More than these help nobody.
const MOST_LISTED: usize = 20;
