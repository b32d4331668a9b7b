//! Query strings and form bodies, escaped as the official page does.

use std::fmt::Write as _;

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

/// What JavaScript's `encodeURIComponent` escapes.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// What Angular escapes in a query: as `encodeURIComponent`, but `@ : $ ,` stay.
const ANGULAR: &AsciiSet = &COMPONENT.remove(b'@').remove(b':').remove(b'$').remove(b',');

/// What cannot stand in the value of a parameter as it is.
const BARE: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'&').add(b'<').add(b'>').add(b'?');

/// As JavaScript's `encodeURIComponent` writes it.
pub(crate) fn escaped_component(text: &str) -> String {
    utf8_percent_encode(text, COMPONENT).to_string()
}

/// The query of an address, parameters in the order they are added.
#[derive(Debug, Default)]
pub(crate) struct Query(String);

impl Query {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// The value as it stands; only for text that is known to be clean.
    pub(crate) fn raw(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        // Writing to a String cannot fail.
        let _ = write!(self.0, "{name}={value}");
        self
    }

    /// Escaped as by JavaScript's `encodeURIComponent`.
    pub(crate) fn component(self, name: &str, value: &str) -> Self {
        self.raw(name, utf8_percent_encode(value, COMPONENT))
    }

    /// Escaped as by Angular.
    pub(crate) fn angular(self, name: &str, value: &str) -> Self {
        self.raw(name, utf8_percent_encode(value, ANGULAR))
    }

    /// For a value that is escaped already: only what would end it is escaped.
    pub(crate) fn escaped(self, name: &str, value: &str) -> Self {
        self.raw(name, utf8_percent_encode(value, BARE))
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

/// An `application/x-www-form-urlencoded` body: the same escapes as in a query.
pub(crate) type Form = Query;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_follow_the_page() {
        let skey = "@crypt_1a/+=, é";
        assert_eq!(Query::new().component("k", skey).into_string(), "k=%40crypt_1a%2F%2B%3D%2C%20%C3%A9");
        let all: String = (' '..='\u{7f}').collect();
        assert_eq!(
            Query::new().component("k", &all).into_string(),
            "k=%20!%22%23%24%25%26'()*%2B%2C-.%2F0123456789%3A%3B%3C%3D%3E%3F%40ABCDEFGHIJKLMNOPQRSTUVWXYZ\
             %5B%5C%5D%5E_%60abcdefghijklmnopqrstuvwxyz%7B%7C%7D~%7F"
        );
        let escaped = Query::new().escaped("k", "a%2Bb=+/&c#?\r\n\u{7f}é").into_string();
        assert_eq!(escaped, "k=a%2Bb=+/%26c%23%3F%0D%0A%7F%C3%A9");
        assert_eq!(Query::new().raw("a", 1).angular("k", "@a:$,%2B").into_string(), "a=1&k=@a:$,%252B");
    }
}
