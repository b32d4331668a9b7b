//! The book of contacts.

use std::{borrow::Borrow, cmp::Ordering, collections::BTreeSet};

use super::{Contact, ContactKind, GroupChange, Member, group_change::Changes};
use crate::{GroupName, UserName};

/// Everybody the server told about in this login, in the order of their user names.
///
/// Complete once the contacts are loaded; before that, and for strangers, names may be missing.
///
/// ```
/// use wx_proto::Contacts;
///
/// fn overview(contacts: &Contacts) -> String {
///     let names: Vec<String> = contacts.friends().map(|friend| friend.name().into_owned()).collect();
///     format!("{} contacts, these are friends: {}", contacts.len(), names.join(", "))
/// }
/// assert_eq!(overview(&Contacts::default()), "0 contacts, these are friends: ");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Contacts {
    book: BTreeSet<Entry>,
    /// The names of the groups in it.
    groups: BTreeSet<UserName>,
    me: Option<UserName>,
    counts: ContactCounts,
    bytes: usize,
    limits: ContactLimits,
}

/// How much a book may hold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ContactLimits {
    pub(crate) contacts: usize,
    pub(crate) group_members: usize,
    pub(crate) bytes: usize,
}

/// How many of each kind there are.
///
/// ```
/// use wx_proto::{ContactCounts, Contacts};
///
/// let counts: ContactCounts = Contacts::default().counts();
/// assert_eq!((counts.friends, counts.groups, counts.official), (0, 0, 0));
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct ContactCounts {
    /// People in the contact list, without oneself.
    pub friends: usize,
    /// Groups.
    pub groups: usize,
    /// Public accounts.
    pub official: usize,
}

/// What became of a contact that came in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum InsertOutcome {
    /// Nobody knew it, or it says something new.
    Changed,
    /// It says something new about a group and its members.
    Group(GroupChange),
    /// Nothing new.
    Same,
    /// There is no room for it.
    LeftOut,
}

/// A contact in its place in the order. Boxed, because a tree keeps many places empty.
#[derive(Clone, Debug)]
struct Entry(Box<Contact>);

/// What an entry takes in the tree, whose nodes are about two thirds full.
const ENTRY_BYTES: usize = size_of::<Entry>() * 3 / 2;

impl Contacts {
    pub(crate) fn new(limits: ContactLimits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// The contact of this user name; nothing is walked.
    pub fn get(&self, user_name: impl AsRef<str>) -> Option<&Contact> {
        self.book.get(user_name.as_ref()).map(|entry| &*entry.0)
    }

    /// How many there are of all kinds.
    pub fn len(&self) -> usize {
        self.book.len()
    }

    /// True before the first contact is known.
    pub fn is_empty(&self) -> bool {
        self.book.is_empty()
    }

    /// All of them, strangers and WeChat's own accounts too.
    pub fn iter(&self) -> impl Iterator<Item = &Contact> {
        self.book.iter().map(|entry| &*entry.0)
    }

    /// The people in the contact list, without oneself.
    pub fn friends(&self) -> impl Iterator<Item = &Contact> {
        self.of_kind(ContactKind::Friend)
    }

    /// The groups.
    pub fn groups(&self) -> impl Iterator<Item = &Contact> {
        self.groups.iter().filter_map(|name| self.get(name))
    }

    /// The names of the groups, in their order.
    pub(crate) const fn group_names(&self) -> &BTreeSet<UserName> {
        &self.groups
    }

    /// The public accounts.
    pub fn official(&self) -> impl Iterator<Item = &Contact> {
        self.of_kind(ContactKind::Official)
    }

    /// How many there are; nothing is walked.
    pub const fn counts(&self) -> ContactCounts {
        self.counts
    }

    /// About how many bytes of memory the book takes; never more than
    /// [`Config::contact_bytes`](crate::Config::contact_bytes).
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// A member of a group; nothing is walked.
    pub fn member(&self, group: &GroupName, member: impl AsRef<str>) -> Option<Member<'_>> {
        self.get(group)?.member(member)
    }

    /// True if the account is in this group, by the group's list of members; `None` while that is not known.
    pub fn is_member(&self, group: &GroupName) -> Option<bool> {
        let members = self.get(group).map(Contact::members).filter(|members| !members.is_empty())?;
        Some(members.get(self.me.as_ref()?).is_some())
    }

    /// Says which user name is the account itself: the server's list holds it, but it is nobody's own friend.
    pub(crate) fn set_me(&mut self, me: &UserName) {
        self.me = Some(me.clone());
        self.counts = ContactCounts::default();
        let kinds: Vec<Option<ContactKind>> = self.iter().map(|contact| self.kind(contact)).collect();
        for kind in kinds {
            self.counts.add(kind);
        }
    }

    /// Adds a contact, or merges what is new about a known one: what the update leaves empty is kept.
    pub(crate) fn insert(&mut self, mut contact: Contact) -> InsertOutcome {
        contact.keep_members(self.limits.group_members);
        match self.book.take(contact.user_name()) {
            None => self.add(contact),
            Some(Entry(known)) => self.update(known, contact),
        }
    }

    /// Forgets a contact. True if it was known.
    pub(crate) fn remove(&mut self, user_name: &str) -> bool {
        let Some(Entry(removed)) = self.book.take(user_name) else { return false };
        self.bytes = self.bytes.saturating_sub(removed.bytes() + ENTRY_BYTES);
        self.counts.subtract(self.kind(&removed));
        self.groups.remove(user_name);
        true
    }

    /// Forgets everybody, and who the account is: user names of one login mean nothing in the next.
    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.limits);
    }

    fn add(&mut self, contact: Contact) -> InsertOutcome {
        let bytes = contact.bytes() + ENTRY_BYTES;
        if self.len() >= self.limits.contacts || self.bytes.saturating_add(bytes) > self.limits.bytes {
            tracing::warn!(contacts = self.len(), bytes = self.bytes, "no room for a contact");
            return InsertOutcome::LeftOut;
        }
        self.bytes += bytes;
        self.counts.add(self.kind(&contact));
        // A name says by itself whether it is a group's.
        if contact.kind() == ContactKind::Group {
            self.groups.insert(UserName::new(contact.user_name()));
        }
        self.book.insert(Entry(Box::new(contact)));
        InsertOutcome::Changed
    }

    fn update(&mut self, mut known: Box<Contact>, update: Contact) -> InsertOutcome {
        let mut told = Changes::default();
        let me = self.me.as_ref().map(UserName::as_str);
        let (bytes, kind) = (known.bytes(), self.kind(&known));
        // A merged contact is never larger than both together.
        let may_not_fit = self.bytes.saturating_add(update.bytes()) > self.limits.bytes;
        let before = may_not_fit.then(|| known.clone());
        let mut changed = known.merge(update, me, &mut told);
        let mut after = self.bytes.saturating_sub(bytes).saturating_add(known.bytes());
        let mut left_out = false;
        if after > self.limits.bytes
            && let Some(before) = before
        {
            tracing::warn!(
                contacts = self.len(),
                bytes = self.bytes,
                "no room for what is new about a contact"
            );
            (known, changed, left_out, after) = (before, false, true, self.bytes);
        }
        self.bytes = after;
        self.counts.subtract(kind);
        self.counts.add(self.kind(&known));
        let outcome = match changed {
            false if left_out => InsertOutcome::LeftOut,
            false => InsertOutcome::Same,
            true => told.of_group(known.user_name()).map_or(InsertOutcome::Changed, InsertOutcome::Group),
        };
        self.book.insert(Entry(known));
        outcome
    }

    /// All but the account itself.
    pub(super) fn others(&self) -> impl Iterator<Item = &Contact> {
        self.iter().filter(|contact| self.kind(contact).is_some())
    }

    fn of_kind(&self, kind: ContactKind) -> impl Iterator<Item = &Contact> {
        self.iter().filter(move |contact| self.kind(contact) == Some(kind))
    }

    /// `None` for the account itself.
    fn kind(&self, contact: &Contact) -> Option<ContactKind> {
        (self.me.as_ref().is_none_or(|me| me.as_str() != contact.user_name())).then(|| contact.kind())
    }
}

impl Default for ContactLimits {
    fn default() -> Self {
        Self { contacts: usize::MAX, group_members: usize::MAX, bytes: usize::MAX }
    }
}

impl ContactCounts {
    fn add(&mut self, kind: Option<ContactKind>) {
        if let Some(count) = self.of(kind) {
            *count = count.saturating_add(1);
        }
    }

    fn subtract(&mut self, kind: Option<ContactKind>) {
        if let Some(count) = self.of(kind) {
            *count = count.saturating_sub(1);
        }
    }

    const fn of(&mut self, kind: Option<ContactKind>) -> Option<&mut usize> {
        match kind {
            Some(ContactKind::Friend) => Some(&mut self.friends),
            Some(ContactKind::Group) => Some(&mut self.groups),
            Some(ContactKind::Official) => Some(&mut self.official),
            Some(ContactKind::Special | ContactKind::Stranger) | None => None,
        }
    }
}

impl Borrow<str> for Entry {
    fn borrow(&self) -> &str {
        self.0.user_name()
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.user_name().cmp(other.0.user_name())
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Eq for Entry {}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

#[cfg(test)]
mod tests;
