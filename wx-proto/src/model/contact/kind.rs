//! Telling people, groups and accounts apart.

use super::{ContactFlags, VerifyFlags};
use crate::UserName;

/// What a contact is.
///
/// ```
/// use wx_proto::{Contact, ContactKind};
///
/// let account: Contact = serde_json::from_str(r#"{"UserName": "@0a1b", "ContactFlag": 3, "VerifyFlag": 24}"#)?;
/// assert_eq!(account.kind(), ContactKind::Official);
/// # Ok::<(), serde_json::Error>(())
/// ```
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
    /// Whether it is a contact of the account: somebody who was accepted or followed, or a group it is in. Anybody else
    /// could call himself as he likes without having been let in.
    pub(super) const fn is_of_the_account(self) -> bool {
        match self {
            Self::Friend | Self::Group | Self::Official => true,
            Self::Special | Self::Stranger => false,
        }
    }

    pub(super) fn of(user_name: &str, contact: ContactFlags, verify: VerifyFlags) -> Self {
        if UserName::is_group_name(user_name) {
            Self::Group
        } else if is_special(user_name) {
            // Before the flags: some of these carry those of a public account or of a friend.
            Self::Special
        } else if verify.is_brand() {
            Self::Official
        } else if contact.is_contact() {
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
    // Nearly all names begin so, and none of these does.
    !name.starts_with('@') && (NAMES.contains(&name) || ends.iter().any(|end| name.ends_with(end)))
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
            let flags = (ContactFlags::new(contact_flag), VerifyFlags::new(verify_flag));
            assert_eq!(ContactKind::of(name, flags.0, flags.1), kind, "{name}");
        }
    }
}
