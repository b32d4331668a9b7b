//! What changed in a group.

use crate::{GroupName, UserName};

/// What changed in a group whose members were known. At least one of its parts is not empty.
///
/// ```
/// use wx_proto::{Contacts, GroupChange};
///
/// fn greeting(change: &GroupChange, contacts: &Contacts) -> Option<String> {
///     let first = change.joined.first()?;
///     Some(format!("Welcome, {}!", contacts.sender_name(&change.group, first)?))
/// }
/// ```
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct GroupChange {
    /// The group.
    pub group: GroupName,
    /// Who joined.
    pub joined: Vec<UserName>,
    /// Who left, or was removed.
    pub left: Vec<FormerMember>,
    /// Members who go by another name in this group.
    pub renamed_members: Vec<UserName>,
    /// The name that the group had before, if it has another.
    pub name_before: Option<Box<str>>,
    /// The new owner, if there is one.
    pub owner: Option<UserName>,
}

/// Somebody who is no longer in a group.
///
/// ```
/// use wx_proto::GroupChange;
///
/// fn who_left(change: &GroupChange) -> Vec<&str> {
///     change.left.iter().map(|member| &*member.name).collect()
/// }
/// ```
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct FormerMember {
    /// The user name, which may mean nobody else.
    pub user_name: UserName,
    /// The name in the group, at most 200 characters of it; empty if it was not known.
    pub name: Box<str>,
}

/// What a merge changed in a group whose members were known.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub(super) joined: Vec<UserName>,
    pub(super) left: Vec<FormerMember>,
    pub(super) renamed_members: Vec<UserName>,
    pub(super) name_before: Option<Box<str>>,
    pub(super) owner: Option<UserName>,
}

impl Changes {
    /// `None` if nothing changed, or it is no group.
    pub(super) fn of_group(self, name: &str) -> Option<GroupChange> {
        if self.is_empty() {
            return None;
        }
        let Self { joined, left, renamed_members, name_before, owner } = self;
        let group = UserName::new(name).to_group()?;
        Some(GroupChange { group, joined, left, renamed_members, name_before, owner })
    }

    pub(super) const fn is_empty(&self) -> bool {
        let Self { joined, left, renamed_members, name_before, owner } = self;
        joined.is_empty()
            && left.is_empty()
            && renamed_members.is_empty()
            && name_before.is_none()
            && owner.is_none()
    }
}
