//! The people around the simulated account.

use serde::{Deserialize, Serialize};

/// Who somebody is, for ever: UserNames change with each login, this does not.
///
/// ```
/// use wx_testkit::server::{Account, ContactId};
///
/// let mut account = Account::new(1_234_567_890, "测试");
/// assert_eq!(account.named("测试"), Some(ContactId::ME));
/// let ming = account.add_friend("小明", "明哥");
/// assert_eq!(account.named("明哥"), Some(ming));
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct ContactId(u32);

impl ContactId {
    /// The owner of the account.
    pub const ME: Self = Self(0);

    pub(super) const fn number(self) -> u64 {
        self.0 as u64
    }
}

/// What a contact is.
///
/// ```
/// use wx_testkit::server::{Account, ContactKind};
///
/// let account = Account::demo();
/// let groups = account.contacts().iter().filter(|contact| contact.kind == ContactKind::Group);
/// assert_eq!(groups.count(), 2);
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub enum ContactKind {
    /// The owner of the account.
    Me,
    /// A friend.
    Friend,
    /// A group.
    Group,
    /// A public account.
    Official,
    /// An account of the service itself, with a fixed UserName.
    Special,
    /// Somebody known only from a group.
    Stranger,
}

/// A person, group or account. Names are plain text here; the wire form is made in the reply.
///
/// ```
/// use wx_testkit::server::Account;
///
/// let mut account = Account::new(1_234_567_890, "测试");
/// let ada = account.add_friend("Ada", "");
/// if let Some(contact) = account.contact_mut(ada) {
///     contact.signature = "hello world".to_owned();
///     assert_eq!(contact.name(), "Ada");
/// }
/// ```
#[derive(Clone, Debug, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Contact {
    /// The lasting id.
    pub id: ContactId,
    /// What it is.
    pub kind: ContactKind,
    /// The UserName, where it is the same in every login.
    pub fixed_name: Option<String>,
    /// The name it gave itself.
    pub nick: String,
    /// The name the owner gave it, or nothing.
    pub remark: String,
    /// Its members, for a group.
    pub members: Vec<Member>,
    /// Whether `webwxgetcontact` lists it.
    pub saved: bool,
    /// Whether the ContactList of `webwxinit` has it.
    pub recent: bool,
    /// Whether ChatSet names it.
    pub in_chat_set: bool,
    /// Whether it is gone: deleted, or the group left.
    pub removed: bool,
    /// 0 unknown, 1 male, 2 female.
    pub sex: i64,
    /// The line of text below a name.
    pub signature: String,
    /// Province.
    pub province: String,
    /// City.
    pub city: String,
    /// Initials for sorting.
    pub initials: String,
    /// The name in Latin letters.
    pub latin: String,
    /// The same two for the remark name.
    pub remark_initials: String,
    /// The remark name in Latin letters.
    pub remark_latin: String,
    /// ContactFlag bits.
    pub contact_flag: i64,
    /// VerifyFlag bits.
    pub verify_flag: i64,
    /// SnsFlag bits.
    pub sns_flag: i64,
    /// AttrStatus, a number without known meaning.
    pub attr_status: i64,
    /// First letters of the real id.
    pub keyword: String,
    /// The number in the picture address.
    pub picture: u64,
    /// EncryChatRoomId of a group.
    pub room_id: String,
    /// Whether the owner of the account owns this group.
    pub owned: bool,
    /// Who owns this group, if that was ever told.
    #[serde(default)]
    pub owner: Option<ContactId>,
    /// Whether this group's notifications are off.
    #[serde(default)]
    pub muted: bool,
    /// The WeChat id.
    #[serde(default)]
    pub alias: String,
    /// What becomes of a `webwxbatchgetcontact` that asks for it.
    #[serde(default)]
    pub lookup: Lookup,
}

/// What becomes of a `webwxbatchgetcontact` that asks for somebody.
///
/// ```
/// use wx_testkit::{
///     runner::START,
///     server::{Lookup, Server},
/// };
///
/// let mut server = Server::demo();
/// // A member of whom a client learns nothing, however often it asks.
/// server.phone(START).slip_in("周末爬山", "Eve", Lookup::LeftOut)?;
/// # Ok::<(), wx_testkit::server::PhoneError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub enum Lookup {
    /// It is answered.
    #[default]
    Answered,
    /// It is answered without them.
    LeftOut,
    /// It is refused, whoever else it asks for.
    Refused,
}

/// A member of a group.
///
/// ```
/// use wx_testkit::server::{Account, ContactId};
///
/// let mut account = Account::new(1_234_567_890, "测试");
/// let ada = account.add_friend("Ada", "");
/// let group = account.add_group("Book Club", &[ContactId::ME, ada]);
/// for member in account.contact_mut(group).into_iter().flat_map(|group| &mut group.members) {
///     if member.id == ada {
///         member.display_name = "Ada of the book club".to_owned();
///     }
/// }
/// ```
#[derive(Clone, Debug, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Member {
    /// Who.
    pub id: ContactId,
    /// The name in this group, or nothing.
    pub display_name: String,
}

impl Contact {
    fn new(id: ContactId, kind: ContactKind, nick: &str) -> Self {
        Self {
            id,
            kind,
            fixed_name: None,
            nick: nick.to_owned(),
            remark: String::new(),
            members: Vec::new(),
            saved: false,
            recent: false,
            in_chat_set: false,
            removed: false,
            sex: 0,
            signature: String::new(),
            province: String::new(),
            city: String::new(),
            initials: String::new(),
            latin: String::new(),
            remark_initials: String::new(),
            remark_latin: String::new(),
            contact_flag: 0,
            verify_flag: 0,
            sns_flag: 0,
            attr_status: 0,
            keyword: String::new(),
            picture: 690_000_000 + id.number(),
            room_id: String::new(),
            owned: false,
            owner: None,
            muted: false,
            alias: String::new(),
            lookup: Lookup::Answered,
        }
    }

    /// The name a person would see: the remark name, else the nick name.
    pub fn name(&self) -> &str {
        if self.remark.is_empty() { &self.nick } else { &self.remark }
    }
}

/// The account and everyone it knows.
///
/// ```
/// use wx_testkit::server::{Account, ContactId, Server, ServerConfig};
///
/// let mut account = Account::new(1_234_567_890, "测试");
/// let ada = account.add_friend("Ada", "");
/// account.add_group("Book Club", &[ContactId::ME, ada]);
/// let server = Server::new(ServerConfig::web(), account, 1);
/// assert_eq!(server.account().named("Ada"), Some(ada));
/// ```
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Account {
    uin: u64,
    contacts: Vec<Contact>,
}

impl Account {
    /// An account that knows nobody but `filehelper`.
    pub fn new(uin: u64, nick: &str) -> Self {
        let mut account = Self { uin, contacts: Vec::new() };
        let me = account.add(ContactKind::Me, nick);
        if let Some(me) = account.contact_mut(me) {
            me.picture = 1_264_610_125;
            me.sns_flag = 17;
            me.attr_status = 135_461;
        }
        let helper = account.add_special("filehelper", "文件传输助手");
        if let Some(helper) = account.contact_mut(helper) {
            helper.contact_flag = 1;
            helper.picture = 660_589_401;
            "WJCSZS".clone_into(&mut helper.initials);
            "wenjianchuanshuzhushou".clone_into(&mut helper.latin);
            helper.recent = true;
            helper.in_chat_set = true;
        }
        account
    }

    /// Adds a friend; `remark` may be empty.
    pub fn add_friend(&mut self, nick: &str, remark: &str) -> ContactId {
        let id = self.add(ContactKind::Friend, nick);
        if let Some(friend) = self.contact_mut(id) {
            remark.clone_into(&mut friend.remark);
            friend.saved = true;
            friend.contact_flag = 3;
            friend.sns_flag = 17;
            friend.attr_status = 33_000 + i64::from(id.0);
        }
        id
    }

    /// Adds a group that is in no list yet; members are known only once asked for.
    pub fn add_group(&mut self, name: &str, members: &[ContactId]) -> ContactId {
        let id = self.add(ContactKind::Group, name);
        if let Some(group) = self.contact_mut(id) {
            group.members = members.iter().map(|&id| Member { id, display_name: String::new() }).collect();
            group.contact_flag = 2;
            group.room_id = format!("@{:032x}", 0x9999_8888_7777_6666_u64 + id.number());
        }
        id
    }

    /// Adds a public account.
    pub fn add_official(&mut self, nick: &str) -> ContactId {
        let id = self.add(ContactKind::Official, nick);
        if let Some(account) = self.contact_mut(id) {
            account.saved = true;
            account.contact_flag = 3;
            account.verify_flag = 24;
            "gh_".clone_into(&mut account.keyword);
        }
        id
    }

    /// Adds somebody known only as a member of groups.
    pub fn add_stranger(&mut self, nick: &str) -> ContactId {
        let id = self.add(ContactKind::Stranger, nick);
        if let Some(person) = self.contact_mut(id) {
            person.attr_status = 33;
        }
        id
    }

    /// Adds an account of the service, with a UserName that never changes.
    pub fn add_special(&mut self, user_name: &str, nick: &str) -> ContactId {
        let id = self.add(ContactKind::Special, nick);
        if let Some(account) = self.contact_mut(id) {
            account.fixed_name = Some(user_name.to_owned());
            account.keyword = user_name.chars().take(3).collect();
        }
        id
    }

    /// The number of the account.
    pub fn uin(&self) -> u64 {
        self.uin
    }

    /// Everyone, in the order they were added; the owner comes first.
    pub fn contacts(&self) -> &[Contact] {
        &self.contacts
    }

    /// The contact with this id.
    pub fn contact(&self, id: ContactId) -> Option<&Contact> {
        self.contacts.get(usize::try_from(id.0).ok()?)
    }

    /// The contact with this id, to change before the server starts. Afterwards use the
    /// [`Phone`](super::Phone), which tells the client.
    pub fn contact_mut(&mut self, id: ContactId) -> Option<&mut Contact> {
        self.contacts.get_mut(usize::try_from(id.0).ok()?)
    }

    /// The contact with this nick or remark name; one that is not removed and can be written to comes first.
    pub fn named(&self, name: &str) -> Option<ContactId> {
        let matches =
            |contact: &&Contact| !contact.removed && (contact.nick == name || contact.remark == name);
        let stranger = |contact: &&Contact| contact.kind == ContactKind::Stranger;
        let known = self.contacts.iter().filter(matches).find(|contact| !stranger(contact));
        known.or_else(|| self.contacts.iter().find(matches)).map(|contact| contact.id)
    }

    fn add(&mut self, kind: ContactKind, nick: &str) -> ContactId {
        let id = ContactId(u32::try_from(self.contacts.len()).unwrap_or(u32::MAX));
        self.contacts.push(Contact::new(id, kind, nick));
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_find_people() {
        let account = Account::demo();
        let ming = account.named("明哥").unwrap();
        assert_eq!(account.named("小明"), Some(ming));
        assert_eq!(account.contact(ming).unwrap().name(), "明哥");
        assert_eq!(account.named("nobody"), None);
        assert_eq!(account.named("测试"), Some(ContactId::ME));
    }
}
