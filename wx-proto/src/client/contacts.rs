//! Contacts and groups: what a reply brings into the book, and who is missing there.

use super::{drive::Driven, machine::Machine, seen::Seen};
use crate::{
    Contact, ContactKind, Content, Event, Message, UserName,
    endpoint::{
        batch_get_contact::ContactQuery,
        contact_changes::{ContactChanges, OwnProfile},
    },
    flow::contacts,
    model::InsertOutcome,
};

impl Machine {
    /// Takes the changes of a webwxsync reply, in the official page's order.
    pub(super) fn handle_contact_changes(&mut self, changes: ContactChanges) {
        let ContactChanges { profile, deleted, changed, touched_groups } = changes;
        if let Some(profile) = profile {
            self.handle_profile(profile);
        }
        for name in deleted {
            if self.address_book.remove(&name) {
                self.events.push(Event::ContactRemoved(name));
            }
        }
        self.handle_contacts(changed, true);
        if !touched_groups.is_empty() {
            // Nobody ever saw what such an entry says of the members: the group itself does.
            self.address_book.forget_requests(&touched_groups);
            self.want(touched_groups.into_iter().map(ContactQuery::plain).collect());
        }
    }

    /// Online: contacts and groups are loaded, where there are any.
    pub(super) fn load_contacts(&mut self) {
        let exist = self.config.profile.flavour().has_contacts();
        self.drive(if exist { contacts::Input::Begin } else { contacts::Input::Nobody });
    }

    /// Takes contacts into the book. `notify`: the application hears of each that changed.
    pub(super) fn handle_contacts(&mut self, list: Vec<Contact>, notify: bool) {
        if !self.config.profile.flavour().has_contacts() {
            return;
        }
        let mut groups = Vec::new();
        for contact in list {
            let is_group = contact.kind() == ContactKind::Group;
            // Names are made only for what is told or asked for: thousands come at once.
            let name = (is_group || notify).then(|| UserName::new(contact.user_name()));
            let taken = self.address_book.insert(contact);
            let Some(name) = name else { continue };
            let bare = |group: &Contact| is_group && group.members().is_empty();
            if self.address_book.contacts().get(name.as_str()).is_some_and(bare) {
                groups.push(ContactQuery::plain(name.clone()));
            }
            match taken {
                InsertOutcome::Same | InsertOutcome::LeftOut => {}
                InsertOutcome::Changed if notify => self.events.push(Event::ContactChanged(name)),
                InsertOutcome::Group(change) if notify => {
                    self.events.push(Event::ContactChanged(name));
                    self.events.push(Event::GroupChanged(change));
                }
                InsertOutcome::Changed | InsertOutcome::Group(_) => {}
            }
        }
        self.want(groups);
    }

    /// Who is named in messages and unknown: chats, chats that the phone tells of, and who wrote in a group whose members
    /// are known.
    pub(super) fn unknown_names(&self, messages: &[Message]) -> Vec<ContactQuery> {
        let mut unknown = Vec::new();
        for message in messages {
            for name in named_chats(&message.content) {
                if self.is_unknown(name) {
                    unknown.push(ContactQuery::plain(name.clone()));
                }
            }
            let chat = self.address_book.contacts().get(&message.chat);
            if chat.is_none() && self.may_be_asked_for(&message.chat) {
                unknown.push(ContactQuery::plain(message.chat.clone()));
            }
            let group = chat.filter(|_| message.chat.is_group());
            if let (Some(group), Some(sender)) = (group, &message.sender)
                && !group.members().is_empty()
                && group.member(sender.as_str()).is_none()
                && self.is_unknown(sender)
            {
                unknown.push(ContactQuery { name: sender.clone(), group: Some(message.chat.clone()) });
            }
        }
        unknown
    }

    pub(super) fn want(&mut self, names: Vec<ContactQuery>) {
        if !names.is_empty() && self.config.profile.flavour().has_contacts() {
            self.drive(contacts::Input::Want(names));
        }
    }

    fn is_unknown(&self, name: &UserName) -> bool {
        self.may_be_asked_for(name) && self.address_book.contacts().get(name).is_none()
    }

    /// Whether this is the name of somebody else's that the server gives a contact for.
    fn may_be_asked_for(&self, name: &UserName) -> bool {
        name.as_str().starts_with('@') && self.account.me().is_none_or(|me| me.user_name != *name)
    }

    /// What the account's owner changed about themselves.
    fn handle_profile(&mut self, OwnProfile { nick_name }: OwnProfile) {
        if let Some(name) = self.account.rename(nick_name) {
            self.storage.raise_later(self.clock.now());
            self.events.push(Event::ContactChanged(name));
        }
    }
}

impl Driven for contacts::Loader {
    type Key = ();

    fn find(machine: &mut Machine, (): ()) -> Option<(&mut Self, &mut Seen)> {
        Some((machine.address_book.loader(machine.clock.now()), &mut machine.seen))
    }

    fn perform(machine: &mut Machine, (): (), effect: contacts::Effect) {
        match effect {
            contacts::Effect::Schedule(schedule) => machine.schedule(schedule),
            contacts::Effect::Loaded => {
                machine.events.push(Event::Contacts(machine.address_book.contacts().counts()))
            }
        }
    }
}

/// Chats that a message tells of beside its own: the phone's list of chats is how unsaved groups become known.
fn named_chats(content: &Content) -> &[UserName] {
    if let Content::Status(status) = content { &status.users } else { &[] }
}
