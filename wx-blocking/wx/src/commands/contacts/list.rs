//! Contacts as aligned lines.

use std::fmt::Write;

use wx_proto::{Contact, ContactKind};

use crate::{
    palette::{DIM, WHO},
    screen::{clean, wrap},
    texts::lang::{Lang, say},
};

/// One line a contact: its name, what it is, and what tells it from others of that name. Columns are as wide as their
/// longest text, and fit into `columns`.
pub(super) fn text(contacts: &[&Contact], columns: Option<usize>) -> String {
    let rows: Vec<Row> = contacts.iter().map(|contact| Row::new(contact, say())).collect();
    let widest =
        |cell: fn(&Row) -> &str| rows.iter().map(|row| wrap::width(cell(row))).max().unwrap_or_default();
    let (name, kind, detail) = (widest(|row| &row.name), widest(|row| &row.kind), widest(|row| &row.detail));
    let (name, detail) = fit(name, detail, columns.map(|columns| columns.saturating_sub(kind + 2 * GAP)));
    // Terminals disagree about the width of some emoji: there the cursor is set to where the column begins.
    let stop = |column: usize| columns.map(|_| format!("\x1b[{}G", column + 1)).unwrap_or_default();
    let (second, third) = (stop(name + GAP), stop(name + GAP + kind + GAP));
    let mut out = String::new();
    for row in &rows {
        let (name, kind) = (clean::pad(&row.name, name), clean::pad(&row.kind, kind));
        let detail = clean::cut(&row.detail, detail);
        // Writing to a String cannot fail.
        let _ = if detail.is_empty() {
            writeln!(out, "{WHO}{name}{WHO:#}{GAP_TEXT}{second}{}", kind.trim_end())
        } else {
            writeln!(out, "{WHO}{name}{WHO:#}{GAP_TEXT}{second}{kind}{GAP_TEXT}{third}{DIM}{detail}{DIM:#}")
        };
    }
    out
}

/// Widths for names and details that share `room`; a name matters more.
fn fit(name: usize, detail: usize, room: Option<usize>) -> (usize, usize) {
    let Some(room) = room.filter(|room| name + detail > *room) else { return (name, detail) };
    let name = name.min((room * 3 / 5).max(room.saturating_sub(detail)));
    (name, room - name)
}

struct Row {
    name: String,
    kind: String,
    detail: String,
}

impl Row {
    fn new(contact: &Contact, say: Lang) -> Self {
        let name = clean::line(&contact.name());
        let nick = clean::cut(contact.nick_name(), LONGEST);
        let kind = say.contact_kind(contact);
        let detail = match contact.kind() {
            ContactKind::Group if contact.member_count() > 0 => say.members(contact.member_count().into()),
            ContactKind::Group
            | ContactKind::Friend
            | ContactKind::Official
            | ContactKind::Special
            | ContactKind::Stranger
            | _ => {
                if nick == name {
                    clean::cut(contact.alias(), LONGEST)
                } else {
                    nick
                }
            }
        };
        Self { name: if wrap::width(name.trim()) == 0 { say.nameless() } else { name }, kind, detail }
    }
}

/// Columns of a text that is not the name; names are bounded already.
const LONGEST: usize = 200;
const GAP: usize = 2;
const GAP_TEXT: &str = "  ";

#[cfg(test)]
mod tests {
    use super::*;

    fn contacts() -> Vec<Contact> {
        [
            r#"{"UserName": "@1", "NickName": "小明", "RemarkName": "明哥", "ContactFlag": 3}"#,
            r#"{"UserName": "@2", "NickName": "Ada 😂", "ContactFlag": 3, "Alias": "ada"}"#,
            r#"{"UserName": "@3", "NickName": "a\u001b[2J\nb\u202e", "ContactFlag": 3}"#,
            r#"{"UserName": "@4", "NickName": "e\u0301\u0301 with a name that is far too long for any list", "RemarkName": "\u200b",
                "ContactFlag": 3}"#,
            r#"{"UserName": "@@5", "NickName": "周末爬山", "MemberCount": 4}"#,
        ]
        .map(|json| serde_json::from_str(json).unwrap())
        .into()
    }

    fn plain(columns: Option<usize>) -> String {
        let contacts = contacts();
        let text = text(&contacts.iter().collect::<Vec<_>>(), columns);
        anstream::adapter::strip_str(&text).to_string()
    }

    #[test]
    fn columns_are_aligned_by_what_is_seen() {
        let expected = [
            "明哥       friend  小明",
            "Ada 😂     friend  ada",
            "a[2J b     friend",
            "(no name)  friend  e\u{301}\u{301} with a name that is far too long for any list",
            "周末爬山   group   4 members",
        ];
        assert_eq!(plain(None), expected.map(|line| format!("{line}\n")).concat());
    }

    #[test]
    fn they_fit_into_the_terminal() {
        for columns in [40, 80, 200] {
            let text = plain(Some(columns));
            assert!(text.lines().all(|line| wrap::width(line) <= columns), "{columns}\n{text}");
            assert!(text.contains("周末爬山   group   4 members\n"), "{text}");
        }
        assert!(plain(Some(40)).contains("e\u{301}\u{301} with a name that i…\n"), "{}", plain(Some(40)));
        assert_eq!(
            (fit(30, 0, Some(20)), fit(30, 30, Some(20)), fit(5, 30, Some(20))),
            ((20, 0), (12, 8), (5, 15))
        );
    }
}
