//! Text from the network, made safe and fit for a terminal.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// `text` in one line: line breaks and tabs become spaces, whatever could steer a terminal is dropped.
pub(crate) fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for part in lines(text).filter(|part| !part.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&part);
    }
    out
}

/// `text` with its line breaks; every line after the first begins with `indent` spaces.
pub(crate) fn block(text: &str, indent: usize) -> String {
    let separator = format!("\n{:indent$}", "");
    lines(text.trim_end()).collect::<Vec<_>>().join(&separator)
}

/// `text` in one line of at most `width` columns; what is cut off shows as `…`. What belongs together, such as a letter
/// and its accents, is not cut apart.
pub(crate) fn cut(text: &str, width: usize) -> String {
    let mut text = line(text);
    if text.width() <= width {
        return text;
    }
    let mut columns = 1;
    let first_left_out = text.grapheme_indices(true).find_map(|(at, piece)| {
        columns += piece.width();
        (columns > width).then_some(at)
    });
    text.truncate(first_left_out.unwrap_or_default());
    text.push('…');
    text
}

/// `text` cut to `width` columns, or filled up to them.
pub(crate) fn pad(text: &str, width: usize) -> String {
    let mut text = cut(text, width);
    let missing = width.saturating_sub(text.width());
    text.extend(std::iter::repeat_n(' ', missing));
    text
}

/// Whether `char` can move the cursor, change colours, hide itself, or turn the order of the text around it.
pub(crate) fn is_unsafe(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            | '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}' | '\u{feff}')
}

fn lines(text: &str) -> impl Iterator<Item = String> {
    // A lone carriage return would overwrite the line: it breaks it instead.
    let breaks = ['\n', '\r', '\u{0b}', '\u{0c}', '\u{85}', '\u{2028}', '\u{2029}'];
    let mut after_return = false;
    let pieces = text.split_inclusive(breaks).filter(move |piece| {
        let skip = after_return && *piece == "\n";
        after_return = piece.ends_with('\r');
        !skip
    });
    pieces.map(|piece| {
        let visible = piece.chars().map(|char| if char == '\t' { ' ' } else { char });
        let mut marks = 0;
        let few_marks = |char: &char| {
            marks = if char.width() == Some(0) { marks + 1 } else { 0 };
            marks <= MARKS
        };
        visible.filter(|&char| !is_unsafe(char)).filter(few_marks).collect()
    })
}

/// Most characters in a row that take no column: a pile of accents covers the lines above it. The longest that is
/// in use is a flag of six tags.
const MARKS: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(line("a\x1b[31mb\x07\u{9b}2Jc\x7f"), "a[31mb2Jc");
        assert_eq!(line("\u{202e}abc\u{202c}\u{2066}d\u{2069}\u{200f}"), "abcd");
        assert_eq!(line("one\r\ntwo\u{2028}three\tfour\rfive\n\nsix"), "one two three four five six");
        assert_eq!(line("👨\u{200d}👩 ❤\u{fe0f}"), "👨\u{200d}👩 ❤\u{fe0f}", "emoji stay whole");
        assert_eq!(line(""), "");
    }

    #[test]
    fn line_breaks_are_indented() {
        assert_eq!(block("a\nb\r\n\nc\n", 2), "a\n  b\n  \n  c");
        assert_eq!(block("a\x1b]0;x\nb", 0), "a]0;x\nb");
        assert_eq!(block("", 4), "");
    }

    #[test]
    fn cut_counts_columns() {
        assert_eq!(cut("周末爬山", 8), "周末爬山");
        assert_eq!(cut("周末爬山", 7), "周末爬…");
        assert_eq!(cut("周末爬山", 6), "周末…");
        assert_eq!(cut("abc", 2), "a…");
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("ab\ncd", 10), "ab cd");
        assert_eq!(cut("abc", 0), "…");
    }

    #[test]
    fn cut_keeps_together_what_belongs_together() {
        let accent = "e\u{301}";
        assert_eq!(cut(&accent.repeat(3), 3), accent.repeat(3));
        assert_eq!(cut(&accent.repeat(4), 3), format!("{accent}{accent}…"));
        let family = "👨\u{200d}👩\u{200d}👧";
        assert_eq!(cut(&format!("{family}{family}"), 3), format!("{family}…"));
        assert_eq!(cut("🇨🇳🇨🇳", 3), "🇨🇳…");
    }

    #[test]
    fn columns_are_aligned() {
        for name in [
            "",
            "abc",
            "周末",
            "Ada 😂",
            "e\u{301}e\u{301}",
            "a very long name of somebody",
            "周末爬山周末爬山",
        ] {
            assert_eq!(pad(name, 9).width(), 9, "{name}");
        }
    }

    #[test]
    fn a_pile_of_accents_is_cut() {
        assert_eq!(line(&format!("a{}b", "\u{301}".repeat(500))), format!("a{}b", "\u{301}".repeat(8)));
        let flag = "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}";
        assert_eq!(line(flag), flag);
    }
}
