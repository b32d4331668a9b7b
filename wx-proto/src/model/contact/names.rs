//! Which of several names to show, and how much of it: the one place that decides.

use std::borrow::Cow;

use super::{Contact, Contacts, Me, Member};
use crate::{GroupName, UserName};

/// Characters of a name to show. The service itself allows far fewer; a contact's own texts have a wider bound.
const LONGEST: usize = 200;
/// A group without a name is called after so many of its members, as in the official page.
const NAMED_AFTER: usize = 10;

impl Contact {
    /// The name to show: the remark, else the nick name; at most 200 characters of it. A group without a name is called
    /// after up to ten of its members. Empty if nothing is known.
    pub fn name(&self) -> Cow<'_, str> {
        let own = [self.remark_name(), self.nick_name()].into_iter().find(|name| !name.is_empty());
        if let Some(name) = own {
            return Cow::Borrowed(shown(name));
        }
        let members = self.members();
        let names = members.iter().map(|member| member.name()).filter(|name| !name.is_empty());
        let names: Vec<&str> = names.take(NAMED_AFTER).map(shown).collect();
        let mut joined = names.join(", ");
        joined.truncate(shown(&joined).len());
        Cow::Owned(joined)
    }
}

impl Me {
    /// The name to show: at most 200 characters of it.
    pub fn name(&self) -> &str {
        shown(&self.nick_name)
    }
}

impl Contacts {
    /// The name to show for a chat, if it is known; at most 200 characters of it.
    pub fn name_of(&self, chat: impl AsRef<str>) -> Option<Cow<'_, str>> {
        self.get(chat).map(Contact::name).filter(|name| !name.is_empty())
    }

    /// The name to show in a chat for a lasting id, as pats and quotes carry them, where it is known whose it is: it may
    /// be the account id that somebody chose. Most are `wxid_…`, which the web tells of nobody.
    pub fn name_of_id(&self, chat: &UserName, id: &str) -> Option<Cow<'_, str>> {
        let is_theirs = |contact: &&Contact| !id.is_empty() && contact.alias() == id;
        let contact = self.get(id).or_else(|| self.iter().find(is_theirs))?;
        let member = self.get(chat).and_then(|group| group.member(contact.user_name()));
        let in_chat = shown_of(Some(contact), member).map(Cow::Borrowed);
        in_chat.or_else(|| Some(contact.name())).filter(|name| !name.is_empty())
    }

    /// The name to show for who wrote in a group: the account's own remark, else the member's name in the group, else
    /// the nick name; at most 200 characters of it.
    ///
    /// ```
    /// use wx_proto::{Contacts, Message};
    ///
    /// fn writer<'c>(message: &Message, contacts: &'c Contacts) -> Option<&'c str> {
    ///     contacts.sender_name(&message.chat.to_group()?, message.sender.as_ref()?)
    /// }
    /// ```
    pub fn sender_name(&self, group: &GroupName, sender: impl AsRef<str>) -> Option<&str> {
        let sender = sender.as_ref();
        shown_of(self.get(sender), self.member(group, sender))
    }
}

/// Of somebody in a chat.
fn shown_of<'c>(contact: Option<&'c Contact>, member: Option<Member<'c>>) -> Option<&'c str> {
    let remark = contact.map(Contact::remark_name);
    let member = member.map(|member| member.name());
    let nick = contact.map(Contact::nick_name);
    [remark, member, nick].into_iter().flatten().find(|name| !name.is_empty()).map(shown)
}

/// As much of a name as is shown.
pub(super) fn shown(name: &str) -> &str {
    if name.len() <= LONGEST {
        return name;
    }
    let end = name.char_indices().nth(LONGEST).map(|(at, _)| at);
    end.and_then(|end| name.get(..end)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(json: &str) -> Contact {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_group_without_a_name_is_called_after_ten_members() {
        let members: Vec<String> =
            (0..12).map(|n| format!(r#"{{"UserName": "@{n}", "NickName": "n{n}"}}"#)).collect();
        let json = |name: &str| {
            let members = members.join(",");
            format!(
                r#"{{"UserName": "@@1", "NickName": "{name}", "MemberList": [{{"UserName": "@x"}},{members}]}}"#
            )
        };
        assert_eq!(contact(&json("周末爬山")).name(), "周末爬山");
        let unnamed = contact(&json(""));
        assert_eq!(unnamed.name(), "n0, n1, n2, n3, n4, n5, n6, n7, n8, n9");
        assert_eq!(unnamed.members().len(), 13);
    }

    #[test]
    fn a_lasting_id_is_called_by_the_name_it_has_there() {
        let mut book = Contacts::default();
        book.insert(contact(r#"{"UserName": "@1", "NickName": "Anna", "Alias": "anna00001"}"#));
        book.insert(contact(r#"{"UserName": "@2", "NickName": "anna00001"}"#));
        book.insert(contact(
            r#"{"UserName": "@@1", "MemberList": [{"UserName": "@1", "NickName": "Anna", "DisplayName": "导游"}]}"#,
        ));
        assert_eq!(book.name_of_id(&UserName::new("@@1"), "anna00001").as_deref(), Some("导游"));
        assert_eq!(book.name_of_id(&UserName::new("@1"), "anna00001").as_deref(), Some("Anna"));
        for unknown in ["wxid_a", "", "Anna"] {
            assert_eq!(book.name_of_id(&UserName::new("@@1"), unknown), None, "{unknown}");
        }
    }

    #[test]
    fn a_long_name_is_cut_when_kept_and_more_when_shown() {
        let long = "长".repeat(1 << 18);
        let friend = contact(&format!(r#"{{"UserName": "@1", "NickName": "{long}"}}"#));
        assert_eq!(friend.nick_name(), "长".repeat(341));
        assert_eq!(friend.name(), "长".repeat(200));
        let group = contact(&format!(
            r#"{{"UserName": "@@1", "MemberList": [{{"UserName": "@1", "NickName": "{long}"}},
            {{"UserName": "@2", "NickName": "{long}"}}]}}"#
        ));
        assert_eq!(group.name(), "长".repeat(200));
        assert_eq!(group.member("@1").unwrap().nick_name.len(), 1023);
        let mut book = Contacts::default();
        book.insert(group);
        assert_eq!(
            book.sender_name(&UserName::new("@@1").to_group().unwrap(), "@2")
                .map(|name| name.chars().count()),
            Some(200)
        );
        assert_eq!(shown(&"a".repeat(200)).len(), 200);
    }
}
