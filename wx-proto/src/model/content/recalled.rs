//! The notice of a withdrawn message: `<sysmsg type="revokemsg">`.

use super::sentence::{self, Saying};
use crate::{
    MsgId,
    coding::{markup::without_markup, xml::Node},
};

/// A notice that an earlier message was withdrawn.
///
/// ```
/// use wx_proto::{Content, Message, Recalled};
///
/// fn withdraws(message: &Message, earlier: &Message) -> bool {
///     let Content::Recalled(Recalled { recalled, .. }) = &message.content else { return false };
///     recalled.is_some() && *recalled == earlier.id
/// }
/// ```
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Recalled {
    /// The id of the withdrawn message, which counts only in the chat of this notice; `None` when the server does not name it. The notice has its own id.
    pub recalled: Option<MsgId>,
    /// The server's words in the account's language, for example `"小明" 撤回了一条消息`; may be empty.
    pub text: String,
}

impl Recalled {
    /// The withdrawn message is named by `msgid`. Newer payloads add `newmsgid`, used when `msgid` is missing or 0.
    ///
    /// A nick name in `replacemsg` cannot bring another id: the first member of each name counts.
    pub(super) fn decode(sysmsg: &Node) -> Self {
        let text = |name: &str| sysmsg.child("revokemsg").map_or("", |revoke| revoke.text_at(name));
        let words = ["replacemsg", "content"].map(text).into_iter().chain([sysmsg.text_at("content")]);
        Self {
            recalled: MsgId::received(text("msgid")).or_else(|| MsgId::received(text("newmsgid"))),
            text: without_markup(words.into_iter().find(|words| !words.is_empty()).unwrap_or("").to_owned()),
        }
    }

    /// Whether the account withdrew a message of its own, by the server's words. Nothing else tells.
    pub(crate) fn is_own(&self) -> bool {
        sentence::read(&self.text) == Some(Saying::OwnRecall)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::content::sysmsg;

    fn parse(content: &str) -> Option<Recalled> {
        let notice = Node::of_content(content).ok()?;
        sysmsg::is(&notice, "revokemsg").then(|| Recalled::decode(&notice))
    }

    fn notice(members: &str) -> String {
        let xml = format!("<sysmsg type=\"revokemsg\"><revokemsg>{members}</revokemsg></sysmsg>");
        xml.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    }

    fn id(members: &str) -> Option<String> {
        parse(&notice(members)).unwrap().recalled.map(|id| id.to_string())
    }

    #[test]
    fn a_notice_names_the_message_and_says_so() {
        let content = "&lt;sysmsg type=\"revokemsg\"&gt;&lt;revokemsg&gt;&lt;session&gt;wxid_example&lt;/session&gt;\
            &lt;oldmsgid&gt;1057920614&lt;/oldmsgid&gt;&lt;msgid&gt;2360839023010332147&lt;/msgid&gt;&lt;replacemsg&gt;\
            &lt;![CDATA[\"小明<span class=\"emoji emoji1f602\"></span> A&amp;B\" 撤回了一条消息]]&gt;&lt;/replacemsg&gt;\
            &lt;/revokemsg&gt;&lt;/sysmsg&gt;";
        let recalled = parse(content).unwrap();
        assert_eq!(recalled.recalled, Some(MsgId::new("2360839023010332147")));
        assert_eq!(recalled.text, "\"小明😂 A&B\" 撤回了一条消息");
        let indented = content.replace("&gt;&lt;", "&gt;<br/>\t&lt;");
        assert_eq!(parse(&indented).unwrap().recalled, recalled.recalled);
    }

    #[test]
    fn msgid_comes_before_newmsgid() {
        assert_eq!(id("<newmsgid>2</newmsgid><msgid>1</msgid>").as_deref(), Some("1"));
        assert_eq!(id("<msgid>0</msgid><newmsgid>2</newmsgid>").as_deref(), Some("2"));
        assert_eq!(id("<newmsgid> 2 </newmsgid>").as_deref(), Some("2"));
        assert_eq!(id("<msgid>0</msgid>"), None);
        assert_eq!(id(""), None);
    }

    #[test]
    fn a_nick_name_cannot_bring_another_id() {
        let members =
            "<msgid>1</msgid><replacemsg><![CDATA[\"]]></replacemsg><msgid>2</msgid>\" x]]></replacemsg>";
        assert_eq!(id(members).as_deref(), Some("1"));
        let inside = "<replacemsg><a><msgid>2</msgid></a></replacemsg><msgid>1</msgid>";
        assert_eq!(id(inside).as_deref(), Some("1"));
    }

    #[test]
    fn references_in_plain_text_are_resolved() {
        let recalled =
            parse(&notice("<replacemsg>A&amp;B &lt;x&gt; &#33; &unknown; & z</replacemsg>")).unwrap();
        assert_eq!(recalled.text, "A&B <x> ! &unknown; & z");
    }

    #[test]
    fn the_words_may_be_laid_out() {
        let members = "<msgid>1</msgId><replacemsg>a<b>c</b>d\n</replacemsg>";
        let recalled = parse(&notice(members).replace("a&lt;", "a<br/>&lt;")).unwrap();
        assert_eq!((recalled.text.as_str(), recalled.recalled), ("a\nd", Some(MsgId::new("1"))));
    }

    #[test]
    fn other_xml_is_not_a_notice() {
        for content in [
            "",
            "revokemsg",
            "&lt;sysmsg type=\"pat\"&gt;&lt;revokemsg&gt;",
            "&lt;msg type=\"revokemsg\"&gt;",
            "&lt;sysmsg&gt;revokemsg",
            "&lt;a&gt;&lt;sysmsg type=\"revokemsg\"&gt;",
        ] {
            assert_eq!(parse(content), None, "{content}");
        }
    }

    #[test]
    fn broken_xml_gives_what_can_be_read() {
        let whole = notice("<msgid>1</msgid><replacemsg><![CDATA[一]]></replacemsg>");
        for (end, _) in whole.char_indices() {
            if let Some(recalled) = parse(&whole[..end]) {
                assert!(recalled.recalled.is_none_or(|id| id.as_str() == "1"));
            }
        }
        let cut = notice("<msgid>1</msgid><replacemsg><![CDATA[一")
            .replace("&lt;/revokemsg&gt;&lt;/sysmsg&gt;", "");
        assert_eq!(parse(&cut).unwrap().recalled, Some(MsgId::new("1")));
        let deep = notice(&"<a>".repeat(100_000));
        assert_eq!(parse(&deep).unwrap().recalled, None);
    }
}
