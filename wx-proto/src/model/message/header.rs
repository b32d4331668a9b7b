//! The members that every message has, read without reading the rest.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};

use crate::coding::json::{Members, Value};

/// What every message carries; `None` where it does not. Texts are borrowed where the JSON has no escapes.
#[derive(Default)]
pub(super) struct MessageHeader<'a> {
    pub(super) msg_id: Option<Value<'a>>,
    pub(super) from: Option<Value<'a>>,
    pub(super) to: Option<Value<'a>>,
    pub(super) msg_type: Option<Value<'a>>,
    pub(super) content: Option<Value<'a>>,
    pub(super) create_time: Option<Value<'a>>,
}

#[derive(Deserialize)]
enum Field {
    MsgId,
    FromUserName,
    ToUserName,
    MsgType,
    Content,
    CreateTime,
    #[serde(other)]
    Other,
}

impl<'a> MessageHeader<'a> {
    /// Reads one message. These members come first on the wire and some 30 follow, which are of use to few
    /// kinds: reading stops as soon as all of these are there.
    pub(super) fn read(json: &'a str) -> Self {
        let mut header = Self::default();
        let read = serde_json::Deserializer::from_str(json).deserialize_map(&mut header);
        if read.is_ok() || header.is_complete() { header } else { Self::member_by_member(json) }
    }

    /// For a text with half an emoji, which JSON can spell and Unicode has not. What cannot be read is left out.
    fn member_by_member(json: &'a str) -> Self {
        let members = Members::of(json).unwrap_or_default();
        Self {
            msg_id: members.value("MsgId"),
            from: members.value("FromUserName"),
            to: members.value("ToUserName"),
            msg_type: members.value("MsgType"),
            content: members.value("Content"),
            create_time: members.value("CreateTime"),
        }
    }

    /// Asked before each member: what comes last is looked at first.
    const fn is_complete(&self) -> bool {
        let Self { msg_id, from, to, msg_type, content, create_time } = self;
        create_time.is_some()
            && msg_id.is_some()
            && from.is_some()
            && to.is_some()
            && msg_type.is_some()
            && content.is_some()
    }
}

impl<'a> Visitor<'a> for &mut MessageHeader<'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a message")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut members: A) -> Result<(), A::Error> {
        while !self.is_complete() {
            match members.next_key()? {
                Some(Field::MsgId) => self.msg_id = Some(members.next_value()?),
                Some(Field::FromUserName) => self.from = Some(members.next_value()?),
                Some(Field::ToUserName) => self.to = Some(members.next_value()?),
                Some(Field::MsgType) => self.msg_type = Some(members.next_value()?),
                Some(Field::Content) => self.content = Some(members.next_value()?),
                Some(Field::CreateTime) => self.create_time = Some(members.next_value()?),
                Some(Field::Other) => _ = members.next_value::<IgnoredAny>()?,
                None => break,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"{"MsgId":"7","FromUserName":"@1","ToUserName":"@2","MsgType":1,"Content":"a\u4f60",
        "Status":3,"CreateTime":1735700040"#;

    fn text(text: &str) -> Option<Value<'_>> {
        Some(Value::Text(text.into()))
    }

    #[test]
    fn reading_stops_when_all_is_there() {
        for rest in ["}", ",\"Content\":\"later\"}", ", here be dragons"] {
            let json = format!("{WHOLE}{rest}");
            let header = MessageHeader::read(&json);
            assert_eq!((header.msg_id, header.from, header.to), (text("7"), text("@1"), text("@2")));
            assert_eq!((header.msg_type, header.content), (Some(Value::Unsigned(1)), text("a你")));
            assert_eq!(header.create_time, Some(Value::Unsigned(1_735_700_040)));
        }
    }

    #[test]
    fn the_order_of_members_does_not_matter() {
        let json = r#"{"Url":{"a":[1]},"CreateTime":"5","Content":"x","MsgType":"1","Content":"y"}"#;
        let header = MessageHeader::read(json);
        assert_eq!((header.create_time, header.msg_type, header.content), (text("5"), text("1"), text("y")));
        assert_eq!((header.msg_id, header.from, header.to), (None, None, None));
    }

    #[test]
    fn what_is_no_text_is_told_from_an_empty_one() {
        for (value, content) in [
            ("\"\"", text("")),
            ("17", Some(Value::Unsigned(17))),
            ("{}", Some(Value::Other)),
            ("null", Some(Value::Other)),
            ("[1]", Some(Value::Other)),
        ] {
            let json = format!("{{\"Content\":{value}}}");
            assert_eq!(MessageHeader::read(&json).content, content, "{value}");
            let half = format!("{{\"Content\":{value},\"MsgId\":\"\\ud83d\"}}");
            assert_eq!(MessageHeader::read(&half).content, content, "{value}");
        }
    }

    #[test]
    fn half_an_emoji_costs_only_itself() {
        let json = r#"{"MsgId":"7","Content":"a\ud83d b","FromUserName":"@1"}"#;
        let header = MessageHeader::read(json);
        assert_eq!(
            (header.msg_id, header.from, header.content),
            (text("7"), text("@1"), text("a\u{fffd} b"))
        );
    }

    #[test]
    fn nothing_is_read_from_nonsense() {
        for json in ["", "null", "[]", "{", "\"x\"", "{\"MsgId\":}"] {
            let header = MessageHeader::read(json);
            assert!(
                header.msg_id.is_none() && header.content.is_none() && header.msg_type.is_none(),
                "{json}"
            );
        }
    }
}
