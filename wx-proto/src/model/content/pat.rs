//! Somebody nudged somebody.

use std::borrow::Cow;

use crate::model::xml::Node;

use super::source::some;

/// Somebody nudged somebody: `"小明" 拍了拍我`.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Pat {
    /// The server's words. Where it leaves the names to the client, lasting ids stand in their places.
    pub text: String,
    /// The lasting id of who did it, which is no user name of this login.
    pub from_id: Option<String>,
    /// The lasting id of whom it was done to.
    pub patted_id: Option<String>,
}

impl Pat {
    pub(super) fn decode(sysmsg: &Node) -> Self {
        let text = |name: &str| sysmsg.child("pat").map_or("", |pat| pat.text_at(name));
        Self {
            text: text("template").replace("${", "").replace('}', ""),
            from_id: some(text("fromusername")),
            patted_id: some(text("pattedusername")),
        }
    }

    /// From an app message: its title, else the words with ids in the places of names; who did it, and to whom.
    pub(super) fn of_app(title: &str, template: &str, ids: [String; 2]) -> Self {
        let [from_id, patted_id] = ids.map(|id| some(&id));
        let text =
            if title.is_empty() { template.replace("${", "").replace('}', "") } else { title.to_owned() };
        Self { text, from_id, patted_id }
    }

    /// From a system text, if it is one.
    pub(super) fn of_words(words: &str) -> Option<Self> {
        let words = words.trim();
        let somebody =
            words.starts_with(['"', '“']) && (words.contains("\" 拍了拍") || words.contains("” 拍了拍"));
        let own = ["我拍了拍", "你拍了拍", "拍拍"].iter().any(|start| words.starts_with(start));
        (somebody || own).then(|| Self { text: words.to_owned(), from_id: None, patted_id: None })
    }

    pub(super) fn text(&self) -> Cow<'_, str> {
        if self.text.is_empty() { Cow::Borrowed("[pat]") } else { Cow::Borrowed(&self.text) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_pat() {
        for words in ["\"小明\" 拍了拍我", "我拍了拍自己", " 拍拍 "] {
            assert_eq!(Pat::of_words(words).unwrap().text, words.trim());
        }
        for words in ["", "\"X\"邀请\"Y拍了拍\"加入了群聊", "他拍了拍我"] {
            assert_eq!(Pat::of_words(words), None);
        }
    }
}
