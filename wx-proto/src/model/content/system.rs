//! What the server writes into a chat: system texts (10000), system XML (10002), and what both stand for.

use std::borrow::Cow;

use super::{Content, GroupEvent, LiveLocation, Note, Pat, Recalled, RedPacket, Voip, source::Source};
use crate::model::{text::without_links, xml::Node};

/// A text of the server: somebody joined, a friend was added, and the like, in the account's language.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct System {
    /// The text; links are reduced to their texts.
    pub text: String,
    /// What happened in a group, where the text tells. It is read from words with names in them: a name can imitate it.
    pub event: Option<GroupEvent>,
}

impl System {
    fn new(text: String, group: bool) -> Self {
        let event = if group { GroupEvent::of_words(&text) } else { None };
        Self { text, event }
    }

    pub(super) fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.text)
    }
}

/// A system text. Some are the only sign on the web of something else.
pub(super) fn decode_text(source: &Source<'_>) -> Content {
    if source.raw().contains("sysmsg")
        && let Ok(xml) = source.xml()
        && xml.is("sysmsg")
    {
        return of_sysmsg(source, &xml);
    }
    let text = without_links(source.words());
    let words = text.trim();
    if words == RedPacket::NOTICE {
        return Content::RedPacket(RedPacket { title: words.to_owned() });
    }
    if Voip::NOTICES.iter().any(|notice| words.starts_with(notice)) {
        return Content::Voip(Voip::Call);
    }
    if words == LiveLocation::ENDED {
        return Content::LiveLocation(LiveLocation::Ended);
    }
    if let Some(pat) = Pat::of_words(words) {
        return Content::Pat(pat);
    }
    Content::System(System::new(text, source.group))
}

/// System XML.
pub(super) fn decode_xml(source: &Source<'_>) -> Content {
    match source.xml() {
        Ok(xml) if xml.is("sysmsg") => of_sysmsg(source, &xml),
        Ok(_) => Content::unknown(source, Note::NewType),
        Err(note) => Content::unknown(source, note),
    }
}

pub(super) fn is_sysmsg(xml: &Node, kind: &str) -> bool {
    xml.is("sysmsg") && xml.attribute("type") == kind
}

fn of_sysmsg(source: &Source<'_>, xml: &Node) -> Content {
    let readable = |text: String| match text.trim() {
        "" => Content::unknown(source, Note::Incomplete),
        _ => Content::System(System::new(without_links(text), source.group)),
    };
    if is_sysmsg(xml, "revokemsg") {
        Content::Recalled(Recalled::decode(xml))
    } else if is_sysmsg(xml, "pat") {
        Content::Pat(Pat::decode(xml))
    } else if is_sysmsg(xml, "sysmsgtemplate") {
        let template = xml.at("sysmsgtemplate/content_template");
        readable(template.map(filled).unwrap_or_default())
    } else if is_sysmsg(xml, "roomtoolstips") {
        readable(xml.text_at("todo/title").to_owned())
    } else {
        Content::unknown(source, Note::NewType)
    }
}

/// The words of a template with the names in their places: `"$username$"邀请"$names$"加入了群聊`.
fn filled(template: &Node) -> String {
    let pattern = template.text_at("template");
    if pattern.is_empty() {
        return template.text_at("plain").to_owned();
    }
    let links = template.child("link_list");
    let link = |name: &str| links?.children("link").find(|link| link.attribute("name") == name);
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    // A name may be long and stand in many places: without a bound a small template would fill the memory.
    for _ in 0..MOST_PLACES {
        let Some((before, marked)) = rest.split_once('$') else { break };
        out.push_str(before);
        match marked.split_once('$').and_then(|(name, after)| Some((link(name)?, after))) {
            Some((link, after)) => {
                out.push_str(&names(link));
                rest = after;
            }
            None => {
                out.push('$');
                rest = marked;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Places of a template that are filled; there are two or three.
const MOST_PLACES: usize = 32;

fn names(link: &Node) -> String {
    if link.attribute("hidden") == "1" {
        return String::new();
    }
    let members: Vec<&str> = (link.child("memberlist").into_iter())
        .flat_map(|list| list.children("member"))
        .map(|member| member.text_at("nickname"))
        .collect();
    if members.is_empty() { link.text_at("title").to_owned() } else { members.join("、") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_filled() {
        let template =
            |xml: &str| filled(&Node::parse(&format!("<content_template>{xml}</content_template>")).unwrap());
        let links = "<link_list><link name=\"a\"><memberlist><member><nickname>小明</nickname></member><member>\
                     <nickname><![CDATA[$b$]]></nickname></member></memberlist></link><link name=\"b\" hidden=\"1\"><title>撤销\
                     </title></link><link name=\"c\"><title>看</title></link></link_list>";
        assert_eq!(
            template(&format!(
                "<plain/><template><![CDATA[你邀请\"$a$\"加入了群聊  $b$]]></template>{links}"
            )),
            "你邀请\"小明、$b$\"加入了群聊  "
        );
        assert_eq!(template(&format!("<template>$c$$d$ $ $a</template>{links}")), "看$d$ $ $a");
        assert_eq!(template("<plain>words</plain><template/>"), "words");
        assert_eq!(template(""), "");
        let many = format!("<template>{}</template>{links}", "$c$".repeat(10_000));
        assert!(template(&many).len() < 40_000, "places beyond a bound stay as they are");
    }
}
