//! The book of contacts.

use std::{borrow::Cow, collections::BTreeMap};

use super::{Contact, ContactKind, Member};
use crate::UserName;

/// Everybody the server told about in this login, in the order of their user names.
///
/// Complete once the contacts are loaded; before that, and for strangers, names may be missing.
#[derive(Clone, Debug, Default)]
pub struct Contacts {
    // Boxed, because a tree keeps many places empty.
    book: BTreeMap<UserName, Box<Contact>>,
    me: Option<UserName>,
    counts: Counts,
}

/// How many of each kind there are.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Counts {
    /// People in the contact list, without oneself.
    pub friends: usize,
    /// Groups.
    pub groups: usize,
    /// Public accounts.
    pub official: usize,
}

impl Contacts {
    /// The contact of this user name.
    pub fn get(&self, user_name: &str) -> Option<&Contact> {
        self.book.get(user_name).map(|contact| &**contact)
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
        self.book.values().map(|contact| &**contact)
    }

    /// The people in the contact list, without oneself.
    pub fn friends(&self) -> impl Iterator<Item = &Contact> {
        self.of_kind(ContactKind::Friend)
    }

    /// The groups.
    pub fn groups(&self) -> impl Iterator<Item = &Contact> {
        self.of_kind(ContactKind::Group)
    }

    /// The public accounts.
    pub fn official(&self) -> impl Iterator<Item = &Contact> {
        self.of_kind(ContactKind::Official)
    }

    /// How many there are; nothing is walked.
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// A member of a group; nothing is walked.
    pub fn member(&self, group: &str, member: &str) -> Option<&Member> {
        self.get(group)?.member(member)
    }

    /// The name to show for a chat, if it is known.
    pub fn name_of(&self, chat: &str) -> Option<Cow<'_, str>> {
        self.get(chat).map(Contact::name).filter(|name| !name.is_empty())
    }

    /// The name to show for somebody who wrote into a group: the account's own remark, else the name in the
    /// group, else the nick name.
    pub fn sender_name(&self, group: &str, member: &str) -> Option<&str> {
        let contact = self.get(member);
        let remark = contact.map(|contact| &*contact.remark_name);
        let in_group = || self.member(group, member).map(Member::name);
        let nick = || contact.map(|contact| &*contact.nick_name);
        let known = |name: &&str| !name.is_empty();
        remark.filter(known).or_else(|| in_group().filter(known)).or_else(|| nick().filter(known))
    }

    /// Says which user name is the account itself: the server's list holds it, but it is nobody's own friend.
    pub(crate) fn set_me(&mut self, me: &UserName) {
        self.me = Some(me.clone());
        self.counts = Counts::default();
        let kinds: Vec<Option<ContactKind>> = self.iter().map(|contact| self.kind(contact)).collect();
        for kind in kinds {
            self.counts.add(kind);
        }
    }

    /// Adds a contact, or merges what is new about a known one: what the update leaves empty is kept. True if
    /// anything changed.
    pub(crate) fn insert(&mut self, contact: Contact) -> bool {
        let name = contact.user_name.clone();
        let (before, changed) = match self.book.remove(&name) {
            None => (None, self.book.insert(name.clone(), Box::new(contact)).is_none()),
            Some(mut known) => {
                let before = self.kind(&known);
                let changed = known.merge(contact);
                self.book.insert(name.clone(), known);
                (before, changed)
            }
        };
        self.counts.subtract(before);
        let after = self.get(name.as_str()).and_then(|contact| self.kind(contact));
        self.counts.add(after);
        changed
    }

    /// Forgets a contact. True if it was known.
    pub(crate) fn remove(&mut self, user_name: &str) -> bool {
        let removed = self.book.remove(user_name);
        let kind = removed.as_ref().and_then(|contact| self.kind(contact));
        self.counts.subtract(kind);
        removed.is_some()
    }

    /// Forgets everybody, and who the account is: user names of one login mean nothing in the next.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    fn of_kind(&self, kind: ContactKind) -> impl Iterator<Item = &Contact> {
        self.iter().filter(move |contact| self.kind(contact) == Some(kind))
    }

    /// `None` for the account itself.
    fn kind(&self, contact: &Contact) -> Option<ContactKind> {
        (self.me.as_ref() != Some(&contact.user_name)).then(|| contact.kind())
    }
}

impl Counts {
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

#[cfg(test)]
mod tests {
    use super::*;

    const GROUP: &str = r#"{"UserName": "@@1", "NickName": "周末爬山", "MemberCount": 3, "MemberList": [
        {"UserName": "@friend", "NickName": "明哥"}, {"UserName": "@wang", "NickName": "老王", "DisplayName": "向导老王"},
        {"UserName": "@known", "NickName": ""}]}"#;
    const FRIEND: &str =
        r#"{"UserName": "@friend", "NickName": "小明", "RemarkName": "明哥", "ContactFlag": 3}"#;

    fn contact(json: &str) -> Contact {
        serde_json::from_str(json).unwrap()
    }

    fn counts(book: &Contacts) -> (usize, usize, usize) {
        let counts = book.counts();
        assert_eq!(counts.friends, book.friends().count());
        assert_eq!(counts.groups, book.groups().count());
        assert_eq!(counts.official, book.official().count());
        (counts.friends, counts.groups, counts.official)
    }

    #[test]
    fn counts_follow_every_change() {
        let mut book = Contacts::default();
        assert_eq!(counts(&book), (0, 0, 0));
        for json in [
            FRIEND,
            GROUP,
            r#"{"UserName": "@me", "ContactFlag": 3}"#,
            r#"{"UserName": "filehelper", "ContactFlag": 1}"#,
            r#"{"UserName": "@brand", "ContactFlag": 3, "VerifyFlag": 24}"#,
            r#"{"UserName": "@new"}"#,
        ] {
            assert!(book.insert(contact(json)), "{json}");
            assert!(!book.insert(contact(json)), "{json}");
        }
        assert_eq!(counts(&book), (2, 1, 1));
        book.set_me(&UserName::new("@me"));
        assert_eq!(counts(&book), (1, 1, 1));
        assert!(book.insert(contact(r#"{"UserName": "@me", "ContactFlag": 3, "NickName": "测试"}"#)));
        assert!(
            book.insert(contact(r#"{"UserName": "@new", "ContactFlag": 3}"#)),
            "a stranger becomes a friend"
        );
        assert_eq!(counts(&book), (2, 1, 1));
        assert!(book.remove("@friend") && !book.remove("@friend") && book.remove("@me"));
        assert_eq!(counts(&book), (1, 1, 1));
        book.clear();
        assert_eq!((counts(&book), book.iter().count()), ((0, 0, 0), 0));
    }

    #[test]
    fn updates_merge() {
        let mut book = Contacts::default();
        book.insert(contact(FRIEND));
        book.insert(contact(GROUP));
        assert!(!book.insert(contact(r#"{"UserName": "@friend", "NickName": "小明", "RemarkName": ""}"#)));
        assert_eq!(book.name_of("@friend").as_deref(), Some("明哥"));
        assert!(!book.insert(contact(r#"{"UserName": "@@1", "MemberList": []}"#)));
        assert_eq!(book.member("@@1", "@wang").map(Member::name), Some("向导老王"));
    }

    #[test]
    fn senders_are_named_by_remark_group_name_and_nick() {
        let mut book = Contacts::default();
        assert_eq!((book.name_of("@@1"), book.sender_name("@@1", "@wang")), (None, None));
        book.insert(contact(GROUP));
        book.insert(contact(r#"{"UserName": "@known", "NickName": "陌生人"}"#));
        book.insert(contact(r#"{"UserName": "@friend", "NickName": "小明"}"#));
        assert_eq!(book.name_of("@@1").as_deref(), Some("周末爬山"));
        assert_eq!(book.sender_name("@@1", "@wang"), Some("向导老王"));
        assert_eq!(book.sender_name("@@1", "@known"), Some("陌生人"));
        assert_eq!(book.sender_name("@@1", "@nobody"), None);
        assert_eq!(book.sender_name("@@2", "@known"), Some("陌生人"), "the group need not be known");
        book.insert(contact(r#"{"UserName": "@wang", "RemarkName": "王师傅"}"#));
        assert_eq!(book.sender_name("@@1", "@wang"), Some("王师傅"));
        assert_eq!(book.member("@friend", "@wang"), None);
    }
}
