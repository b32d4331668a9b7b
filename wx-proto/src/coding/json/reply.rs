//! The envelope of a reply, and its lists.
//!
//! A reply is taken apart from the outside in: first the members of the outermost object, still raw, then
//! each member by itself. So one member of the wrong type, a member sent twice or one bad contact costs only
//! itself.

use bytes::Bytes;
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::{
    super::{stripped, text::one_line},
    Members,
    lists::{AtMost, Counted},
    outer::{Listed, Outer},
    repair::{before_repair, repaired},
};
use crate::{ReplyError, bounds};

/// A JSON reply with `Ret` 0.
pub(crate) struct Reply<'a> {
    /// What the members borrow from.
    body: &'a Bytes,
    /// The body as it was received, if `body` is a repaired one.
    received: Option<&'a Bytes>,
    pub(crate) members: Members<'a>,
    /// What [`read_listed`] asked for.
    listed: Listed<'a>,
}

/// A list, and how many items of it are taken.
#[derive(Clone, Copy)]
pub(crate) struct List {
    pub(crate) name: &'static str,
    pub(crate) most: usize,
}

impl List {
    /// A list of contacts, groups or their names.
    pub(crate) const fn contacts(name: &'static str) -> Self {
        Self { name, most: bounds::CONTACTS }
    }

    fn within<T>(self, counted: Counted<T>) -> Result<Counted<T>, ReplyError> {
        if counted.total > self.most { Err(self.too_many()) } else { Ok(counted) }
    }

    const fn too_many(self) -> ReplyError {
        ReplyError::TooMany { list: self.name, most: self.most }
    }
}

/// An item of a list.
pub(crate) struct Item<'a> {
    /// Its JSON, repaired if need be.
    pub(crate) json: &'a str,
    /// A slice of the reply, as it was received.
    pub(crate) raw: Bytes,
}

impl<'a> Reply<'a> {
    /// A list's items. A list that is missing or null is empty; anything else that is no list is an error, and so is one
    /// with too many.
    pub(crate) fn list(&self, list: List) -> Result<Vec<&'a RawValue>, ReplyError> {
        match self.members.get(list.name) {
            None => Ok(Vec::new()),
            Some(raw) if raw.get() == "null" => Ok(Vec::new()),
            Some(raw) => match AtMost::new(list.most, Some).read(raw.get()) {
                Ok(counted) => list.within(counted).map(|counted| counted.items),
                Err(_) => Err(ReplyError::Missing(list.name)),
            },
        }
    }

    /// The items of a list that can be read; the others are left out.
    pub(crate) fn readable<T: DeserializeOwned>(&self, list: List) -> Result<Vec<T>, ReplyError> {
        let at_once = AtMost::new(list.most, |item: Option<T>| item);
        let Counted { items, total } =
            match self.members.get(list.name).and_then(|raw| at_once.read(raw.get()).ok()) {
                Some(counted) => list.within(counted)?,
                // One that cannot be read: each by itself then.
                None => {
                    let items = self.list(list)?;
                    let read: Vec<T> = items.iter().filter_map(|item| decode(item.get())).collect();
                    Counted { items: read, total: items.len() }
                }
            };
        let lost = total.saturating_sub(items.len());
        if lost > 0 {
            tracing::warn!(list = list.name, lost, "contacts that cannot be read were left out");
        }
        Ok(items)
    }

    /// The list that [`read_listed`] asked for, as [`list`](Self::list) gives it, with the bytes of each item, which are
    /// not copied.
    pub(crate) fn items(&self) -> Result<Vec<Item<'a>>, ReplyError> {
        let items = match &self.listed {
            Listed::Items(items) => items,
            Listed::NoList(name) => return Err(ReplyError::Missing(name)),
            Listed::TooMany(list) => return Err(list.too_many()),
        };
        // Every raw value borrows from the body, so the slice lies inside it.
        let slice = |raw: &&RawValue| self.body.slice_ref(raw.get().as_bytes());
        let slices: Vec<Bytes> = match self.received {
            None => items.iter().map(slice).collect(),
            Some(received) => {
                let place = |raw: &&RawValue| {
                    let from = raw.get().as_ptr().addr().saturating_sub(self.body.as_ptr().addr());
                    [from, from.saturating_add(raw.get().len())]
                };
                let places = before_repair(received, items.iter().flat_map(place));
                let (pairs, _) = places.as_chunks::<2>();
                // An item that cannot be found, which cannot be, is better repaired than lost.
                let found = pairs.iter().map(|&[from, to]| {
                    (from <= to && to <= received.len()).then(|| received.slice(from..to))
                });
                items.iter().zip(found).map(|(raw, found)| found.unwrap_or_else(|| slice(raw))).collect()
            }
        };
        Ok(items.iter().zip(slices).map(|(raw, slice)| Item { json: raw.get(), raw: slice }).collect())
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
    read_with(status, body, None, take)
}

/// [`read`], with the items of a long list found on the way: then it need not be gone through twice. They are
/// [`Reply::items`].
pub(crate) fn read_listed<T>(
    status: StatusCode,
    body: &Bytes,
    list: List,
    take: impl FnOnce(&Reply<'_>) -> Result<T, ReplyError>,
) -> Result<T, ReplyError> {
    read_with(status, body, Some(list), take)
}

fn read_with<T>(
    status: StatusCode,
    body: &Bytes,
    list: Option<List>,
    take: impl FnOnce(&Reply<'_>) -> Result<T, ReplyError>,
) -> Result<T, ReplyError> {
    let bytes = stripped(status, body)?;
    if bytes.starts_with(b"<") {
        return Err(ReplyError::Html);
    }
    if let Some(outer) = str::from_utf8(bytes).ok().and_then(|text| Outer::read(text, list).ok()) {
        return checked(&Reply { body, received: None, members: outer.members, listed: outer.listed }, take);
    }
    let received = body.slice_ref(bytes);
    let body = Bytes::from(repaired(bytes));
    // The repaired body was a text a moment ago.
    let text = str::from_utf8(&body).unwrap_or_default();
    let Outer { members, listed } = Outer::read(text, list).map_err(|error| ReplyError::Syntax {
        // serde_json's own words are left out: they may quote the body.
        what: "JSON",
        line: error.line(),
        column: error.column(),
    })?;
    checked(&Reply { body: &body, received: Some(&received), members, listed }, take)
}

fn checked<T>(
    reply: &Reply<'_>,
    take: impl FnOnce(&Reply<'_>) -> Result<T, ReplyError>,
) -> Result<T, ReplyError> {
    let base = reply.members.object("BaseResponse").ok_or(ReplyError::Missing("BaseResponse"))?;
    let ret = base.number("Ret").ok_or(ReplyError::Missing("BaseResponse.Ret"))?;
    if ret != 0 {
        return Err(ReplyError::Ret { ret, message: one_line(&base.text("ErrMsg")) });
    }
    take(reply)
}

/// Reads one value strictly and, if that fails, repaired.
fn decode<T: DeserializeOwned>(json: &str) -> Option<T> {
    serde_json::from_str(json).or_else(|_| serde_json::from_str(&repaired(json.as_bytes()))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ret(body: &'static [u8]) -> Result<(), ReplyError> {
        read(StatusCode::OK, &Bytes::from_static(body), |_| Ok(()))
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
    fn items_keep_their_bytes_through_a_repair() {
        let items: [&[u8]; 5] = [
            b"{\"a\":\"\xff\xfe\x80\"}",
            b"7",
            b"{\"b\":\"\x01\\ud83d\\x\\ud83d\\ude02\"}",
            b"{}",
            b"\"\xe4\xbd\"",
        ];
        let body = Bytes::from(
            [
                b" {\"BaseResponse\":{\"Ret\":0,\"ErrMsg\":\"\x02\"},\"L\":[".as_slice(),
                &items.join(b"\n, ".as_slice()),
                b" ]}\n",
            ]
            .concat(),
        );
        read_listed(StatusCode::OK, &body, List { name: "L", most: 5 }, |reply| {
            let found = reply.items()?;
            let inside = body.as_ptr_range();
            assert!(found.iter().all(|item| inside.contains(&item.raw.as_ptr())));
            assert_eq!(found.iter().map(|item| &item.raw[..]).collect::<Vec<_>>(), items);
            assert_eq!(found[2].json, r#"{"b":"\u0001\ufffd\\x\ud83d\ude02"}"#);
            Ok(())
        })
        .unwrap();
    }
}
