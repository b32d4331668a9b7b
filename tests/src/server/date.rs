//! The two date forms of the replies.

use std::time::{Duration, UNIX_EPOCH};

/// The last second of the year 9999: neither form has more digits.
const LAST: u64 = 253_402_300_799;

/// The form in `Set-Cookie`, with dashes: `Wed, 01-Jan-2025 14:54:20 GMT` (captured 2018).
pub(super) fn cookie_date(secs: u64) -> String {
    let date = http_date(secs);
    match date.splitn(5, ' ').collect::<Vec<_>>().as_slice() {
        [weekday, day, month, year, clock] => format!("{weekday} {day}-{month}-{year} {clock}"),
        _ => date,
    }
}

/// The form in `Date`: `Wed, 01 Jan 2025 02:54:20 GMT`.
pub(super) fn http_date(secs: u64) -> String {
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(secs.min(LAST)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_dates() {
        assert_eq!(cookie_date(1_735_743_260), "Wed, 01-Jan-2025 14:54:20 GMT");
        assert_eq!(cookie_date(1_735_700_060 + 3650 * 86_400), "Sat, 30-Dec-2034 02:54:20 GMT");
        assert_eq!(http_date(u64::MAX), "Fri, 31 Dec 9999 23:59:59 GMT");
        assert_eq!(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(http_date(1_709_164_800), "Thu, 29 Feb 2024 00:00:00 GMT");
    }
}
