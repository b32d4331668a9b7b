//! Making JSON readable that is not valid for one of the reasons seen in the wild.

use std::fmt::Write as _;

/// The same JSON without what a strict reader refuses inside strings: bytes that are no UTF-8 and halves of
/// surrogate pairs become U+FFFD, raw control characters and unknown escapes are escaped.
pub(crate) fn repaired(json: &[u8]) -> String {
    repair(json, |_, _| {})
}

/// Where `places` of the repaired JSON, which must grow, were before. They must not lie in what was repaired, which is
/// always inside a string.
pub(super) fn before_repair(json: &[u8], places: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut places = places.peekable();
    let mut before = Vec::new();
    let (mut new, mut old) = (0_usize, 0_usize);
    repair(json, |new_end, old_end| {
        while let Some(place) = places.next_if(|place| *place < new_end) {
            before.push(old.saturating_add(place.saturating_sub(new)));
        }
        (new, old) = (new_end, old_end);
    });
    before.extend(places.map(|place| old.saturating_add(place.saturating_sub(new))));
    before
}

/// Repairs and tells, for each change, its end in the new JSON and in the old. What needs more than [`MOST`] changes is cut
/// off there, after one of them, so that it is no JSON: each makes it longer, up to six times.
fn repair(json: &[u8], mut tell: impl FnMut(usize, usize)) -> String {
    let mut left = MOST;
    let mut changed = |new: usize, old: usize| {
        tell(new, old);
        left = left.saturating_sub(1);
        left > 0
    };
    let mut out = String::with_capacity(json.len());
    let mut quoted = false;
    let mut taken = 0_usize;
    for chunk in json.utf8_chunks() {
        let valid = chunk.valid();
        let mut rest = valid.chars();
        while let Some(char) = rest.next() {
            let good = match char {
                '\\' if quoted => {
                    let (good, after) = repair_escape(rest.as_str(), &mut out);
                    rest = after.chars();
                    good
                }
                '\0'..='\u{1f}' if quoted => {
                    // Writing to a String cannot fail.
                    let _ = write!(out, "\\u{:04x}", u32::from(char));
                    false
                }
                '"' => {
                    quoted = !quoted;
                    out.push(char);
                    true
                }
                _ => {
                    out.push(char);
                    true
                }
            };
            let before = || taken.saturating_add(valid.len()).saturating_sub(rest.as_str().len());
            if !good && !changed(out.len(), before()) {
                return out;
            }
        }
        taken = taken.saturating_add(valid.len()).saturating_add(chunk.invalid().len());
        if !chunk.invalid().is_empty() {
            out.push(char::REPLACEMENT_CHARACTER);
            if !changed(out.len(), taken) {
                return out;
            }
        }
    }
    out
}

/// A text in a foreign encoding of some megabytes.
const MOST: usize = 1_000_000;

/// Writes the escape whose backslash stands before `rest`; tells whether it was good, and what follows it.
fn repair_escape<'a>(rest: &'a str, out: &mut String) -> (bool, &'a str) {
    let low = |rest: &str| {
        let next = rest.get(5..).and_then(|rest| rest.strip_prefix('\\')).and_then(code_unit);
        matches!(next, Some(0xdc00..=0xdfff))
    };
    let (good, length) = match code_unit(rest) {
        Some(0xd800..=0xdbff) if low(rest) => (true, 11),
        Some(0xd800..=0xdfff) => (false, 5),
        Some(_) => (true, 5),
        None if rest.starts_with(['"', '\\', '/', 'b', 'f', 'n', 'r', 't']) => (true, 1),
        None => {
            out.push_str("\\\\");
            return (false, rest);
        }
    };
    let (escape, rest) = rest.split_at_checked(length).unwrap_or((rest, ""));
    out.push('\\');
    out.push_str(if good { escape } else { "ufffd" });
    (good, rest)
}

/// The code unit of `uXXXX` at the beginning of `text`.
fn code_unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix('u')?.get(..4)?;
    // from_str_radix alone would take a sign.
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repairs_change_nothing_else() {
        for (json, expected) in [
            (r#"{"a\"\\":"\/\b\u00e9\ud83d\ude02 [微笑]"}"#, r#"{"a\"\\":"\/\b\u00e9\ud83d\ude02 [微笑]"}"#),
            (r#""\ud83d\ud83d\ude02\ude02""#, r#""\ufffd\ud83d\ude02\ufffd""#),
            (r#""\ud83d\n""#, r#""\ufffd\n""#),
            (r#""\ud83d"#, r#""\ufffd"#),
            (r#""\x\u+123\u12"#, r#""\\x\\u+123\\u12"#),
            ("\"a\tb\"\t", "\"a\\u0009b\"\t"),
            ("\"\\", "\"\\\\"),
        ] {
            assert_eq!(repaired(json.as_bytes()), expected);
        }
        assert_eq!(repaired(b"\"\xe4\xbd\""), "\"\u{fffd}\"");
        for piece in [b"\xff".as_slice(), b"\x01", b"\\x"] {
            let text = |count: usize| [b"\"", &*piece.repeat(count), b"\""].concat();
            assert!(serde_json::from_str::<String>(&repaired(&text(MOST - 1))).is_ok());
            assert!(serde_json::from_str::<String>(&repaired(&text(MOST))).is_err());
        }
    }
}
