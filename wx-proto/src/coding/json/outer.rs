//! Taking the outermost object apart, and one long list in it on the way.

use serde::{Deserializer, de};
use serde_json::value::RawValue;

use super::{
    List, Members, Value,
    lists::{AtMost, Counted},
};
use crate::bounds;

/// The items of one list, or that it is none.
pub(super) enum Listed<'a> {
    Items(Vec<&'a RawValue>),
    NoList(&'static str),
    TooMany(List),
}

/// The outermost object, with one of its lists taken apart.
pub(super) struct Outer<'a> {
    pub(super) members: Members<'a>,
    pub(super) listed: Listed<'a>,
}

impl<'a> Outer<'a> {
    pub(super) fn read(json: &'a str, list: Option<List>) -> serde_json::Result<Self> {
        let mut from = serde_json::Deserializer::from_str(json);
        let outer = from.deserialize_map(OuterVisitor(list))?;
        from.end()?;
        Ok(outer)
    }
}

struct OuterVisitor(Option<List>);

impl<'de> de::Visitor<'de> for OuterVisitor {
    type Value = Outer<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Members::default();
        let mut listed = Listed::Items(Vec::new());
        while let Some(name) = map.next_key()?.and_then(Value::text) {
            match self.0.filter(|list| list.name == name) {
                Some(list) => listed = map.next_value_seed(ListSeed(list))?,
                None if members.0.len() < bounds::OBJECT => members.0.push((name, map.next_value()?)),
                None => return Err(de::Error::custom("an object with too many members")),
            }
        }
        Ok(Outer { members, listed })
    }
}

/// A list; null is an empty one.
struct ListSeed(List);

impl<'de> de::DeserializeSeed<'de> for ListSeed {
    type Value = Listed<'de>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Listed<'de>, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> de::Visitor<'de> for ListSeed {
    type Value = Listed<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("any value")
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, seq: A) -> Result<Listed<'de>, A::Error> {
        let Counted { items, total } = AtMost::new(self.0.most, Some).visit_seq(seq)?;
        Ok(if total > self.0.most { Listed::TooMany(self.0) } else { Listed::Items(items) })
    }

    fn visit_unit<E>(self) -> Result<Listed<'de>, E> {
        Ok(Listed::Items(Vec::new()))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Listed<'de>, A::Error> {
        de::IgnoredAny.visit_map(map)?;
        Ok(Listed::NoList(self.0.name))
    }

    fn visit_str<E>(self, _: &str) -> Result<Listed<'de>, E> {
        Ok(Listed::NoList(self.0.name))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Listed<'de>, E> {
        Ok(Listed::NoList(self.0.name))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Listed<'de>, E> {
        Ok(Listed::NoList(self.0.name))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Listed<'de>, E> {
        Ok(Listed::NoList(self.0.name))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Listed<'de>, E> {
        Ok(Listed::NoList(self.0.name))
    }
}
