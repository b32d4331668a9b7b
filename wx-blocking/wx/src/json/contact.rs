//! A contact as JSON, for `wx rpc` and every command that lists contacts.

use serde::Serialize;
use wx_proto::{Contact, ContactKind, Contacts};

/// The members of one contact; what is not known is absent. Members may be added, none is ever renamed or retyped.
#[derive(Debug, Serialize)]
pub(crate) struct ContactJson<'a> {
    /// For sending; changes with the next login.
    user_name: &'a str,
    /// The name to show.
    name: &'a str,
    /// friend, group, official, special or stranger.
    kind: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    nick_name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    remark: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    alias: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    member_count: Option<u32>,
    /// Marks are told when they are set.
    #[serde(skip_serializing_if = "is_off")]
    starred: bool,
    #[serde(skip_serializing_if = "is_off")]
    pinned: bool,
    #[serde(skip_serializing_if = "is_off")]
    muted: bool,
    #[serde(skip_serializing_if = "is_off")]
    blocked: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_off(mark: &bool) -> bool {
    !*mark
}

/// The contact as a JSON value.
pub(crate) fn value(contact: &Contact) -> serde_json::Value {
    let kind = contact.kind();
    let json = ContactJson {
        user_name: contact.user_name(),
        name: &contact.name(),
        kind: name_of_kind(kind),
        nick_name: contact.nick_name(),
        remark: contact.remark_name(),
        alias: contact.alias(),
        member_count: (kind == ContactKind::Group).then_some(contact.member_count()),
        starred: contact.is_starred(),
        pinned: contact.is_pinned(),
        muted: contact.is_muted(),
        blocked: contact.is_blocked(),
    };
    // Texts and numbers always have a JSON form.
    serde_json::to_value(json).unwrap_or_default()
}

/// A stable word for programs.
const fn name_of_kind(kind: ContactKind) -> &'static str {
    match kind {
        ContactKind::Friend => "friend",
        ContactKind::Group => "group",
        ContactKind::Official => "official",
        ContactKind::Special => "special",
        ContactKind::Stranger | _ => "stranger",
    }
}

/// The contacts that a typed query means, the best first: by a part of their names, their WeChat id or pinyin, or by the
/// whole user name. An empty query means everybody.
pub(crate) fn found<'a>(contacts: &'a Contacts, query: &str) -> Vec<&'a Contact> {
    if query.is_empty() {
        return contacts.iter().collect();
    }
    let by_user_name = contacts.get(query);
    by_user_name.into_iter().chain(contacts.search(query).into_iter().map(|hit| hit.contact)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(json: &str) -> Contact {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn what_is_known_is_told() {
        let friend = contact(
            r#"{"UserName": "@1", "NickName": "小明", "RemarkName": "明哥", "Alias": "ming", "ContactFlag": 3}"#,
        );
        assert_eq!(
            value(&friend),
            serde_json::json!({
                "user_name": "@1", "name": "明哥", "kind": "friend", "nick_name": "小明", "remark": "明哥",
                "alias": "ming",
            })
        );
        let group = contact(r#"{"UserName": "@@1", "NickName": "周末爬山", "MemberCount": 7}"#);
        assert_eq!(
            value(&group),
            serde_json::json!({
                "user_name": "@@1", "name": "周末爬山", "kind": "group", "nick_name": "周末爬山", "member_count": 7,
            })
        );
        let empty = contact(r#"{"UserName": "@2"}"#);
        assert_eq!(value(&empty), serde_json::json!({"user_name": "@2", "name": "", "kind": "stranger"}));
    }

    #[test]
    fn kinds_have_their_words() {
        for (json, kind) in [
            (r#"{"UserName": "@1", "ContactFlag": 3, "VerifyFlag": 24}"#, "official"),
            (r#"{"UserName": "filehelper"}"#, "special"),
            (r#"{"UserName": "@1", "ContactFlag": 3}"#, "friend"),
        ] {
            assert_eq!(value(&contact(json))["kind"], kind);
        }
    }

    #[test]
    fn marks_are_told_when_they_are_set() {
        let marked = value(&contact(r#"{"UserName": "@1", "ContactFlag": 2627}"#));
        assert_eq!(
            (&marked["starred"], &marked["pinned"], &marked["muted"]),
            (&true.into(), &true.into(), &true.into())
        );
        assert!(marked.get("blocked").is_none());
    }
}
