//! What a user name tells, and the names of groups.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::UserName;
use crate::bounds;

impl UserName {
    /// The account's own chat with its phone.
    pub const FILE_HELPER: &str = "filehelper";

    /// A name that came from a server; `None` if nothing can be known by it.
    pub(crate) fn received(text: &str) -> Option<Self> {
        bounds::is_user_name(text).then(|| Self::new(text))
    }

    /// The same name, known to be a group's; `None` for anybody else.
    pub fn to_group(&self) -> Option<GroupName> {
        GroupName::try_from(self.clone()).ok()
    }

    /// True for a group: the name starts with `@@` or ends with `@chatroom`.
    pub fn is_group(&self) -> bool {
        Self::is_group_name(&self.0)
    }

    pub(crate) fn is_group_name(name: &str) -> bool {
        name.starts_with("@@") || name.ends_with("@chatroom")
    }
}

/// The user name of a group, and of nothing else: where a group and somebody in it are told side by side, neither can
/// stand in the other's place.
///
/// ```
/// use wx_proto::{GroupName, UserName};
///
/// let chat = UserName::new("@@22223333444455556666777788889999");
/// let group: GroupName = chat.to_group().expect("it begins with @@");
/// assert_eq!(group.as_user_name(), &chat);
/// assert!(UserName::new("@11112222333344445555666677778888").to_group().is_none());
/// ```
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "UserName", into = "UserName")]
pub struct GroupName(UserName);

impl GroupName {
    /// The name as that of a chat.
    pub const fn as_user_name(&self) -> &UserName {
        &self.0
    }

    /// The text as the server wrote it.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for GroupName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl AsRef<str> for GroupName {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl From<GroupName> for UserName {
    fn from(group: GroupName) -> Self {
        group.0
    }
}

impl TryFrom<UserName> for GroupName {
    type Error = NotAGroup;

    fn try_from(name: UserName) -> Result<Self, NotAGroup> {
        if name.is_group() { Ok(Self(name)) } else { Err(NotAGroup) }
    }
}

/// The name is not that of a group.
///
/// ```
/// use wx_proto::{GroupName, UserName};
///
/// let error = GroupName::try_from(UserName::new("@0a1b")).unwrap_err();
/// assert_eq!(error.to_string(), "not the name of a group");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not the name of a group")]
#[non_exhaustive]
pub struct NotAGroup;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_told_by_their_names() {
        assert!(UserName::new("@@0123").is_group());
        assert!(UserName::new("77@chatroom").is_group());
        assert!(!UserName::new("@0123").is_group());
        assert!(!UserName::new(UserName::FILE_HELPER).is_group());
    }

    #[test]
    fn a_group_s_name_is_stored_as_a_text() {
        let group = UserName::new("@@0123").to_group().unwrap();
        let json = serde_json::to_string(&group).unwrap();
        assert_eq!(json, "\"@@0123\"");
        assert_eq!(serde_json::from_str::<GroupName>(&json).unwrap(), group);
        assert!(serde_json::from_str::<GroupName>("\"@0123\"").is_err());
        assert_eq!(UserName::new("@0123").to_group(), None);
        assert_eq!(GroupName::try_from(UserName::from("@0123")), Err(NotAGroup));
    }
}
