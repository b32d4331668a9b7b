//! Markup in the words of apps and accounts, which only some clients understand.

/// Longest tag, in bytes; what is longer is text.
const LONGEST: usize = 512;
/// Elements whose tags say how words look, not what they say.
const TAGS: [&str; 16] = [
    "a",
    "b",
    "body",
    "div",
    "em",
    "font",
    "html",
    "i",
    "img",
    "p",
    "small",
    "span",
    "strong",
    "u",
    "wxmark",
    "_wc_custom_link_",
];

/// The words without their markup: a `<br/>` is a line break, links, pictures and colours leave their words, what a
/// CDATA section holds stands for itself. Anything else that looks like a tag is somebody's words.
///
/// For words that accounts and apps write; people's own are shown as typed.
pub(super) fn plain_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, marked) = rest.split_at(at);
        out.push_str(before);
        rest = if let Some(inner) = marked.strip_prefix("<![CDATA[") {
            inner
        } else if let Some((tag, after)) = tag(marked) {
            match tag {
                Tag::Break => out.push('\n'),
                Tag::Look => {}
            }
            after
        } else {
            out.push('<');
            marked.split_at(1).1
        };
    }
    out.push_str(rest);
    if text.contains("<![CDATA[") { out.replace("]]>", "") } else { out }.trim().to_owned()
}

enum Tag {
    Break,
    Look,
}

/// The tag that `marked` begins with, if it is one of those above, and what follows it.
fn tag(marked: &str) -> Option<(Tag, &str)> {
    let marked = marked.strip_prefix('<')?;
    // A sign that opens another tag ends the search, which keeps the whole pass linear.
    let end = marked.bytes().take(LONGEST).position(|byte| matches!(byte, b'<' | b'>'))?;
    let (inner, after) = marked.split_at_checked(end)?;
    let after = after.strip_prefix('>')?;
    let (inner, closes) = inner.strip_prefix('/').map_or((inner, false), |inner| (inner, true));
    let name_ends = |char: char| char.is_ascii_whitespace() || char == '/';
    let name = inner.split(name_ends).next().unwrap_or("");
    if name.eq_ignore_ascii_case("br") {
        return Some((Tag::Break, after));
    }
    // An opening tag of one letter without attributes is more likely a person's than a program's.
    let bare = !closes && name.len() == inner.len() && name.len() == 1;
    let known = TAGS.iter().any(|known| name.eq_ignore_ascii_case(known));
    (known && !bare).then_some((Tag::Look, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_leaves_its_words() {
        for (text, words) in [
            ("", ""),
            (" a < b > c ", "a < b > c"),
            ("金额<br/>备注<BR>完<br />", "金额\n备注\n完"),
            ("<a href=\"weixin://x\">看这里</a>!", "看这里!"),
            ("<_wc_custom_link_ href='x' color=\"#fff\">查看</_wc_custom_link_>", "查看"),
            ("<img src=\"x.png\"/>  收到", "收到"),
            ("<em class=\"highlight\">今日</em>要闻", "今日要闻"),
            ("<![CDATA[内层]]>", "内层"),
            ("Vec<T> and <div", "Vec<T> and <div"),
            ("<b>", "<b>"),
            ("]]>", "]]>"),
        ] {
            assert_eq!(plain_words(text), words, "{text}");
        }
        let long = format!("<a {}>x</a>", "y".repeat(LONGEST));
        assert_eq!(plain_words(&long), format!("<a {}>x", "y".repeat(LONGEST)));
    }
}
