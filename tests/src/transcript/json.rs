//! Comparing JSON bodies byte for byte, except members that are listed as volatile.

use std::collections::BTreeMap;

use super::volatile::Volatile;

/// The first place where two bodies differ.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Difference<'a> {
    /// Offset in the recorded body.
    pub(super) at: usize,
    /// The last member name before that place.
    pub(super) member: Option<&'a [u8]>,
    /// The recorded token, `None` at the end.
    pub(super) expected: Option<&'a [u8]>,
    /// The other token, `None` at the end.
    pub(super) actual: Option<&'a [u8]>,
}

/// Compares token by token. White space counts, so do the order of members and the form of numbers and escapes.
pub(super) fn compare<'a>(
    expected: &'a [u8],
    actual: &'a [u8],
    volatile: &Volatile,
) -> Result<(), Difference<'a>> {
    let mut tokens = Tokens::new(expected);
    let mut others = Tokens::new(actual);
    let mut cursor = Cursor::default();
    let mut ids = BTreeMap::new();
    loop {
        let at = tokens.at;
        let (token, other) = (tokens.next(), others.next());
        let (Some(token_bytes), Some(other_bytes)) = (token, other) else {
            return match (token, other) {
                (None, None) => Ok(()),
                _ => Err(Difference { at, member: cursor.member, expected: token, actual: other }),
            };
        };
        let shape = cursor.value_of.and_then(|name| shape(name, token_bytes, other_bytes, volatile));
        let equal = match shape {
            // Members with one recorded value must have one value in the other body too.
            Some(true) => *ids.entry(token_bytes).or_insert(other_bytes) == other_bytes,
            Some(false) => false,
            None => token_bytes == other_bytes,
        };
        if !equal {
            return Err(Difference { at, member: cursor.member, expected: token, actual: other });
        }
        cursor.advance(token_bytes);
    }
}

/// `None`: the member is not volatile. Otherwise whether both values have its shape, as the same JSON type.
fn shape(name: &[u8], expected: &[u8], actual: &[u8], volatile: &Volatile) -> Option<bool> {
    if expected.iter().all(u8::is_ascii_whitespace) {
        return None;
    }
    let name = std::str::from_utf8(name).ok()?;
    let (kind, expected) = scalar(expected);
    let (other_kind, actual) = scalar(actual);
    volatile.json_fits(name, expected, actual).map(|fits| fits && kind == other_kind)
}

/// Whether a token is a string, and its text without quotes (empty if it is not UTF-8, which no pattern fits).
fn scalar(token: &[u8]) -> (bool, &str) {
    let inner = token.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
    (inner.is_some(), std::str::from_utf8(inner.unwrap_or(token)).unwrap_or(""))
}

/// Where in a document the walk is: which member's value comes next.
#[derive(Default)]
struct Cursor<'a> {
    last_string: Option<&'a [u8]>,
    /// The last member name seen.
    member: Option<&'a [u8]>,
    /// Set from the colon to the value.
    value_of: Option<&'a [u8]>,
}

impl<'a> Cursor<'a> {
    fn advance(&mut self, token: &'a [u8]) {
        if token.iter().all(u8::is_ascii_whitespace) {
            return;
        }
        self.value_of = None;
        if token == b":" {
            self.value_of = self.last_string;
            self.member = self.last_string.or(self.member);
        }
        self.last_string = token.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
    }
}

/// Cuts a document into strings, words (numbers, literals), marks and single blanks. Total: any bytes have tokens.
struct Tokens<'a> {
    rest: &'a [u8],
    at: usize,
}

impl<'a> Tokens<'a> {
    fn new(document: &'a [u8]) -> Self {
        Self { rest: document, at: 0 }
    }

    fn next(&mut self) -> Option<&'a [u8]> {
        let first = *self.rest.first()?;
        let length = match first {
            b'"' => string_length(self.rest),
            _ if is_mark(first) => 1,
            _ => self.rest.iter().position(|byte| is_mark(*byte) || *byte == b'"').unwrap_or(self.rest.len()),
        };
        let (token, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        self.at += length;
        Some(token)
    }
}

fn is_mark(byte: u8) -> bool {
    matches!(byte, b'{' | b'}' | b'[' | b']' | b':' | b',') || byte.is_ascii_whitespace()
}

/// The length of a string with both quotes, or of the rest if it does not end.
fn string_length(text: &[u8]) -> usize {
    let mut escaped = false;
    let closing = text.iter().skip(1).position(|byte| {
        let closes = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        closes
    });
    closing.map_or(text.len(), |inner| inner + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEND: &str = r#"{"DeviceID":"e376288520542476","Content":"你好 \"DeviceID\":\"e1\"","LocalID":"17357000700000416","ClientMsgId":"17357000700000416","Scene":0,"rr":-5}"#;

    fn with(from: &str, to: &str) -> String {
        assert!(SEND.contains(from));
        SEND.replace(from, to)
    }

    fn differs(actual: &str) -> Option<usize> {
        compare(SEND.as_bytes(), actual.as_bytes(), &Volatile::page()).err().map(|difference| difference.at)
    }

    #[test]
    fn accepts_other_values_of_the_same_shape() {
        assert_eq!(differs(SEND), None);
        assert_eq!(differs(&with("e376288520542476", "e000000000000001")), None);
        assert_eq!(differs(&with("17357000700000416", "17357000799999999")), None);
        assert_eq!(differs(&with("-5}", "2147483647}")), None);
    }

    #[test]
    fn rejects_a_wrong_shape() {
        for bad in ["e37628852054247", "376288520542476", "E376288520542476", ""] {
            assert_eq!(differs(&with("e376288520542476", bad)), Some(12), "{bad}");
        }
        assert!(differs(&with("17357000700000416", "1735700070000")).is_some());
        assert!(differs(&with("-5}", "2147483648}")).is_some());
    }

    #[test]
    fn rejects_another_type() {
        assert!(differs(&with("-5}", "\"-5\"}")).is_some());
        assert!(differs(&with("\"17357000700000416\"", "17357000700000416")).is_some());
        assert!(differs(&with("-5}", "[-5]}")).is_some());
    }

    #[test]
    fn rejects_ids_that_should_be_equal() {
        let difference =
            differs(&with("\"LocalID\":\"17357000700000416\"", "\"LocalID\":\"17357000700000417\""));
        assert!(difference.is_some());
    }

    #[test]
    fn compares_everything_else_as_bytes() {
        let changes = [
            ("你好", "您好"),
            (r#"\"e1\""#, r#"\"e2\""#),
            ("你好", r"\u4f60\u597d"),
            ("\"Scene\":0", "\"Scene\":1"),
            ("\"Scene\":0", "\"Scene\": 0"),
            ("\"Scene\":0,", ""),
            ("\"Scene\"", "\"scene\""),
            ("-5}", "-5,\"x\":1}"),
            ("-5}", "-5"),
            ("-5}", "-5}\n"),
        ];
        for (from, to) in changes {
            assert!(differs(&with(from, to)).is_some(), "{from} -> {to}");
        }
    }

    #[test]
    fn names_the_member_and_the_tokens() {
        let actual = with("\"Scene\":0", "\"Scene\":2");
        let difference = compare(SEND.as_bytes(), actual.as_bytes(), &Volatile::page()).unwrap_err();
        assert_eq!(difference.member, Some(b"Scene".as_slice()));
        assert_eq!((difference.expected, difference.actual), (Some(b"0".as_slice()), Some(b"2".as_slice())));
    }

    #[test]
    fn finds_a_value_behind_blanks() {
        let page = Volatile::page();
        assert_eq!(compare(b"{\"rr\": 5}", b"{\"rr\": 6}", &page), Ok(()));
        assert!(compare(b"{\"rr\": 5}", b"{\"rr\":6}", &page).is_err());
    }

    #[test]
    fn survives_bytes_that_are_not_json() {
        let page = Volatile::page();
        for bytes in [b"\"open".as_slice(), b"\"a\\", b"\xff\xfe", b"\"rr\":\xff", b":", b""] {
            let same = compare(bytes, bytes, &page).is_ok();
            assert_eq!(same, !bytes.starts_with(b"\"rr\""), "{bytes:?}");
        }
    }
}
