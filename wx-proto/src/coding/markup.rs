//! Markup that other clients draw, reduced to its words: links, icons, colours, line breaks.

/// The elements that clients know in the server's texts. All others are words: a name may hold `<b>`.
const KNOWN: [&str; 6] = ["a", "_wc_custom_link_", "img", "font", "span", "em"];

/// Longest name of an attribute.
const LONGEST: usize = 32;

/// Reduces links and the like to their texts: `<a href="weixin://…">text</a>` to `text`. Takes decoded text.
pub(crate) fn without_markup(text: String) -> String {
    if !text.contains('<') {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    let mut open = [0_u32; KNOWN.len()];
    while let Some((before, marked)) = rest.split_once('<') {
        out.push_str(before);
        rest = tag(marked, &mut open).unwrap_or_else(|| {
            out.push('<');
            marked
        });
    }
    out.push_str(rest);
    if out.len() == text.len() { out } else { out.trim().to_owned() }
}

/// What opens and ends a part that stands for itself.
const SECTION: [&str; 2] = ["<![CDATA[", "]]>"];
const BREAKS: [&str; 3] = ["<br/>", "<br />", "<br>"];

/// The words: a `<br/>` is a line break, links, pictures and colours leave their words, what a CDATA section holds stands
/// for itself.
///
/// For words that accounts and apps write; people's own are shown as typed.
pub(crate) fn plain_words(text: &str) -> String {
    let mut words = text.to_owned();
    if text.contains('<') {
        for mark in BREAKS {
            words = words.replace(mark, "\n");
        }
        if words.contains(SECTION[0]) {
            words = SECTION.iter().fold(words, |words, mark| words.replace(mark, ""));
        }
    }
    without_markup(words).trim().to_owned()
}

/// What follows the tag that begins here, after its `<`. An end without a beginning is no tag.
fn tag<'t>(marked: &'t str, open: &mut [u32; KNOWN.len()]) -> Option<&'t str> {
    let (ends, named) = marked.strip_prefix('/').map_or((false, marked), |named| (true, named));
    let mut known = KNOWN.iter().zip(open.iter_mut());
    let (open, mut rest) = known.find_map(|(name, open)| {
        let rest = named.strip_prefix(name)?;
        rest.starts_with([' ', '>', '/', '\n', '\t']).then_some((open, rest))
    })?;
    if ends {
        *open = open.checked_sub(1)?;
        return rest.strip_prefix('>');
    }
    // Attributes only: with `<a` in one name and `>` in another, what stands between them is no tag.
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix("/>") {
            return Some(after);
        }
        if let Some(after) = rest.strip_prefix('>') {
            *open = open.saturating_add(1);
            return Some(after);
        }
        let name = rest.bytes().take(LONGEST).position(|byte| byte == b'=')?;
        let (name, value) = rest.split_at_checked(name)?;
        let is_name = !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        let quote = ['"', '\'']
            .into_iter()
            .find(|quote| value.strip_prefix('=').is_some_and(|v| v.starts_with(*quote)));
        let value = value.strip_prefix('=').filter(|_| is_name)?.strip_prefix(quote?)?;
        rest = value.split_once(quote?)?.1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        without_markup(text.to_owned())
    }

    #[test]
    fn links_are_reduced_to_their_texts() {
        assert_eq!(plain("邀请\"X\"  <a href=\"weixin://revoke\">撤销</a>。"), "邀请\"X\"  撤销。");
        assert_eq!(plain("<a href=\"x\">一</a>和<a href=\"y\">二</a>"), "一和二");
        assert_eq!(plain("<a href=\"x>\">no end"), "no end");
        assert_eq!(plain("a <a href"), "a <a href");
        assert_eq!(plain("</a><a x=\"\">y</a></a>"), "</a>y</a>");
    }

    #[test]
    fn markup_leaves_its_words() {
        for (text, words) in [
            ("", ""),
            (" a < b > c ", "a < b > c"),
            ("金额<br/>备注<br>完<br />", "金额\n备注\n完"),
            ("<a href=\"weixin://x\">看这里</a>!", "看这里!"),
            ("<_wc_custom_link_ href='x' color=\"#fff\">查看</_wc_custom_link_>", "查看"),
            ("<em class=\"highlight\">今日</em>要闻", "今日要闻"),
            ("<![CDATA[内层]]>", "内层"),
            ("a]]>b", "a]]>b"),
            // Words of people who write about markup.
            ("<b>两个</b> 与 <div>", "<b>两个</b> 与 <div>"),
            ("Vec<T> and <div", "Vec<T> and <div"),
        ] {
            assert_eq!(plain_words(text), words, "{text}");
        }
    }

    #[test]
    fn icons_and_colours_are_left_out() {
        assert_eq!(
            plain(
                "<img src=\"SystemMessages_HongbaoIcon.png\"/> 小乔领取了你的<_wc_custom_link_ color=\"#FD9931\" href=\"weixin://x\">红包</_wc_custom_link_>"
            ),
            "小乔领取了你的红包"
        );
        assert_eq!(plain("<font color=\"red\">一</font> <span>二</span>"), "一 二");
    }

    #[test]
    fn names_keep_their_signs() {
        for text in
            ["<abc> </a>", "a < b", "<b>x</b>", "<3", "< a >", "<", "</", "<imgx>", "\"<a x\"邀请\"B>\""]
        {
            assert_eq!(plain(text), text);
        }
    }

    #[test]
    fn hostile_texts_take_linear_time() {
        for piece in ["<a ", "<", "<a >", "</a>", "<a x=", "<a x=\"", "<a x=\"\" "] {
            let text = piece.repeat(1 << 19);
            assert!(plain(&text).len() <= text.len(), "{piece}");
        }
    }
}
