//! The two date forms of the replies.

/// The form in `Set-Cookie`, with dashes: `Wed, 01-Jan-2025 14:54:20 GMT` (captured 2018).
pub(super) fn cookie_date(secs: u64) -> String {
    let date = Civil::at(secs);
    format!("{}, {:02}-{}-{} {} GMT", date.weekday, date.day, date.month, date.year, clock(secs))
}

/// The form in `Date`: `Wed, 01 Jan 2025 02:54:20 GMT`.
pub(super) fn http_date(secs: u64) -> String {
    let date = Civil::at(secs);
    format!("{}, {:02} {} {} {} GMT", date.weekday, date.day, date.month, date.year, clock(secs))
}

fn clock(secs: u64) -> String {
    let of_day = secs % 86_400;
    format!("{:02}:{:02}:{:02}", of_day / 3600, of_day / 60 % 60, of_day % 60)
}

struct Civil {
    weekday: &'static str,
    day: u64,
    month: &'static str,
    year: u64,
}

impl Civil {
    /// Days to date by counting years from a March, so that the leap day is the last of its year.
    fn at(secs: u64) -> Self {
        let days = secs / 86_400;
        let since_march = days + 719_468;
        let era = since_march / 146_097;
        let of_era = since_march % 146_097;
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * of_year + 2) / 153;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        Self {
            weekday: name(&WEEKDAYS, (days + 4) % 7),
            day: of_year - (153 * march_month + 2) / 5 + 1,
            month: name(&MONTHS, month - 1),
            year: year_of_era + era * 400 + u64::from(month <= 2),
        }
    }
}

fn name(names: &[&'static str], at: u64) -> &'static str {
    usize::try_from(at).ok().and_then(|at| names.get(at)).copied().unwrap_or_default()
}

const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_dates() {
        assert_eq!(cookie_date(1_735_743_260), "Wed, 01-Jan-2025 14:54:20 GMT");
        assert_eq!(cookie_date(1_735_700_060 + 3650 * 86_400), "Sat, 30-Dec-2034 02:54:20 GMT");
        assert_eq!(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(http_date(1_709_164_800), "Thu, 29 Feb 2024 00:00:00 GMT");
    }
}
