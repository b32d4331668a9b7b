//! Finding a chat by what a person types.

use super::{Contact, Contacts};
use crate::UserName;

/// What a typed name stands for.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "there is none, one or more")]
pub enum Found {
    /// This chat.
    One(UserName),
    /// Several chats of that name, in the order of their user names: the person has to choose.
    Ambiguous(Vec<UserName>),
    /// Nobody of that name.
    None,
}

impl Contacts {
    /// The chat that `name` stands for: a user name, else a remark, else a nick name, else a WeChat id, else the
    /// name shown for a group without one. Always the whole name, as it is written.
    ///
    /// `filehelper`, `文件传输助手` and `File Transfer` always mean the account's own phone, whoever else may have
    /// taken such a name.
    pub fn find(&self, name: &str) -> Found {
        if [UserName::FILE_HELPER, "文件传输助手", "File Transfer"].contains(&name) {
            return Found::One(UserName::new(UserName::FILE_HELPER));
        }
        if name.is_empty() {
            return Found::None;
        }
        if let Some(contact) = self.get(name) {
            return Found::One(UserName::new(contact.user_name()));
        }
        let rules: [fn(&Contact, &str) -> bool; 4] = [
            |contact, name| contact.remark_name() == name,
            |contact, name| contact.nick_name() == name,
            |contact, name| contact.alias() == name,
            |contact, name| contact.name() == name,
        ];
        for matches in rules {
            let fitting = self.iter().filter(|contact| matches(contact, name));
            let mut names: Vec<UserName> =
                fitting.map(|contact| UserName::new(contact.user_name())).collect();
            match names.len() {
                0 => {}
                1 => return names.pop().map_or(Found::None, Found::One),
                _ => return Found::Ambiguous(names),
            }
        }
        Found::None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(contacts: &[&str]) -> Contacts {
        let mut book = Contacts::default();
        for json in contacts {
            book.insert(serde_json::from_str(json).unwrap());
        }
        book
    }

    fn one(name: &str) -> Found {
        Found::One(UserName::new(name))
    }

    #[test]
    fn names_are_tried_in_order() {
        let book = book(&[
            r#"{"UserName": "@1", "NickName": "a", "RemarkName": "b", "Alias": "c"}"#,
            r#"{"UserName": "@2", "NickName": "b", "Alias": "a"}"#,
            r#"{"UserName": "@3", "NickName": "@1", "Alias": "d"}"#,
            r#"{"UserName": "@@4", "MemberList": [{"UserName": "@x", "NickName": "x"}, {"UserName": "@y", "NickName": "y"}]}"#,
            r#"{"UserName": "@5", "NickName": "twin", "ContactFlag": 3}"#,
            r#"{"UserName": "@6", "NickName": "twin"}"#,
        ]);
        for (typed, found) in [
            ("@1", one("@1")),
            ("b", one("@1")),
            ("a", one("@1")),
            ("c", one("@1")),
            ("d", one("@3")),
            ("x, y", one("@@4")),
            ("twin", Found::Ambiguous(vec![UserName::new("@5"), UserName::new("@6")])),
            ("B", Found::None),
            ("x", Found::None),
            ("", Found::None),
            (" ", Found::None),
        ] {
            assert_eq!(book.find(typed), found, "{typed}");
        }
    }

    #[test]
    fn nobody_can_pass_for_the_file_helper() {
        let impostor =
            book(&[r#"{"UserName": "@1", "NickName": "文件传输助手", "RemarkName": "File Transfer"}"#]);
        for book in [Contacts::default(), impostor] {
            for typed in ["filehelper", "文件传输助手", "File Transfer"] {
                assert_eq!(book.find(typed), one("filehelper"));
            }
        }
    }
}
