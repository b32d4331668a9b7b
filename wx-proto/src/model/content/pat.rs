//! Somebody nudged somebody.

use std::borrow::Cow;

use crate::coding::{markup::without_markup, xml::Node};

use super::source::some;

/// Somebody nudged somebody: `"小明" 拍了拍我`.
///
/// ```
/// use wx_proto::{Contacts, Message, Pat};
///
/// fn line(message: &Message, pat: &Pat, contacts: &Contacts) -> String {
///     let name = |id: &str| contacts.name_of_id(&message.chat, id).map(|name| name.into_owned());
///     pat.named(name).into_owned()
/// }
/// ```
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Pat {
    /// The server's words. Where it leaves the names to the client, lasting ids stand in their places: see
    /// [`named`](Self::named).
    pub text: String,
    /// The lasting id of who did it, which is no user name of this login.
    pub from_id: Option<String>,
    /// The lasting id of whom it was done to.
    pub patted_id: Option<String>,
    /// The words before ids stood in the places of names.
    pub(in crate::model) template: Option<String>,
}

impl Pat {
    pub(super) fn decode(sysmsg: &Node) -> Self {
        let text = |name: &str| sysmsg.child("pat").map_or("", |pat| pat.text_at(name));
        let template = without_markup(text("template").to_owned());
        let [from_id, patted_id] = ["fromusername", "pattedusername"].map(|name| some(text(name)));
        Self { text: String::new(), from_id, patted_id, template: some(&template) }.with_ids()
    }

    /// With ids in the places of names, where the words leave them to the client.
    fn with_ids(mut self) -> Self {
        if self.template.is_some() {
            self.text = self.named(|_| None).into_owned();
        }
        self
    }

    /// From an app message: its title, else the words with ids in the places of names; who did it, and to whom.
    pub(super) fn of_app(title: &str, template: &str, ids: [String; 2]) -> Self {
        let [from_id, patted_id] = ids.map(|id| some(&id));
        let template = some(template).filter(|_| title.is_empty());
        Self { text: title.to_owned(), from_id, patted_id, template }.with_ids()
    }

    pub(super) const fn of_words(text: String) -> Self {
        Self { text, from_id: None, patted_id: None, template: None }
    }

    /// The words with names in the places of lasting ids. An id that `name` does not know stands for itself.
    pub fn named(&self, name: impl Fn(&str) -> Option<String>) -> Cow<'_, str> {
        let Some(template) = &self.template else { return self.text() };
        // Only these two are the server's: what stands behind the names was chosen by a person.
        let ids = [&self.from_id, &self.patted_id].map(|id| id.as_deref().unwrap_or(""));
        let mut out = String::with_capacity(template.len());
        let mut rest = template.as_str();
        while let Some((before, marked)) = rest.split_once("${") {
            out.push_str(before);
            match marked.split_once('}').filter(|(id, _)| !id.is_empty() && ids.contains(id)) {
                Some((id, after)) => {
                    out.push_str(&name(id).unwrap_or_else(|| id.to_owned()));
                    rest = after;
                }
                None => {
                    out.push_str("${");
                    rest = marked;
                }
            }
        }
        out.push_str(rest);
        Cow::Owned(out)
    }

    pub(super) fn text(&self) -> Cow<'_, str> {
        if self.text.is_empty() { Cow::Borrowed("[pat]") } else { Cow::Borrowed(&self.text) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pat(template: &str) -> Pat {
        Pat::decode(
            &Node::parse(&format!(
                "<sysmsg type=\"pat\"><pat><fromusername>anna1</fromusername><pattedusername>wxid_b</pattedusername>\
                 <template><![CDATA[{template}]]></template></pat></sysmsg>"
            ))
            .unwrap(),
        )
    }

    #[test]
    fn ids_give_way_to_names() {
        let one = pat("\"${anna1}\" 拍了拍 \"${wxid_b}\"的头");
        assert_eq!(one.text, "\"anna1\" 拍了拍 \"wxid_b\"的头");
        let known = |id: &str| (id == "anna1").then(|| "Anna ${wxid_b}".to_owned());
        assert_eq!(one.named(known), "\"Anna ${wxid_b}\" 拍了拍 \"wxid_b\"的头");
    }

    #[test]
    fn what_people_chose_names_nobody() {
        let one = pat("\"${anna1}\" 拍了拍我的${wxid_other}${}${");
        assert_eq!(one.named(|id| Some(format!("<{id}>"))), "\"<anna1>\" 拍了拍我的${wxid_other}${}${");
        assert_eq!(pat("").named(|_| None), "[pat]");
    }
}
