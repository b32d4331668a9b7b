//! The keys of a webwxsync reply, changed on the way; and the key in a stored session, read back.

use bytes::Bytes;
use http::Response;
use serde_json::Value;

/// The reply without this member. One that cannot be read stays as it is.
pub(super) fn without(response: Response<Bytes>, member: &str) -> Response<Bytes> {
    change(response, |reply| {
        if let Some(members) = reply.as_object_mut() {
            members.remove(member);
        }
    })
}

/// The reply with keys of the first form, of four entries.
pub(super) fn shortened(response: Response<Bytes>) -> Response<Bytes> {
    change(response, |reply| {
        for name in ["SyncKey", "SyncCheckKey"] {
            let Some(key) = reply.get_mut(name) else { continue };
            let short = [1, 2, 3, 1000];
            if let Some(list) = key.get_mut("List").and_then(Value::as_array_mut) {
                list.retain(|entry| {
                    entry.get("Key").and_then(Value::as_i64).is_some_and(|key| short.contains(&key))
                });
            }
            let count = key.get("List").and_then(Value::as_array).map_or(0, Vec::len);
            if let Some(members) = key.as_object_mut() {
                members.insert("Count".to_owned(), count.into());
            }
        }
    })
}

fn change(response: Response<Bytes>, change: impl FnOnce(&mut Value)) -> Response<Bytes> {
    response.map(|body| match serde_json::from_slice::<Value>(&body) {
        Ok(mut reply) => {
            change(&mut reply);
            Bytes::from(reply.to_string())
        }
        Err(_) => body,
    })
}

/// Where a stored session stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Place {
    /// The account.
    pub(super) uin: u64,
    /// The number of the login and the position in the queue that its key stands for, as the simulated server counts
    /// them.
    pub(super) key: (u64, u64),
}

/// Where this session stands, if it has a key.
pub(super) fn place(session: &wx_proto::Session) -> Option<Place> {
    let session = serde_json::to_value(session).ok()?;
    let login = session.get("login")?;
    let uin = login.get("tokens")?.get("uin")?.as_u64()?;
    Some(Place { uin, key: position_of(login.get("position")?.get("sync")?)? })
}

/// The same of the key in the body of a webwxsync.
pub(super) fn presented_position(body: &[u8]) -> Option<(u64, u64)> {
    position_of(serde_json::from_slice::<Value>(body).ok()?.get("SyncKey")?)
}

/// The same of the `synckey` in the query of a synccheck.
pub(super) fn checked_position(query: &str) -> Option<(u64, u64)> {
    let synckey = query.split('&').find_map(|pair| pair.strip_prefix("synckey="))?;
    let counter = |wanted: &str| {
        let pairs = synckey.split("%7C").filter_map(|pair| pair.split_once('_'));
        pairs.into_iter().find(|(key, _)| *key == wanted)?.1.parse().ok()
    };
    counters(counter("1")?, counter("2")?)
}

fn position_of(key: &Value) -> Option<(u64, u64)> {
    let list = key.get("List")?.as_array()?;
    let counter = |wanted: i64| {
        let entry = list.iter().find(|entry| entry.get("Key").and_then(Value::as_i64) == Some(wanted))?;
        entry.get("Val")?.as_i64()
    };
    counters(counter(1)?, counter(2)?)
}

fn counters(login: i64, position: i64) -> Option<(u64, u64)> {
    let above = |value: i64, base| u64::try_from(value.checked_sub(base)?).ok();
    Some((above(login, LOGIN_BASE)?, above(position, POSITION_BASE)?))
}

const LOGIN_BASE: i64 = 700_000_100;
const POSITION_BASE: i64 = 700_000_210;
