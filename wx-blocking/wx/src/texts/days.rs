//! The days of the week.

use jiff::civil::Weekday;

use crate::texts::lang::Lang;

impl Lang {
    /// The day of the week.
    pub(crate) const fn weekday(self, day: Weekday) -> &'static str {
        let (en, zh) = match day {
            Weekday::Monday => ("Monday", "星期一"),
            Weekday::Tuesday => ("Tuesday", "星期二"),
            Weekday::Wednesday => ("Wednesday", "星期三"),
            Weekday::Thursday => ("Thursday", "星期四"),
            Weekday::Friday => ("Friday", "星期五"),
            Weekday::Saturday => ("Saturday", "星期六"),
            Weekday::Sunday => ("Sunday", "星期日"),
        };
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }
}
