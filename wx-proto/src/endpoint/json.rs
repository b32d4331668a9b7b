//! Reading JSON replies: tolerant of what the servers of all years send.
//!
//! A reply is taken apart from the outside in: first the members of the outermost object, still raw, then
//! each member by itself. So one member of the wrong type, a member sent twice or one bad contact costs only
//! itself.

use std::{fmt::Write as _, str::FromStr};

use bytes::Bytes;
use http::StatusCode;
use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;

use super::clean;
use crate::{MsgId, ReplyError, Secret, SyncKey, UserName, model::Contact, sync_key::Entry};

/// A JSON reply with `Ret` 0.
pub(crate) struct Reply<'a> {
    body: &'a Bytes,
    members: Members<'a>,
}

impl<'a> Reply<'a> {
    /// The member of that name; if it was sent twice, the last one, as in JavaScript.
    pub(crate) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.members.get(name)
    }

    /// A list's items. A list that is missing or null is empty; anything else that is no list is an error.
    pub(crate) fn list(&self, name: &'static str) -> Result<Vec<&'a RawValue>, ReplyError> {
        match self.get(name) {
            None if name == MESSAGES => Ok(self.members.messages.clone()),
            None => Ok(Vec::new()),
            Some(raw) if raw.get() == "null" => Ok(Vec::new()),
            Some(raw) => serde_json::from_str(raw.get()).map_err(|_| ReplyError::Missing(name)),
        }
    }

    /// The contacts of a list that can be read and have a name; the others are left out.
    pub(crate) fn contacts(&self, name: &'static str) -> Result<Vec<Contact>, ReplyError> {
        let all = self.get(name).and_then(|raw| contacts_at_once(raw.get()));
        let (contacts, lost) = match all {
            Some(read) => read,
            // One that cannot be read: each by itself then.
            None => {
                let items = self.list(name)?;
                let contacts: Vec<Contact> = items.iter().filter_map(|item| decode(item.get())).collect();
                let lost = items.len() - contacts.len();
                (contacts, lost)
            }
        };
        if lost > 0 {
            tracing::warn!(list = name, lost, "contacts that cannot be read were left out");
        }
        Ok(contacts)
    }

    /// The bytes of `raw`, which must come from this reply, without copying them.
    pub(crate) fn bytes(&self, raw: &RawValue) -> Bytes {
        // Every raw value borrows from the body, so the slice lies inside it.
        self.body.slice_ref(raw.get().as_bytes())
    }

    /// `SKey`, if it is not empty: the server renewed it.
    pub(crate) fn skey(&self) -> Option<Secret<String>> {
        super::token(&text(self.get("SKey")?)?)
    }
}

/// Hands `take` the reply, after the checks that all JSON replies need.
///
/// A body that is not valid JSON for one of the reasons seen in the wild (bytes that are no UTF-8, raw
/// control characters, half of a surrogate pair) is repaired and read once more.
pub(crate) fn read<T>(
    status: StatusCode,
    body: &Bytes,
    take: impl FnOnce(&Reply<'_>) -> Result<T, ReplyError>,
) -> Result<T, ReplyError> {
    let bytes = super::stripped(status, body)?;
    if bytes.starts_with(b"<") {
        return Err(ReplyError::Html);
    }
    if let Some(members) = str::from_utf8(bytes).ok().and_then(Members::of_reply) {
        return checked(&Reply { body, members }, take);
    }
    let body = Bytes::from(repaired(bytes));
    let members = serde_json::from_slice(&body).map_err(|error| ReplyError::Syntax {
        // serde_json's own words are left out: they may quote the body.
        what: "JSON",
        line: error.line(),
        column: error.column(),
    })?;
    checked(&Reply { body: &body, members }, take)
}

fn checked<T>(
    reply: &Reply<'_>,
    take: impl FnOnce(&Reply<'_>) -> Result<T, ReplyError>,
) -> Result<T, ReplyError> {
    let base = reply.get("BaseResponse").and_then(Members::of).ok_or(ReplyError::Missing("BaseResponse"))?;
    let ret = base.get("Ret").and_then(number).ok_or(ReplyError::Missing("BaseResponse.Ret"))?;
    if ret != 0 {
        let message = base.get("ErrMsg").and_then(text).unwrap_or_default();
        return Err(ReplyError::Ret { ret, message: clean(&message) });
    }
    take(reply)
}

/// The contacts of a list in one pass, and how many items were none; `None` if it is not to be had so.
fn contacts_at_once(json: &str) -> Option<(Vec<Contact>, usize)> {
    let items: Vec<Option<Contact>> = serde_json::from_str(json).ok()?;
    let all = items.len();
    let contacts: Vec<Contact> = items.into_iter().flatten().collect();
    let lost = all - contacts.len();
    Some((contacts, lost))
}

/// The members of an object, in order, each still raw.
pub(crate) struct Members<'a> {
    members: Vec<(String, &'a RawValue)>,
    /// The items of [`MESSAGES`], if they were taken apart at once.
    messages: Vec<&'a RawValue>,
}

/// The largest list of a reply by far: scanned for its end and then for its items, it would cost twice.
const MESSAGES: &str = "AddMsgList";

impl<'a> Members<'a> {
    /// `None` if `raw` is not an object.
    pub(crate) fn of(raw: &'a RawValue) -> Option<Self> {
        serde_json::from_str(raw.get()).ok()
    }

    /// The members of a whole reply; its messages are taken apart in the same pass, if they are a list.
    fn of_reply(json: &'a str) -> Option<Self> {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let at_once = deserializer.deserialize_map(MembersVisitor { messages: true });
        match at_once.and_then(|members| deserializer.end().map(|()| members)) {
            Ok(members) => Some(members),
            Err(_) => serde_json::from_str(json).ok(),
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.members.iter().rev().find(|(member, _)| member == name).map(|(_, raw)| *raw)
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(MembersVisitor { messages: false })
    }
}

struct MembersVisitor {
    /// Take [`MESSAGES`] apart: anything but a list there is an error then.
    messages: bool,
}

impl<'de> de::Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut members, mut messages) = (Vec::new(), Vec::new());
        while let Some(name) = map.next_key::<String>()? {
            if self.messages && name == MESSAGES {
                messages = map.next_value()?;
            } else {
                members.push((name, map.next_value()?));
            }
        }
        Ok(Members { members, messages })
    }
}

/// The text of a string, or the digits of a number.
pub(crate) fn text(raw: &RawValue) -> Option<String> {
    let raw = raw.get();
    match raw.as_bytes().first() {
        Some(b'"') => decode(raw),
        Some(b'-' | b'0'..=b'9') => Some(raw.to_owned()),
        Some(_) | None => None,
    }
}

/// A whole number, or a string with one in it. Never by way of a double: ids are larger than one can hold.
pub(crate) fn number<T: FromStr>(raw: &RawValue) -> Option<T> {
    text(raw)?.trim().parse().ok()
}

/// A message id, as number or string; `None` if it is empty, 0 or not decimal.
pub(crate) fn msg_id(raw: &RawValue) -> Option<MsgId> {
    let text = text(raw)?;
    let decimal = (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    (decimal && text.bytes().any(|byte| byte != b'0')).then(|| MsgId::new(text))
}

/// A user name that is not empty.
pub(crate) fn user_name(raw: &RawValue) -> Option<UserName> {
    text(raw).filter(|name| !name.is_empty()).map(UserName::new)
}

/// Longest key that is taken: a dozen counters are usual, and the key goes into synccheck's address, which
/// has a limit.
const LONGEST_KEY: usize = 256;

/// A key that may be presented to the server: the page of 2018 takes one only if its `Count` is above 0, for
/// error replies carry an empty one. `Count` is ignored otherwise, the list is what counts.
pub(crate) fn sync_key(raw: &RawValue) -> Option<SyncKey> {
    let members = Members::of(raw)?;
    if members.get("Count").and_then(number::<i64>) == Some(0) {
        return None;
    }
    let list: Vec<&RawValue> = serde_json::from_str(members.get("List")?.get()).ok()?;
    if list.len() > LONGEST_KEY {
        return None;
    }
    let entry = |raw: &&RawValue| {
        let members = Members::of(raw)?;
        Some(Entry { key: number(members.get("Key")?)?, val: number(members.get("Val")?)? })
    };
    SyncKey::new(list.iter().map(entry).collect::<Option<_>>()?)
}

/// Reads one value strictly and, if that fails, repaired.
pub(crate) fn decode<T: de::DeserializeOwned>(json: &str) -> Option<T> {
    serde_json::from_str(json).or_else(|_| serde_json::from_str(&repaired(json.as_bytes()))).ok()
}

/// The same JSON without what a strict reader refuses inside strings: bytes that are no UTF-8 and halves of
/// surrogate pairs become U+FFFD, raw control characters and unknown escapes are escaped.
fn repaired(json: &[u8]) -> String {
    let json = String::from_utf8_lossy(json);
    let mut out = String::with_capacity(json.len());
    let mut quoted = false;
    let mut rest = json.chars();
    while let Some(char) = rest.next() {
        match char {
            '\\' if quoted => rest = repair_escape(rest.as_str(), &mut out).chars(),
            '\0'..='\u{1f}' if quoted => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(char));
            }
            '"' => {
                quoted = !quoted;
                out.push(char);
            }
            _ => out.push(char),
        }
    }
    out
}

/// Writes the escape whose backslash stands before `rest` and gives what follows it.
fn repair_escape<'a>(rest: &'a str, out: &mut String) -> &'a str {
    let low = |rest: &str| {
        let next = rest.get(5..).and_then(|rest| rest.strip_prefix('\\')).and_then(code_unit);
        matches!(next, Some(0xdc00..=0xdfff))
    };
    let (good, length) = match code_unit(rest) {
        Some(0xd800..=0xdbff) if low(rest) => (true, 11),
        Some(0xd800..=0xdfff) => (false, 5),
        Some(_) => (true, 5),
        None if rest.starts_with(['"', '\\', '/', 'b', 'f', 'n', 'r', 't']) => (true, 1),
        None => {
            out.push_str("\\\\");
            return rest;
        }
    };
    let (escape, rest) = rest.split_at_checked(length).unwrap_or((rest, ""));
    out.push('\\');
    out.push_str(if good { escape } else { "ufffd" });
    rest
}

/// The code unit of `uXXXX` at the beginning of `text`.
fn code_unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix('u')?.get(..4)?;
    // from_str_radix alone would take a sign.
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ret(body: &'static [u8]) -> Result<(), ReplyError> {
        read(StatusCode::OK, &Bytes::from_static(body), |_| Ok(()))
    }

    fn raw(json: &str) -> Box<RawValue> {
        RawValue::from_string(json.to_owned()).unwrap()
    }

    #[test]
    fn good_replies_of_all_years() {
        for body in [
            b"{\n\"BaseResponse\": {\n\"Ret\": 0,\n\"ErrMsg\": \"\"\n}\n,\n\"MsgID\": \"8032721323945545465\"\n}\n"
                .as_slice(),
            b"\xef\xbb\xbf{\"BaseResponse\":{\"Ret\":0}}",
            b"\r\n {\"BaseResponse\":{\"Ret\":\"0\",\"ErrMsg\":null}}\r\n\r\n",
            b"{\"BaseResponse\":{\"Ret\":1},\"BaseResponse\":{\"Ret\":1,\"Ret\":0}}",
            b"{\"BaseResponse\":{\"Ret\":0},\"X\":\"\\ud83d\"}",
            b"{\"BaseResponse\":{\"Ret\":0},\"X\":\"\xff\xfe \x00\x1f\n\"}",
            b"{\"BaseResponse\":{\"Ret\":0},\"X\":\"\xff\\ud83d\\x\\u12\"}",
        ] {
            assert_eq!(ret(body), Ok(()), "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn bad_replies() {
        let syntax = |line, column| ReplyError::Syntax { what: "JSON", line, column };
        for (body, error) in [
            (b"".as_slice(), ReplyError::Empty),
            (b" \r\n\t", ReplyError::Empty),
            (b"\xef\xbb\xbf", ReplyError::Empty),
            (b"<html>", ReplyError::Html),
            (b"\xef\xbb\xbf\r\n<!DOCTYPE html>", ReplyError::Html),
            (b"{\"BaseResponse\":\n{\"Ret\":0", syntax(2, 8)),
            (b"{\"BaseResponse\":{\"Ret\":0}} x", syntax(1, 28)),
            (b"nonsense", syntax(1, 2)),
            (b"[]", syntax(1, 0)),
            (b"{}", ReplyError::Missing("BaseResponse")),
            (b"{\"BaseResponse\":null}", ReplyError::Missing("BaseResponse")),
            (b"{\"BaseResponse\":[]}", ReplyError::Missing("BaseResponse")),
            (b"{\"BaseResponse\":{}}", ReplyError::Missing("BaseResponse.Ret")),
            (b"{\"BaseResponse\":{\"Ret\":\"x\"}}", ReplyError::Missing("BaseResponse.Ret")),
            (b"{\"BaseResponse\":{\"Ret\":1.5}}", ReplyError::Missing("BaseResponse.Ret")),
            (
                b"{\"BaseResponse\":{\"Ret\":\"1205\",\"ErrMsg\":\" too\\u0007\\n often\\u001b[31m \"}}",
                ReplyError::Ret { ret: 1205, message: "too often[31m".into() },
            ),
            (
                b"{\"BaseResponse\":{\"Ret\":-1,\"ErrMsg\":{}}}",
                ReplyError::Ret { ret: -1, message: String::new() },
            ),
        ] {
            assert_eq!(ret(body), Err(error), "{}", String::from_utf8_lossy(body));
        }
        let ok = Bytes::from_static(b"{\"BaseResponse\":{\"Ret\":0}}");
        for status in [StatusCode::BAD_GATEWAY, StatusCode::FOUND, StatusCode::NO_CONTENT] {
            assert_eq!(read(status, &ok, |_| Ok(())), Err(ReplyError::Status(status.as_u16())));
        }
    }

    #[test]
    fn errors_never_quote_the_body() {
        let error = ret(b"{\"SKey\": @crypt_secret}").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("crypt"));
    }

    #[test]
    fn deep_nesting_is_survived() {
        let deep = format!(
            "{{\"BaseResponse\":{{\"Ret\":0}},\"X\":{}1{}}}",
            "[".repeat(100_000),
            "]".repeat(100_000)
        );
        assert_eq!(read(StatusCode::OK, &Bytes::from(deep), |_| Ok(())), Ok(()));
    }

    #[test]
    fn numbers_come_as_numbers_or_strings() {
        for (json, expected) in [
            ("7", Some(7)),
            ("-1", Some(-1)),
            ("\"7\"", Some(7)),
            ("\" 7 \"", Some(7)),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
            ("7.5", None),
            ("7e3", None),
            ("\"\"", None),
            ("null", None),
            ("true", None),
            ("{}", None),
        ] {
            assert_eq!(number::<i64>(&raw(json)), expected, "{json}");
        }
    }

    #[test]
    fn message_ids_come_as_numbers_or_strings() {
        for (json, expected) in [
            ("5120000000000000011", Some("5120000000000000011")),
            ("\"5120000000000000011\"", Some("5120000000000000011")),
            ("0", None),
            ("\"\"", None),
            ("\"0\"", None),
            ("\"abc\"", None),
            ("-5", None),
            ("5.12e18", None),
            ("null", None),
        ] {
            assert_eq!(msg_id(&raw(json)), expected.map(MsgId::new), "{json}");
        }
    }

    #[test]
    fn keys_that_may_be_presented() {
        let joined = |json: &str| sync_key(&raw(json)).map(|key| key.joined());
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
            format!(r#"{{"List":[{}{{"Key":1,"Val":1}}]}}"#, r#"{"Key":1,"Val":1},"#.repeat(LONGEST_KEY));
        assert_eq!(joined(&long), None);
    }

    #[test]
    fn repairs_change_nothing_else() {
        for (json, expected) in [
            (r#"{"a\"\\":"\/\b\u00e9\ud83d\ude02 [微笑]"}"#, r#"{"a\"\\":"\/\b\u00e9\ud83d\ude02 [微笑]"}"#),
            (r#""\ud83d\ud83d\ude02\ude02""#, r#""\ufffd\ud83d\ude02\ufffd""#),
            (r#""\ud83d\n""#, r#""\ufffd\n""#),
            (r#""\ud83d"#, r#""\ufffd"#),
            (r#""\x\u+123\u12"#, r#""\\x\\u+123\\u12"#),
            ("\"a\tb\"\t", "\"a\\u0009b\"\t"),
            ("\"\\", "\"\\\\"),
        ] {
            assert_eq!(repaired(json.as_bytes()), expected);
        }
        assert_eq!(repaired(b"\"\xe4\xbd\""), "\"\u{fffd}\"");
    }
}
