//! Several texts in one allocation.
//!
//! Most texts of a contact are empty and the others are short, so that a `Box<str>` each would cost more than what it
//! holds. Here each text stands after its length, which takes one byte up to 127.

use std::fmt;

use crate::{bounds, coding::text::plain_text};

/// Texts, found by their place. Empty ones at the end take no room.
#[derive(Clone, Default, Eq, PartialEq)]
pub(super) struct PackedStrings(Box<str>);

impl PackedStrings {
    /// The text at a place; empty if there is none.
    pub(super) fn get(&self, place: usize) -> &str {
        self.iter().nth(place).unwrap_or("")
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        let mut rest = &*self.0;
        std::iter::from_fn(move || {
            let (text, after) = take(rest)?;
            rest = after;
            Some(text)
        })
    }

    /// The bytes it takes on the heap.
    pub(super) fn bytes(&self) -> usize {
        self.0.len()
    }
}

impl fmt::Debug for PackedStrings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// Puts texts together.
#[derive(Default)]
pub(super) struct Packer {
    packed: String,
    /// The length without the empty texts at the end.
    trimmed: usize,
}

impl Packer {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { packed: String::with_capacity(bytes), trimmed: 0 }
    }

    /// Adds a text as it is.
    pub(super) fn push(&mut self, text: &str) {
        push_length(&mut self.packed, text.len());
        self.packed.push_str(text);
        if !text.is_empty() {
            self.trimmed = self.packed.len();
        }
    }

    /// Adds a name as the server encodes it, decoded once, as much of it as is kept.
    pub(super) fn push_encoded(&mut self, encoded: &str) {
        if encoded.bytes().any(|byte| byte == b'<' || byte == b'&') {
            self.push_cut(&plain_text(encoded));
        } else {
            self.push_cut(encoded);
        }
    }

    /// Adds as much of a text as is kept.
    pub(super) fn push_cut(&mut self, text: &str) {
        self.push(bounds::cut(text, bounds::NAME));
    }

    /// Where the next text will begin.
    pub(super) fn len(&self) -> usize {
        self.packed.len()
    }

    /// The texts, for [`PackedStrings::get`].
    pub(super) fn finish(mut self) -> PackedStrings {
        self.packed.truncate(self.trimmed);
        PackedStrings(self.packed.into_boxed_str())
    }

    /// The texts with all their empty ones, for [`take`].
    pub(super) fn finish_whole(self) -> Box<str> {
        self.packed.into_boxed_str()
    }
}

/// The first text, and what follows it.
pub(super) fn take(packed: &str) -> Option<(&str, &str)> {
    let (length, rest) = take_length(packed)?;
    rest.split_at_checked(length)
}

/// Lengths are written as characters, each ten bits, the lowest first: so the whole stays a text.
const DIGIT: usize = 1 << 10;

fn push_length(out: &mut String, length: usize) {
    let mut left = length;
    loop {
        let more = left >= DIGIT;
        let code = left % DIGIT + if more { DIGIT } else { 0 };
        // Below 0x800: always a character.
        out.extend(u32::try_from(code).ok().and_then(char::from_u32));
        if !more {
            break;
        }
        left /= DIGIT;
    }
}

fn take_length(packed: &str) -> Option<(usize, &str)> {
    let mut chars = packed.chars();
    let (mut length, mut weight) = (0_usize, 1_usize);
    loop {
        let code = usize::try_from(u32::from(chars.next()?)).ok()?;
        length = length.checked_add((code % DIGIT).checked_mul(weight)?)?;
        if code < DIGIT {
            return Some((length, chars.as_str()));
        }
        weight = weight.checked_mul(DIGIT)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed<'a>(texts: impl IntoIterator<Item = &'a str>) -> PackedStrings {
        let mut packer = Packer::default();
        texts.into_iter().for_each(|text| packer.push(text));
        packer.finish()
    }

    #[test]
    fn texts_are_found_by_place() {
        let texts = packed(["a", "", "你好", "", ""]);
        assert_eq!([0, 1, 2, 3, 4, 99].map(|place| texts.get(place)), ["a", "", "你好", "", "", ""]);
        assert_eq!(texts.bytes(), 1 + 1 + 1 + 1 + 6, "empty texts at the end take no room");
        assert_eq!(packed(["", ""]).bytes(), 0);
        assert_eq!(format!("{texts:?}"), r#"["a", "", "你好"]"#);
    }

    #[test]
    fn names_are_decoded_once() {
        let mut packer = Packer::default();
        for name in ["plain", "A &amp;amp; B", "<span class=\"emoji emoji1f602\"></span>"] {
            packer.push_encoded(name);
        }
        let texts = packer.finish();
        assert_eq!(texts.iter().collect::<Vec<_>>(), ["plain", "A &amp; B", "😂"]);
    }

    #[test]
    fn every_length_is_read_back() {
        for length in [0, 1, 127, 128, 1023, 1024, 1025, (1 << 20) - 1, 1 << 20, (1 << 20) + 1] {
            let long = "x".repeat(length);
            let texts = packed([long.as_str(), "end"]);
            assert_eq!((texts.get(0).len(), texts.get(1)), (length, "end"));
        }
    }

    #[test]
    fn nonsense_gives_texts_or_nothing() {
        for packed in [
            "\u{3}ab",
            "\u{2}你",
            "\u{7ff}",
            "\u{7ff}\u{7ff}\u{7ff}\u{7ff}\u{7ff}\u{7ff}\u{7ff}\u{7ff}",
            "😂x",
            "abc",
        ] {
            let mut rest = packed;
            while let Some((text, after)) = take(rest) {
                assert!(text.len() + after.len() < rest.len());
                rest = after;
            }
        }
    }
}
