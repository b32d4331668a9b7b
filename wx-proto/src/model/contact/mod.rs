//! People, groups and accounts.

mod book;
mod decode;
mod find;
mod fingerprint;
mod flags;
mod fold;
mod group_change;
mod kind;
mod me;
mod member;
mod merge;
mod names;
mod packed_strings;
mod recognise;
mod search;
mod texts;
mod wire;

use std::fmt;

pub(crate) use self::book::{ContactLimits, InsertOutcome};
pub use self::{
    book::{ContactCounts, Contacts},
    find::Found,
    fingerprint::{Confidence, Fingerprint, FingerprintError},
    flags::{ContactFlags, Sex, SnsFlags, VerifyFlags},
    group_change::{FormerMember, GroupChange},
    kind::ContactKind,
    me::Me,
    member::{Member, Members},
    recognise::Recognised,
    search::{MatchKind, SearchField, SearchHit},
};
use self::{member::MemberTable, packed_strings::PackedStrings};
use super::redacted::Redacted;

/// A person, a group or an account, as far as the server told about it.
///
/// Texts are decoded, and whole up to 1,024 bytes; what is not known is empty or 0. User names change with every
/// login: [`fingerprint`](Self::fingerprint) has what does not.
///
/// ```
/// use wx_proto::{Contact, ContactKind};
///
/// let json = r#"{"UserName": "@0a1b", "ContactFlag": 3, "NickName": "Ann &amp; Bob", "RemarkName": ""}"#;
/// let contact: Contact = serde_json::from_str(json)?;
/// assert_eq!((contact.kind(), &*contact.name()), (ContactKind::Friend, "Ann & Bob"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Contact {
    texts: PackedStrings,
    members: Option<Box<MemberTable>>,
    uin: u32,
    attr_status: u32,
    picture: u32,
    contact_flags: ContactFlags,
    verify_flags: VerifyFlags,
    sns_flags: SnsFlags,
    member_count: u32,
    sex: Sex,
    marks: Marks,
}

/// Small facts that are no flags of the server's.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Marks {
    /// `StarFriend`.
    star: bool,
    /// `IsOwner`.
    owned: bool,
    /// A group's `Statues`, if it was sent: 0 is muted.
    group_muted: Option<bool>,
    /// `HeadImgUrl` is made of its number, `picture`.
    plain_picture: bool,
}

impl Contact {
    /// What it is, by its name and flags. One's own account is told by its user name, not here.
    pub fn kind(&self) -> ContactKind {
        ContactKind::of(self.user_name(), self.contact_flags, self.verify_flags)
    }

    /// `ContactFlag`.
    pub const fn contact_flags(&self) -> ContactFlags {
        self.contact_flags
    }

    /// `VerifyFlag`.
    pub const fn verify_flags(&self) -> VerifyFlags {
        self.verify_flags
    }

    /// `SnsFlag`.
    pub const fn sns_flags(&self) -> SnsFlags {
        self.sns_flags
    }

    /// What a person told of their sex.
    pub const fn sex(&self) -> Sex {
        self.sex
    }

    /// Starred: by `StarFriend` or its bit of `ContactFlag`.
    pub const fn is_starred(&self) -> bool {
        self.marks.star || self.contact_flags.is_starred()
    }

    /// Pinned to the top of the list of chats.
    pub const fn is_pinned(&self) -> bool {
        self.contact_flags.is_pinned()
    }

    /// Muted: a person by `ContactFlag`, a group by `Statues`.
    pub fn is_muted(&self) -> bool {
        self.contact_flags.is_muted() || self.marks.group_muted == Some(true)
    }

    /// On the black list.
    pub const fn is_blocked(&self) -> bool {
        self.contact_flags.is_blocked()
    }

    /// True if the account owns this group.
    pub const fn is_owned(&self) -> bool {
        self.marks.owned
    }

    /// How many members the group has; may be more than are listed.
    pub const fn member_count(&self) -> u32 {
        self.member_count
    }

    /// The group's members, in the server's order; empty until they are loaded.
    pub fn members(&self) -> Members<'_> {
        Members(self.members.as_deref())
    }

    /// The group's member of this user name, found without a walk.
    pub fn member(&self, user_name: impl AsRef<str>) -> Option<Member<'_>> {
        self.members().get(user_name)
    }

    /// The bytes it takes in memory, its own place included.
    fn bytes(&self) -> usize {
        let members = self.members.as_deref().map_or(0, |table| size_of::<MemberTable>() + table.bytes());
        size_of::<Self>() + self.texts.bytes() + members
    }

    fn keep_members(&mut self, most: usize) {
        if let Some(members) = &mut self.members {
            members.truncate(most);
        }
    }
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contact")
            .field("user_name", &self.user_name())
            .field("kind", &self.kind())
            .field("nick_name", &Redacted(self.nick_name()))
            .field("remark_name", &Redacted(self.remark_name()))
            .field("alias", &Redacted(self.alias()))
            .field("contact_flags", &self.contact_flags)
            .field("verify_flags", &self.verify_flags)
            .field("members", &self.members().len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
