//! Comparing query parameters.

use http::Uri;
use percent_encoding::percent_decode_str;

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
    percent_decode_str(text).collect()
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
