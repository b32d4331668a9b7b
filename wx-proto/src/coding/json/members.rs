//! The members of a JSON object, each still raw, read by their names.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::{Value, lists::AtMost, outer::Outer};
use crate::{MsgId, Secret, SyncKey, UserName, bounds, sync_key::Entry};

/// The members of one object. A member that is missing or of a wrong type reads as empty or `None` and costs no other one.
#[derive(Default)]
pub(crate) struct Members<'a>(pub(super) Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Members<'a> {
    /// `None` if `json` is no object or has more than [`bounds::OBJECT`] of them.
    pub(crate) fn of(json: &'a str) -> Option<Self> {
        Outer::read(json, None).ok().map(|outer| outer.members)
    }

    /// The member of that name; if it was sent twice, the last one, as in JavaScript.
    pub(crate) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().rev().find(|(member, _)| member == name).map(|(_, raw)| *raw)
    }

    /// `None` only if there is no such member.
    pub(crate) fn value(&self, name: &str) -> Option<Value<'a>> {
        self.get(name).map(|raw| Value::of(raw.get()))
    }

    /// A text, or the digits of a whole number; empty if it is neither.
    pub(crate) fn text(&self, name: &str) -> Cow<'a, str> {
        self.value(name).and_then(Value::text).unwrap_or_default()
    }

    /// A whole number, or a text with one in it.
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.value(name)?.number()
    }

    /// An id or a set of flags: a number without a sign.
    pub(crate) fn unsigned(&self, name: &str) -> Option<u64> {
        self.value(name)?.unsigned()
    }

    /// A length, width, size or the like: `None` unless it is above 0.
    pub(crate) fn amount(&self, name: &str) -> Option<u64> {
        self.unsigned(name).filter(|number| *number > 0)
    }

    /// A message's id, in any of its forms.
    pub(crate) fn msg_id(&self, name: &str) -> Option<MsgId> {
        self.value(name)?.msg_id()
    }

    /// A user name that is not empty and no longer than any is.
    pub(crate) fn user_name(&self, name: &str) -> Option<UserName> {
        self.value(name)?.user_name()
    }

    /// A token, if there is one of a usable length.
    pub(crate) fn token(&self, name: &str) -> Option<Secret<String>> {
        self.value(name)?.token()
    }

    /// An object's own members.
    pub(crate) fn object(&self, name: &str) -> Option<Self> {
        Self::of(self.get(name)?.get())
    }

    /// A key that may be presented to the server: the page of 2018 takes one only if its `Count` is above 0, for
    /// error replies carry an empty one. `Count` is ignored otherwise, the list is what counts.
    pub(crate) fn sync_key(&self, name: &str) -> Option<SyncKey> {
        let key = self.object(name)?;
        if key.number("Count") == Some(0) {
            return None;
        }
        let list = AtMost::new(bounds::KEY, Some).read(key.get("List")?.get()).ok()?;
        if list.total > bounds::KEY {
            return None;
        }
        let entry = |raw: &&'a RawValue| {
            let members = Members::of(raw.get())?;
            Some(Entry { key: members.number("Key")?, val: members.number("Val")? })
        };
        SyncKey::new(list.items.iter().map(entry).collect::<Option<_>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_member_stands_for_itself() {
        let members = Members::of(
            r#"{"a":"x","b":"7","c":-1,"d":{"e":[1]},"f":null,"a":"\ud83d","g":9007199254740993,"\u0068":1}"#,
        )
        .unwrap();
        assert_eq!(members.text("a"), "\u{fffd}");
        assert_eq!((members.number("b"), members.amount("b")), (Some(7), Some(7)));
        assert_eq!((members.number("c"), members.unsigned("c"), members.amount("c")), (Some(-1), None, None));
        let inner = members.object("d").unwrap();
        assert_eq!((members.text("d").as_ref(), inner.get("e").map(RawValue::get)), ("", Some("[1]")));
        assert_eq!((members.text("f").as_ref(), members.number("f")), ("", None));
        assert_eq!((members.value("f"), members.value("none")), (Some(Value::Other), None));
        assert_eq!(members.unsigned("g"), Some(9_007_199_254_740_993));
        assert_eq!(members.number("h"), Some(1), "names may be escaped");
    }

    #[test]
    fn what_is_no_object_has_no_members() {
        for none in ["", "null", "[]", "{", "7", "{\"a\":1", "{\"a\":1} x"] {
            assert!(Members::of(none).is_none(), "{none}");
        }
        let with = |count: usize| format!("{{{}}}", vec!["\"a\":1"; count].join(","));
        assert!(Members::of(&with(bounds::OBJECT)).is_some());
        assert!(Members::of(&with(bounds::OBJECT + 1)).is_none());
    }

    #[test]
    fn keys_that_may_be_presented() {
        let joined = |json: &str| {
            let object = format!("{{\"SyncKey\":{json}}}");
            Members::of(&object).unwrap().sync_key("SyncKey").map(|key| key.joined())
        };
        for (json, expected) in [
            (r#"{"Count":1,"List":[{"Key":1,"Val":700000101}]}"#, Some("1_700000101")),
            (r#"{"Count":9,"List":[{"Key":"1","Val":"7"},{"Key":2,"Val":-8}]}"#, Some("1_7|2_-8")),
            (r#"{"List":[{"Key":1,"Val":7,"X":[]}]}"#, Some("1_7")),
            (r#"{"Count":"?","List":[{"Key":1,"Val":7}]}"#, Some("1_7")),
            (r#"{"Count":0,"List":[{"Key":1,"Val":7}]}"#, None),
            (r#"{"Count":"0","List":[{"Key":1,"Val":7}]}"#, None),
            (r#"{"Count":0,"List":[]}"#, None),
            (r#"{"Count":1,"List":[]}"#, None),
            (r#"{"Count":1,"List":null}"#, None),
            (r#"{"Count":1}"#, None),
            (r#"{"Count":2,"List":[{"Key":1,"Val":7},{"Key":2}]}"#, None),
            (r#"{"Count":1,"List":[{"Key":1,"Val":"x"}]}"#, None),
            (r#"{"Count":1,"List":[{"Key":1,"Val":7.5}]}"#, None),
            (r#"{"Count":1,"List":[7]}"#, None),
            ("null", None),
            ("[]", None),
            ("\"1_7\"", None),
        ] {
            assert_eq!(joined(json).as_deref(), expected, "{json}");
        }
        let long =
            format!(r#"{{"List":[{}{{"Key":1,"Val":1}}]}}"#, r#"{"Key":1,"Val":1},"#.repeat(bounds::KEY));
        assert_eq!(joined(&long), None);
    }
}
