//! One value, in every form in which it was seen: the one place that says what a member may look like.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use super::repair::repaired;
use crate::{MsgId, Secret, UserName, tokens::token};

/// A text or a whole number; anything else has no meaning as one value.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Value<'a> {
    Text(Cow<'a, str>),
    Unsigned(u64),
    /// Below 0.
    Signed(i64),
    /// Null, a truth value, a list, an object, or a fraction. Ids and flags that went through a double are damaged: better
    /// none than a wrong one.
    Other,
}

impl<'a> Value<'a> {
    /// The value of that JSON. Half a surrogate pair, which JSON can spell and Unicode has not, is replaced.
    pub(crate) fn of(json: &'a str) -> Self {
        serde_json::from_str(json).unwrap_or_else(|_| {
            let text = serde_json::from_str::<String>(&repaired(json.as_bytes()));
            text.map_or(Self::Other, |text| Self::Text(text.into()))
        })
    }

    /// A text, or the digits of a whole number.
    pub(crate) fn text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) => Some(text),
            Self::Unsigned(number) => Some(number.to_string().into()),
            Self::Signed(number) => Some(number.to_string().into()),
            Self::Other => None,
        }
    }

    /// A whole number, or a text with one in it.
    pub(crate) fn number(self) -> Option<i64> {
        self.integer()
    }

    /// [`number`](Self::number) for ids and flags: 64 bits without a sign.
    pub(crate) fn unsigned(self) -> Option<u64> {
        self.integer()
    }

    fn integer<T: FromStr + TryFrom<u64> + TryFrom<i64>>(self) -> Option<T> {
        match self {
            Self::Text(text) => text.trim().parse().ok(),
            Self::Unsigned(number) => number.try_into().ok(),
            Self::Signed(number) => number.try_into().ok(),
            Self::Other => None,
        }
    }

    /// A message's id: `MsgId` and `MsgID` come as texts, `NewMsgId` as a number. [`MsgId::received`] says which are usable.
    pub(crate) fn msg_id(self) -> Option<MsgId> {
        MsgId::received(&self.text()?)
    }

    /// A user name by which something can be known.
    pub(crate) fn user_name(self) -> Option<UserName> {
        UserName::received(&self.text()?)
    }

    /// A token of a usable length.
    pub(crate) fn token(self) -> Option<Secret<String>> {
        token(&self.text()?)
    }
}

/// For a field of a struct: a text; anything else is empty.
pub(crate) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Cow<'de, str>, D::Error> {
    Value::deserialize(from).map(|value| value.text().unwrap_or_default())
}

/// For a field of a struct: a whole number.
pub(crate) fn number<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    Value::deserialize(from).map(Value::number)
}

/// For a field of a struct: a number without a sign; 0 if there is none.
pub(crate) fn unsigned<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    Value::deserialize(from).map(|value| value.unsigned().unwrap_or(0))
}

impl<'de> Deserialize<'de> for Value<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(text)))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value<'de>, E> {
        Ok(Value::Unsigned(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value<'de>, E> {
        Ok(u64::try_from(number).map_or(Value::Signed(number), Value::Unsigned))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Value<'de>, E> {
        Ok(Value::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Value<'de>, E> {
        Ok(Value::Other)
    }

    fn visit_unit<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Value<'de>, A::Error> {
        IgnoredAny.visit_seq(items).map(|_| Value::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Value<'de>, A::Error> {
        IgnoredAny.visit_map(members).map(|_| Value::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OTHERS: [&str; 10] = [
        "null",
        "true",
        "1.5",
        "7e3",
        "18446744073709551616",
        "[1,[2]]",
        "{\"a\":{}}",
        "",
        "nonsense",
        "\"open",
    ];

    #[test]
    fn texts_come_as_texts_or_whole_numbers() {
        for (json, expected) in [
            ("\"\"", ""),
            ("\"a\\u4f60\"", "a你"),
            ("\" a \"", " a "),
            ("\"a\\ud83d b\"", "a\u{fffd} b"),
            ("5120000000000000011", "5120000000000000011"),
            ("-1", "-1"),
        ] {
            assert_eq!(Value::of(json).text().as_deref(), Some(expected), "{json}");
        }
        for other in OTHERS {
            assert_eq!(Value::of(other), Value::Other, "{other}");
        }
        assert!(matches!(Value::of("\"plain\""), Value::Text(Cow::Borrowed("plain"))));
    }

    #[test]
    fn numbers_come_as_numbers_or_texts() {
        for (json, number, unsigned) in [
            ("7", Some(7), Some(7)),
            ("-1", Some(-1), None),
            ("\"7\"", Some(7), Some(7)),
            ("\" 7 \"", Some(7), Some(7)),
            ("9223372036854775807", Some(i64::MAX), Some(9_223_372_036_854_775_807)),
            ("9223372036854775808", None, Some(9_223_372_036_854_775_808)),
            ("18446744073709551615", None, Some(u64::MAX)),
            ("\"18446744073709551615\"", None, Some(u64::MAX)),
            ("9007199254740993", Some(9_007_199_254_740_993), Some(9_007_199_254_740_993)),
            ("\"\"", None, None),
            ("\"7.5\"", None, None),
        ] {
            assert_eq!(Value::of(json).number(), number, "{json}");
            assert_eq!(Value::of(json).unsigned(), unsigned, "{json}");
        }
        for other in OTHERS {
            assert_eq!(Value::of(other).number(), None, "{other}");
        }
    }

    #[test]
    fn ids_of_messages_are_the_same_wherever_they_stand() {
        let long = format!("\"{}\"", "1".repeat(33));
        for (json, expected) in [
            ("5120000000000000011", Some("5120000000000000011")),
            ("\"5120000000000000011\"", Some("5120000000000000011")),
            ("18446744073709551615", Some("18446744073709551615")),
            ("\"0a1B\"", Some("0a1B")),
            ("0", None),
            ("\"\"", None),
            ("\"000\"", None),
            ("\"a b\"", None),
            ("\"-5\"", None),
            ("-5", None),
            ("5.12e18", None),
            ("5e18", None),
            ("null", None),
            (&long, None),
        ] {
            assert_eq!(Value::of(json).msg_id(), expected.map(MsgId::new), "{json}");
        }
    }

    #[test]
    fn names_and_tokens_have_a_length() {
        assert_eq!(Value::of("\"@1\"").user_name(), Some(UserName::new("@1")));
        assert_eq!(Value::of("7").user_name(), Some(UserName::new("7")));
        for none in ["\"\"", "{}", "1.5", &format!("\"{}\"", "a".repeat(257))] {
            assert_eq!(Value::of(none).user_name(), None, "{none}");
        }
        assert_eq!(Value::of("\" @crypt_1 \"").token(), Some(Secret::new("@crypt_1".to_owned())));
        assert_eq!((Value::of("\" \"").token(), Value::of("null").token()), (None, None));
    }
}
