//! One contact in full.

use std::fmt::Write;

use wx_proto::{Contact, Member};

use super::list;
use crate::{
    clean, json,
    lang::say,
    screen::{DIM, WHO},
    wrap,
};

/// Everything known about a contact, one thing a line; then the members of a group.
pub(super) fn text(contact: &Contact, columns: Option<usize>) -> String {
    let say = say();
    let star = if contact.star { format!(", {}", say.starred()) } else { String::new() };
    let values = [
        (say.label_name(), clean::line(&contact.name())),
        (say.label_remark(), clean::line(&contact.remark_name)),
        (say.label_nick(), clean::line(&contact.nick_name)),
        (say.label_wechat_id(), clean::line(&contact.alias)),
        (say.label_pinyin(), clean::line(&contact.py_quan_pin)),
        (say.label_kind(), format!("{}{star}", list::kind(contact, say))),
        (say.label_user_name(), clean::line(contact.user_name.as_str())),
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
        put(&label, &member_text(member), width);
    }
    out
}

/// The same for programs: a contact as everywhere else, with its members, if they are known.
pub(super) fn line(contact: &Contact) -> String {
    let mut value = json::contact::value(contact);
    let member = |member: &Member| {
        serde_json::json!({
            "user_name": member.user_name.as_str(), "name": member.name(), "nick_name": member.nick_name,
        })
    };
    if let Some(members) = value.as_object_mut().filter(|_| !contact.members().is_empty()) {
        members.insert("members".to_owned(), contact.members().iter().map(member).collect());
    }
    json::line(&value)
}

fn member_text(member: &Member) -> String {
    let (name, nick) = (clean::line(member.name()), clean::line(&member.nick_name));
    let nick = if nick.is_empty() || nick == name { String::new() } else { format!(" {DIM}({nick}){DIM:#}") };
    let name = if name.trim().is_empty() { say().nameless() } else { name };
    format!("{WHO}{name}{WHO:#}{nick}")
}

#[cfg(test)]
mod tests {
    use super::*;

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
