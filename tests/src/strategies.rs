//! proptest strategies for replies that go wrong: real bodies cut, spliced and flipped, and everything else that may become of
//! an exchange.

use bytes::Bytes;
use proptest::{collection::vec, prelude::*, sample::Index};

/// A change to a body that keeps most of it.
///
/// ```
/// use proptest::prelude::*;
/// use wx_testkit::strategies::{Damage, damage};
///
/// proptest!(|(damage in damage())| {
///     let body = damage.apply(b"window.code=408;");
///     if let Damage::Cut(_) = damage {
///         prop_assert!(b"window.code=408;".starts_with(&body));
///     }
/// });
/// ```
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "a test must not skip one")]
pub enum Damage {
    /// Everything after this place is gone.
    Cut(Index),
    /// The bytes between two places are gone.
    Drop(Index, Index),
    /// The bytes between two places come again at a third.
    Splice(Index, Index, Index),
    /// One byte has another value.
    Set(Index, u8),
    /// Bytes from nowhere.
    Insert(Index, Vec<u8>),
}

impl Damage {
    /// The body after the damage.
    pub fn apply(&self, body: &[u8]) -> Vec<u8> {
        let place = |index: &Index| index.index(body.len() + 1);
        let range = |one: &Index, two: &Index| {
            let (one, two) = (place(one), place(two));
            one.min(two)..one.max(two)
        };
        let mut damaged = body.to_vec();
        match self {
            Self::Cut(at) => damaged.truncate(place(at)),
            Self::Drop(one, two) => drop(damaged.drain(range(one, two))),
            Self::Splice(one, two, at) => {
                let piece = body.get(range(one, two)).unwrap_or_default().to_vec();
                let at = place(at);
                damaged.splice(at..at, piece);
            }
            Self::Set(at, value) => {
                if let Some(byte) = damaged.get_mut(place(at)) {
                    *byte = *value;
                }
            }
            Self::Insert(at, bytes) => {
                let at = place(at);
                damaged.splice(at..at, bytes.iter().copied());
            }
        }
        damaged
    }
}

/// What becomes of one exchange.
///
/// ```
/// use proptest::{collection::vec, prelude::*};
/// use wx_testkit::strategies::{Fate, fate};
///
/// proptest!(|(fates in vec(fate(), 1..20))| {
///     // One for each exchange of a client.
///     let lost = fates.iter().filter(|fate| matches!(fate, Fate::NotSent | Fate::Broken)).count();
///     prop_assert!(lost <= fates.len());
/// });
/// ```
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "a test must not skip one")]
pub enum Fate {
    /// It goes well.
    Well,
    /// The body is damaged.
    Damaged(Vec<Damage>),
    /// Another status, the body as it is.
    Status(u16),
    /// A body from nowhere.
    Foreign(Bytes),
    /// The connection breaks before the request left.
    NotSent,
    /// The connection breaks after the request left.
    Broken,
    /// No reply at all, ever.
    Silence,
    /// The reply comes twice.
    Twice,
}

/// Any damage.
///
/// ```
/// use proptest::prelude::*;
/// use wx_testkit::strategies::damage;
///
/// proptest!(|(damage in damage())| {
///     let body = damage.apply(br#"{"BaseResponse":{"Ret":0}}"#);
///     // Whatever reads replies must come back from this.
///     let _ = serde_json::from_slice::<serde_json::Value>(&body);
/// });
/// ```
pub fn damage() -> impl Strategy<Value = Damage> {
    let index = any::<Index>;
    prop_oneof![
        index().prop_map(Damage::Cut),
        (index(), index()).prop_map(|(one, two)| Damage::Drop(one, two)),
        (index(), index(), index()).prop_map(|(one, two, at)| Damage::Splice(one, two, at)),
        (index(), any::<u8>()).prop_map(|(at, value)| Damage::Set(at, value)),
        (index(), vec(any::<u8>(), 1..8)).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
    ]
}

/// Any fate; most exchanges go well.
///
/// ```
/// use proptest::prelude::*;
/// use wx_testkit::strategies::{Fate, fate};
///
/// proptest!(|(fate in fate())| {
///     if let Fate::Status(status) = fate {
///         prop_assert!(http::StatusCode::from_u16(status).is_ok());
///     }
/// });
/// ```
pub fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        8 => Just(Fate::Well),
        3 => vec(damage(), 1..4).prop_map(Fate::Damaged),
        1 => prop_oneof![Just(301_u16), Just(404), Just(429), Just(500), Just(502), Just(503)].prop_map(Fate::Status),
        1 => prop_oneof![
            Just(Bytes::new()),
            Just(Bytes::from_static(b"<html><head></head><body>Log in to this network</body></html>")),
            Just(Bytes::from_static(b"{\"BaseResponse\":{\"Ret\":-1,\"ErrMsg\":\"\"}}")),
            vec(any::<u8>(), 0..64).prop_map(Bytes::from),
        ].prop_map(Fate::Foreign),
        1 => Just(Fate::NotSent),
        1 => Just(Fate::Broken),
        1 => Just(Fate::Silence),
        1 => Just(Fate::Twice),
    ]
}
