//! People, groups and accounts.

mod book;
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
mod wire;

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Deserializer, de::Error};

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
use self::{
    member::MemberTable,
    packed_strings::{PackedStrings, Packer},
    wire::{WireContact, picture_path},
};
use super::redacted::Redacted;
use crate::{UserName, bounds};

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

/// The texts of a contact; those that are mostly empty come last.
#[derive(Clone, Copy)]
enum TextField {
    UserName,
    NickName,
    RemarkName,
    PyInitial,
    PyQuanPin,
    RemarkPyInitial,
    RemarkPyQuanPin,
    KeyWord,
    Signature,
    Province,
    City,
    Alias,
    EncryChatRoomId,
    Owner,
    /// Only one that is not made of its number and the user name.
    HeadImgUrl,
}

impl TextField {
    const ALL: [Self; 15] = [
        Self::UserName,
        Self::NickName,
        Self::RemarkName,
        Self::PyInitial,
        Self::PyQuanPin,
        Self::RemarkPyInitial,
        Self::RemarkPyQuanPin,
        Self::KeyWord,
        Self::Signature,
        Self::Province,
        Self::City,
        Self::Alias,
        Self::EncryChatRoomId,
        Self::Owner,
        Self::HeadImgUrl,
    ];
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
    fn from_wire(wire: &WireContact<'_>) -> Self {
        let mut packer = Packer::with_capacity(wire.text_bytes());
        let (picture, odd_url) = wire.picture();
        for field in TextField::ALL {
            match field {
                TextField::UserName => packer.push(&wire.user_name),
                TextField::NickName => packer.push_encoded(&wire.nick_name),
                TextField::RemarkName => packer.push_encoded(&wire.remark_name),
                TextField::PyInitial => packer.push_encoded(&wire.py_initial),
                TextField::PyQuanPin => packer.push_encoded(&wire.py_quan_pin),
                TextField::RemarkPyInitial => packer.push_encoded(&wire.remark_py_initial),
                TextField::RemarkPyQuanPin => packer.push_encoded(&wire.remark_py_quan_pin),
                TextField::KeyWord => packer.push_encoded(&wire.key_word),
                TextField::Signature => packer.push_encoded(&wire.signature),
                TextField::Province => packer.push_encoded(&wire.province),
                TextField::City => packer.push_encoded(&wire.city),
                TextField::Alias => packer.push_encoded(&wire.alias),
                TextField::EncryChatRoomId => packer.push_cut(&wire.encry_chat_room_id),
                TextField::Owner => packer.push_cut(&wire.chat_room_owner),
                TextField::HeadImgUrl => packer.push(&odd_url),
            }
        }
        // A set of flags of more than 32 bits is none; a number that is only a hint may be dropped.
        let small = |number: u64| u32::try_from(number).unwrap_or(0);
        let is_group = UserName::is_group_name(&wire.user_name);
        let members = (!wire.member_list.is_empty()).then(|| Box::new(MemberTable::new(&wire.member_list)));
        Self {
            texts: packer.finish(),
            members,
            uin: small(wire.uin),
            attr_status: small(wire.attr_status),
            picture: picture.unwrap_or(0),
            contact_flags: ContactFlags::new(small(wire.contact_flag)),
            verify_flags: VerifyFlags::new(small(wire.verify_flag)),
            sns_flags: SnsFlags::new(small(wire.sns_flag)),
            member_count: small(wire.member_count),
            sex: Sex::of(wire.sex),
            marks: Marks {
                star: wire.star_friend != 0,
                owned: wire.is_owner != 0,
                group_muted: wire.statues.filter(|_| is_group).map(|statues| statues == 0),
                plain_picture: picture.is_some(),
            },
        }
    }

    /// The name for sending; `@@…` for a group. [`UserName::new`] makes a value of it.
    pub fn user_name(&self) -> &str {
        self.text(TextField::UserName)
    }

    /// What it is, by its name and flags. One's own account is told by its user name, not here.
    pub fn kind(&self) -> ContactKind {
        ContactKind::of(self.user_name(), self.contact_flags, self.verify_flags)
    }

    /// The name that the contact, or the group's people, chose.
    pub fn nick_name(&self) -> &str {
        self.text(TextField::NickName)
    }

    /// The account's own name for the contact.
    pub fn remark_name(&self) -> &str {
        self.text(TextField::RemarkName)
    }

    /// The WeChat id that the contact chose; mostly empty on the web.
    pub fn alias(&self) -> &str {
        self.text(TextField::Alias)
    }

    /// The initials of the nick name in pinyin.
    pub fn py_initial(&self) -> &str {
        self.text(TextField::PyInitial)
    }

    /// The nick name in pinyin.
    pub fn py_quan_pin(&self) -> &str {
        self.text(TextField::PyQuanPin)
    }

    /// The initials of the remark in pinyin.
    pub fn remark_py_initial(&self) -> &str {
        self.text(TextField::RemarkPyInitial)
    }

    /// The remark in pinyin.
    pub fn remark_py_quan_pin(&self) -> &str {
        self.text(TextField::RemarkPyQuanPin)
    }

    /// The line of text that the contact shows under its name.
    pub fn signature(&self) -> &str {
        self.text(TextField::Signature)
    }

    /// Where the contact says to live.
    pub fn province(&self) -> &str {
        self.text(TextField::Province)
    }

    /// Where the contact says to live.
    pub fn city(&self) -> &str {
        self.text(TextField::City)
    }

    /// The first letters of the real id: `gh_` for public accounts.
    pub fn key_word(&self) -> &str {
        self.text(TextField::KeyWord)
    }

    /// The group's other id; known once its members are.
    pub fn encry_chat_room_id(&self) -> &str {
        self.text(TextField::EncryChatRoomId)
    }

    /// The user name of the group's owner; known only once the group changed.
    pub fn owner(&self) -> &str {
        self.text(TextField::Owner)
    }

    /// The path of the picture on the base host, its `skey=` empty; `None` if there is none.
    pub fn head_img_url(&self) -> Option<Cow<'_, str>> {
        if self.marks.plain_picture {
            return Some(picture_path(self.picture, self.user_name()).into());
        }
        Some(self.text(TextField::HeadImgUrl)).filter(|url| !url.is_empty()).map(Cow::Borrowed)
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

    fn text(&self, field: TextField) -> &str {
        self.texts.get(field as usize)
    }
}

impl<'de> Deserialize<'de> for Contact {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let wire = WireContact::deserialize(from)?;
        if !bounds::is_user_name(&wire.user_name) {
            return Err(D::Error::missing_field("UserName"));
        }
        Ok(Self::from_wire(&wire))
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
