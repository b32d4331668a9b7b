//! People, groups and accounts.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, de::Error};

use super::{
    ContactKind, Member, lenient,
    member::{self, Members},
    text::plain_text,
};
use crate::UserName;

/// A person, a group or an account, as far as the server told about it.
///
/// Texts are decoded; what is not known is empty or 0. User names change with every login.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Contact {
    /// The name for sending; `@@…` for a group.
    pub user_name: UserName,
    /// The name that the contact, or the group's people, chose.
    pub nick_name: Box<str>,
    /// The account's own name for the contact.
    pub remark_name: Box<str>,
    /// The WeChat id that the contact chose; mostly empty on the web.
    pub alias: Box<str>,
    /// The initials of the nick name in pinyin, for searching.
    pub py_initial: Box<str>,
    /// The nick name in pinyin.
    pub py_quan_pin: Box<str>,
    /// The initials of the remark in pinyin.
    pub remark_py_initial: Box<str>,
    /// The remark in pinyin.
    pub remark_py_quan_pin: Box<str>,
    /// The path of the picture on the base host, its `skey=` empty. The number in `seq=` changes with the
    /// picture.
    pub head_img_url: Box<str>,
    /// The group's other id; known once its members are.
    pub encry_chat_room_id: Box<str>,
    /// Bits: 1 friend, 2 chat, 4 group, 8 on the black list, 64 starred, 512 muted, 2048 pinned.
    pub contact_flag: u64,
    /// Bits; 8 for every public account.
    pub verify_flag: u64,
    /// 1 male, 2 female, 0 not known.
    pub sex: u64,
    /// Starred.
    pub star: bool,
    /// How many members the group has; may be more than are listed.
    pub member_count: u64,
    members: Members,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wire<'a> {
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    user_name: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    nick_name: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    remark_name: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    alias: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "lenient::text", rename = "PYInitial")]
    py_initial: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "lenient::text", rename = "PYQuanPin")]
    py_quan_pin: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "lenient::text", rename = "RemarkPYInitial")]
    remark_py_initial: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "lenient::text", rename = "RemarkPYQuanPin")]
    remark_py_quan_pin: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    head_img_url: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    encry_chat_room_id: Cow<'a, str>,
    #[serde(default, deserialize_with = "lenient::unsigned")]
    contact_flag: u64,
    #[serde(default, deserialize_with = "lenient::unsigned")]
    verify_flag: u64,
    #[serde(default, deserialize_with = "lenient::unsigned")]
    sex: u64,
    #[serde(default, deserialize_with = "lenient::unsigned")]
    star_friend: u64,
    #[serde(default, deserialize_with = "lenient::unsigned")]
    member_count: u64,
    #[serde(borrow, default, deserialize_with = "lenient::objects")]
    member_list: Vec<member::Wire<'a>>,
}

impl Contact {
    /// What it is, by its name and flags. One's own account is told by its user name, not here.
    pub fn kind(&self) -> ContactKind {
        ContactKind::of(&self.user_name, self.contact_flag, self.verify_flag)
    }

    /// The name to show: the remark, else the nick name. A group without a name is called after up to ten of
    /// its members. Empty if nothing is known.
    pub fn name(&self) -> Cow<'_, str> {
        match (&*self.remark_name, &*self.nick_name) {
            ("", "") => {
                let names: Vec<&str> = self
                    .members()
                    .iter()
                    .map(Member::name)
                    .filter(|name| !name.is_empty())
                    .take(10)
                    .collect();
                Cow::Owned(names.join(", "))
            }
            ("", nick) => Cow::Borrowed(nick),
            (remark, _) => Cow::Borrowed(remark),
        }
    }

    /// The group's members, in the server's order; empty until they are loaded.
    pub fn members(&self) -> &[Member] {
        self.members.as_slice()
    }

    /// The group's member of this user name, found without a walk.
    pub fn member(&self, user_name: &str) -> Option<&Member> {
        self.members.get(user_name)
    }

    /// Takes over what `update` knows, by the official page's rule: an empty text or a 0 does not replace what
    /// is known, for updates leave members out. True if anything changed.
    pub(crate) fn merge(&mut self, update: Self) -> bool {
        let texts = [
            (&mut self.nick_name, update.nick_name),
            (&mut self.remark_name, update.remark_name),
            (&mut self.alias, update.alias),
            (&mut self.py_initial, update.py_initial),
            (&mut self.py_quan_pin, update.py_quan_pin),
            (&mut self.remark_py_initial, update.remark_py_initial),
            (&mut self.remark_py_quan_pin, update.remark_py_quan_pin),
            (&mut self.head_img_url, update.head_img_url),
            (&mut self.encry_chat_room_id, update.encry_chat_room_id),
        ];
        let numbers = [
            (&mut self.contact_flag, update.contact_flag),
            (&mut self.verify_flag, update.verify_flag),
            (&mut self.sex, update.sex),
            (&mut self.member_count, update.member_count),
        ];
        let mut changed = update.star && !self.star;
        self.star |= update.star;
        for (known, update) in texts {
            changed |= take_text(known, update);
        }
        for (known, update) in numbers {
            if update != 0 && *known != update {
                (*known, changed) = (update, true);
            }
        }
        self.members.merge(update.members) || changed
    }
}

impl<'de> Deserialize<'de> for Contact {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(from)?;
        if wire.user_name.is_empty() {
            return Err(D::Error::missing_field("UserName"));
        }
        let text = |text: Cow<'_, str>| plain_text(&text).into_boxed_str();
        Ok(Self {
            user_name: UserName::new(wire.user_name),
            nick_name: text(wire.nick_name),
            remark_name: text(wire.remark_name),
            alias: text(wire.alias),
            py_initial: text(wire.py_initial),
            py_quan_pin: text(wire.py_quan_pin),
            remark_py_initial: text(wire.remark_py_initial),
            remark_py_quan_pin: text(wire.remark_py_quan_pin),
            head_img_url: without_skey(&wire.head_img_url).into(),
            encry_chat_room_id: wire.encry_chat_room_id.into(),
            contact_flag: wire.contact_flag,
            verify_flag: wire.verify_flag,
            sex: wire.sex,
            star: wire.star_friend != 0,
            member_count: wire.member_count,
            members: Members::new(wire.member_list),
        })
    }
}

/// Takes a text that is not empty and new.
fn take_text(known: &mut Box<str>, update: Box<str>) -> bool {
    let new = !update.is_empty() && *known != update;
    if new {
        *known = update;
    }
    new
}

/// Paths come with the session's key or, in some replies, with an empty one: the key is not kept.
fn without_skey(url: &str) -> String {
    let Some((before, after)) = url.split_once("skey=") else { return url.to_owned() };
    let rest = after.find('&').and_then(|at| after.get(at..)).unwrap_or("");
    format!("{before}skey={rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(json: &str) -> Contact {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_contact_of_the_list() {
        let contact = contact(
            r#"{"Uin": 0, "UserName": "@11112222", "NickName": "小明<span class=\"emoji emoji1f602\"></span>",
            "HeadImgUrl": "/cgi-bin/mmwebwx-bin/webwxgeticon?seq=696335334&username=@11112222&skey=@crypt_1a2b",
            "ContactFlag": 3, "MemberCount": 0, "MemberList": [], "RemarkName": "明哥 &lt;3", "Sex": 1,
            "VerifyFlag": 0, "PYInitial": "XM", "PYQuanPin": "xiaoming", "RemarkPYInitial": "MG",
            "RemarkPYQuanPin": "mingge", "StarFriend": 1, "Statues": 0, "AttrStatus": 135461, "Alias": ""}"#,
        );
        assert_eq!((&*contact.nick_name, &*contact.remark_name), ("小明😂", "明哥 <3"));
        assert_eq!((contact.name().as_ref(), contact.kind()), ("明哥 <3", ContactKind::Friend));
        assert_eq!((&*contact.py_initial, &*contact.py_quan_pin), ("XM", "xiaoming"));
        assert_eq!((&*contact.remark_py_initial, &*contact.remark_py_quan_pin), ("MG", "mingge"));
        assert_eq!((contact.sex, contact.star), (1, true));
        let url = "/cgi-bin/mmwebwx-bin/webwxgeticon?seq=696335334&username=@11112222&skey=";
        assert_eq!(&*contact.head_img_url, url, "the session's key is not kept");
        assert_eq!(without_skey("/a?skey=@crypt_1&b=2"), "/a?skey=&b=2");
        assert_eq!(without_skey("/a"), "/a");
    }

    #[test]
    fn names_are_utf8() {
        let helper = serde_json::from_slice::<Contact>(
            b"{\"UserName\": \"filehelper\", \"NickName\": \"\xe6\x96\x87\xe4\xbb\xb6\xe4\xbc\xa0\
              \xe8\xbe\x93\xe5\x8a\xa9\xe6\x89\x8b\"}",
        );
        assert_eq!(helper.unwrap().name(), "文件传输助手");
    }

    #[test]
    fn wrong_types_are_missing_values() {
        let odd = contact(
            r#"{"UserName": "@1", "NickName": null, "RemarkName": ["x"], "Alias": 7, "ContactFlag": "3",
            "VerifyFlag": -8, "Sex": true, "StarFriend": {}, "MemberCount": 1.5, "MemberList": {"a": 1}, "New": 1}"#,
        );
        assert_eq!((odd.name().as_ref(), &*odd.alias, odd.kind()), ("", "7", ContactKind::Friend));
        assert_eq!((odd.verify_flag, odd.sex, odd.star, odd.member_count), (0, 0, false, 0));
        for unusable in
            [r#"{"NickName": "x"}"#, r#"{"UserName": ""}"#, r#"{"UserName": null}"#, "null", "[]", "7"]
        {
            assert!(serde_json::from_str::<Contact>(unusable).is_err(), "{unusable}");
        }
        let name = "&lt;".repeat(1 << 18);
        let long = contact(&format!(r#"{{"UserName": "@1", "NickName": "{name}"}}"#));
        assert_eq!(long.name().len(), 1 << 18);
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
        assert_eq!((unnamed.members().len(), unnamed.kind()), (13, ContactKind::Group));
    }

    #[test]
    fn an_update_keeps_what_it_leaves_out() {
        let mut known = contact(
            r#"{"UserName": "@1", "NickName": "a", "RemarkName": "b", "ContactFlag": 3, "StarFriend": 1,
            "EncryChatRoomId": "@e"}"#,
        );
        let before = known.clone();
        assert!(
            !known
                .merge(contact(r#"{"UserName": "@1", "NickName": "a", "RemarkName": "", "ContactFlag": 0}"#))
        );
        assert_eq!(known, before);
        for update in [
            r#"{"UserName": "@1", "NickName": "c"}"#,
            r#"{"UserName": "@1", "ContactFlag": 2051}"#,
            r#"{"UserName": "@1", "MemberList": [{"UserName": "@2"}]}"#,
        ] {
            assert!(known.merge(contact(update)), "{update}");
            assert!(!known.merge(contact(update)), "{update}");
        }
        assert_eq!((known.name().as_ref(), &*known.nick_name, known.contact_flag), ("b", "c", 2051));
        assert!(known.star && known.member("@2").is_some());
    }
}
