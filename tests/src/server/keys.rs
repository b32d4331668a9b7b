//! SyncKeys: a position in the queue, written as the counters of the real server.

use serde_json::Value;

use super::call::int_of;
use super::layout::{Json, object};

/// Counter 1 carries the login number.
const LOGIN_BASE: i64 = 700_000_100;
/// Counter 2 carries the position.
const POSITION_BASE: i64 = 700_000_210;
const THIRD: i64 = 700_000_090;
const ELEVENTH: i64 = 700_000_055;

/// A SyncKey before it is written down.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct SyncKey {
    pub(super) login: u64,
    pub(super) position: u64,
}

/// The `(Key, Val)` pairs of a key.
pub(super) type Pairs = Vec<(i64, i64)>;

impl SyncKey {
    /// The thirteen counters of the file helper at `now`, after init as after any sync. 23 and 24 are seconds, 25 is a copy of
    /// 2 (page of 2026).
    pub(super) fn of_file_helper(self, started: u64, now: u64) -> Pairs {
        let (first, position) = (
            LOGIN_BASE.saturating_add(signed(self.login)),
            POSITION_BASE.saturating_add(signed(self.position)),
        );
        let (started, now) = (signed(started), signed(now));
        vec![
            (1, first),
            (2, position),
            (3, THIRD),
            (11, ELEVENTH),
            (19, 45_001),
            (23, started - 49),
            (24, started - 10),
            (25, position),
            (27, 800_001),
            (201, now),
            (206, 101),
            (1000, started - 1060),
            (1001, started - 960),
        ]
    }

    /// The four counters after init. `started` is the second of the login.
    pub(super) fn first(self, started: u64) -> Pairs {
        let started = signed(started);
        vec![
            (1, LOGIN_BASE.saturating_add(signed(self.login))),
            (2, POSITION_BASE.saturating_add(signed(self.position))),
            (3, THIRD),
            (1000, started - 1060),
        ]
    }

    /// The seven counters of a sync reply at `now`.
    pub(super) fn later(self, started: u64, now: u64) -> Pairs {
        let mut pairs = self.first(started);
        let last = pairs.pop();
        pairs.extend([(11, ELEVENTH), (201, signed(now))]);
        pairs.extend(last);
        pairs.push((1001, signed(started) - 960));
        pairs
    }

    /// Reads pairs back; `None` if this server never wrote them in a login that began at `started`.
    pub(super) fn read(pairs: &[(i64, i64)], started: u64) -> Option<Self> {
        let value = |wanted| pairs.iter().find(|(key, _)| *key == wanted).map(|(_, val)| *val);
        let key = Self {
            login: u64::try_from(value(1)?.checked_sub(LOGIN_BASE)?).ok()?,
            position: u64::try_from(value(2)?.checked_sub(POSITION_BASE)?).ok()?,
        };
        let now = value(201).map(u64::try_from).transpose().ok()?;
        let known = match (now, value(206)) {
            (None, _) => key.first(started),
            (Some(now), None) => key.later(started, now),
            (Some(now), Some(_)) => key.of_file_helper(started, now),
        };
        (known == pairs).then_some(key)
    }
}

/// `{"Count":n,"List":[..]}`.
pub(super) fn to_json(pairs: &[(i64, i64)]) -> Json {
    let list = pairs.iter().map(|&(key, val)| object([("Key", key.into()), ("Val", val.into())])).collect();
    object([("Count", pairs.len().into()), ("List", Json::Array(list))])
}

/// The pairs of a request; `None` if Count and List disagree or something is no number.
pub(super) fn from_json(value: &Value) -> Option<Pairs> {
    let list = value.get("List")?.as_array()?;
    let pairs = list
        .iter()
        .map(|pair| Some((int_of(pair, "Key")?, int_of(pair, "Val")?)))
        .collect::<Option<Pairs>>()?;
    (int_of(value, "Count")? == signed(pairs.len() as u64)).then_some(pairs)
}

/// The pairs of a `synckey` parameter, `1_700000101|2_700000210`.
pub(super) fn from_query(text: &str) -> Option<Pairs> {
    text.split('|')
        .map(|pair| {
            let (key, val) = pair.split_once('_')?;
            Some((key.parse().ok()?, val.parse().ok()?))
        })
        .collect()
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STARTED: u64 = 1_735_700_060;

    #[test]
    fn keys_come_back() {
        let key = SyncKey { login: 3, position: 17 };
        assert_eq!(SyncKey::read(&key.first(STARTED), STARTED), Some(key));
        assert_eq!(SyncKey::read(&key.later(STARTED, 5), STARTED), Some(key));
        let thirteen = key.of_file_helper(STARTED, 5);
        assert_eq!((SyncKey::read(&thirteen, STARTED), thirteen.len()), (Some(key), 13));
    }

    #[test]
    fn a_changed_key_is_not_known() {
        let mut pairs = SyncKey { login: 1, position: 2 }.later(STARTED, 5);
        pairs.swap(0, 1);
        assert_eq!(SyncKey::read(&pairs, STARTED), None);
        pairs.swap(0, 1);
        pairs.pop();
        assert_eq!(SyncKey::read(&pairs, STARTED), None);
        assert_eq!(SyncKey::read(&[], STARTED), None);
    }

    #[test]
    fn both_request_forms() {
        let pairs = SyncKey { login: 1, position: 0 }.first(STARTED);
        let json: Value = serde_json::from_slice(&to_json(&pairs).render()).unwrap();
        assert_eq!(from_json(&json), Some(pairs.clone()));
        assert_eq!(from_query("1_700000101|2_700000210|3_700000090|1000_1735699000"), Some(pairs));
        assert_eq!(from_query("1_a"), None);
    }
}
