//! Lists, bounded while they are read: two bytes on the wire may become hundreds in memory.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};

use crate::bounds;

/// The items of a list that were kept, and how many it had.
pub(super) struct Counted<T> {
    pub(super) items: Vec<T>,
    pub(super) total: usize,
}

/// Reads a list of `R`, keeps what `keep` makes of them, and goes past the rest after `most` without reading it.
pub(super) struct AtMost<R, T> {
    most: usize,
    keep: fn(R) -> Option<T>,
}

impl<R, T> AtMost<R, T> {
    pub(super) const fn new(most: usize, keep: fn(R) -> Option<T>) -> Self {
        Self { most, keep }
    }

    /// An error unless `json` is a list, and every item that is read an `R`.
    pub(super) fn read<'de>(self, json: &'de str) -> serde_json::Result<Counted<T>>
    where
        R: Deserialize<'de>,
    {
        let mut from = serde_json::Deserializer::from_str(json);
        let counted = (&mut from).deserialize_seq(self)?;
        from.end()?;
        Ok(counted)
    }
}

impl<'de, R: Deserialize<'de>, T> Visitor<'de> for AtMost<R, T> {
    type Value = Counted<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Counted<T>, A::Error> {
        let mut counted = Counted { items: Vec::new(), total: 0 };
        while counted.total < self.most
            && let Some(item) = list.next_element()?
        {
            counted.total += 1;
            counted.items.extend((self.keep)(item));
        }
        while list.next_element::<IgnoredAny>()?.is_some() {
            counted.total = counted.total.saturating_add(1);
        }
        Ok(counted)
    }
}

/// For a field of a struct: the objects among the first [`bounds::MEMBERS`] items of a list; anything else in it, or
/// instead of it, is left out.
pub(crate) fn objects<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    from.deserialize_any(ObjectsVisitor(PhantomData))
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

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Vec<T>, A::Error> {
        let objects = AtMost::new(bounds::MEMBERS, |Object(item)| item);
        objects.visit_seq(items).map(|counted| counted.items)
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
