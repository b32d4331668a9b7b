//! Lines cut to the width of a terminal.

use textwrap::{Options, WordSeparator, core::Word};
use unicode_width::UnicodeWidthStr;

/// `text` in lines of at most `columns`, broken between words and, in Chinese, between characters; every line after
/// the first begins with `indent` spaces. Styles inside are kept. Without `columns` only line breaks are indented.
///
/// A web address or another word longer than a line stays whole, so that it can be copied: the terminal breaks it.
pub(crate) fn wrap(text: &str, columns: Option<usize>, indent: usize) -> String {
    let indent = " ".repeat(indent);
    let mut out = String::with_capacity(text.len());
    for (at, line) in text.split('\n').enumerate() {
        let first = if at == 0 { "" } else { &indent };
        if at > 0 {
            out.push('\n');
        }
        match columns {
            // Line by line: for all but the first, textwrap takes the indent of the first to know how much fits.
            Some(columns) => out.push_str(&textwrap::fill(line, options(columns, first, &indent))),
            None => out.extend([first, line]),
        }
    }
    out
}

fn options<'a>(columns: usize, first: &'a str, others: &'a str) -> Options<'a> {
    Options::new(columns)
        .initial_indent(first)
        .subsequent_indent(others)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit)
        .word_separator(WordSeparator::Custom(words))
}

/// The columns of `text` in a terminal, styles not counted.
pub(crate) fn width(text: &str) -> usize {
    anstream::adapter::strip_str(text).map(UnicodeWidthStr::width).sum()
}

/// Unicode's chances to break a line, but none inside a web address.
fn words(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let pieces = line.split_inclusive(' ').flat_map(|piece| {
        if piece.contains("://") {
            Box::new(std::iter::once(Word::from(piece)))
        } else {
            WordSeparator::UnicodeBreakProperties.find_words(piece)
        }
    });
    Box::new(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrap("one two three four", Some(9), 2), "one two\n  three\n  four");
        assert_eq!(wrap("a\nb", None, 2), "a\n  b");
        assert_eq!(wrap("a\nb", Some(20), 2), "a\n  b");
        assert_eq!(wrap("one\ntwo three four", Some(10), 2), "one\n  two\n  three\n  four");
    }

    #[test]
    fn chinese_breaks_between_characters_but_not_before_its_stops() {
        assert_eq!(wrap("周末一起去爬山吗？", Some(10), 0), "周末一起去\n爬山吗？");
        assert_eq!(wrap("周末一起去，好吗", Some(10), 0), "周末一起\n去，好吗");
    }

    #[test]
    fn addresses_stay_whole() {
        let text = "see https://example.org/a/long/path?with=parts now";
        assert_eq!(wrap(text, Some(20), 1), "see\n https://example.org/a/long/path?with=parts\n now");
    }

    #[test]
    fn styles_take_no_room() {
        let styled = "\u{1b}[1mone\u{1b}[0m two";
        assert_eq!(wrap(styled, Some(7), 2), styled);
        assert_eq!(width("\u{1b}[36m周末\u{1b}[0m"), 4);
    }
}
