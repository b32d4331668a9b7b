//! Reading JSON members whose types vary between years and clients: a wrong type is a missing value.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};

use crate::bounds;

/// A text. Whole numbers are written out; anything else is empty.
pub(crate) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Cow<'de, str>, D::Error> {
    optional_text(from).map(Option::unwrap_or_default)
}

/// As [`text`], but `None` for anything else.
pub(crate) fn optional_text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Cow<'de, str>>, D::Error> {
    Ok(match from.deserialize_any(AnyVisitor)? {
        Any::Text(text) => Some(text),
        Any::Unsigned(number) => Some(number.to_string().into()),
        Any::Signed(number) => Some(number.to_string().into()),
        Any::Other => None,
    })
}

/// A whole number, also as text.
pub(crate) fn number<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    Ok(match from.deserialize_any(AnyVisitor)? {
        Any::Text(text) => text.trim().parse().ok(),
        Any::Unsigned(number) => i64::try_from(number).ok(),
        Any::Signed(number) => Some(number),
        Any::Other => None,
    })
}

/// A number of 64 bits without a sign, also as text: an id or a set of flags; 0 if there is none.
pub(crate) fn unsigned<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    Ok(match from.deserialize_any(AnyVisitor)? {
        Any::Text(text) => text.trim().parse().unwrap_or(0),
        Any::Unsigned(number) => number,
        Any::Signed(_) | Any::Other => 0,
    })
}

/// A value as [`text`] reads it.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Text<'a>(#[serde(borrow, deserialize_with = "text")] pub(crate) Cow<'a, str>);

/// A value as [`optional_text`] reads it.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct OptionalText<'a>(
    #[serde(borrow, deserialize_with = "optional_text")] pub(crate) Option<Cow<'a, str>>,
);

/// A value as [`number`] reads it.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Number(#[serde(deserialize_with = "number")] pub(crate) Option<i64>);

/// A value as [`unsigned`] reads it.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Unsigned(#[serde(deserialize_with = "unsigned")] pub(crate) u64);

/// The objects among the first [`bounds::MEMBERS`] items of a list; anything else in it, or instead of it, is left out.
pub(crate) fn objects<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    from.deserialize_any(ObjectsVisitor(PhantomData))
}

/// [`text`] of one JSON value. Half an emoji, which JSON can spell and Unicode has not, is replaced.
pub(crate) fn text_of(json: &str) -> Cow<'_, str> {
    optional_text_of(json).unwrap_or_default()
}

/// [`text_of`], but `None` for anything else.
pub(crate) fn optional_text_of(json: &str) -> Option<Cow<'_, str>> {
    let strict = optional_text(&mut serde_json::Deserializer::from_str(json));
    strict.unwrap_or_else(|_| {
        let lossy = serde_json::Deserializer::from_str(json).deserialize_bytes(LossyVisitor);
        lossy.ok().map(Cow::Owned)
    })
}

/// [`number`] of one JSON value.
pub(crate) fn number_of(json: &str) -> Option<i64> {
    number(&mut serde_json::Deserializer::from_str(json)).ok().flatten()
}

/// [`unsigned`] of one JSON value.
pub(crate) fn unsigned_of(json: &str) -> u64 {
    unsigned(&mut serde_json::Deserializer::from_str(json)).unwrap_or(0)
}

enum Any<'de> {
    Text(Cow<'de, str>),
    Unsigned(u64),
    Signed(i64),
    Other,
}

struct AnyVisitor;

impl<'de> Visitor<'de> for AnyVisitor {
    type Value = Any<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Any<'de>, E> {
        Ok(Any::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Any<'de>, E> {
        Ok(Any::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Any<'de>, E> {
        Ok(Any::Text(Cow::Owned(text)))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Any<'de>, E> {
        Ok(Any::Unsigned(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Any<'de>, E> {
        Ok(Any::Signed(number))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Any<'de>, E> {
        // Ids and flags that went through a double are damaged: better none than a wrong one.
        Ok(Any::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Any<'de>, E> {
        Ok(Any::Other)
    }

    fn visit_unit<E>(self) -> Result<Any<'de>, E> {
        Ok(Any::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Any<'de>, A::Error> {
        IgnoredAny.visit_seq(items).map(|_| Any::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Any<'de>, A::Error> {
        IgnoredAny.visit_map(members).map(|_| Any::Other)
    }
}

struct LossyVisitor;

impl Visitor<'_> for LossyVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<String, E> {
        Ok(String::from_utf8_lossy(bytes).into_owned())
    }
}

/// The rest of a visitor that has no use for scalars.
macro_rules! scalars_are_left_out {
    () => {
        scalars_are_left_out!(visit_str &str, visit_u64 u64, visit_i64 i64, visit_f64 f64, visit_bool bool);

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
    };
    ($($visit:ident $value:ty),*) => {
        $(fn $visit<E>(self, _: $value) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        })*
    };
}

struct ObjectsVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectsVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
        let mut list = Vec::new();
        let mut read = 0;
        while read < bounds::MEMBERS
            && let Some(Object(item)) = items.next_element()?
        {
            read += 1;
            list.extend(item);
        }
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Vec<T>, A::Error> {
        IgnoredAny.visit_map(members).map(|_| Vec::new())
    }

    scalars_are_left_out!();
}

/// An item of a list: `None` unless it is an object.
struct Object<T>(Option<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ObjectVisitor(PhantomData)).map(Self)
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Option<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(members)).map(Some)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Option<T>, A::Error> {
        IgnoredAny.visit_seq(items).map(|_| None)
    }

    scalars_are_left_out!();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_in_every_form() {
        assert_eq!(text_of("\"a\\u4f60\""), "a你");
        assert_eq!(text_of("5120000000000000011"), "5120000000000000011");
        assert_eq!(text_of("-1"), "-1");
        assert_eq!(text_of("\"a\\ud83d\""), "a\u{fffd}\u{fffd}\u{fffd}");
        assert_eq!(number_of("\" 7 \""), Some(7));
        assert_eq!(number_of("-7"), Some(-7));
        assert_eq!(number_of("18446744073709551615"), None);
        assert_eq!(unsigned_of("18446744073709551615"), u64::MAX);
        assert_eq!(unsigned_of("\"3\""), 3);
        for other in ["null", "true", "1.5", "[1,[2]]", "{\"a\":{}}", "", "nonsense"] {
            assert_eq!(
                (text_of(other).as_ref(), number_of(other), unsigned_of(other)),
                ("", None, 0),
                "{other}"
            );
        }
    }

    #[test]
    fn lists_keep_their_objects() {
        #[derive(Debug, Deserialize, Eq, PartialEq)]
        struct Item {
            a: u8,
        }
        let read = |json: &str| objects::<_, Item>(&mut serde_json::Deserializer::from_str(json));
        let list = read(r#"[{"a":1},null,"x",[{}],1,-1,1.5,true,{"a":2}]"#).unwrap();
        assert_eq!(list, [Item { a: 1 }, Item { a: 2 }]);
        for other in ["null", "\"x\"", "1", "-1", "1.5", "true", "{\"a\":1}", "[]"] {
            assert_eq!(read(other).unwrap(), [], "{other}");
        }
    }
}
