//! Telling people, groups and accounts apart.

use crate::UserName;

/// What a contact is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum ContactKind {
    /// A person in the contact list.
    Friend,
    /// A group.
    Group,
    /// A public account.
    Official,
    /// One of WeChat's own: the file helper, the team's account, news, plugins.
    Special,
    /// Anybody else, for example a member of a group.
    Stranger,
}

impl ContactKind {
    pub(crate) fn of(user_name: &UserName, contact_flag: u64, verify_flag: u64) -> Self {
        const FRIEND: u64 = 1;
        const BRAND: u64 = 8;
        if user_name.is_group() {
            Self::Group
        } else if is_special(user_name.as_str()) {
            // Before the flags: some of these carry those of a public account or of a friend.
            Self::Special
        } else if verify_flag & BRAND != 0 {
            Self::Official
        } else if contact_flag & FRIEND != 0 {
            Self::Friend
        } else {
            Self::Stranger
        }
    }
}

/// The official page's list, and four names that other clients add.
fn is_special(name: &str) -> bool {
    const NAMES: [&str; 30] = [
        "filehelper",
        "newsapp",
        "fmessage",
        "weibo",
        "qqmail",
        "tmessage",
        "qmessage",
        "qqsync",
        "floatbottle",
        "lbsapp",
        "shakeapp",
        "medianote",
        "qqfriend",
        "readerapp",
        "blogapp",
        "facebookapp",
        "masssendapp",
        "meishiapp",
        "feedsapp",
        "voip",
        "blogappweixin",
        "weixin",
        "brandsessionholder",
        "weixinreminder",
        "wxid_novlwrv3lqwv11",
        "gh_22b87fa7cb3c",
        "officialaccounts",
        "notification_messages",
        "wxitil",
        "userexperience_alarm",
    ];
    let ends = ["@qqim", "@lbsroom", "@talkroom"];
    NAMES.contains(&name) || ends.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_follow_names_and_flags() {
        for (name, contact_flag, verify_flag, kind) in [
            ("@@1", 2, 0, ContactKind::Group),
            ("@@1", 3, 8, ContactKind::Group),
            ("7@chatroom", 0, 0, ContactKind::Group),
            ("@1", 3, 0, ContactKind::Friend),
            ("@1", 2051, 0, ContactKind::Friend),
            ("@1", 3, 24, ContactKind::Official),
            ("@1", 0, 136, ContactKind::Official),
            ("@1", 3, 16, ContactKind::Friend),
            ("filehelper", 1, 0, ContactKind::Special),
            ("weixin", 3, 56, ContactKind::Special),
            ("x@qqim", 3, 0, ContactKind::Special),
            ("@1", 2, 0, ContactKind::Stranger),
            ("@1", 0, 0, ContactKind::Stranger),
        ] {
            assert_eq!(ContactKind::of(&UserName::new(name), contact_flag, verify_flag), kind, "{name}");
        }
    }
}
