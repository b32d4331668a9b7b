//! The members of a JSON object, each still raw: for what only some kinds of messages carry.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use serde::{Deserializer as _, de};
use serde_json::value::RawValue;

use super::value as lenient;
use crate::bounds;

/// The members of one object; if one was sent twice, the last, as in JavaScript. A member that is missing or of a wrong
/// type reads as empty, 0 or `None` and costs no other one.
#[derive(Default)]
pub(crate) struct Members<'a>(BTreeMap<String, &'a RawValue>);

impl<'a> Members<'a> {
    /// Those of `json`; none if it is no object or has more than [`bounds::OBJECT`].
    pub(crate) fn of(json: &'a str) -> Self {
        let mut members = BTreeMap::new();
        let read = serde_json::Deserializer::from_str(json).deserialize_map(Visitor(&mut members));
        if read.is_err() {
            members.clear();
        }
        Self(members)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.0.get(name).map(|value| value.get())
    }

    pub(crate) fn text(&self, name: &str) -> Cow<'a, str> {
        self.get(name).map(lenient::text_of).unwrap_or_default()
    }

    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.get(name).and_then(lenient::number_of)
    }

    /// A length, width, size or the like: `None` unless it is above 0.
    pub(crate) fn amount(&self, name: &str) -> Option<u64> {
        self.number(name).and_then(|number| u64::try_from(number).ok()).filter(|number| *number > 0)
    }

    pub(crate) fn unsigned(&self, name: &str) -> u64 {
        self.get(name).map_or(0, lenient::unsigned_of)
    }

    pub(crate) fn object(&self, name: &str) -> Self {
        self.get(name).map(Self::of).unwrap_or_default()
    }
}

struct Visitor<'m, 'a>(&'m mut BTreeMap<String, &'a RawValue>);

impl<'a> de::Visitor<'a> for Visitor<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: de::MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        for _ in 0..=bounds::OBJECT {
            let Some((name, value)) = map.next_entry()? else { return Ok(()) };
            self.0.insert(name, value);
        }
        Err(de::Error::custom("an object with too many members"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_member_stands_for_itself() {
        let members = Members::of(
            r#"{"a":"x","b":"7","c":-1,"d":{"e":[1]},"f":null,"a":"\ud83d","g":9007199254740993}"#,
        );
        assert_eq!(members.text("a"), "\u{fffd}\u{fffd}\u{fffd}");
        assert_eq!((members.number("b"), members.amount("b")), (Some(7), Some(7)));
        assert_eq!((members.number("c"), members.amount("c")), (Some(-1), None));
        assert_eq!((members.text("d").as_ref(), members.object("d").get("e")), ("", Some("[1]")));
        assert_eq!(
            (members.text("f").as_ref(), members.number("none"), members.unsigned("none")),
            ("", None, 0)
        );
        assert_eq!(members.unsigned("g"), 9_007_199_254_740_993);
        for none in ["", "null", "[]", "{", "7"] {
            assert_eq!(Members::of(none).get("a"), None, "{none}");
        }
    }
}
