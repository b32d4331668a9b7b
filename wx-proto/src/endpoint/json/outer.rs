//! Taking the outermost object apart, and one long list in it on the way.

use serde::{Deserializer, de};
use serde_json::value::RawValue;

use super::Members;

/// The items of one list, or that it is none.
pub(super) enum Listed<'a> {
    Items(Vec<&'a RawValue>),
    NoList(&'static str),
}

/// The outermost object, with one of its lists taken apart.
pub(super) struct Outer<'a> {
    pub(super) members: Members<'a>,
    pub(super) listed: Listed<'a>,
}

impl<'a> Outer<'a> {
    pub(super) fn read(json: &'a str, list: Option<&'static str>) -> serde_json::Result<Self> {
        let mut from = serde_json::Deserializer::from_str(json);
        let outer = from.deserialize_map(OuterVisitor(list))?;
        from.end()?;
        Ok(outer)
    }
}

pub(super) struct OuterVisitor(pub(super) Option<&'static str>);

impl<'de> de::Visitor<'de> for OuterVisitor {
    type Value = Outer<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        let mut listed = Listed::Items(Vec::new());
        while let Some(name) = map.next_key::<String>()? {
            match self.0.filter(|list| *list == name) {
                Some(list) => listed = map.next_value_seed(ListSeed(list))?,
                None => members.push((name, map.next_value()?)),
            }
        }
        Ok(Outer { members: Members(members), listed })
    }
}

/// A list; null is an empty one.
struct ListSeed(&'static str);

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

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Listed<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Listed::Items(items))
    }

    fn visit_unit<E>(self) -> Result<Listed<'de>, E> {
        Ok(Listed::Items(Vec::new()))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Listed<'de>, A::Error> {
        de::IgnoredAny.visit_map(map)?;
        Ok(Listed::NoList(self.0))
    }

    fn visit_str<E>(self, _: &str) -> Result<Listed<'de>, E> {
        Ok(Listed::NoList(self.0))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Listed<'de>, E> {
        Ok(Listed::NoList(self.0))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Listed<'de>, E> {
        Ok(Listed::NoList(self.0))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Listed<'de>, E> {
        Ok(Listed::NoList(self.0))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Listed<'de>, E> {
        Ok(Listed::NoList(self.0))
    }
}
