//! The chat that a person means.

use std::fmt::Write;

use wx_proto::{Contact, Contacts, Found, UserName};

use crate::{
    error::{CliError, Result},
    messages::names::name_of,
    screen::clean,
    texts::lang::say,
};

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
        Found::None => Err(CliError::failed(say().nobody(name), say().how_to_name())),
        Found::Ambiguous(users) => {
            let mut what = say().several(users.len(), name);
            for contact in users.iter().take(MOST_LISTED).filter_map(|user| contacts.get(user.as_str())) {
                // Writing to a String cannot fail.
                let _ = write!(what, "\n  {}", candidate(contact, contacts));
            }
            if users.len() > MOST_LISTED {
                let _ = write!(what, "\n  …");
            }
            Err(CliError::failed(what, say().choose_one()))
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
    let _ = write!(line, "  {}", say().contact_kind(contact));
    if alone.is_none() {
        let _ = write!(line, "  {user}");
    }
    line
}

/// More than these help nobody.
const MOST_LISTED: usize = 20;
