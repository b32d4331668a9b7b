//! The server's position in the message stream.

use serde::{Deserialize, Serialize};

/// A vector of counters, opaque to the client: it goes back as it came, with `Count` = its length.
///
/// Never empty: an empty key is what error replies carry, and presenting one loses the position.
///
/// ```
/// use wx_proto::SyncKey;
///
/// let key: SyncKey = serde_json::from_str(r#"{"Count":1,"List":[{"Key":1,"Val":700000001}]}"#)?;
/// assert!(serde_json::to_string(&key)?.contains("700000001"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub struct SyncKey(Vec<Entry>);

/// One counter.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Entry {
    pub(crate) key: i64,
    pub(crate) val: i64,
}

/// The form of requests and of stored sessions.
#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Wire {
    count: usize,
    list: Vec<Entry>,
}

impl SyncKey {
    /// `None` if there is no counter in it.
    pub(crate) fn new(list: Vec<Entry>) -> Option<Self> {
        (!list.is_empty()).then_some(Self(list))
    }

    /// How many counters it has.
    pub(crate) const fn len(&self) -> usize {
        self.0.len()
    }

    /// The form of synccheck: `1_700000101|2_700000210`.
    pub(crate) fn joined(&self) -> String {
        let pairs: Vec<String> = self.0.iter().map(|Entry { key, val }| format!("{key}_{val}")).collect();
        pairs.join("|")
    }
}

impl TryFrom<Wire> for SyncKey {
    type Error = &'static str;

    fn try_from(wire: Wire) -> Result<Self, Self::Error> {
        Self::new(wire.list).ok_or("a sync key without a counter")
    }
}

impl From<SyncKey> for Wire {
    fn from(key: SyncKey) -> Self {
        Self { count: key.0.len(), list: key.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_never_empty_and_counts_itself() {
        assert_eq!(SyncKey::new(Vec::new()), None);
        assert!(serde_json::from_str::<SyncKey>(r#"{"Count":0,"List":[]}"#).is_err());
        let key: SyncKey = serde_json::from_str(r#"{"Count":7,"List":[{"Key":1,"Val":660633324}]}"#).unwrap();
        assert_eq!(serde_json::to_string(&key).unwrap(), r#"{"Count":1,"List":[{"Key":1,"Val":660633324}]}"#);
        assert_eq!(key.joined(), "1_660633324");
    }
}
