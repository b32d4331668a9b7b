//! Lists, bounded while they are read: two bytes on the wire may become hundreds in memory.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, SeqAccess, Visitor},
};

/// The items of a list that were kept, and how many it had.
pub(super) struct Counted<T> {
    pub(super) items: Vec<T>,
    pub(super) total: usize,
}

/// Reads a list of `R`, keeps what `keep` makes of them, and goes past the rest behind `most` without reading it.
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
