//! What waits for the client: messages and contact changes, each at a growing position.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::account::{Account, ContactId, ContactKind};

/// A message in the queue of the account.
///
/// ```
/// use wx_testkit::{runner::START, server::Server};
///
/// let mut server = Server::demo();
/// let id = server.phone(START).say("周末爬山", "明哥", "hello")?;
/// let (_position, message) = server.messages().next().ok_or("nothing queued")?;
/// assert_eq!((message.id, message.text.as_str()), (id, "hello"));
/// assert_eq!(message.sender, server.account().named("明哥"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Message {
    /// Its id; 0 for a message without one.
    pub id: u64,
    /// MsgType: 1 text, 51 status, 10002 system XML, ...
    pub msg_type: i64,
    /// FromUserName: the group for a group message of somebody else.
    pub from: ContactId,
    /// ToUserName.
    pub to: ContactId,
    /// The member who wrote it, in a group.
    pub sender: Option<ContactId>,
    /// The text or XML before encoding.
    pub text: String,
    /// Bytes put in place of the JSON value of Content, as they are.
    pub raw: Option<Vec<u8>>,
    /// Status: 3, or 4 on a revoke.
    pub status: i64,
    /// CreateTime, Unix seconds.
    pub time: u64,
    /// The StatusNotifyCode of a message of type 51.
    pub notify_code: i64,
    /// The chats it names.
    pub notify_chats: Vec<ContactId>,
    /// `&` goes into Content as it is, as in locations.
    #[serde(default)]
    pub raw_ampersands: bool,
    /// Values of further members, by name (`RecommendInfo.NickName`), before encoding.
    #[serde(default)]
    pub members: BTreeMap<String, MemberValue>,
}

/// The value of a member.
///
/// ```
/// use wx_testkit::{
///     runner::START,
///     server::{Kind, MemberValue, Server},
/// };
///
/// let mut server = Server::demo();
/// server.phone(START).say_kind("明哥", None, Kind::File, "report.pdf")?;
/// let (_, message) = server.messages().next().ok_or("nothing queued")?;
/// assert!(matches!(&message.members["FileName"], MemberValue::Text(name) if name == "report.pdf"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(untagged)]
#[expect(clippy::exhaustive_enums, reason = "messages have no others")]
pub enum MemberValue {
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
}

impl Message {
    /// A text of nothing.
    pub(super) fn blank(id: u64, from: ContactId, to: ContactId, time: u64) -> Self {
        Self {
            id,
            msg_type: 1,
            from,
            to,
            sender: None,
            text: String::new(),
            raw: None,
            status: 3,
            time,
            notify_code: 0,
            notify_chats: Vec::new(),
            raw_ampersands: false,
            members: BTreeMap::new(),
        }
    }

    /// Gives a member a value that is not the usual one.
    pub(super) fn set(&mut self, name: &str, value: impl Into<MemberValue>) -> &mut Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// A text of `from` in a chat: from the owner to it, or from it to the owner.
    pub(super) fn between(account: &Account, chat: ContactId, from: ContactId, time: u64) -> Self {
        if from == ContactId::ME {
            return Self::blank(0, from, chat, time);
        }
        let group = account.contact(chat).is_some_and(|chat| chat.kind == ContactKind::Group);
        Self { sender: group.then_some(from), ..Self::blank(0, chat, ContactId::ME, time) }
    }

    /// The chat it belongs to.
    pub fn chat(&self) -> ContactId {
        if self.from == ContactId::ME { self.to } else { self.from }
    }
}

/// One step of the queue.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) enum Entry {
    Message(Message),
    Changed {
        id: ContactId,
        added: bool,
    },
    Removed(ContactId),
    /// The members of a group, in the list that no recording ever had anything in.
    Members(ContactId),
    /// The owner of the account changed name or picture.
    Profile,
}

/// All steps since the account began; the position after step n is n.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Queue {
    entries: Vec<Entry>,
    next_id: u64,
}

impl Queue {
    pub(super) fn new(first_id: u64) -> Self {
        Self { entries: Vec::new(), next_id: first_id }
    }

    pub(super) fn draw_id(&mut self) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        id
    }

    pub(super) fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// The position after everything.
    pub(super) fn head(&self) -> u64 {
        self.entries.len() as u64
    }

    pub(super) fn after(&self, position: u64) -> &[Entry] {
        usize::try_from(position).ok().and_then(|at| self.entries.get(at..)).unwrap_or_default()
    }

    /// Each message with the position after it.
    pub(super) fn messages(&self) -> impl Iterator<Item = (u64, &Message)> {
        (1..).zip(&self.entries).filter_map(|(position, entry)| match entry {
            Entry::Message(message) => Some((position, message)),
            Entry::Changed { .. } | Entry::Removed(_) | Entry::Members(_) | Entry::Profile => None,
        })
    }

    pub(super) fn message(&self, id: u64) -> Option<&Message> {
        self.messages().map(|(_, message)| message).find(|message| message.id == id)
    }

    /// The selector that announces what lies after `position`; `None` if nothing does.
    pub(super) fn selector(&self, position: u64) -> Option<u32> {
        let rest = self.after(position);
        let is = |wanted: fn(&Entry) -> bool| rest.iter().any(wanted);
        if is(|entry| matches!(entry, Entry::Message(message) if message.msg_type != 51)) {
            Some(2)
        } else if is(|entry| matches!(entry, Entry::Message(_))) {
            Some(7)
        } else if is(|entry| matches!(entry, Entry::Removed(_) | Entry::Changed { added: true, .. })) {
            Some(6)
        } else if rest.is_empty() {
            None
        } else {
            Some(4)
        }
    }
}
