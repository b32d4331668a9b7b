//! What a contact is, in a word.

use wx_proto::{Contact, ContactKind};

use crate::texts::lang::Lang;

impl Lang {
    /// What it is, in a word.
    pub(crate) fn contact_kind(self, contact: &Contact) -> String {
        match contact.kind() {
            ContactKind::Friend => self.friend(),
            ContactKind::Group => self.group(),
            ContactKind::Official => self.official(),
            ContactKind::Special => self.special(),
            ContactKind::Stranger | _ => self.stranger(),
        }
    }
}
