//! Requests in a line, by JSON-RPC 2.0.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::error::RpcError;

/// What a line holds.
#[derive(Debug)]
pub(super) enum Frame<'a> {
    /// One request.
    One(Entry<'a>),
    /// A batch of at least one.
    Many(Vec<Entry<'a>>),
    /// Nothing that could be answered one by one.
    Bad(RpcError),
}

/// A request, or what is wrong with it and to which id that is told.
pub(super) type Entry<'a> = Result<Call<'a>, (Id, RpcError)>;

/// One request; without an id it wants no answer.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) id: Option<Id>,
    pub(super) method: Cow<'a, str>,
    pub(super) params: Option<&'a RawValue>,
}

/// The id of a request as the peer wrote it: a string, a number or null.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Id(Box<str>);

impl Id {
    /// Of a request whose id cannot be told.
    pub(super) fn null() -> Self {
        Self("null".into())
    }

    /// Its JSON.
    pub(super) fn as_json(&self) -> &str {
        &self.0
    }

    fn parse(raw: &RawValue) -> Result<Self, RpcError> {
        let text = raw.get();
        let scalar =
            text == "null" || text.starts_with(['"', '-']) || text.starts_with(|c: char| c.is_ascii_digit());
        if !scalar {
            return Err(RpcError::request("an id is a string, a number or null"));
        }
        if text.len() > LONGEST_ID {
            return Err(RpcError::request("an id has at most 1024 bytes"));
        }
        Ok(Self(text.into()))
    }
}

/// Reads a line.
pub(super) fn parse(line: &[u8]) -> Frame<'_> {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let raw: &RawValue = match serde_json::from_slice(line) {
        Ok(raw) => raw,
        Err(error) => return Frame::Bad(RpcError::parse(&format!("column {}", error.column()))),
    };
    if !raw.get().starts_with('[') {
        return Frame::One(entry(raw));
    }
    match serde_json::from_str::<Elements<'_>>(raw.get()) {
        Ok(elements) if elements.too_many => {
            Frame::Bad(RpcError::request("a batch has at most 256 requests").too_large())
        }
        Ok(elements) if elements.list.is_empty() => Frame::Bad(RpcError::request("the batch is empty")),
        Ok(elements) => Frame::Many(elements.list.into_iter().map(entry).collect()),
        Err(_) => Frame::Bad(RpcError::request("the batch cannot be read")),
    }
}

#[derive(Deserialize)]
struct Members<'a> {
    #[serde(borrow, default, deserialize_with = "present")]
    jsonrpc: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    id: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    method: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    params: Option<&'a RawValue>,
}

/// A member that is null is there all the same.
fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(from).map(Some)
}

fn entry(raw: &RawValue) -> Entry<'_> {
    let wrong = |what: &str| (Id::null(), RpcError::request(what));
    if !raw.get().starts_with('{') {
        return Err(wrong("a request is an object"));
    }
    let members: Members<'_> =
        serde_json::from_str(raw.get()).map_err(|_| wrong("a member is there twice"))?;
    let id = members.id.map(Id::parse).transpose().map_err(|error| (Id::null(), error))?;
    let wrong = |what: &str| (id.clone().unwrap_or_else(Id::null), RpcError::request(what));
    let version = members.jsonrpc.and_then(text);
    if version.as_deref() != Some("2.0") {
        return Err(wrong("\"jsonrpc\" must be \"2.0\""));
    }
    let method = members.method.and_then(text).ok_or_else(|| wrong("\"method\" must be a string"))?;
    let params = members.params.filter(|params| params.get() != "null");
    if params.is_some_and(|params| !params.get().starts_with(['{', '['])) {
        return Err(wrong("\"params\" must be an object"));
    }
    Ok(Call { id, method, params })
}

/// A string, without a copy where it has no escapes.
fn text(raw: &RawValue) -> Option<Cow<'_, str>> {
    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
    serde_json::from_str::<Text<'_>>(raw.get()).ok().map(|text| text.0)
}

/// The elements of a batch, as many as are taken.
struct Elements<'a> {
    list: Vec<&'a RawValue>,
    too_many: bool,
}

impl<'de> Deserialize<'de> for Elements<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct List;
        impl<'de> Visitor<'de> for List {
            type Value = Elements<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
                let mut elements = Elements { list: Vec::new(), too_many: false };
                while elements.list.len() < LARGEST_BATCH {
                    let Some(raw) = from.next_element()? else { return Ok(elements) };
                    elements.list.push(raw);
                }
                while from.next_element::<IgnoredAny>()?.is_some() {
                    elements.too_many = true;
                }
                Ok(elements)
            }
        }
        from.deserialize_seq(List)
    }
}

/// In bytes: ids wait in memory for their answers.
const LONGEST_ID: usize = 1024;
/// As many as the outbox has room for.
const LARGEST_BATCH: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    fn one(line: &str) -> (Option<String>, String) {
        match parse(line.as_bytes()) {
            Frame::One(Ok(call)) => {
                let params = call.params.map(RawValue::get).unwrap_or_default();
                (call.id.map(|id| id.as_json().to_owned()), format!("{} {params}", call.method))
            }
            Frame::One(Err((id, error))) => (Some(id.as_json().to_owned()), code(&error)),
            Frame::Bad(error) => (None, code(&error)),
            Frame::Many(list) => (None, format!("{} requests", list.len())),
        }
    }

    fn code(error: &RpcError) -> String {
        error.to_json()["code"].to_string()
    }

    #[test]
    fn requests_are_read_as_the_standard_says() {
        let some = |text: &str| Some(text.to_owned());
        for (line, id, rest) in [
            (r#"{"jsonrpc":"2.0","id":1,"method":"a","params":{"b":[1]}}"#, some("1"), r#"a {"b":[1]}"#),
            (r#"{"jsonrpc":"2.0","id":"x\u0031","method":"\u0061"}"#, some(r#""x\u0031""#), "a "),
            (r#"{"jsonrpc":"2.0","id":-1.5e3,"method":"a","params":null,"more":{}}"#, some("-1.5e3"), "a "),
            (r#"{"jsonrpc":"2.0","id":null,"method":"a"}"#, some("null"), "a "),
            (r#"{"jsonrpc":"2.0","method":"a","params":[1]}"#, None, "a [1]"),
            ("\u{feff}{\"jsonrpc\":\"2.0\",\"method\":\"a\"}\r", None, "a "),
            (r#"{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]"#, None, "-32700"),
            ("", None, "-32700"),
            ("{} {}", None, "-32700"),
            (r#"{"jsonrpc": "2.0", "method": 1, "params": "bar"}"#, some("null"), "-32600"),
            (r#"{"jsonrpc": "2.0", "method": 1, "id": 7}"#, some("7"), "-32600"),
            (r#"{"jsonrpc": "2.0", "method": "a", "params": "bar", "id": 7}"#, some("7"), "-32600"),
            (r#"{"jsonrpc": "1.0", "method": "a", "id": "7"}"#, some("\"7\""), "-32600"),
            (r#"{"method": "a", "id": 7}"#, some("7"), "-32600"),
            (r#"{"jsonrpc": "2.0", "method": "a", "id": {}}"#, some("null"), "-32600"),
            (r#"{"jsonrpc": "2.0", "method": "a", "id": true}"#, some("null"), "-32600"),
            (r#"{"jsonrpc": "2.0", "method": "a", "id": 1, "id": 2}"#, some("null"), "-32600"),
            ("7", some("null"), "-32600"),
            ("\"\"", some("null"), "-32600"),
            ("[]", None, "-32600"),
            ("[1, {}]", None, "2 requests"),
            ("[1", None, "-32700"),
        ] {
            assert_eq!(one(line), (id, rest.to_owned()), "{line}");
        }
        assert_eq!(one(&"[".repeat(1 << 20)).1, "-32700");
        let deep = format!("{}{}", "[".repeat(1 << 20), "]".repeat(1 << 20));
        assert_eq!(one(&deep).1, "1 requests");
        let Frame::Bad(error) = parse(b"\"\xff\"") else { panic!() };
        assert_eq!(code(&error), "-32700");
    }

    #[test]
    fn damaged_lines_are_answered_too() {
        let line =
            r#"[{"jsonrpc":"2.0","id":"\ud83d\ude00","method":"a","params":{"b":[1,-2.5e3,null]}}, 7]"#
                .as_bytes();
        for at in 0..line.len() {
            let cut = parse(&line[..at]);
            assert!(matches!(cut, Frame::Bad(_)), "{at}");
            for byte in [0, b'"', b'\\', b'{', b'}', b'[', b']', b',', b':', b'0', b'u', 0x80, 0xff] {
                let mut damaged = line.to_vec();
                damaged[at] = byte;
                // None panics, and each is one request, a batch or an error.
                match parse(&damaged) {
                    Frame::One(_) | Frame::Bad(_) => {}
                    Frame::Many(entries) => assert!((1..=9).contains(&entries.len())),
                }
            }
        }
    }

    #[test]
    fn what_would_fill_the_memory_is_refused() {
        let id = format!(r#"{{"jsonrpc":"2.0","id":"{}","method":"a"}}"#, "x".repeat(1 << 20));
        assert_eq!(one(&id).1, "-32600");
        let many = format!("[{}1]", "1,".repeat(255));
        assert_eq!(one(&many).1, "256 requests");
        let many = format!("[{}1]", "1,".repeat(5_000_000));
        let Frame::Bad(error) = parse(many.as_bytes()) else { panic!() };
        assert_eq!(
            (code(&error), &error.to_json()["data"]["kind"]),
            ("-32600".to_owned(), &"too_large".into())
        );
    }
}
