//! Times of day and dates, in local time.

use jiff::{Zoned, civil::Date, tz::TimeZone};
use wx_proto::Timestamp;

use crate::{palette::DIM, texts::lang::say};

/// A time among others of the same day: the time of day, with its date where that is another than `now`'s. Without a
/// screen (`columns`) it stands alone in a file or a pipe, and is full.
pub(crate) fn moment(at: Timestamp, now: Timestamp, columns: Option<usize>) -> String {
    moment_in(&TimeZone::system(), at, now, columns)
}

fn moment_in(zone: &TimeZone, at: Timestamp, now: Timestamp, columns: Option<usize>) -> String {
    let Some(at) = local(at, zone) else { return UNKNOWN.to_owned() };
    match (columns, local(now, zone)) {
        (None, _) => full(&at),
        (Some(_), Some(now)) if at.date() == now.date() => at.strftime("%H:%M").to_string(),
        (Some(_), _) => at.strftime("%Y-%m-%d %H:%M").to_string(),
    }
}

/// The day of the messages shown so far.
#[derive(Debug, Default)]
pub(crate) struct Days(Option<Date>);

impl Days {
    /// What stands before a message of this time: a line with the date where it begins another day, today being known;
    /// and the label of the message.
    pub(crate) fn label(
        &mut self,
        at: Timestamp,
        now: Timestamp,
        columns: Option<usize>,
    ) -> (String, String) {
        self.label_in(&TimeZone::system(), at, now, columns)
    }

    fn label_in(
        &mut self,
        zone: &TimeZone,
        at: Timestamp,
        now: Timestamp,
        columns: Option<usize>,
    ) -> (String, String) {
        let Some(at) = local(at, zone) else { return (String::new(), UNKNOWN.to_owned()) };
        if columns.is_none() {
            return (String::new(), full(&at));
        }
        let known = self.0.or_else(|| local(now, zone).map(|now| now.date()));
        self.0 = Some(at.date());
        let title = if known == Some(at.date()) { String::new() } else { title(at.date()) };
        (title, at.strftime("%H:%M").to_string())
    }
}

/// Indented: only what begins at the left edge is a message.
fn title(date: Date) -> String {
    format!("  {DIM}── {date} {} ──{DIM:#}\n", say().weekday(date.weekday()))
}

fn full(at: &Zoned) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

fn local(at: Timestamp, zone: &TimeZone) -> Option<Zoned> {
    let seconds = i64::try_from(at.as_secs()).ok()?;
    Some(jiff::Timestamp::from_second(seconds).ok()?.to_zoned(zone.clone()))
}

const UNKNOWN: &str = "--:--";

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: Option<usize> = Some(80);
    const DAY: u64 = 86_400;

    fn zone() -> TimeZone {
        TimeZone::fixed(jiff::tz::offset(8))
    }

    fn at(seconds: u64) -> Timestamp {
        // 31 August 2017, 13:33:47 in this zone.
        Timestamp::from_secs(1_504_157_627 + seconds)
    }

    #[test]
    fn times_of_other_days_have_their_date() {
        let moment = |at, now, columns| moment_in(&zone(), at, now, columns);
        assert_eq!(moment(at(0), at(0), SCREEN), "13:33");
        assert_eq!(moment(at(0), at(2 * DAY), SCREEN), "2017-08-31 13:33");
        assert_eq!(moment(at(0), at(0), None), "2017-08-31T13:33:47+08:00");
        assert_eq!(moment(Timestamp::from_millis(u64::MAX), at(0), SCREEN), UNKNOWN);
    }

    #[test]
    fn a_line_with_the_date_stands_between_days() {
        let mut days = Days::default();
        let mut shown = String::new();
        for (seconds, now) in
            [(0, 0), (60, 60), (DAY, DAY), (DAY + 1, DAY + 1), (60, DAY + 2), (2 * DAY, 2 * DAY)]
        {
            let (title, label) = days.label_in(&zone(), at(seconds), at(now), SCREEN);
            let title = anstream::adapter::strip_str(&title).to_string();
            shown += &format!("{title}{label}\n");
        }
        assert_eq!(
            shown,
            "13:33\n13:34\n  ── 2017-09-01 Friday ──\n13:33\n13:33\n  ── 2017-08-31 Thursday ──\n13:34\n\
             \x20 ── 2017-09-02 Saturday ──\n13:33\n"
        );
        // What waited since yesterday says so at once.
        let (title, _) = Days::default().label_in(&zone(), at(0), at(DAY), SCREEN);
        assert!(title.contains("2017-08-31"), "{title}");
    }

    #[test]
    fn in_a_file_every_line_has_its_whole_time() {
        let mut days = Days::default();
        for seconds in [0, DAY] {
            let (title, label) = days.label_in(&zone(), at(seconds), at(2 * DAY), None);
            assert_eq!(title, "");
            assert!(label.starts_with("2017-") && label.ends_with("T13:33:47+08:00"), "{label}");
        }
    }
}
