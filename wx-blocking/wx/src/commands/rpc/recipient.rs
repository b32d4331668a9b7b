//! Whom a send is for.

use wx_blocking::Handle;
use wx_proto::{Contacts, Found, UserName};

use super::{error::RpcError, state::State};
use crate::json::ErrorKind;

/// Whom a name means.
pub(super) enum Recipient {
    Chat(UserName),
    /// It may be known once it is online and the contacts are loaded.
    NotYet,
    Nobody(RpcError),
}

impl Recipient {
    /// The chat that a name means.
    pub(super) fn find(handle: &Handle, state: &State, name: &str) -> Self {
        let found = handle.with_contacts(|contacts| {
            // Before all are there a weaker name may hide a stronger one that comes later.
            let only_ids = !state.has_contacts && contacts.get(name).is_none();
            let found = if only_ids { Contacts::default().find(name) } else { contacts.find(name) };
            match found {
                Found::Ambiguous(users) => Err(RpcError::ambiguous(name, &users, contacts)),
                Found::One(user) => Ok(Some(user)),
                Found::None => Ok(None),
            }
        });
        match found {
            Err(error) => Self::Nobody(error),
            Ok(Some(user)) => Self::Chat(user),
            Ok(None) => match state.chats.get(name) {
                Some(user) => Self::Chat(user.clone()),
                None if !state.has_contacts => Self::NotYet,
                None => Self::Nobody(RpcError::new(
                    ErrorKind::UnknownChat,
                    "nobody is called that: give a whole remark, WeChat id, nick name or group name, or a user name of this login",
                )),
            },
        }
    }
}
