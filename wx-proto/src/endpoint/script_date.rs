//! Dates as the page's script writes them.

use crate::Timestamp;

/// `Wed Jan 01 2025 10:00:00 GMT+0800 (中国标准时间)`: a date of JavaScript in the time of China, as in the 2018 capture.
pub(super) fn text(time: Timestamp) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb"];
    const EAST: u64 = 8 * 3_600;
    let name = |names: &[&'static str], number: u64| {
        usize::try_from(number).ok().and_then(|number| names.get(number).copied()).unwrap_or_default()
    };
    let seconds = time.as_secs().saturating_add(EAST);
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // The civil calendar in years that begin in March, so that a leap day is the last one; cycles of 400 years.
    let since = days + 719_468;
    let (cycle, day) = (since / 146_097, since % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let date = day - (153 * month + 2) / 5 + 1;
    let year = cycle * 400 + year + u64::from(month >= 10);
    let (weekday, month) = (name(&DAYS, days % 7), name(&MONTHS, month));
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{weekday} {month} {date:02} {year:04} {hour:02}:{minute:02}:{second:02} GMT+0800 (中国标准时间)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_all_kinds() {
        for (seconds, date) in [
            (0, "Thu Jan 01 1970 08:00:00"),
            (57_599, "Thu Jan 01 1970 23:59:59"),
            (57_600, "Fri Jan 02 1970 00:00:00"),
            (951_753_600, "Tue Feb 29 2000 00:00:00"),
            (951_840_000, "Wed Mar 01 2000 00:00:00"),
            (1_529_743_507, "Sat Jun 23 2018 16:45:07"),
            (1_735_696_800, "Wed Jan 01 2025 10:00:00"),
            (1_735_574_400, "Tue Dec 31 2024 00:00:00"),
            (1_769_939_940, "Sun Feb 01 2026 17:59:00"),
            (4_107_513_600, "Mon Mar 01 2100 00:00:00"),
        ] {
            let text = text(Timestamp::from_secs(seconds));
            assert_eq!(text, format!("{date} GMT+0800 (中国标准时间)"), "{seconds}");
        }
        assert!(!text(Timestamp::from_millis(u64::MAX)).is_empty());
    }
}
