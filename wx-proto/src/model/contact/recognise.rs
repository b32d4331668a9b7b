//! Finding contacts of an earlier login in the present book.

use std::collections::{BTreeMap, BTreeSet};

use super::{Confidence, Contact, ContactKind, Contacts, Fingerprint, fingerprint::Hint};
use crate::UserName;

/// Whom a fingerprint of an earlier login stands for.
///
/// ```
/// use wx_proto::{Confidence, Contacts, Fingerprint, Recognised, UserName};
///
/// fn sure(contacts: &Contacts, stored: &Fingerprint) -> Option<UserName> {
///     match contacts.find_by_fingerprint(stored) {
///         Recognised::One { user_name, confidence } if confidence >= Confidence::High => Some(user_name),
///         Recognised::One { .. } | Recognised::Ambiguous(_) | Recognised::None => None,
///     }
/// }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "there is none, one or more")]
pub enum Recognised {
    /// This contact fits better than any other.
    One {
        /// Its user name in this login.
        user_name: UserName,
        /// How sure that is.
        confidence: Confidence,
    },
    /// Several contacts fit equally well, or this one fits another fingerprint of the list as well: a person has to
    /// choose. In the order of user names.
    Ambiguous(Vec<UserName>),
    /// Nobody fits.
    None,
}

impl Contacts {
    /// The contact that a fingerprint of an earlier login stands for; never a stranger. For many at once, and to notice when two of them
    /// stand for one contact, use [`recognise`](Self::recognise).
    pub fn find_by_fingerprint(&self, fingerprint: &Fingerprint) -> Recognised {
        let fits = self.recognisable().filter_map(|contact| {
            let confidence = fingerprint.compare(&contact.fingerprint())?;
            Some((confidence, contact.user_name()))
        });
        best(fits)
    }

    /// The contacts that fingerprints of an earlier login stand for, each in its place; never a stranger.
    pub fn recognise(&self, fingerprints: &[Fingerprint]) -> Vec<Recognised> {
        let present: Vec<(Fingerprint, &str)> =
            self.recognisable().map(|contact| (contact.fingerprint(), contact.user_name())).collect();
        let mut index: BTreeMap<(Hint, u64), Vec<usize>> = BTreeMap::new();
        for (at, (fingerprint, _)) in present.iter().enumerate() {
            for key in fingerprint.keys() {
                index.entry(key).or_default().push(at);
            }
        }
        let mut all: Vec<Recognised> = fingerprints
            .iter()
            .map(|old| {
                let near = old.keys().filter_map(|key| index.get(&key)).flatten();
                let near: BTreeSet<usize> = near.copied().collect();
                let fits = near.into_iter().filter_map(|at| {
                    let (new, user_name) = present.get(at)?;
                    Some((old.compare(new)?, *user_name))
                });
                best(fits)
            })
            .collect();
        let mut claims: BTreeMap<UserName, (Confidence, usize)> = BTreeMap::new();
        for recognised in &all {
            if let Recognised::One { user_name, confidence } = recognised {
                let (best, times) = claims.entry(user_name.clone()).or_insert((*confidence, 0));
                match (*confidence).cmp(best) {
                    std::cmp::Ordering::Greater => (*best, *times) = (*confidence, 1),
                    std::cmp::Ordering::Equal => *times += 1,
                    std::cmp::Ordering::Less => {}
                }
            }
        }
        for recognised in &mut all {
            if let Recognised::One { user_name, confidence } = recognised
                && claims.get(user_name).is_some_and(|(best, times)| *confidence < *best || *times > 1)
            {
                *recognised = Recognised::Ambiguous(vec![user_name.clone()]);
            }
        }
        all
    }

    /// Not strangers: what one of them copied from a friend must not make him that friend.
    fn recognisable(&self) -> impl Iterator<Item = &Contact> {
        self.iter().filter(|contact| contact.kind() != ContactKind::Stranger)
    }
}

fn best<'a>(fits: impl Iterator<Item = (Confidence, &'a str)>) -> Recognised {
    let mut best: Option<Confidence> = None;
    let mut names: Vec<&str> = Vec::new();
    for (confidence, name) in fits {
        if best.is_none_or(|best| confidence > best) {
            best = Some(confidence);
            names.clear();
        }
        if best == Some(confidence) {
            names.push(name);
        }
    }
    match (best, &*names) {
        (Some(confidence), [name]) => Recognised::One { user_name: UserName::new(*name), confidence },
        (Some(_), names) => Recognised::Ambiguous(names.iter().map(|name| UserName::new(*name)).collect()),
        (None, _) => Recognised::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(user_name: &str, rest: &str) -> Contact {
        serde_json::from_str(&format!(r#"{{"UserName": "{user_name}", "ContactFlag": 3, {rest}}}"#)).unwrap()
    }

    fn book(contacts: &[(&str, &str)]) -> Contacts {
        let mut book = Contacts::default();
        for (user_name, rest) in contacts {
            book.insert(contact(user_name, rest));
        }
        book
    }

    fn one(user_name: &str, confidence: Confidence) -> Recognised {
        Recognised::One { user_name: UserName::new(user_name), confidence }
    }

    fn several(names: &[&str]) -> Recognised {
        Recognised::Ambiguous(names.iter().map(|name| UserName::new(*name)).collect())
    }

    #[test]
    fn the_best_fit_is_found_and_equal_ones_are_told() {
        let now = book(&[
            ("@n1", r#""NickName": "twin""#),
            ("@n2", r#""NickName": "twin""#),
            ("@n3", r#""NickName": "twin", "Alias": "third""#),
            ("@n4", r#""NickName": "new name", "RemarkName": "boss""#),
            ("filehelper", r#""NickName": "文件传输助手""#),
        ]);
        let old: Vec<Fingerprint> = [
            contact("@o1", r#""NickName": "twin""#),
            contact("@o3", r#""NickName": "other", "Alias": "third""#),
            contact("@o4", r#""NickName": "old name", "RemarkName": "boss""#),
            contact("filehelper", r#""NickName": "File Transfer""#),
            contact("@o5", r#""NickName": "gone""#),
        ]
        .iter()
        .map(Contact::fingerprint)
        .collect();
        let expected = [
            several(&["@n1", "@n2", "@n3"]),
            one("@n3", Confidence::High),
            one("@n4", Confidence::Medium),
            one("filehelper", Confidence::Certain),
            Recognised::None,
        ];
        assert_eq!(now.recognise(&old), expected);
        for (old, expected) in old.iter().zip(expected) {
            assert_eq!(now.find_by_fingerprint(old), expected);
        }
    }

    #[test]
    fn two_fingerprints_do_not_share_a_contact() {
        let now = book(&[("@n", r#""NickName": "a", "RemarkName": "b""#)]);
        let print = |rest: &str| contact("@o", rest).fingerprint();
        let old = [print(r#""NickName": "a""#), print(r#""RemarkName": "b""#), print(r#""NickName": "a""#)];
        let expected = [several(&["@n"]), one("@n", Confidence::Medium), several(&["@n"])];
        assert_eq!(now.recognise(&old), expected);
        assert_eq!(now.recognise(&old[..1]), [one("@n", Confidence::Low)]);
        assert_eq!(now.recognise(&[old[0], old[2]]), [several(&["@n"]), several(&["@n"])]);
    }
}
