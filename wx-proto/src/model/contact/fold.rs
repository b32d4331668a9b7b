//! Texts made alike for searching.

/// `text` in lower case, full-width letters and digits as narrow ones, runs of white space as one blank, without what
/// cannot be seen.
pub(super) fn fold_into(text: &str, out: &mut String) {
    out.clear();
    for char in text.trim().chars().map(narrow) {
        if char.is_whitespace() {
            if !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !is_invisible(char) {
            out.extend(char.to_lowercase());
        }
    }
}

/// A typed query as pinyin is written: `xiao ming` and `xi'an` in one word.
pub(super) fn as_pinyin(folded: &str) -> String {
    folded.chars().filter(|char| !matches!(char, ' ' | '\'' | '’')).collect()
}

const fn narrow(char: char) -> char {
    match char {
        '\u{ff01}'..='\u{ff5e}' => match char::from_u32(char as u32 - 0xfee0) {
            Some(narrow) => narrow,
            None => char,
        },
        other => other,
    }
}

/// Controls, marks that turn the order of a text, and characters without a width.
fn is_invisible(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_width_and_invisible_characters_make_no_difference() {
        let fold = |text: &str| {
            let mut out = String::new();
            fold_into(text, &mut out);
            out
        };
        assert_eq!(fold("  Ada\u{3000}\n Ｌｏｖｅｌａｃｅ１ "), "ada lovelace1");
        assert_eq!(fold("\u{202e}a\u{200b}b\u{7}c\u{202c}"), "abc");
        assert_eq!(fold("张三 ÄΣ"), "张三 äσ");
        assert_eq!(fold("❤\u{fe0f}"), fold("❤"));
        assert_eq!(as_pinyin("xi'an xiao"), "xianxiao");
    }
}
