//! System XML: `<sysmsg type="…">`.

use super::{Content, Note, Pat, Recalled, source::Source, system};
use crate::coding::xml::Node;

pub(super) fn decode(source: &Source<'_>, xml: &Node) -> Content {
    if is(xml, "revokemsg") {
        return Content::Recalled(Recalled::decode(xml));
    }
    if is(xml, "pat") {
        return Content::Pat(Pat::decode(xml));
    }
    match words(xml) {
        Some(words) => system::of_words(words, source.group),
        None => Content::unknown(source, Note::NewType),
    }
}

pub(super) fn is(xml: &Node, kind: &str) -> bool {
    xml.is("sysmsg") && xml.attribute("type") == kind
}

/// Where notices carry the words that are shown; what is first in this list goes before the others.
const WORDS: [&str; 8] = ["plain", "content", "replacemsg", "text", "wording", "tips", "tip", "title"];

/// The words that a notice carries for people, of whatever type it is.
fn words(sysmsg: &Node) -> Option<String> {
    let some = |text: &str| (!text.trim().is_empty()).then(|| text.to_owned());
    if let Some(template) = sysmsg.find("content_template") {
        return some(&filled(template));
    }
    let body = sysmsg.child(sysmsg.attribute("type")).unwrap_or(sysmsg);
    let places = [Some(body), body.child("todo"), sysmsg.child("todo"), Some(sysmsg)];
    let texts = places.into_iter().flatten().flat_map(|place| WORDS.map(|name| place.text_at(name)));
    // XML within is for clients.
    texts.filter(|text| !text.starts_with("<?xml")).find_map(some)
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
    // Each language has its own sign between names.
    let sign = match link.text_at("separator") {
        "" => "、",
        "," => ", ",
        sign => sign,
    };
    if members.is_empty() { link.text_at("title").to_owned() } else { members.join(sign) }
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
        let english = "<link_list><link name=\"a\"><memberlist><member><nickname>A</nickname></member><member><nickname>B\
                       </nickname></member></memberlist><separator><![CDATA[, ]]></separator></link></link_list>";
        assert_eq!(
            template(&format!("<template>You invited $a$ to the group chat</template>{english}")),
            "You invited A, B to the group chat"
        );
        assert_eq!(template(&format!("<template>$c$$d$ $ $a</template>{links}")), "看$d$ $ $a");
        assert_eq!(template("<plain>words</plain><template/>"), "words");
        assert_eq!(template(""), "");
        let many = format!("<template>{}</template>{links}", "$c$".repeat(10_000));
        assert!(template(&many).len() < 40_000, "places beyond a bound stay as they are");
    }
}
