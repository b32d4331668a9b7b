//! Searching contacts by a part of what a person knows of them.

use std::cmp::Reverse;

use super::{
    Contact, ContactKind, Contacts,
    fold::{as_pinyin, fold_into},
};

/// A contact that a search found, and why.
///
/// ```
/// use wx_proto::{Contacts, MatchKind, SearchHit};
///
/// fn best<'a>(contacts: &'a Contacts, typed: &str) -> Option<SearchHit<'a>> {
///     contacts.search(typed).into_iter().next().filter(|hit| hit.fit <= MatchKind::Prefix)
/// }
/// assert!(best(&Contacts::default(), "anna").is_none());
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct SearchHit<'a> {
    /// The contact.
    pub contact: &'a Contact,
    /// How well it fits.
    pub fit: MatchKind,
    /// What fits.
    pub field: SearchField,
}

/// How a text fits what was searched for, the best first.
///
/// ```
/// use wx_proto::MatchKind;
///
/// assert!(MatchKind::Exact < MatchKind::Prefix && MatchKind::Prefix < MatchKind::Substring);
/// ```
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[expect(clippy::exhaustive_enums, reason = "there is no other way to fit")]
pub enum MatchKind {
    /// It is the same.
    Exact,
    /// It begins so.
    Prefix,
    /// It has it somewhere.
    Substring,
}

/// What was searched, in the order in which equal fits are listed.
///
/// ```
/// use wx_proto::SearchField;
///
/// assert!(SearchField::RemarkName < SearchField::NickName, "the account's own name comes first");
/// ```
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum SearchField {
    /// The account's own name for the contact.
    RemarkName,
    /// The WeChat id.
    Alias,
    /// The name that the contact chose.
    NickName,
    /// The name shown for a group without one.
    ShownName,
    /// Initials in pinyin, of the remark or the nick name.
    PyInitial,
    /// Pinyin, of the remark or the nick name.
    PyQuanPin,
}

impl Contacts {
    /// The contacts that `query` fits, by remark, WeChat id, nick name, and pinyin as the server gives it; the best first:
    /// exact before prefix before substring, then by field, friends before groups before others, and by name. Case,
    /// width and invisible characters make no difference. An empty query finds nobody, and nothing finds the account itself.
    pub fn search(&self, query: &str) -> Vec<SearchHit<'_>> {
        let mut folded = String::new();
        fold_into(query, &mut folded);
        if folded.is_empty() {
            return Vec::new();
        }
        let query = Query { pinyin: as_pinyin(&folded), text: folded };
        let mut text = String::new();
        let mut hits: Vec<SearchHit<'_>> =
            self.others().filter_map(|contact| query.best(contact, &mut text)).collect();
        // Of two names that begin alike the shorter one is more likely meant.
        hits.sort_by_cached_key(|hit| {
            let name = hit.contact.name();
            (
                hit.fit,
                hit.field,
                order(hit.contact.kind()),
                Reverse(hit.contact.is_starred()),
                name.chars().count(),
                name.into_owned(),
            )
        });
        hits
    }
}

struct Query {
    text: String,
    pinyin: String,
}

impl Query {
    /// How a contact fits best. `text` is room to work in.
    fn best<'a>(&self, contact: &'a Contact, text: &mut String) -> Option<SearchHit<'a>> {
        let names = [
            (SearchField::RemarkName, contact.remark_name()),
            (SearchField::Alias, contact.alias()),
            (SearchField::NickName, contact.nick_name()),
        ];
        let pinyin = [
            (SearchField::PyInitial, contact.remark_py_initial()),
            (SearchField::PyInitial, contact.py_initial()),
            (SearchField::PyQuanPin, contact.remark_py_quan_pin()),
            (SearchField::PyQuanPin, contact.py_quan_pin()),
        ];
        let unnamed = contact.remark_name().is_empty() && contact.nick_name().is_empty();
        let shown = unnamed.then(|| contact.name());
        let shown = shown.as_deref().map(|name| (SearchField::ShownName, name));
        let names = names.into_iter().chain(shown).map(|(field, name)| (field, name, &self.text));
        let all = names.chain(pinyin.map(|(field, name)| (field, name, &self.pinyin)));
        let mut best: Option<(MatchKind, SearchField)> = None;
        for (field, name, query) in all.filter(|(_, name, query)| !name.is_empty() && !query.is_empty()) {
            fold_into(name, text);
            let found = fit(text, query).map(|fit| (fit, field));
            best = best.into_iter().chain(found).min();
        }
        best.map(|(fit, field)| SearchHit { contact, fit, field })
    }
}

fn fit(text: &str, query: &str) -> Option<MatchKind> {
    match text.find(query)? {
        0 if text.len() == query.len() => Some(MatchKind::Exact),
        0 => Some(MatchKind::Prefix),
        _ => Some(MatchKind::Substring),
    }
}

const fn order(kind: ContactKind) -> u8 {
    match kind {
        ContactKind::Friend => 0,
        ContactKind::Group => 1,
        ContactKind::Official => 2,
        ContactKind::Special => 3,
        ContactKind::Stranger => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> Contacts {
        let mut book = Contacts::default();
        for json in [
            r#"{"UserName": "@1", "NickName": "小明", "RemarkName": "明哥", "ContactFlag": 3, "PYInitial": "XM",
                "PYQuanPin": "xiaoming", "RemarkPYInitial": "MG", "RemarkPYQuanPin": "mingge"}"#,
            r#"{"UserName": "@2", "NickName": "Ming Lee", "ContactFlag": 3, "Alias": "ming_lee"}"#,
            r#"{"UserName": "@3", "NickName": "张明明", "ContactFlag": 67, "PYInitial": "ZMM", "PYQuanPin": "zhangmingming"}"#,
            r#"{"UserName": "@4", "NickName": "明", "ContactFlag": 3}"#,
            r#"{"UserName": "@5", "NickName": "陌生的明"}"#,
            r#"{"UserName": "@@6", "NickName": "明天爬山"}"#,
            r#"{"UserName": "@@7", "MemberList": [{"UserName": "@x", "NickName": "Xaver"}, {"UserName": "@1", "NickName": "明哥"}]}"#,
            r#"{"UserName": "@8", "NickName": "ＭＩＮＧ\u202e店", "ContactFlag": 3, "VerifyFlag": 8}"#,
        ] {
            book.insert(serde_json::from_str(json).unwrap());
        }
        book
    }

    fn found(query: &str) -> Vec<(String, MatchKind, SearchField)> {
        let book = book();
        let hits = book.search(query);
        hits.iter().map(|hit| (hit.contact.user_name().to_owned(), hit.fit, hit.field)).collect()
    }

    fn names(query: &str) -> Vec<String> {
        found(query).into_iter().map(|(name, _, _)| name).collect()
    }

    #[test]
    fn exact_comes_before_prefix_before_substring() {
        assert_eq!(names("明"), ["@4", "@1", "@@6", "@3", "@5", "@@7"]);
        assert_eq!(found("明哥")[0], ("@1".to_owned(), MatchKind::Exact, SearchField::RemarkName));
        assert_eq!(found("小明")[0], ("@1".to_owned(), MatchKind::Exact, SearchField::NickName));
        assert_eq!(found("MING_LEE"), [("@2".to_owned(), MatchKind::Exact, SearchField::Alias)]);
        assert_eq!(found("xaver"), [("@@7".to_owned(), MatchKind::Prefix, SearchField::ShownName)]);
    }

    #[test]
    fn pinyin_finds_names_and_remarks() {
        assert_eq!(found("xm"), [("@1".to_owned(), MatchKind::Exact, SearchField::PyInitial)]);
        assert_eq!(found("mg")[0], ("@1".to_owned(), MatchKind::Exact, SearchField::PyInitial));
        assert_eq!(found("Xiao Ming")[0], ("@1".to_owned(), MatchKind::Exact, SearchField::PyQuanPin));
        assert_eq!(found("zhang")[0], ("@3".to_owned(), MatchKind::Prefix, SearchField::PyQuanPin));
        assert_eq!(names("ming"), ["@2", "@8", "@1", "@3"]);
    }

    #[test]
    fn width_case_and_marks_make_no_difference() {
        assert_eq!(names("ｍｉｎｇ店"), ["@8"]);
        assert_eq!(names(" ming  lee "), ["@2"]);
        for nobody in ["", " ", "\u{200b}", "nobody", "@1"] {
            assert!(names(nobody).is_empty(), "{nobody:?}");
        }
    }

    #[test]
    fn nobody_finds_themselves() {
        let mut book = book();
        book.set_me(&crate::UserName::new("@2"));
        assert!(book.search("ming_lee").is_empty());
    }

    #[test]
    fn long_names_are_searched_whole() {
        let mut book = Contacts::default();
        let name = format!("{}needle", "x".repeat(1000));
        book.insert(serde_json::from_str(&format!(r#"{{"UserName": "@1", "NickName": "{name}"}}"#)).unwrap());
        assert_eq!(book.search("NEEDLE")[0].fit, MatchKind::Substring);
        assert!(book.search(&"y".repeat(1 << 20)).is_empty());
    }
}
