//! Values that differ from run to run, and the shape that each must have.

use std::collections::{BTreeMap, BTreeSet};

/// The shape of a value that depends on clock or chance.
///
/// ```
/// use wx_testkit::transcript::Pattern;
///
/// assert!(Pattern::Millis.fits("1735700000000"));
/// assert!(!Pattern::DeviceId.fits("1735700000000"));
/// ```
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Pattern {
    /// A device id: `e` and 15 digits.
    DeviceId,
    /// A device id of the file helper: 15 digits.
    BareDeviceId,
    /// An integer of 32 bits with a sign, written plainly.
    Int32,
    /// Unix milliseconds: 13 digits.
    Millis,
    /// An id for a sent message: 17 digits.
    MessageId,
    /// Four letters or digits.
    FourLetters,
}

impl Pattern {
    /// Whether a value, without quotes, has this shape.
    #[must_use]
    pub fn fits(self, value: &str) -> bool {
        let digits =
            |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
        match self {
            Self::DeviceId => value.strip_prefix('e').is_some_and(|rest| digits(rest, 15)),
            Self::BareDeviceId => digits(value, 15),
            Self::Int32 => value.parse::<i32>().is_ok_and(|number| number.to_string() == value),
            Self::Millis => digits(value, 13) && !value.starts_with('0'),
            Self::MessageId => digits(value, 17) && !value.starts_with('0'),
            Self::FourLetters => value.len() == 4 && value.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        }
    }
}

/// Which values are compared by shape, and which the client may escape where the page does not.
///
/// A name may have several shapes: the recorded value chooses, and the other must have the same one.
///
/// ```
/// use wx_testkit::transcript::{Pattern, Volatile};
///
/// // Beside what the official page has: another parameter with the time.
/// let volatile = Volatile::page().query("t", Pattern::Millis);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Volatile {
    query: BTreeMap<String, BTreeSet<Pattern>>,
    json: BTreeMap<String, BTreeSet<Pattern>>,
    escaped: BTreeSet<(String, String)>,
}

impl Volatile {
    /// Nothing is volatile.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// The volatile values of the official page, and the webwxsync sid that the client escapes.
    #[must_use]
    pub fn page() -> Self {
        Self::none()
            .query("_", Pattern::Millis)
            .query("r", Pattern::Int32)
            .query("r", Pattern::Millis)
            .query("rr", Pattern::Int32)
            .query("deviceid", Pattern::DeviceId)
            .json("DeviceID", Pattern::DeviceId)
            .json("rr", Pattern::Int32)
            .json("ClientMsgId", Pattern::Millis)
            .json("ClientMsgId", Pattern::MessageId)
            .json("LocalID", Pattern::MessageId)
            .json("ClientMediaId", Pattern::Millis)
            .escaped("webwxsync", "sid")
    }

    /// The volatile values of the file helper's page.
    #[must_use]
    pub fn file_helper() -> Self {
        let mut volatile = Self::page();
        volatile.escaped.clear();
        volatile.query.insert("deviceid".to_owned(), BTreeSet::from([Pattern::BareDeviceId]));
        volatile.json.insert("DeviceID".to_owned(), BTreeSet::from([Pattern::BareDeviceId]));
        volatile.json.insert("ClientMediaId".to_owned(), BTreeSet::from([Pattern::MessageId]));
        volatile.query("random", Pattern::FourLetters)
    }

    /// Lists a query parameter.
    #[must_use]
    pub fn query(mut self, name: &str, pattern: Pattern) -> Self {
        self.query.entry(name.to_owned()).or_default().insert(pattern);
        self
    }

    /// Lists a member of JSON bodies, at any depth.
    #[must_use]
    pub fn json(mut self, name: &str, pattern: Pattern) -> Self {
        self.json.entry(name.to_owned()).or_default().insert(pattern);
        self
    }

    /// Lists a query parameter of an endpoint that is compared after percent-decoding.
    #[must_use]
    pub fn escaped(mut self, endpoint: &str, name: &str) -> Self {
        self.escaped.insert((endpoint.to_owned(), name.to_owned()));
        self
    }

    /// `None`: not listed. Otherwise whether both values have the same listed shape.
    pub(super) fn query_fits(&self, name: &str, expected: &str, actual: &str) -> Option<bool> {
        self.query.get(name).map(|patterns| same_shape(patterns, expected, actual))
    }

    /// As [`Self::query_fits`], for a member of a JSON body.
    pub(super) fn json_fits(&self, name: &str, expected: &str, actual: &str) -> Option<bool> {
        self.json.get(name).map(|patterns| same_shape(patterns, expected, actual))
    }

    pub(super) fn is_escaped(&self, endpoint: &str, name: &str) -> bool {
        self.escaped.iter().any(|(of, listed)| of == endpoint && listed == name)
    }
}

fn same_shape(patterns: &BTreeSet<Pattern>, expected: &str, actual: &str) -> bool {
    patterns.iter().any(|pattern| pattern.fits(expected) && pattern.fits(actual))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_exact() {
        let fit = [
            (Pattern::DeviceId, "e012345678901234"),
            (Pattern::BareDeviceId, "012345678901234"),
            (Pattern::Int32, "-2147483648"),
            (Pattern::Int32, "0"),
            (Pattern::Millis, "1735700000000"),
            (Pattern::MessageId, "17357000700000416"),
            (Pattern::FourLetters, "Kq2b"),
        ];
        for (pattern, value) in fit {
            assert!(pattern.fits(value), "{pattern:?} {value}");
        }
        let unfit = [
            (Pattern::DeviceId, "012345678901234"),
            (Pattern::DeviceId, "e01234567890123"),
            (Pattern::DeviceId, "e0123456789012345"),
            (Pattern::DeviceId, "e01234567890123x"),
            (Pattern::BareDeviceId, "e012345678901234"),
            (Pattern::BareDeviceId, "01234567890123"),
            (Pattern::Int32, "2147483648"),
            (Pattern::Int32, "+1"),
            (Pattern::Int32, "01"),
            (Pattern::Int32, "-0"),
            (Pattern::Int32, ""),
            (Pattern::Millis, "1735700000"),
            (Pattern::Millis, "0735700000000"),
            (Pattern::MessageId, "1735700070000041"),
            (Pattern::MessageId, "173570007000004160"),
            (Pattern::MessageId, "-7357000700000416"),
            (Pattern::FourLetters, "Kq2"),
            (Pattern::FourLetters, "Kq2b4"),
            (Pattern::FourLetters, "Kq%b"),
        ];
        for (pattern, value) in unfit {
            assert!(!pattern.fits(value), "{pattern:?} {value}");
        }
    }

    #[test]
    fn the_recorded_value_chooses_the_shape() {
        let page = Volatile::page();
        assert_eq!(page.query_fits("r", "-533213817", "7"), Some(true));
        assert_eq!(page.query_fits("r", "-533213817", "1735700000000"), Some(false));
        assert_eq!(page.query_fits("r", "1735700000000", "-533213817"), Some(false));
        assert_eq!(page.query_fits("seq", "0", "0"), None);
        assert_eq!(page.json_fits("ClientMsgId", "1735700061000", "17357000700000416"), Some(false));
    }
}
