//! UserNames: one set a login, derived from the lasting ids.

use std::collections::BTreeMap;

use super::account::{Account, Contact, ContactId, ContactKind};
use super::encode;
use crate::rng::Rng;

/// The UserNames of one login.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) account: &'a Account,
    pub(super) seed: u64,
    pub(super) login: u64,
    pub(super) emoji_spans: bool,
}

impl Names<'_> {
    pub(super) fn of(&self, contact: &Contact) -> String {
        if let Some(fixed) = &contact.fixed_name {
            return fixed.clone();
        }
        let mut rng =
            Rng::new(self.seed ^ (self.login << 32) ^ contact.id.number().wrapping_mul(0x9e37_79b9));
        match contact.kind {
            ContactKind::Group => format!("@@{}", rng.hex(64)),
            // Both lengths occur on the wire.
            ContactKind::Me | ContactKind::Stranger => format!("@{}", rng.hex(32)),
            ContactKind::Friend | ContactKind::Official | ContactKind::Special => format!("@{}", rng.hex(64)),
        }
    }

    pub(super) fn of_id(&self, id: ContactId) -> String {
        self.account.contact(id).map(|contact| self.of(contact)).unwrap_or_default()
    }

    /// Whose UserName this is, removed contacts included.
    pub(super) fn find(&self, user_name: &str) -> Option<&Contact> {
        self.account.contacts().iter().find(|contact| self.of(contact) == user_name)
    }

    /// Everyone by UserName, for many look-ups at once.
    pub(super) fn index(&self) -> BTreeMap<String, &Contact> {
        self.account.contacts().iter().map(|contact| (self.of(contact), contact)).collect()
    }

    /// A name or text as the wire has it.
    pub(super) fn encode(&self, plain: &str) -> String {
        encode::content(plain, self.emoji_spans)
    }
}
