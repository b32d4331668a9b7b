//! Names that others gave to files, made harmless.

use unicode_segmentation::UnicodeSegmentation;

/// What is left of a file's name that came from outside: one component of a path, on every system, that means nothing to a
/// shell's user but a name. Folders, control characters, what turns the direction of writing or is invisible, and dots and
/// dashes in front are gone, a name that Windows reserves has a `_` before it, and of a long one the extension is kept. A name of
/// which nothing is left is `file`.
///
/// ```
/// use wx_blocking::clean_name;
///
/// assert_eq!(clean_name("../../report.pdf"), "report.pdf");
/// assert_eq!(clean_name("C:\\CON"), "_CON");
/// assert_eq!(clean_name("-rf"), "rf");
/// assert_eq!(clean_name("photo\u{202e}gpj.exe"), "photogpj.exe");
/// assert_eq!(clean_name(".."), "file");
/// ```
pub fn clean_name(name: &str) -> String {
    cleaned(name).unwrap_or_else(|| "file".to_owned())
}

/// `None` if nothing is left.
pub(crate) fn cleaned(name: &str) -> Option<String> {
    let base = name.rsplit(['/', '\\']).find(|part| !part.trim_matches(['.', ' ']).is_empty())?;
    let base = without_drive(base);
    let visible = base.chars().filter(|c| !c.is_control() && !is_invisible(*c));
    let name: String = visible.map(|c| if FORBIDDEN.contains(&c) { '_' } else { c }).collect();
    let name = name.trim_start_matches(|c: char| c == '.' || c == '-' || c.is_whitespace());
    let name = trim_end(name);
    if name.is_empty() {
        return None;
    }
    let name = if is_reserved(name) { format!("_{name}") } else { name.to_owned() };
    Some(numbered(&name, 1))
}

/// The name with a number before its extension, from 2 on, at most [`LONGEST`] bytes in all.
pub(crate) fn numbered(name: &str, number: u32) -> String {
    let (stem, extension) = split(name);
    let number = if number > 1 { format!(" ({number})") } else { String::new() };
    let end = format!("{number}{extension}");
    if stem.len() + end.len() <= LONGEST {
        return format!("{stem}{end}");
    }
    let stem = clipped(stem, LONGEST.saturating_sub(end.len()));
    // What stood behind the end may have hidden a dot or a blank there.
    let stem = if end.is_empty() { trim_end(stem) } else { stem };
    format!("{stem}{end}")
}

/// The beginning, at most so many bytes, with no character cut apart.
pub(crate) fn clipped(text: &str, most: usize) -> &str {
    let end = |ends: &mut dyn Iterator<Item = usize>| ends.take_while(|end| *end <= most).last();
    let clusters = &mut text.grapheme_indices(true).map(|(at, cluster)| at.saturating_add(cluster.len()));
    // One cluster can be as long as it likes.
    let characters = &mut text.char_indices().map(|(at, c)| at.saturating_add(c.len_utf8()));
    let end = end(clusters).or_else(|| end(characters)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

/// The stem, and the extension with its dot if there is one.
fn split(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if dot > 0 && (2..=LONGEST_EXTENSION).contains(&(name.len() - dot)) => name.split_at(dot),
        _ => (name, ""),
    }
}

fn trim_end(name: &str) -> &str {
    name.trim_end_matches(|c: char| c == '.' || c.is_whitespace())
}

/// `C:x` is a file on another drive, relative to wherever one is there.
fn without_drive(name: &str) -> &str {
    match name.split_once(':') {
        Some((drive, rest)) if drive.len() == 1 && drive.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            rest
        }
        _ => name,
    }
}

/// A device, whatever extension it has.
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_uppercase();
    let is_port = |port: &str| {
        let number = stem.strip_prefix(port);
        number.is_some_and(|number| {
            matches!(number, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
        })
    };
    matches!(&*stem, "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" | "CLOCK$")
        || is_port("COM")
        || is_port("LPT")
}

/// Unicode's format characters and what else shows nothing: two names that look alike should be alike, and a name should read
/// in the order it has.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Not allowed in a name on Windows.
const FORBIDDEN: [char; 7] = ['<', '>', ':', '"', '|', '?', '*'];
/// What file systems take, in bytes.
const LONGEST: usize = 255;
/// With its dot. What is longer is no extension.
const LONGEST_EXTENSION: usize = 17;

#[cfg(test)]
mod tests {
    use std::path::{Component, Path};

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hostile_names_become_harmless() {
        let emoji = "\u{1f469}\u{1f3fd}".repeat(38);
        for (name, harmless) in [
            ("../../x", "x"),
            ("C:\\x", "x"),
            ("C:x", "x"),
            ("/etc/passwd", "passwd"),
            ("\\\\server\\share\\x", "x"),
            ("a\r\nb", "ab"),
            ("a\0b", "ab"),
            ("CON", "_CON"),
            ("con.txt", "_con.txt"),
            ("com1 .txt", "_com1 .txt"),
            ("LPT\u{b9}", "_LPT\u{b9}"),
            ("COM10", "COM10"),
            ("-rf", "rf"),
            ("--help", "help"),
            (".bashrc", "bashrc"),
            (". .-.x", "x"),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
            ("\u{2066}a\u{2069}\u{200b}\u{feff}.txt", "a.txt"),
            ("name. . ", "name"),
            ("ab:c?.txt", "ab_c_.txt"),
            ("folder/", "folder"),
            ("报告（终稿）.docx", "报告（终稿）.docx"),
            ("a b (1).tar.gz", "a b (1).tar.gz"),
            ("", "file"),
            ("..", "file"),
            ("/", "file"),
            ("\u{202e}", "file"),
            ("-", "file"),
            (&format!("{emoji}.jpg"), &format!("{}.jpg", "\u{1f469}\u{1f3fd}".repeat(31))),
        ] {
            assert_eq!(clean_name(name), harmless, "{name:?}");
        }
    }

    #[test]
    fn a_number_goes_before_the_extension_and_fits() {
        assert_eq!(numbered("name.pdf", 2), "name (2).pdf");
        assert_eq!(numbered("name", 11), "name (11)");
        assert_eq!(numbered("name.", 2), "name. (2)");
        assert_eq!(numbered(&format!("{}.pdf", "a".repeat(251)), 2), format!("{} (2).pdf", "a".repeat(247)));
        // One cluster of a letter and marks without end.
        let zalgo = format!("a{}.pdf", "\u{301}".repeat(200));
        assert_eq!(numbered(&zalgo, 1).len(), 255);
    }

    fn check(name: &str) {
        let clean = clean_name(name);
        let parts: Vec<_> = Path::new(&clean).components().collect();
        assert!(matches!(parts[..], [Component::Normal(part)] if part == &*clean), "{name:?}: {clean:?}");
        assert!((1..=LONGEST).contains(&clean.len()), "{name:?}: {clean:?}");
        assert!(
            !clean.contains(['/', '\\', ':']) && !clean.starts_with(['.', '-', ' ']),
            "{name:?}: {clean:?}"
        );
        assert!(!clean.ends_with(['.', ' ']) && !is_reserved(&clean), "{name:?}: {clean:?}");
        assert!(!clean.chars().any(|c| c.is_control() || is_invisible(c)), "{name:?}: {clean:?}");
        assert_eq!(clean_name(&clean), clean, "{name:?}: not stable");
    }

    proptest! {
        #[test]
        fn whatever_the_name_the_result_is_one_component_and_stays(name in any::<String>()) {
            check(&name);
        }

        #[test]
        fn the_same_for_what_names_are_attacked_with(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    "/", "\\", ".", "..", "C:", "-", " ", "CON", "nul", "com1", "a", "\u{1f469}\u{200d}", "\u{202e}",
                    "\r\n", "\u{a0}", "~", ".pdf", "\u{301}", "\u{e0041}", "_", "$", "\0", "汉",
                ]),
                0..200,
            ),
        ) {
            check(&parts.concat());
        }
    }
}
