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
    /// Received, or written by the account itself. A message of one's own that was withdrawn is one's own, too.
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
    /// Written by somebody else.
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
        let texts = [from, to].map(|name| name.and_then(Value::text).unwrap_or_default());
        // Nobody has a longer name; chats and senders are kept by many, whole messages by few.
        let [from, to] = texts.each_ref().map(|name| bounds::cut(name, bounds::USER_NAME));
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
    /// the name behind an `@` mentions it, and one whose name is not known yet is not found.
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
mod tests {
    use super::*;

    const ME: &str = "@0a1b2c3d4e5f60718293a4b5c6d7e8f9";
    const FRIEND: &str = "@11112222333344445555666677778888aaaabbbbccccddddeeeeffff00001111";
    const GROUP: &str = "@@22223333444455556666777788889999aaaabbbbccccddddeeeeffff00001111";
    const MEMBER: &str = "@3333444455556666777788889999aaaa";

    fn decode(json: &str) -> Message {
        Message::decode(json, Bytes::copy_from_slice(json.as_bytes()), &UserName::new(ME))
    }

    fn text(from: &str, to: &str, content: &str) -> Message {
        let content = serde_json::to_string(content).unwrap();
        decode(&format!(
            r#"{{"MsgId": "5120000000000000011", "FromUserName": "{from}", "ToUserName": "{to}",
"MsgType": 1, "Content": {content}, "CreateTime": 1735700040, "NewMsgId": 5120000000000000011}}"#
        ))
    }

    fn some(name: &str) -> Option<UserName> {
        Some(UserName::new(name))
    }

    #[test]
    fn a_text_from_a_friend() {
        let message = text(FRIEND, ME, "你好 &lt;3 <span class=\"emoji emoji1f602\"></span>");
        assert_eq!(message.id, Some(MsgId::new("5120000000000000011")));
        assert_eq!((message.chat.as_str(), message.from.as_str(), message.to.as_str()), (FRIEND, FRIEND, ME));
        assert_eq!((message.sender, message.direction), (some(FRIEND), Direction::Incoming));
        assert_eq!(message.time, Timestamp::from_secs(1_735_700_040));
        assert_eq!(message.content.text(), "你好 <3 😂");
    }

    #[test]
    fn a_text_from_a_group_member() {
        let content = format!("{MEMBER}:<br/>明天[微笑]几点出发？<br/>早点 A&amp;B 都行");
        let message = text(GROUP, ME, &content);
        assert_eq!((message.chat.as_str(), message.from.as_str()), (GROUP, GROUP));
        assert_eq!(message.sender, some(MEMBER));
        assert_eq!(message.content.text(), "明天[微笑]几点出发？\n早点 A&B 都行");
        let system = text(GROUP, ME, "\"X\"邀请你加入了群聊");
        assert_eq!((system.chat.as_str(), system.sender), (GROUP, None));
        let by_member = text(MEMBER, GROUP, "hi");
        assert_eq!((by_member.chat.as_str(), by_member.sender), (GROUP, some(MEMBER)));
    }

    #[test]
    fn a_typed_prefix_is_no_prefix() {
        let typed = "@nick:<br/>hi";
        for (from, to) in [(FRIEND, ME), (ME, GROUP), ("", GROUP)] {
            assert_eq!(text(from, to, typed).content.text(), "@nick:\nhi", "{from} {to}");
        }
        assert_eq!(text(FRIEND, ME, typed).sender, some(FRIEND));
    }

    #[test]
    fn own_messages_belong_to_the_peer() {
        for from in [ME, ""] {
            for to in [FRIEND, GROUP, "filehelper", ME] {
                let message = text(from, to, "x");
                assert_eq!((message.chat.as_str(), message.from.as_str()), (to, ME));
                assert_eq!((message.sender, message.direction), (some(ME), Direction::Outgoing));
            }
        }
    }

    #[test]
    fn ids_are_exact_in_every_form() {
        let id = |members: &str| decode(&format!("{{{members}}}")).id.map(|id| id.to_string());
        let exact = Some("5120000000000000011".to_owned());
        assert_eq!(id(r#""MsgId":"5120000000000000011""#), exact);
        assert_eq!(id(r#""MsgId":5120000000000000011"#), exact);
        assert_eq!(id(r#""MsgId":"","NewMsgId":5120000000000000011"#), exact);
        assert_eq!(id(r#""MsgId":0,"NewMsgId":"5120000000000000011""#), exact);
        assert_eq!(id(r#""MsgId":"0""#), None);
        assert_eq!(id(r#""MsgId":5.12e18,"NewMsgId":0"#), None, "a double is not exact");
        assert_eq!(id(r#""MsgId":18446744073709551615"#).as_deref(), Some("18446744073709551615"));
        assert_eq!(id(&format!(r#""MsgId":"{}""#, "1".repeat(1 << 20))), None);
        assert_eq!(id(""), None);
    }

    #[test]
    fn wrong_types_cost_only_their_member() {
        let message = decode(
            r#"{"MsgId":[1],"FromUserName":"@1","ToUserName":null,"MsgType":"1","Content":"hi",
            "CreateTime":"1735700040","StatusNotifyCode":{},"StatusNotifyUserName":true,"NewMsgId":-1}"#,
        );
        assert_eq!((message.id, message.chat.as_str(), message.to.as_str()), (None, "@1", ""));
        assert_eq!(message.time, Timestamp::from_secs(1_735_700_040));
        assert_eq!((message.content.kind(), message.content.text().as_ref()), ("text", "hi"));
    }

    #[test]
    fn what_cannot_be_read_is_unknown() {
        for raw in ["", "null", "[]", "{", "\"x\"", "\u{fffd}", "{}"] {
            let message = decode(raw);
            assert_eq!((message.content.kind(), &message.raw[..]), ("unknown", raw.as_bytes()));
            assert_eq!((message.chat.as_str(), message.from.as_str(), message.sender), ("", "", None));
            assert_eq!(message.direction, Direction::Incoming);
        }
    }

    #[test]
    fn no_damage_panics() {
        let whole = concat!(
            r#"{"MsgId":"7","FromUserName":"@@1","ToUserName":"@2","MsgType":10002,"Content":"@3:<br/>"#,
            r#"&lt;sysmsg type=\"revokemsg\"&gt;<span class=\"emoji emoji1f602\"></span>\u4f60你","CreateTime":1}"#
        );
        assert_eq!(decode(whole).content.kind(), "recalled");
        for at in 0..whole.len() {
            for wrong in ["", "\0", "\"", "&", "<", "\\", "9", "\u{fffd}"] {
                let Some((before, after)) = whole.split_at_checked(at) else { continue };
                decode(&format!("{before}{wrong}"));
                let damaged = format!("{before}{wrong}{}", after.chars().skip(1).collect::<String>());
                assert_eq!(decode(&damaged).raw, damaged.as_bytes());
            }
        }
    }

    #[test]
    fn a_recall_in_a_group_names_its_member() {
        let xml = "&lt;sysmsg type=\"revokemsg\"&gt;&lt;revokemsg&gt;&lt;msgid&gt;7&lt;/msgid&gt;&lt;/revokemsg&gt;\
                   &lt;/sysmsg&gt;";
        let content = serde_json::to_string(&format!("{MEMBER}:<br/>{xml}")).unwrap();
        let json = format!(
            r#"{{"FromUserName":"{GROUP}","ToUserName":"{ME}","MsgType":10002,"Content":{content}}}"#
        );
        let message = decode(&json);
        assert_eq!(message.sender, some(MEMBER));
        let Content::Recalled(recalled) = message.content else { panic!("not a recall") };
        assert_eq!(recalled.recalled, Some(MsgId::new("7")));
    }

    #[test]
    fn a_status_names_its_chats() {
        let json = format!(
            r#"{{"FromUserName":"{ME}","ToUserName":"{ME}","MsgType":51,"Content":"",
            "StatusNotifyCode":4,"StatusNotifyUserName":"filehelper,{GROUP}"}}"#
        );
        let message = decode(&json);
        assert_eq!(message.chat.as_str(), ME);
        let Content::Status(status) = message.content else { panic!("not a status") };
        assert_eq!(
            (status.event.code(), status.users),
            (4, vec![UserName::new("filehelper"), UserName::new(GROUP)])
        );
    }

    #[test]
    fn debug_leaves_the_raw_object_out() {
        let message = decode(r#"{"MsgType":37,"Ticket":"v2_secret"}"#);
        assert!(!format!("{message:?}").contains("v2_secret"));
    }
}
