//! Reading texts and names as the server encodes them.
//!
//! The server escapes `& < >` (not quotes), then writes newlines as `<br/>` and emoji as
//! `<span class="emoji emoji1f602"></span>`; in a group it puts `@SENDER:<br/>` before what others wrote. Public
//! captures and the official page agree on this. Here all of it is undone in one pass, so that nothing is
//! decoded twice: a typed `<br/>` arrives as `&lt;br/&gt;` and stays a typed `<br/>`.

use crate::bounds;

/// A name or a text as a person reads it; also XML that was sent as a text.
pub(crate) fn plain_text(encoded: &str) -> String {
    let mut rest = encoded;
    let Some(mut at) = next_mark(rest) else { return encoded.to_owned() };
    let mut out = String::with_capacity(encoded.len());
    loop {
        let (plain, marked) = rest.split_at(at);
        out.push_str(plain);
        rest = decode_mark(marked, &mut out);
        match next_mark(rest) {
            Some(next) => at = next,
            None => break,
        }
    }
    out.push_str(rest);
    out
}

/// The writer and the rest of a group message, by the official page's own rule:
/// `^(@[a-zA-Z0-9]+|[a-zA-Z0-9_-]+):<br/>`.
///
/// Only for a message of a group that is not one's own: anybody may type something that looks like a prefix.
pub(crate) fn split_sender(content: &str) -> Option<(&str, &str)> {
    let (name, rest) = content.split_at(content.bytes().position(|byte| byte == b':')?);
    let rest = rest.strip_prefix(":<br/>")?;
    let usable = match name.strip_prefix('@') {
        Some(hash) => !hash.is_empty() && hash.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        None => {
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
            !name.is_empty() && name.bytes().all(allowed)
        }
    };
    usable.then_some((name, rest))
}

/// Words of the server for people: one line, without control characters, at most 500 characters.
pub(crate) fn one_line(text: &str) -> String {
    let words: String = text.chars().map(|char| if char.is_whitespace() { ' ' } else { char }).collect();
    let plain: String = words.chars().filter(|char| !char.is_control()).collect();
    let mut line = plain.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(500) {
        line.truncate(end);
    }
    line
}

/// The names of a comma list, which may end in a comma; the first [`bounds::NAMES`] of those that are no longer than a name is.
pub(crate) fn listed_names(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|name| bounds::is_user_name(name)).take(bounds::NAMES)
}

fn next_mark(text: &str) -> Option<usize> {
    text.bytes().position(|byte| byte == b'<' || byte == b'&')
}

/// Decodes what `marked` begins with, or copies its first character; returns what follows.
fn decode_mark<'a>(marked: &'a str, out: &mut String) -> &'a str {
    const FIXED: [(&str, char); 5] =
        [("&lt;", '<'), ("&gt;", '>'), ("&#39;", '\''), ("&quot;", '"'), ("&amp;", '&')];
    if let Some(rest) = marked.strip_prefix("<br/>") {
        out.push('\n');
        return rest;
    }
    if let Some((emoji, rest)) = take_emoji(marked) {
        out.extend(emoji.into_iter().flatten());
        return rest;
    }
    for (mark, char) in FIXED {
        if let Some(rest) = marked.strip_prefix(mark) {
            out.push(char);
            return rest;
        }
    }
    let mut chars = marked.chars();
    out.extend(chars.next());
    chars.as_str()
}

/// One emoji span and what follows it. The end tag may be broken (`</span`) or cut off.
fn take_emoji(marked: &str) -> Option<([Option<char>; 2], &str)> {
    // A longer tag is no emoji; the bound keeps the whole pass linear.
    const LONGEST_TAG: usize = 120;
    let tag = marked.strip_prefix("<span")?;
    let (tag, rest) = tag.split_at(tag.bytes().take(LONGEST_TAG).position(|byte| byte == b'>')?);
    let (_, class) = tag.split_once(" class=\"emoji emoji")?;
    let (hex, _) = class.split_once('"')?;
    let rest = rest.strip_prefix('>')?;
    let rest = ["</span>", "</span"]
        .iter()
        .find_map(|end| rest.strip_prefix(end))
        .or_else(|| "</span>".starts_with(rest).then_some(""))?;
    Some((emoji(hex)?, rest))
}

/// 4 or 5 digits are one code point, 6 are 2 + 4 and 8 are 4 + 4 (keycaps), 10 are 5 + 5 (flags).
fn emoji(hex: &str) -> Option<[Option<char>; 2]> {
    let split = match hex.len() {
        4 | 5 => return Some([Some(character(hex).map(corrected)?), None]),
        6 => 2,
        8 => 4,
        10 => 5,
        _ => return None,
    };
    let (first, second) = hex.split_at_checked(split)?;
    Some([Some(character(first)?), Some(character(second)?)])
}

fn character(hex: &str) -> Option<char> {
    // `from_str_radix` alone would take a sign.
    let digits = hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    let code = u32::from_str_radix(hex, 16).ok().filter(|_| digits)?;
    char::from_u32(code).filter(|char| !char.is_control())
}

/// The server's table is old and names the wrong face for some emoji; ItChat's list of them.
const fn corrected(char: char) -> char {
    match char {
        '\u{1f63c}' => '\u{1f601}',
        '\u{1f639}' => '\u{1f602}',
        '\u{1f63a}' => '\u{1f603}',
        '\u{1f4ab}' => '\u{1f616}',
        '\u{1f64d}' => '\u{1f614}',
        '\u{1f63b}' => '\u{1f60d}',
        '\u{1f63d}' => '\u{1f618}',
        '\u{1f64e}' => '\u{1f621}',
        '\u{1f63f}' => '\u{1f622}',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_decoded_once() {
        for (encoded, text) in [
            ("", ""),
            ("你好", "你好"),
            ("你好 &lt;3 <span class=\"emoji emoji1f602\"></span>", "你好 <3 😂"),
            ("明天[微笑]几点出发？<br/>早点 A&amp;B 都行", "明天[微笑]几点出发？\n早点 A&B 都行"),
            ("&quot;&#39;&gt;\"'", "\"'>\"'"),
            // Typed by a person: they arrive escaped and stay as typed.
            ("&lt;br/&gt;", "<br/>"),
            ("&amp;lt;", "&lt;"),
            ("&amp;amp;amp;", "&amp;amp;"),
            (
                "&lt;span class=\"emoji emoji1f602\"&gt;&lt;/span&gt;",
                "<span class=\"emoji emoji1f602\"></span>",
            ),
            // Not of the server's making: kept.
            ("a & b < c &nbsp; &#x41; &lt <br> <b>", "a & b < c &nbsp; &#x41; &lt <br> <b>"),
            ("&", "&"),
            ("<", "<"),
        ] {
            assert_eq!(plain_text(encoded), text, "{encoded}");
        }
    }

    #[test]
    fn emoji_spans_become_characters() {
        for (hex, text) in [
            ("2600", "☀"),
            ("1f602", "😂"),
            ("1F602", "😂"),
            ("3120e3", "1\u{20e3}"),
            ("003120e3", "1\u{20e3}"),
            ("1f1e81f1f3", "🇨🇳"),
            ("1f63c", "😁"),
            ("1f64d", "😔"),
        ] {
            assert_eq!(
                plain_text(&format!("a<span class=\"emoji emoji{hex}\"></span>b")),
                format!("a{text}b")
            );
        }
        assert_eq!(plain_text("<span style=\"x\" class=\"emoji emoji1f602\"></span>"), "😂");
    }

    #[test]
    fn every_wrong_face_is_corrected() {
        let wrong = "1f63c 1f639 1f63a 1f4ab 1f64d 1f63b 1f63d 1f64e 1f63f";
        let right = "1f601 1f602 1f603 1f616 1f614 1f60d 1f618 1f621 1f622";
        for (wrong, right) in wrong.split(' ').zip(right.split(' ')) {
            assert_eq!(emoji(wrong), emoji(right));
        }
    }

    #[test]
    fn broken_end_tags_are_tolerated() {
        let open = "<span class=\"emoji emoji1f450\">";
        for end in ["</span>", "</span", "</sp", "<", ""] {
            assert_eq!(plain_text(&format!("{open}{end}")), "👐", "{end:?}");
        }
        assert_eq!(plain_text(&format!("{open}</span{open}</span>你")), "👐👐你");
        assert_eq!(plain_text(&format!("{open}text</span>")), format!("{open}text</span>"));
    }

    #[test]
    fn spans_that_are_no_emoji_are_kept() {
        // Wrong lengths, no digits, a sign, a surrogate, NUL, escape, not ASCII.
        for hex in ["", "1", "1f6021", "xyzw", "+1f60", "d83d", "0000", "001b", "1f6", "你a", "00310000"] {
            let span = format!("<span class=\"emoji emoji{hex}\"></span>");
            assert_eq!(plain_text(&span), span, "{hex}");
        }
        for cut in ["<span", "<span class=\"emoji emoji1f602", "<span class=\"emoji emoji1f602\"", "<spa"] {
            assert_eq!(plain_text(cut), cut);
        }
    }

    #[test]
    fn hostile_texts_take_linear_time() {
        for piece in ["<span", "<span class=\"emoji emoji", "&amp;", "&", "<br/", "<a ", "<", "&lt;a "] {
            let text = piece.repeat(1 << 20);
            let decoded = plain_text(&text);
            assert!(decoded.len() <= text.len());
        }
    }

    #[test]
    fn senders_are_split_by_the_rule_of_the_page() {
        assert_eq!(split_sender("@33a:<br/>hi:<br/>x"), Some(("@33a", "hi:<br/>x")));
        assert_eq!(split_sender("weixin_id-1:<br/>"), Some(("weixin_id-1", "")));
        for none in [
            "",
            ":<br/>x",
            "@:<br/>x",
            "@a_b:<br/>x",
            "@a:x",
            "@a: <br/>x",
            "小明:<br/>x",
            "a b:<br/>x",
            "@@a:<br/>",
        ] {
            assert_eq!(split_sender(none), None, "{none}");
        }
    }

    #[test]
    fn words_for_people_are_one_plain_line() {
        assert_eq!(one_line(" a\r\n\tb\u{7}\u{1b}[0m\u{2028}c\u{3000}"), "a b[0m c");
        assert_eq!(one_line(&"x".repeat(501)).len(), 500);
        assert_eq!(one_line("\0"), "");
    }

    #[test]
    fn lists_of_names_may_be_untidy() {
        assert_eq!(listed_names(",a, b,,@@c,").collect::<Vec<_>>(), ["a", "b", "@@c"]);
        assert_eq!(listed_names(&format!("{},a", "x".repeat(257))).collect::<Vec<_>>(), ["a"]);
        assert_eq!(listed_names(&"a,".repeat(20_000)).count(), bounds::NAMES);
    }
}
