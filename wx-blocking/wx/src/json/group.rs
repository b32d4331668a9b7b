//! What changed in a group.

use wx_proto::{Contacts, FormerMember, GroupChange, UserName};

use super::json_line::{JsonLine, Person};
use crate::messages::names::name_of;

pub(super) fn changed<'a>(change: &'a GroupChange, contacts: &Contacts) -> JsonLine<'a> {
    let member = |user: &UserName| Person {
        user_name: user.to_string(),
        name: contacts.sender_name(&change.group, user).map(str::to_owned),
    };
    let former = |FormerMember { user_name, name, .. }: &FormerMember| Person {
        user_name: user_name.to_string(),
        name: Some(name.to_string()).filter(|name| !name.is_empty()),
    };
    JsonLine::GroupChanged {
        user_name: change.group.as_str(),
        name: name_of(change.group.as_user_name(), contacts),
        name_before: change.name_before.as_deref(),
        joined: change.joined.iter().map(member).collect(),
        left: change.left.iter().map(former).collect(),
        renamed: change.renamed_members.iter().map(member).collect(),
        owner: change.owner.as_ref().map(member),
    }
}
