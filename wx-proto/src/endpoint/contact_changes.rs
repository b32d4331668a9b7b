//! What webwxsync tells about people: changed and deleted contacts, groups whose members changed, the own profile.
//!
//! `ModChatRoomMemberList` was never seen with anything in it, and the official page ignores it. An entry that names a
//! group is taken as news of that group.

use serde_json::value::RawValue;

use crate::{
    UserName, bounds,
    coding::{
        json::{List, Members, Reply},
        text::plain_text,
    },
    model::Contact,
};

/// The changes in one reply.
#[derive(Clone, Debug, Default)]
pub(crate) struct ContactChanges {
    pub(crate) profile: Option<OwnProfile>,
    pub(crate) deleted: Vec<UserName>,
    /// New or changed contacts and groups; what is empty in them says nothing.
    pub(crate) changed: Vec<Contact>,
    /// Groups of whose members something changed.
    pub(crate) touched_groups: Vec<UserName>,
}

/// What changed about the own account.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct OwnProfile {
    pub(crate) nick_name: String,
}

impl ContactChanges {
    /// Whatever cannot be read is left out: the messages beside it matter more.
    pub(crate) fn of(reply: &Reply<'_>) -> Self {
        Self {
            profile: own_profile(reply),
            deleted: names(reply, "DelContactList", &["UserName"]),
            changed: reply.readable(List::contacts("ModContactList")).unwrap_or_default(),
            touched_groups: groups(reply),
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        let Self { profile, deleted, changed, touched_groups } = self;
        profile.is_none() && deleted.is_empty() && changed.is_empty() && touched_groups.is_empty()
    }
}

/// The official page's rule: 190 and nothing else means that name and picture are meant. The picture is not kept.
fn own_profile(reply: &Reply<'_>) -> Option<OwnProfile> {
    const NAME_AND_PICTURE: i64 = 190;
    let profile = reply.members.object("Profile")?;
    let nick = profile.object("NickName")?.text("Buff");
    (profile.number("BitFlag") == Some(NAME_AND_PICTURE) && !nick.is_empty())
        .then(|| OwnProfile { nick_name: bounds::name(plain_text(&nick)) })
}

fn groups(reply: &Reply<'_>) -> Vec<UserName> {
    let mut groups = names(reply, "ModChatRoomMemberList", &["UserName", "ChatRoomName", "ChatRoomUserName"]);
    groups.retain(UserName::is_group);
    groups
}

/// The first name that each item of a list has under one of `members`.
fn names(reply: &Reply<'_>, list: &'static str, members: &[&str]) -> Vec<UserName> {
    let items = reply.list(List::contacts(list)).unwrap_or_default();
    let name = |item: &RawValue| {
        let item = Members::of(item.get())?;
        members.iter().find_map(|member| item.user_name(member))
    };
    items.into_iter().filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::StatusCode;

    use super::*;
    use crate::coding::json;

    fn changes(members: &str) -> ContactChanges {
        let body = Bytes::from(format!("{{\"BaseResponse\":{{\"Ret\":0}},{members}}}"));
        json::read(StatusCode::OK, &body, |reply| Ok(ContactChanges::of(reply))).unwrap()
    }

    #[test]
    fn contacts_that_changed_or_went() {
        let changes = changes(
            r#""ModContactList":[{"UserName":"@1"},null,{"UserName":"@@2"}],
            "DelContactList":[{"UserName":"@3","ContactFlag":0},{"UserName":""},{},"@4",{"UserName":"@5"}]"#,
        );
        assert_eq!(changes.changed.len(), 2);
        assert_eq!(changes.deleted, ["@3", "@5"].map(UserName::new));
        assert!(!changes.is_empty());
    }

    #[test]
    fn entries_of_members_name_their_groups() {
        let changes = changes(
            r#""ModChatRoomMemberList":[{"UserName":"@@1","MemberList":[{"UserName":"@2"}]},[],7,{"UserName":"@3"},
            {"ChatRoomName":"@@4"},{"a":{}}]"#,
        );
        assert_eq!(changes.touched_groups, ["@@1", "@@4"].map(UserName::new));
        for odd in [r#"{"UserName":"@@1"}"#, "7", "null", "\"x\"", "[[]]"] {
            let changes = self::changes(&format!(r#""ModChatRoomMemberList":{odd}"#));
            assert!(changes.is_empty(), "{odd}");
        }
    }

    #[test]
    fn only_190_is_a_change_of_the_own_profile() {
        let profile = |flag: &str, nick: &str| {
            changes(&format!(
                r#""Profile":{{"BitFlag":{flag},"NickName":{{"Buff":"{nick}"}},"HeadImgUpdateFlag":1}}"#
            ))
            .profile
        };
        assert_eq!(profile("190", "A &amp; B"), Some(OwnProfile { nick_name: "A & B".to_owned() }));
        assert_eq!(profile("\"190\"", "x"), Some(OwnProfile { nick_name: "x".to_owned() }));
        for (flag, nick) in [("0", "x"), ("191", "x"), ("2", "x"), ("190", ""), ("null", "x")] {
            assert_eq!(profile(flag, nick), None, "{flag} {nick}");
        }
        for odd in ["[]", "null", "190", r#"{"BitFlag":190}"#, r#"{"BitFlag":190,"NickName":"x"}"#] {
            assert_eq!(changes(&format!("\"Profile\":{odd}")).profile, None, "{odd}");
        }
    }
}
