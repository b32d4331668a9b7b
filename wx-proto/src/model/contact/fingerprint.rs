//! What stays of a contact when user names change.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

use super::{Contact, ContactKind};

/// Hints by which a contact can be recognised in a later login: hashes of what the server tells about it, for a store.
///
/// User names change with every login and the web protocol gives no lasting id. What it gives, from the best to the
/// weakest:
///
/// | hint | lasting | unique |
/// |---|---|---|
/// | fixed user name (`filehelper`, `weixin`) | yes | yes |
/// | `Uin` | yes, but 0 in later years | yes |
/// | `Alias`, the WeChat id | changes once a year at most; mostly empty | yes |
/// | number of the picture (`seq=` of `HeadImgUrl`) | until the picture changes | nearly |
/// | remark | until the owner changes it | mostly |
/// | nick name | until the contact changes it | no |
/// | `AttrStatus` | seems so | no |
/// | sex, province, city | mostly | no |
///
/// All of them but the numbers can be copied: strangers, who were never let in, are recognised as nobody, and nobody as one
/// of them.
///
/// Two people with the same name and without a picture cannot be told apart, and someone who changed everything at
/// once cannot be recognised. [`confidence`](Self::confidence) says how good a match can be at best. Hashes hide names from a glance only:
/// whoever guesses a name can check it.
///
/// Written ([`Display`](fmt::Display), serde) as one line of text that begins with its version; equal on every machine.
///
/// ```
/// use wx_proto::{Confidence, Contact, Fingerprint};
///
/// let read = |json| serde_json::from_str::<Contact>(json);
/// let before = read(r#"{"UserName": "@0a1b", "ContactFlag": 3, "NickName": "Anna", "Alias": "anna00001"}"#)?;
/// let after = read(r#"{"UserName": "@f00d", "ContactFlag": 3, "NickName": "Anna K", "Alias": "anna00001"}"#)?;
/// let stored = before.fingerprint().to_string();
/// let known: Fingerprint = stored.parse()?;
/// assert_eq!(known.compare(&after.fingerprint()), Some(Confidence::High));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Fingerprint {
    kind: u8,
    hints: [u64; HINTS],
}

/// How sure it is that two fingerprints are of one contact.
///
/// ```
/// use wx_proto::Confidence;
///
/// let may_send_without_asking = |confidence| confidence >= Confidence::High;
/// assert!(may_send_without_asking(Confidence::Certain));
/// assert!(!may_send_without_asking(Confidence::Low));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[expect(clippy::exhaustive_enums, reason = "an application has to decide for each")]
pub enum Confidence {
    /// One weak hint: a nick name, a picture. Ask a person.
    Low,
    /// A remark, or a nick name with another hint. Right in most cases.
    Medium,
    /// The WeChat id, or the picture together with a name.
    High,
    /// A number or a name that never changes.
    Certain,
}

/// A text that is no fingerprint.
///
/// ```
/// use wx_proto::{Fingerprint, FingerprintError};
///
/// let error: FingerprintError = "no fingerprint".parse::<Fingerprint>().unwrap_err();
/// assert!(error.to_string().contains("fingerprint"));
/// ```
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("not a contact fingerprint of a version that is known here")]
#[non_exhaustive]
pub struct FingerprintError;

const HINTS: usize = 8;
const VERSION: &str = "1";

/// A hint; 0 stands for one that is not known.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Hint {
    FixedName,
    Uin,
    Alias,
    Picture,
    Remark,
    Nick,
    Attr,
    Place,
}

impl Contact {
    /// The hints by which this contact can be recognised in a later login.
    pub fn fingerprint(&self) -> Fingerprint {
        let kind = self.kind();
        let user_name = self.user_name();
        let fixed = if user_name.starts_with('@') { "" } else { user_name };
        let number = |number: u32| if number == 0 { String::new() } else { number.to_string() };
        let place = [self.province(), self.city()].concat();
        let place = if place.is_empty() {
            place
        } else {
            format!("{}\0{}\0{}", self.sex().as_str(), self.province(), self.city())
        };
        let mut hints = [0; HINTS];
        for (hint, text) in [
            (Hint::FixedName, fixed),
            (Hint::Uin, &number(self.uin)),
            (Hint::Alias, self.alias()),
            (Hint::Picture, &number(self.picture)),
            (Hint::Remark, self.remark_name()),
            (Hint::Nick, self.nick_name()),
            (Hint::Attr, &number(self.attr_status)),
            (Hint::Place, &place),
        ] {
            if let Some(slot) = hints.get_mut(hint as usize) {
                *slot = hash(hint, text);
            }
        }
        Fingerprint { kind: letter(kind), hints }
    }
}

impl Fingerprint {
    /// How sure a match can be at best; `None` if nothing lasting is known of the contact, or it is a stranger.
    pub fn confidence(&self) -> Option<Confidence> {
        self.compare(self)
    }

    /// How sure it is that both are of one contact; `None` if they have nothing in common, or cannot be the same.
    pub fn compare(&self, other: &Self) -> Option<Confidence> {
        if self.kind != other.kind || self.kind == STRANGER {
            return None;
        }
        // A hint that only one of the two has says nothing.
        let both = |hint| match (self.hint(hint), other.hint(hint)) {
            (0, _) | (_, 0) => None,
            (one, two) => Some(one == two),
        };
        let same = |hint| both(hint) == Some(true);
        if self.hint(Hint::FixedName) != other.hint(Hint::FixedName) {
            return None;
        }
        for (unique, confidence) in [
            (Hint::FixedName, Confidence::Certain),
            (Hint::Uin, Confidence::Certain),
            (Hint::Alias, Confidence::High),
        ] {
            if let Some(same) = both(unique) {
                return same.then_some(confidence);
            }
        }
        let [picture, remark, nick, attr, place] =
            [Hint::Picture, Hint::Remark, Hint::Nick, Hint::Attr, Hint::Place].map(same);
        if picture && (remark || nick) {
            Some(Confidence::High)
        } else if remark || (nick && (attr || place)) || (picture && attr) {
            Some(Confidence::Medium)
        } else if nick || picture {
            Some(Confidence::Low)
        } else {
            None
        }
    }

    /// The hints of which at least one must agree, with their values.
    pub(super) fn keys(&self) -> impl Iterator<Item = (Hint, u64)> {
        [Hint::FixedName, Hint::Uin, Hint::Alias, Hint::Picture, Hint::Remark, Hint::Nick]
            .into_iter()
            .map(|hint| (hint, self.hint(hint)))
            .filter(|(_, value)| *value != 0)
    }

    fn hint(&self, hint: Hint) -> u64 {
        self.hints.get(hint as usize).copied().unwrap_or(0)
    }
}

impl Confidence {
    /// A stable word for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Certain => "certain",
        }
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{VERSION}.{}", char::from(self.kind))?;
        self.hints.iter().try_for_each(|hint| match hint {
            0 => f.write_str("."),
            hint => write!(f, ".{hint:016x}"),
        })
    }
}

impl FromStr for Fingerprint {
    type Err = FingerprintError;

    fn from_str(text: &str) -> Result<Self, FingerprintError> {
        let mut parts = text.split('.');
        let version = parts.next();
        let kind = match parts.next().map(str::as_bytes) {
            Some(&[kind]) if version == Some(VERSION) && LETTERS.contains(&kind) => kind,
            Some(_) | None => return Err(FingerprintError),
        };
        let mut hints = [0; HINTS];
        for slot in &mut hints {
            let part = parts.next().ok_or(FingerprintError)?;
            let digits =
                part.len() == 16 && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            if !part.is_empty() {
                *slot = u64::from_str_radix(part, 16).ok().filter(|_| digits).ok_or(FingerprintError)?;
            }
        }
        parts.next().is_none().then_some(Self { kind, hints }).ok_or(FingerprintError)
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'_, str>::deserialize(from)?;
        text.parse().map_err(de::Error::custom)
    }
}

const STRANGER: u8 = b'n';
const LETTERS: [u8; 5] = [b'g', b'o', b'p', b's', STRANGER];

const fn letter(kind: ContactKind) -> u8 {
    match kind {
        ContactKind::Friend => b'p',
        // Nobody can be told from his copy there.
        ContactKind::Stranger => STRANGER,
        ContactKind::Group => b'g',
        ContactKind::Official => b'o',
        ContactKind::Special => b's',
    }
}

/// FNV-1a of 64 bits over the hint's number and its text, stirred at the end; 0 only for an empty text. Stored: it must
/// never change.
fn hash(hint: Hint, text: &str) -> u64 {
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    if text.is_empty() {
        return 0;
    }
    let bytes = std::iter::once(hint as u8).chain(text.bytes());
    let sum = bytes.fold(BASIS, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(PRIME));
    let stirred = (sum ^ (sum >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    (stirred ^ (stirred >> 33)).max(1)
}

#[cfg(test)]
mod tests;
