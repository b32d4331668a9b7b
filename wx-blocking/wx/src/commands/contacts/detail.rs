//! One contact in full.

use std::fmt::Write;

use wx_proto::{Contact, Member};

use crate::{
    json,
    palette::{DIM, WHO},
    screen::{clean, wrap},
    texts::lang::say,
};

/// Everything known about a contact, one thing a line; then the members of a group.
pub(super) fn text(contact: &Contact, columns: Option<usize>) -> String {
    let say = say();
    let marks = [
        (contact.is_starred(), say.starred()),
        (contact.is_pinned(), say.pinned()),
        (contact.is_muted(), say.muted()),
        (contact.is_blocked(), say.blocked()),
    ];
    let marks: String =
        marks.iter().filter(|(set, _)| *set).map(|(_, mark)| format!("{}{mark}", say.comma())).collect();
    let region = [contact.province(), contact.city()].join(" ");
    let values = [
        (say.label_name(), clean::line(&contact.name())),
        (say.label_remark(), short(contact.remark_name())),
        (say.label_nick(), short(contact.nick_name())),
        (say.label_wechat_id(), short(contact.alias())),
        (say.label_pinyin(), short(contact.py_quan_pin())),
        (say.label_kind(), format!("{}{marks}", say.contact_kind(contact))),
        (say.label_region(), short(region.trim())),
        (say.label_signature(), short(contact.signature())),
        (say.label_user_name(), short(contact.user_name())),
    ];
    let mut out = String::new();
    let mut put = |label: &str, value: &str, width: usize| {
        let line = format!("{DIM}{}{DIM:#}  {value}", clean::pad(label, width));
        let indent = columns.map_or(width + 2, |columns| (width + 2).min(columns / 2));
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{}", wrap::wrap(&line, columns, indent));
    };
    let members = contact.members();
    let labels = values.iter().map(|(label, _)| wrap::width(label));
    let width = labels.chain([wrap::width(&say.label_members())]).max().unwrap_or_default();
    for (label, value) in values.iter().filter(|(_, value)| !value.is_empty()) {
        put(label, value, width);
    }
    for (at, member) in members.iter().enumerate() {
        let label = if at == 0 { say.label_members() } else { String::new() };
        put(&label, &member_text(&member), width);
    }
    out
}

/// The same for programs: a contact as everywhere else, with its members, if they are known.
pub(super) fn line(contact: &Contact) -> String {
    let mut value = json::contact::value(contact);
    let member = |member: Member<'_>| {
        serde_json::json!({
            "user_name": member.user_name, "name": member.name(), "nick_name": member.nick_name,
        })
    };
    if let Some(members) = value.as_object_mut().filter(|_| !contact.members().is_empty()) {
        members.insert("members".to_owned(), contact.members().iter().map(member).collect());
    }
    json::line(&value)
}

/// A text in one line, of a length that a person would read.
fn short(text: &str) -> String {
    clean::cut(text, 400)
}

fn member_text(member: &Member<'_>) -> String {
    let (name, nick) = (short(member.name()), short(member.nick_name));
    let nick = if nick.is_empty() || nick == name { String::new() } else { format!(" {DIM}({nick}){DIM:#}") };
    let name = if name.trim().is_empty() { say().nameless() } else { name };
    format!("{WHO}{name}{WHO:#}{nick}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_friend_with_marks() {
        let name = "x".repeat(1 << 20);
        let friend: Contact = serde_json::from_str(&format!(
            r#"{{"UserName": "@1", "NickName": "{name}", "RemarkName": "明哥", "ContactFlag": 2635, "Province": "广东",
            "City": "深圳", "Signature": "a\nb\u001b[2J"}}"#
        ))
        .unwrap();
        let shown = anstream::adapter::strip_str(&text(&friend, None)).to_string();
        for part in [
            "kind       friend, starred, pinned, muted, blocked\n",
            "region     广东 深圳\n",
            "signature  a b[2J\n",
        ] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        assert!(shown.len() < 1000);
    }

    #[test]
    fn a_group_with_its_members() {
        let group: Contact = serde_json::from_str(
            r#"{"UserName": "@@1", "NickName": "周末爬山", "StarFriend": 1, "MemberList": [
            {"UserName": "@w", "NickName": "老王", "DisplayName": "向导老王"}, {"UserName": "@a", "NickName": "Ada\n😂"}]}"#,
        )
        .unwrap();
        let shown = anstream::adapter::strip_str(&text(&group, Some(40))).to_string();
        let expected = "name       周末爬山\n\
                        nick name  周末爬山\n\
                        kind       group, starred\n\
                        user name  @@1\n\
                        members    向导老王 (老王)\n\
                        \x20          Ada 😂\n";
        assert_eq!(shown, expected);
    }
}
