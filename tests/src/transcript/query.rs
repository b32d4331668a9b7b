//! Comparing query parameters.

use http::Uri;

use super::volatile::Volatile;

/// The parameters of a URL, as text.
pub(super) fn pairs(url: &Uri) -> impl Iterator<Item = &str> {
    url.query().into_iter().flat_map(|query| query.split('&'))
}

/// Whether two parameters are equal under the rules for their name.
pub(super) fn same_pair(endpoint: &str, expected: &str, actual: &str, volatile: &Volatile) -> bool {
    let (Some((name, value)), Some((other_name, other))) = (expected.split_once('='), actual.split_once('='))
    else {
        return expected == actual;
    };
    if name != other_name {
        return false;
    }
    match volatile.query_fits(name, value, other) {
        Some(fits) => fits,
        None if volatile.is_escaped(endpoint, name) => decoded(value) == decoded(other),
        None => value == other,
    }
}

/// Percent-decoding alone: a `+` stays a plus sign, a `%` without two hex digits stays itself.
fn decoded(text: &str) -> Vec<u8> {
    let mut rest = text.as_bytes();
    let mut out = Vec::with_capacity(rest.len());
    while let Some((first, tail)) = rest.split_first() {
        let code = if *first == b'%' { tail.split_at_checked(2).and_then(hex_byte) } else { None };
        let (byte, after) = code.unwrap_or((*first, tail));
        out.push(byte);
        rest = after;
    }
    out
}

fn hex_byte<'a>((code, after): (&[u8], &'a [u8])) -> Option<(u8, &'a [u8])> {
    let text =
        std::str::from_utf8(code).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    Some((u8::from_str_radix(text, 16).ok()?, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoding_leaves_everything_else() {
        assert_eq!(decoded("a%2Bb+c%2"), b"a+b+c%2");
        assert_eq!(decoded("%+1%zz%"), b"%+1%zz%");
    }

    #[test]
    fn compares_parameters_without_a_value_as_text() {
        let page = Volatile::page();
        assert!(same_pair("x", "flag", "flag", &page));
        assert!(!same_pair("x", "flag", "flag=", &page));
        assert!(!same_pair("x", "_", "_=1735700000000", &page));
    }
}
