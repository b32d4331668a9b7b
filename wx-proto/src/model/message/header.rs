//! The members that every message has, read without reading the rest.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};

use crate::coding::json::{
    members::Members,
    value::{self, Number, OptionalText, Text, Unsigned},
};

/// What every message carries; `None` where it does not. Texts are borrowed where the JSON has no escapes.
#[derive(Default)]
pub(super) struct Head<'a> {
    pub(super) msg_id: Option<Cow<'a, str>>,
    pub(super) from: Option<Cow<'a, str>>,
    pub(super) to: Option<Cow<'a, str>>,
    pub(super) msg_type: Option<Option<i64>>,
    /// `Some(None)` if it is there and no text.
    pub(super) content: Option<Option<Cow<'a, str>>>,
    pub(super) create_time: Option<u64>,
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

impl<'a> Head<'a> {
    /// Reads one message. These members come first on the wire and some 30 follow, which are of use to few
    /// kinds: reading stops as soon as all of these are there.
    pub(super) fn read(json: &'a str) -> Self {
        let mut head = Self::default();
        let read = serde_json::Deserializer::from_str(json).deserialize_map(&mut head);
        if read.is_ok() || head.is_complete() { head } else { Self::member_by_member(json) }
    }

    /// For a text with half an emoji, which JSON can spell and Unicode has not. What cannot be read is left out.
    fn member_by_member(json: &'a str) -> Self {
        let members = Members::of(json);
        let text = |name: &str| members.get(name).map(value::text_of);
        Self {
            msg_id: text("MsgId"),
            from: text("FromUserName"),
            to: text("ToUserName"),
            msg_type: members.get("MsgType").map(value::number_of),
            content: members.get("Content").map(value::optional_text_of),
            create_time: members.get("CreateTime").map(value::unsigned_of),
        }
    }

    const fn is_complete(&self) -> bool {
        let Self { msg_id, from, to, msg_type, content, create_time } = self;
        msg_id.is_some()
            && from.is_some()
            && to.is_some()
            && msg_type.is_some()
            && content.is_some()
            && create_time.is_some()
    }
}

impl<'a> Visitor<'a> for &mut Head<'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a message")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut members: A) -> Result<(), A::Error> {
        while !self.is_complete() {
            match members.next_key()? {
                Some(Field::MsgId) => self.msg_id = Some(members.next_value::<Text<'_>>()?.0),
                Some(Field::FromUserName) => self.from = Some(members.next_value::<Text<'_>>()?.0),
                Some(Field::ToUserName) => self.to = Some(members.next_value::<Text<'_>>()?.0),
                Some(Field::MsgType) => self.msg_type = Some(members.next_value::<Number>()?.0),
                Some(Field::Content) => self.content = Some(members.next_value::<OptionalText<'_>>()?.0),
                Some(Field::CreateTime) => self.create_time = Some(members.next_value::<Unsigned>()?.0),
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

    #[test]
    fn reading_stops_when_all_is_there() {
        for rest in ["}", ",\"Content\":\"later\"}", ", here be dragons"] {
            let json = format!("{WHOLE}{rest}");
            let head = Head::read(&json);
            assert_eq!(
                (head.msg_id.as_deref(), head.from.as_deref(), head.to.as_deref()),
                (Some("7"), Some("@1"), Some("@2"))
            );
            assert_eq!((head.msg_type, head.content), (Some(Some(1)), Some(Some("a你".into()))));
            assert_eq!(head.create_time, Some(1_735_700_040));
        }
    }

    #[test]
    fn the_order_of_members_does_not_matter() {
        let json = r#"{"Url":{"a":[1]},"CreateTime":"5","Content":"x","MsgType":"1","Content":"y"}"#;
        let head = Head::read(json);
        assert_eq!(
            (head.create_time, head.msg_type, head.content),
            (Some(5), Some(Some(1)), Some(Some("y".into())))
        );
        assert_eq!((head.msg_id, head.from, head.to), (None, None, None));
    }

    #[test]
    fn what_is_no_text_is_told_from_an_empty_one() {
        for (value, content) in
            [("\"\"", Some("")), ("17", Some("17")), ("{}", None), ("null", None), ("[1]", None)]
        {
            let json = format!("{{\"Content\":{value}}}");
            assert_eq!(Head::read(&json).content, Some(content.map(Cow::Borrowed)), "{value}");
            let half = format!("{{\"Content\":{value},\"MsgId\":\"\\ud83d\"}}");
            assert_eq!(Head::read(&half).content, Some(content.map(Cow::Borrowed)), "{value}");
        }
    }

    #[test]
    fn half_an_emoji_costs_only_itself() {
        let json = r#"{"MsgId":"7","Content":"a\ud83d b","FromUserName":"@1"}"#;
        let head = Head::read(json);
        assert_eq!((head.msg_id.as_deref(), head.from.as_deref()), (Some("7"), Some("@1")));
        let content = head.content.unwrap().unwrap();
        assert!(content.starts_with('a') && content.ends_with(" b"), "{content}");
    }

    #[test]
    fn nothing_is_read_from_nonsense() {
        for json in ["", "null", "[]", "{", "\"x\"", "{\"MsgId\":}"] {
            let head = Head::read(json);
            assert!(head.msg_id.is_none() && head.content.is_none() && head.msg_type.is_none(), "{json}");
        }
    }
}
