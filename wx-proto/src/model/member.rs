//! The members of a group.

use std::borrow::Cow;

use serde::Deserialize;

use super::{lenient, text::plain_text};
use crate::UserName;

/// A member of a group.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Member {
    /// The name by which messages of the group tell who wrote them.
    pub user_name: UserName,
    /// The name that the member chose; for a friend, the account's own remark.
    pub nick_name: Box<str>,
    /// The member's name in this group.
    pub display_name: Box<str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Wire<'a> {
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    user_name: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    nick_name: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    display_name: Cow<'a, str>,
}

impl Member {
    /// The name to show: the one in the group, else the nick name; empty if nothing is known.
    pub fn name(&self) -> &str {
        if self.display_name.is_empty() { &self.nick_name } else { &self.display_name }
    }
}

/// A list of members in the server's order that finds one without a walk.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Members {
    list: Box<[Member]>,
    /// Positions in `list`, in the order of user names.
    by_name: Box<[u32]>,
}

impl Members {
    /// Members without a user name are left out: nothing can refer to them.
    pub(super) fn new(wire: Vec<Wire<'_>>) -> Self {
        let named = wire.into_iter().filter(|member| !member.user_name.is_empty());
        let list: Box<[Member]> = named
            .map(|member| Member {
                user_name: UserName::new(member.user_name),
                nick_name: plain_text(&member.nick_name).into_boxed_str(),
                display_name: plain_text(&member.display_name).into_boxed_str(),
            })
            .collect();
        let mut order: Vec<(&UserName, u32)> =
            list.iter().zip(0..).map(|(member, position)| (&member.user_name, position)).collect();
        order.sort_unstable();
        let by_name = order.into_iter().map(|(_, position)| position).collect();
        Self { list, by_name }
    }

    pub(super) fn as_slice(&self) -> &[Member] {
        &self.list
    }

    pub(super) fn get(&self, user_name: &str) -> Option<&Member> {
        let at = |position: u32| usize::try_from(position).ok().and_then(|at| self.list.get(at));
        let name = |position: &u32| at(*position).map(|member| member.user_name.as_str());
        let found = self.by_name.binary_search_by(|position| name(position).cmp(&Some(user_name))).ok()?;
        self.by_name.get(found).and_then(|position| at(*position))
    }

    /// A list that is not empty says who is in the group; names it leaves out are kept. True if anything
    /// changed.
    pub(super) fn merge(&mut self, update: Self) -> bool {
        if update.list.is_empty() {
            return false;
        }
        let known = std::mem::replace(self, update);
        for member in &mut self.list {
            if let Some(known) = known.get(member.user_name.as_str()) {
                for (name, known) in [
                    (&mut member.nick_name, &known.nick_name),
                    (&mut member.display_name, &known.display_name),
                ] {
                    if name.is_empty() {
                        name.clone_from(known);
                    }
                }
            }
        }
        self.list != known.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(json: &str) -> Members {
        Members::new(lenient::objects(&mut serde_json::Deserializer::from_str(json)).unwrap())
    }

    #[test]
    fn members_are_found_and_keep_their_order() {
        let list = members(
            r#"[{"UserName":"@c","NickName":"A&amp;B"},{"UserName":"@a","NickName":"老王","DisplayName":"向导老王"},
            {"NickName":"nobody"},null,{"UserName":"@b"}]"#,
        );
        let names: Vec<&str> = list.as_slice().iter().map(|member| member.user_name.as_str()).collect();
        assert_eq!(names, ["@c", "@a", "@b"]);
        assert_eq!(list.get("@c").unwrap().name(), "A&B");
        assert_eq!(list.get("@a").unwrap().name(), "向导老王");
        assert_eq!(list.get("@b").unwrap().name(), "");
        assert_eq!(list.get("@d"), None);
        assert_eq!(Members::default().get("@a"), None);
    }

    #[test]
    fn a_list_replaces_members_but_not_their_names() {
        let mut list = members(r#"[{"UserName":"@a","NickName":"a","DisplayName":"A"},{"UserName":"@b"}]"#);
        assert!(!list.merge(members("[]")));
        assert!(!list.merge(members(r#"[{"UserName":"@a"},{"UserName":"@b"}]"#)));
        assert_eq!(list.get("@a").unwrap().name(), "A");
        assert!(list.merge(members(r#"[{"UserName":"@c"},{"UserName":"@a","NickName":"new"}]"#)));
        assert_eq!(list.get("@a").map(|member| (&*member.nick_name, member.name())), Some(("new", "A")));
        assert_eq!((list.get("@b"), list.get("@c").map(Member::name)), (None, Some("")));
    }
}
