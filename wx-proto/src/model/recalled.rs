//! The notice of a withdrawn message: `<sysmsg type="revokemsg">`.

use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_xml_entity,
    events::{BytesRef, BytesStart, Event},
};

use super::{content::Recalled, message::usable_id, text::xml_text};

/// The notice in `content`, still encoded; `None` if it is something else.
///
/// The withdrawn message is named by `msgid`. Newer payloads add `newmsgid`, used when `msgid` is missing or 0.
pub(super) fn parse(content: &str) -> Option<Recalled> {
    if !content.contains("revokemsg") {
        return None;
    }
    let xml = xml_text(content);
    let mut reader = Reader::from_str(&xml);
    // Words of people are in there: what can be read is worth more than strictness.
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_dangling_amp = true;
    let mut found = Found::default();
    let mut depth = 0_u64;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                depth = depth.saturating_add(1);
                match depth {
                    1 if !is_notice(&tag) => return None,
                    1 => found.is_notice = true,
                    3 => found.open(tag.local_name().as_ref()),
                    _ => {}
                }
            }
            Ok(Event::End(_)) => {
                if depth == 3 {
                    found.close();
                }
                depth = depth.saturating_sub(1);
            }
            Ok(Event::Text(text)) => found.add(&text.xml_content(XmlVersion::Implicit1_0)),
            Ok(Event::CData(text)) => found.add(&text.xml_content(XmlVersion::Implicit1_0)),
            Ok(Event::GeneralRef(name)) => found.add(&resolved(&name)),
            Ok(Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_)) => {}
            // Broken XML: what came before the break stands.
            Ok(Event::Eof) | Err(_) => break,
        }
    }
    found.finish()
}

fn is_notice(tag: &BytesStart<'_>) -> bool {
    let kind = tag.try_get_attribute("type").ok().flatten();
    tag.local_name().as_ref() == "sysmsg" && kind.is_some_and(|kind| kind.value == "revokemsg")
}

fn resolved(name: &BytesRef<'_>) -> String {
    match name.resolve_char_ref() {
        Ok(Some(char)) => char.to_string(),
        Ok(None) | Err(_) => resolve_xml_entity(name).map_or_else(|| format!("&{};", &**name), str::to_owned),
    }
}

/// The members, as far as they are read.
#[derive(Default)]
struct Found {
    is_notice: bool,
    open: Option<Member>,
    value: String,
    msgid: Option<String>,
    newmsgid: Option<String>,
    replacemsg: Option<String>,
}

#[derive(Clone, Copy)]
enum Member {
    MsgId,
    NewMsgId,
    ReplaceMsg,
}

impl Found {
    fn open(&mut self, name: &str) {
        self.value.clear();
        self.open = match name {
            "msgid" => Some(Member::MsgId),
            "newmsgid" => Some(Member::NewMsgId),
            "replacemsg" => Some(Member::ReplaceMsg),
            _ => None,
        };
    }

    fn add(&mut self, text: &str) {
        if self.open.is_some() {
            self.value.push_str(text);
        }
    }

    fn close(&mut self) {
        let Some(open) = self.open.take() else { return };
        let member = match open {
            Member::MsgId => &mut self.msgid,
            Member::NewMsgId => &mut self.newmsgid,
            Member::ReplaceMsg => &mut self.replacemsg,
        };
        // The first one counts: a nick name in `replacemsg` cannot bring a second.
        member.get_or_insert_with(|| std::mem::take(&mut self.value));
    }

    fn finish(mut self) -> Option<Recalled> {
        self.close();
        let id = |text: &Option<String>| usable_id(text.as_deref()?.trim());
        let recalled = id(&self.msgid).or_else(|| id(&self.newmsgid));
        self.is_notice
            .then(|| Recalled { recalled, text: self.replacemsg.unwrap_or_default().trim().to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MsgId;

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
        assert_eq!((recalled.text.as_str(), recalled.recalled), ("acd", Some(MsgId::new("1"))));
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
