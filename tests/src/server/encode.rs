//! How the server writes text into Content and names.

/// Text or XML as Content has it: entities, then `<br/>`, then emoji spans. Quotes and tabs stay.
pub(super) fn content(plain: &str, emoji_spans: bool) -> String {
    let mut out = String::with_capacity(plain.len());
    for letter in plain.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\n' => out.push_str("<br/>"),
            _ if emoji_spans && in_old_table(letter) => {
                out.push_str(&format!("<span class=\"emoji emoji{:x}\"></span>", u32::from(letter)));
            }
            _ => out.push(letter),
        }
    }
    out
}

/// Emoji of the server's table. Newer ones travel as characters, and so do, here, the few that the real table
/// has wrong (clients repair those spans, so they do not come back as sent).
fn in_old_table(letter: char) -> bool {
    let wrong = [0x1f639, 0x1f63a, 0x1f63b, 0x1f63c, 0x1f63d, 0x1f63f, 0x1f64d, 0x1f64e, 0x1f4ab];
    let code = u32::from(letter);
    (0x1f300..=0x1f64f).contains(&code) && !(0x1f3fb..=0x1f3ff).contains(&code) && !wrong.contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind() {
        assert_eq!(content("你好 <3 😂", true), "你好 &lt;3 <span class=\"emoji emoji1f602\"></span>");
        assert_eq!(content("a\n\tA&B \"q\"", true), "a<br/>\tA&amp;B \"q\"");
        assert_eq!(content("a typed <br/>", true), "a typed &lt;br/&gt;");
        assert_eq!(content("😂", false), "😂");
        assert_eq!(content("🤔", true), "🤔");
    }
}
