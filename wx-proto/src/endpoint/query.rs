//! Query strings and form bodies, escaped as the official page does.

use std::fmt::Write as _;

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

    /// JavaScript's `encodeURIComponent`.
    pub(crate) fn component(self, name: &str, value: &str) -> Self {
        self.raw(name, escape(value, b"-_.!~*'()"))
    }

    /// Angular's query encoding: as `encodeURIComponent`, but `@ : $ ,` stay.
    pub(crate) fn angular(self, name: &str, value: &str) -> Self {
        self.raw(name, escape(value, b"-_.!~*'()@:$,"))
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

/// An `application/x-www-form-urlencoded` body: the same escapes as in a query.
pub(crate) type Form = Query;

fn escape(text: &str, keep: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || keep.contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_follow_the_page() {
        let skey = "@crypt_1a/+=, é";
        assert_eq!(Query::new().component("k", skey).into_string(), "k=%40crypt_1a%2F%2B%3D%2C%20%C3%A9");
        assert_eq!(Query::new().raw("a", 1).angular("k", "@a:$,%2B").into_string(), "a=1&k=@a:$,%252B");
    }
}
