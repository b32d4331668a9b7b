//! Dates of cookies and replies.

use crate::Timestamp;

/// A date in any of the spellings of RFC 6265, 5.1.1; the server writes `Wed, 01-Jan-2025 14:54:20 GMT`.
/// Dates before 1970 are taken as 1970.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let delimiter = |char: char| matches!(char, '\t' | ' '..='/' | ';'..='@' | '['..='`' | '{'..='~');
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    for token in text.split(delimiter).filter(|token| !token.is_empty()) {
        if time.is_none() && parse_time(token).is_some() {
            time = parse_time(token);
        } else if day.is_none() && leading(token, 1, 2).is_some() {
            day = leading(token, 1, 2);
        } else if month.is_none() && parse_month(token).is_some() {
            month = parse_month(token);
        } else if year.is_none() {
            year = leading(token, 2, 4);
        }
    }
    let year = match year? {
        year @ 70..=99 => 1900 + year,
        year @ 0..=69 => 2000 + year,
        year => year,
    };
    let (seconds, day, month) = (time?, day?, month?);
    if !(1..=31).contains(&day) || year < 1601 {
        return None;
    }
    if year < 1970 {
        return Some(Timestamp::default());
    }
    // Days since 1970 by the civil calendar, with the year beginning in March.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    Some(Timestamp::from_secs(days.checked_sub(719_468)? * 86_400 + seconds))
}

/// `14:54:20` as seconds of the day.
fn parse_time(token: &str) -> Option<u64> {
    let mut parts = token.splitn(3, ':');
    let mut part = || parts.next().filter(|part| part.len() <= 2)?.parse::<u64>().ok();
    let (hours, minutes) = (part()?, part()?);
    let seconds = leading(parts.next()?, 1, 2)?;
    (hours < 24 && minutes < 60 && seconds < 60).then_some(hours * 3600 + minutes * 60 + seconds)
}

/// A month by its first three letters, from 1.
fn parse_month(token: &str) -> Option<u64> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let name = token.get(..3)?.to_ascii_lowercase();
    (1..).zip(MONTHS).find(|(_, month)| **month == name).map(|(number, _)| number)
}

/// The number of `least` to `most` digits that `token` begins with.
fn leading(token: &str, least: usize, most: usize) -> Option<u64> {
    let end = token.find(|char: char| !char.is_ascii_digit()).unwrap_or(token.len());
    if !(least..=most).contains(&end) {
        return None;
    }
    token.get(..end)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_all_spellings() {
        let at = 1_735_743_260;
        for (text, secs) in [
            ("Wed, 01-Jan-2025 14:54:20 GMT", Some(at)),
            ("Wed, 01 Jan 2025 14:54:20 GMT", Some(at)),
            ("Wednesday, 01-Jan-25 14:54:20 GMT", Some(at)),
            ("Wed Jan  1 14:54:20 2025", Some(at)),
            ("1 january 2025 14:54:20", Some(at)),
            ("2025 1 JAN 14:54:20", Some(at)),
            ("14:54:20x 1x Jan. 2025x", Some(at)),
            ("Thu, 01-Jan-70 00:00:00 GMT", Some(0)),
            ("Thu, 01 Jan 1970 00:00:01 GMT", Some(1)),
            ("Fri, 31-Dec-99 23:59:59 GMT", Some(946_684_799)),
            ("Thu, 29 Feb 2024 00:00:00 GMT", Some(1_709_164_800)),
            ("Tue, 19 Jan 2038 03:14:07 GMT", Some(2_147_483_647)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(253_402_300_799)),
            ("Mon, 01 Jan 1601 00:00:00 GMT", Some(0)),
            ("Mon, 01 Jan 1600 00:00:00 GMT", None),
            ("Wed, 00 Jan 2025 14:54:20 GMT", None),
            ("Wed, 32 Jan 2025 14:54:20 GMT", None),
            ("Wed, 01 Jan 2025 24:00:00 GMT", None),
            ("Wed, 01 Jan 2025 00:60:00 GMT", None),
            ("Wed, 01 Jan 2025 00:00:60 GMT", None),
            ("Wed, 01 Jan 2025 14:54 GMT", None),
            ("Wed, 01 Jan 2025 014:54:20 GMT", None),
            ("Wed, 01 Foo 2025 14:54:20 GMT", None),
            ("01 Jan 14:54:20", None),
            ("01 Jan 20255 14:54:20", None),
            ("微 微微 1:2:3", None),
            ("", None),
        ] {
            assert_eq!(parse(text), secs.map(Timestamp::from_secs), "{text}");
        }
    }
}
