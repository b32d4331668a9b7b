//! Whom the account knows: the contacts, and the loader that asks for those that are missing.

use crate::{
    ClientTime, Config, Contact, Contacts, UserName,
    endpoint::batch_get_contact::ContactQuery,
    flow::contacts::Loader,
    model::{ContactLimits, InsertOutcome},
};

#[derive(Clone, Debug)]
pub(super) struct AddressBook {
    contacts: Contacts,
    loader: Loader,
}

impl AddressBook {
    pub(super) fn new(config: &Config) -> Self {
        let contacts = Contacts::new(ContactLimits {
            contacts: config.contacts,
            group_members: config.group_members,
            bytes: config.contact_bytes,
        });
        Self { contacts, loader: Loader::new() }
    }

    pub(super) const fn contacts(&self) -> &Contacts {
        &self.contacts
    }

    /// The loader, to be moved on at this time.
    pub(super) fn loader(&mut self, now: ClientTime) -> &mut Loader {
        self.loader.advance(now);
        &mut self.loader
    }

    /// True once everybody was asked for who is known to be there.
    pub(super) fn is_loaded(&self) -> bool {
        self.loader.is_loaded()
    }

    /// The names for the next webwxbatchgetcontact.
    pub(super) fn names_to_ask(&mut self) -> Vec<ContactQuery> {
        self.loader.names_to_ask()
    }

    pub(super) fn set_me(&mut self, me: &UserName) {
        self.contacts.set_me(me);
    }

    pub(super) fn insert(&mut self, contact: Contact) -> InsertOutcome {
        self.contacts.insert(contact)
    }

    pub(super) fn remove(&mut self, name: &UserName) -> bool {
        self.contacts.remove(name.as_str())
    }

    /// These groups may be asked for again, though they were.
    pub(super) fn forget_requests(&mut self, groups: &[UserName]) {
        self.loader.forget(groups);
    }

    /// Nothing that was asked for matters any more.
    pub(super) fn stop_loading(&mut self) {
        self.loader = Loader::new();
    }

    /// User names are others now: nobody is known.
    pub(super) fn clear(&mut self) {
        self.contacts.clear();
        self.stop_loading();
    }

    /// Groups known to this login, loaded or still to be asked for, to be asked for again after a restore: the contact
    /// list has only saved ones.
    pub(super) fn known_groups(&self) -> Vec<UserName> {
        let open = self.loader.open_names().filter(|name| name.is_group());
        let mut known: Vec<UserName> = self.contacts.group_names().iter().chain(open).cloned().collect();
        known.sort_unstable();
        known.dedup();
        known
    }
}
