//! Markup in the words of apps and accounts, which only some clients understand.

/// Longest tag, in bytes; what is longer is text.
const LONGEST: usize = 512;
/// Elements whose tags say how words look, not what they say.
const TAGS: [&str; 12] =
    ["a", "b", "div", "em", "font", "i", "img", "p", "span", "strong", "wxmark", "_wc_custom_link_"];

/// The words without their markup: a `<br/>` is a line break, links, pictures and colours leave their words, what a
/// CDATA section holds stands for itself. A tag without attributes is more likely somebody's words, as in the title of
/// an article about HTML, and stays.
///
/// For words that accounts and apps write; people's own are shown as typed.
pub(super) fn plain_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open = [0_usize; TAGS.len()];
    let mut sections = 0_usize;
    let mut rest = text;
    while let Some(at) = rest.find(['<', ']']) {
        let (before, marked) = rest.split_at(at);
        out.push_str(before);
        rest = if let Some(inner) = marked.strip_prefix("<![CDATA[") {
            sections = sections.saturating_add(1);
            inner
        } else if let Some(after) = marked.strip_prefix("]]>").filter(|_| sections > 0) {
            sections = sections.saturating_sub(1);
            after
        } else if let Some(Tag { is_break, after }) = tag(marked, &mut open) {
            if is_break {
                out.push('\n');
            }
            after
        } else {
            let (sign, after) = marked.split_at(1);
            out.push_str(sign);
            after
        };
    }
    out.push_str(rest);
    out.trim().to_owned()
}

/// A tag that is left out, or a line break, and what follows it.
struct Tag<'t> {
    is_break: bool,
    after: &'t str,
}

/// The tag that `marked` begins with, if it is one of those above. `open` counts the ones that are open.
fn tag<'t>(marked: &'t str, open: &mut [usize]) -> Option<Tag<'t>> {
    let marked = marked.strip_prefix('<')?;
    // A sign that opens another tag ends the search, which keeps the whole pass linear.
    let end = marked.bytes().take(LONGEST).position(|byte| matches!(byte, b'<' | b'>'))?;
    let (inner, after) = marked.split_at_checked(end)?;
    let after = after.strip_prefix('>')?;
    let (inner, closes) = inner.strip_prefix('/').map_or((inner, false), |inner| (inner, true));
    let name = inner.split(|char: char| char.is_ascii_whitespace() || char == '/').next().unwrap_or("");
    if name.eq_ignore_ascii_case("br") {
        return Some(Tag { is_break: true, after });
    }
    let at = TAGS.iter().position(|known| name.eq_ignore_ascii_case(known))?;
    let open = open.get_mut(at)?;
    if closes {
        *open = open.checked_sub(1)?;
    } else if inner.contains('=') {
        *open = open.saturating_add(usize::from(!inner.ends_with('/')));
    } else {
        return None;
    }
    Some(Tag { is_break: false, after })
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
            ("<img src=\"x.png\"/>  收到</img>", "收到</img>"),
            ("<em class=\"highlight\">今日</em>要闻", "今日要闻"),
            ("<![CDATA[内层]]>", "内层"),
            ("a]]>b", "a]]>b"),
            // Words of people who write about markup.
            ("<b>两个</b> <div> 与 <span>", "<b>两个</b> <div> 与 <span>"),
            ("Vec<T> and <div", "Vec<T> and <div"),
        ] {
            assert_eq!(plain_words(text), words, "{text}");
        }
        let long = format!("<a x=\"{}\">x", "y".repeat(LONGEST));
        assert_eq!(plain_words(&long), long);
    }
}
