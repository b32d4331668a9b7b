//! The words of apps and accounts without what only some clients draw.

use crate::coding::markup::without_markup;

/// What opens and ends a part that stands for itself.
const SECTION: [&str; 2] = ["<![CDATA[", "]]>"];
const BREAKS: [&str; 3] = ["<br/>", "<br />", "<br>"];

/// The words: a `<br/>` is a line break, links, pictures and colours leave their words, what a CDATA section holds stands
/// for itself.
///
/// For words that accounts and apps write; people's own are shown as typed.
pub(super) fn plain_words(text: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
