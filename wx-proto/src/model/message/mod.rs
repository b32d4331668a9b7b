//! One message, from the JSON object the server sends.

mod header;

use std::fmt;

use bytes::Bytes;

use self::header::MessageHeader;
use super::{
    Contacts, Me,
    content::{Content, Envelope, is_notice, is_sysmsg},
};
use crate::{
    MsgId, Timestamp, UserName, bounds,
    coding::{
        json::{Members, Value},
        text::split_sender,
    },
};

/// A message as it was received.
///
/// ```
/// use wx_proto::{Contacts, Message};
///
/// fn line(message: &Message, contacts: &Contacts) -> String {
///     let chat = contacts.name_of(&message.chat).unwrap_or_default();
///     format!("{chat}: {}", message.content.text())
/// }
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Message {
    /// The server's id, for telling repeats, recalls and downloads; `None` if there is none.
    pub id: Option<MsgId>,
    /// The person or group the message belongs to: where an answer goes. The own name only in a chat with
    /// oneself.
    pub chat: UserName,
    /// Who sent it, as on the wire: in a group, the group.
    pub from: UserName,
    /// Whom it was sent to.
    pub to: UserName,
    /// Who wrote it: the member in a group, the peer, or oneself. `None` when the server wrote it: a notice is
    /// nobody's message. Red packets, transfers, calls and places are those of who sent them, whatever words stand for
    /// them; a recall in a group has the member whom the server names.
    pub sender: Option<UserName>,
    /// Received, or written by the account itself. A message of one's own that was withdrawn is one's own, too. With
    /// [`Profile::file_helper`](crate::Profile::file_helper) whatever comes is the phone's, and received.
    pub direction: Direction,
    /// When the server took it; whole seconds.
    pub time: Timestamp,
    /// What it says.
    pub content: Content,
    /// The JSON object as the server sent it, for kinds and members that this library does not take apart.
    pub raw: Bytes,
}

/// Whether a message was received or written by the account itself.
///
/// ```
/// use wx_proto::{Direction, Message};
///
/// fn wants_an_answer(message: &Message) -> bool {
///     message.direction == Direction::Incoming && message.sender.is_some()
/// }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third way")]
pub enum Direction {
    /// Written by somebody else; in the file helper, on the phone.
    Incoming,
    /// Written by the account itself, for example on its phone.
    Outgoing,
}

impl Message {
    /// Reads one item of the server's list. Never fails: a message that cannot be read is [`Content::Unknown`]
    /// with what could be read, so that it is delivered and seen rather than lost.
    ///
    /// `json` is the item; `raw` the same as it was received, which differs where it had to be mended.
    pub(crate) fn decode(json: &str, raw: Bytes, me: &UserName) -> Self {
        let MessageHeader { msg_id, from, to, msg_type, content, create_time } = MessageHeader::read(json);
        let (from, to) = (from.and_then(Value::text), to.and_then(Value::text));
        // Nobody has a longer name; chats and senders are kept by many, whole messages by few.
        let from = bounds::cut(from.as_deref().unwrap_or_default(), bounds::USER_NAME);
        let to = bounds::cut(to.as_deref().unwrap_or_default(), bounds::USER_NAME);
        let content = content.and_then(Value::text);
        let content = content.as_deref();
        // The official page takes a message from nobody for one of its own.
        let own = from == me.as_str() || (from.is_empty() && !to.is_empty());
        let name = |name: &str| if name == me.as_str() { me.clone() } else { UserName::new(name) };
        let (from, to) = (if own { me.clone() } else { UserName::new(from) }, name(to));
        let chat = if own || (to.is_group() && !from.is_group()) { to.clone() } else { from.clone() };
        let msg_type = msg_type.and_then(Value::number);
        let prefixed = content.and_then(split_sender).filter(|(_, rest)| {
            // A system text begins with a name, perhaps, and names may look like a prefix.
            !own && chat.is_group() && (!matches!(msg_type, Some(9999 | 10_000)) || is_sysmsg(rest))
        });
        let (sender, content) = match prefixed {
            Some((member, rest)) => (Some(name(bounds::cut(member, bounds::USER_NAME))), Some(rest)),
            None if from.is_group() || from.as_str().is_empty() => (None, content),
            None => (Some(from.clone()), content),
        };
        // `NewMsgId` has the same number.
        let id = msg_id.and_then(Value::msg_id).or_else(|| Members::of(json)?.msg_id("NewMsgId"));
        let content = Content::decode(&Envelope {
            json,
            id: id.as_ref(),
            msg_type,
            content,
            from: &from,
            me,
            group: chat.is_group(),
        });
        // These stand for what somebody did.
        let somebodys = matches!(
            content,
            Content::RedPacket(_) | Content::Transfer(_) | Content::Voip(_) | Content::LiveLocation(_)
        );
        let nobodys = !somebodys && prefixed.is_none() && msg_type.is_some_and(is_notice);
        let own = own || matches!(&content, Content::Recalled(recalled) if recalled.is_own());
        Self {
            id,
            chat,
            from,
            to,
            sender: sender.filter(|_| !nobodys),
            direction: if own { Direction::Outgoing } else { Direction::Incoming },
            time: Timestamp::from_secs(create_time.and_then(Value::unsigned).unwrap_or(0)),
            content,
            raw,
        }
    }

    /// Whether this is a text of somebody else's that mentions the account, by its nick name, by its name in the group, or
    /// with everybody. The server does not mark mentions on the web: this goes by the words, so that somebody who writes
    /// the name after an `@` mentions it, and one whose name is not known yet is not found.
    pub fn mentions_me(&self, me: &Me, contacts: &Contacts) -> bool {
        let (Content::Text(text), Direction::Incoming, Some(group)) =
            (&self.content, self.direction, self.chat.to_group())
        else {
            return false;
        };
        let in_group = contacts.sender_name(&group, &me.user_name);
        text.text.contains('@')
            && (text.mentions(&me.nick_name)
                || in_group.is_some_and(|name| text.mentions(name))
                || text.mentions_all())
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The raw object carries tickets and keys of attachments.
        let Self { id, chat, from, to, sender, direction, time, content, raw } = self;
        f.debug_struct("Message")
            .field("id", id)
            .field("chat", chat)
            .field("from", from)
            .field("to", to)
            .field("sender", sender)
            .field("direction", direction)
            .field("time", time)
            .field("content", content)
            .field("raw", &format_args!("[{} bytes]", raw.len()))
            .finish()
    }
}

#[cfg(test)]
mod tests;
