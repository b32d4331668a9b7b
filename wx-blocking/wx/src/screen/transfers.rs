//! Files on their way: a bar with rate and time left for a terminal, a line at each quarter elsewhere.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::{Duration, Instant},
};

use wx_proto::{MediaKind, OpId, Progress, TransferDirection};

use crate::{
    screen::{clean, wrap},
    size,
    texts::lang::Lang,
};

/// Those that are under way.
#[derive(Debug, Default)]
pub(super) struct Transfers {
    names: BTreeMap<OpId, String>,
    under_way: BTreeMap<OpId, Transfer>,
    /// The newest that are over: the last word of how far one is may come after its end.
    over: BTreeSet<OpId>,
}

#[derive(Debug)]
struct Transfer {
    direction: TransferDirection,
    done: u64,
    total: Option<u64>,
    /// The last seconds: when, and how many bytes had passed.
    samples: VecDeque<(Instant, u64)>,
    /// Quarters that were told in lines.
    quarters: u64,
}

impl Transfers {
    /// What a transfer is called.
    pub(super) fn name(&mut self, op: OpId, name: &str) {
        self.names.entry(op).or_insert_with(|| name.to_owned());
    }

    pub(super) fn see(&mut self, progress: &Progress, now: Instant) {
        self.pass(progress.op, progress.direction, progress.done, progress.total, now);
    }

    fn pass(&mut self, op: OpId, direction: TransferDirection, done: u64, total: Option<u64>, now: Instant) {
        if self.over.contains(&op) {
            return;
        }
        let transfer = self.under_way.entry(op).or_insert_with(|| Transfer {
            direction,
            done: 0,
            total: None,
            samples: VecDeque::new(),
            quarters: 0,
        });
        (transfer.done, transfer.total) = (done, total);
        // A part that goes once more makes it fall back.
        if transfer.samples.back().is_some_and(|(_, before)| *before > done) {
            transfer.samples.clear();
        }
        transfer.samples.push_back((now, done));
        while transfer.samples.len() > 2
            && transfer.samples.front().is_some_and(|(at, _)| now.duration_since(*at) > WINDOW)
        {
            transfer.samples.pop_front();
        }
    }

    /// It is over.
    pub(super) fn end(&mut self, op: OpId) {
        self.names.remove(&op);
        self.under_way.remove(&op);
        self.over.insert(op);
        if self.over.len() > MOST_OVER {
            self.over.pop_first();
        }
    }

    /// The oldest one in one row of `columns`; `None` if nothing is under way.
    pub(super) fn row(&self, lang: Lang, columns: usize) -> Option<String> {
        let (op, transfer) = self.under_way.first_key_value()?;
        let name = self.names.get(op).cloned().unwrap_or_else(|| lang.media_kind(MediaKind::File));
        let more = self.under_way.len().saturating_sub(1);
        Some(transfer.row(lang, &name, more, columns))
    }

    /// What there is to say in a line of its own: at each quarter.
    pub(super) fn line(&mut self, lang: Lang, op: OpId) -> Option<String> {
        let name = self.names.get(&op).cloned().unwrap_or_else(|| lang.media_kind(MediaKind::File));
        let transfer = self.under_way.get_mut(&op)?;
        let total = transfer.total.filter(|total| *total >= SHORT)?;
        let quarters = transfer.percent()? / 25;
        if quarters <= transfer.quarters || quarters >= 4 {
            return None;
        }
        transfer.quarters = quarters;
        Some(lang.transfer_quarter(&clean::cut(&name, NAME), quarters * 25, &size::shown(total)))
    }
}

impl Transfer {
    fn percent(&self) -> Option<u64> {
        let total = self.total.filter(|total| *total > 0)?;
        u64::try_from(u128::from(self.done) * 100 / u128::from(total)).ok().map(|percent| percent.min(100))
    }

    /// In bytes a second; `None` until it can be told.
    fn rate(&self) -> Option<u64> {
        let ((first, from), (last, to)) = (self.samples.front()?, self.samples.back()?);
        let millis = last.duration_since(*first).as_millis();
        if millis < 200 {
            return None;
        }
        u64::try_from(u128::from(to.saturating_sub(*from)) * 1000 / millis).ok()
    }

    fn seconds_left(&self) -> Option<u64> {
        let left = self.total?.saturating_sub(self.done);
        left.checked_div(self.rate()?)
    }

    /// As much as fits, the most important first: how far, the name, the rate, the time left, the bar.
    fn row(&self, lang: Lang, name: &str, more: usize, columns: usize) -> String {
        let arrow = match self.direction {
            TransferDirection::Up => "↑",
            TransferDirection::Down => "↓",
        };
        let far = match (self.percent(), self.total) {
            (Some(percent), Some(total)) => format!("{percent:>3}% {}", size::shown(total)),
            (None, _) | (_, None) => size::shown(self.done),
        };
        let mut tail = format!(" {far}");
        let rate = self.rate().map(|rate| format!(" {}/s", size::shown(rate)));
        let left = self.seconds_left().map(|seconds| format!(" {}", lang.time_left(&clock(seconds))));
        let others = (more > 0).then(|| format!(" {}", lang.more_transfers(more)));
        for part in [rate, left, others].into_iter().flatten() {
            if wrap::width(&tail) + wrap::width(&part) + LEAST + 2 <= columns {
                tail.push_str(&part);
            }
        }
        let room = columns.saturating_sub(wrap::width(&tail) + 2);
        let bar = match self.percent() {
            Some(percent) if room >= LEAST + 1 + BAR + 2 => bar(percent, (room - LEAST).min(30) - 3),
            Some(_) | None => String::new(),
        };
        let room = room.saturating_sub(wrap::width(&bar)).min(NAME);
        format!("{arrow} {}{bar}{tail}", clean::cut(name, room))
    }
}

/// In characters that are one column wide in every terminal.
fn bar(percent: u64, width: usize) -> String {
    let full = width.saturating_mul(usize::try_from(percent).unwrap_or(100)) / 100;
    let head = usize::from(full < width && percent > 0);
    format!(" [{}{}{}]", "=".repeat(full), ">".repeat(head), " ".repeat(width - full - head))
}

fn clock(seconds: u64) -> String {
    if seconds >= 3600 {
        format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    } else {
        format!("{}:{:02}", seconds / 60, seconds % 60)
    }
}

/// Many more than are under way at once.
const MOST_OVER: usize = 1024;
/// The rate is that of the last seconds.
const WINDOW: Duration = Duration::from_secs(5);
/// Files below are there before a line about them is read.
const SHORT: u64 = 2 << 20;
/// Columns for a name, at least where a bar is to be beside it, and at most.
const LEAST: usize = 12;
const NAME: usize = 40;
/// The shortest bar that says something.
const BAR: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn pass(transfers: &mut Transfers, done: u64, total: Option<u64>, now: Instant) {
        transfers.pass(OpId::new(1), TransferDirection::Up, done, total, now);
    }

    fn transfers(name: &str) -> (Transfers, Instant) {
        let (mut transfers, start) = (Transfers::default(), Instant::now());
        transfers.name(OpId::new(1), name);
        pass(&mut transfers, 0, Some(30 << 20), start);
        pass(&mut transfers, 3 << 20, Some(30 << 20), start + Duration::from_secs(1));
        (transfers, start)
    }

    #[test]
    fn a_row_has_what_fits() {
        let (mut transfers, start) = transfers("report.pdf");
        let row = |transfers: &Transfers, columns| transfers.row(Lang::En, columns).unwrap();
        assert_eq!(
            row(&transfers, 79),
            "↑ report.pdf [==>                        ]  10% 31.4 MB 3.1 MB/s 0:09 left"
        );
        assert_eq!(row(&transfers, 39), "↑ report.pdf  10% 31.4 MB 3.1 MB/s");
        for columns in 0..200 {
            let width = wrap::width(&row(&transfers, columns));
            assert!(width <= columns.max(20), "{columns}: {width}");
        }
        pass(&mut transfers, 1 << 20, Some(30 << 20), start + Duration::from_secs(2));
        assert_eq!(row(&transfers, 30), "↑ report.pdf   3% 31.4 MB");
        pass(&mut transfers, 5, None, start + Duration::from_secs(3));
        assert_eq!(row(&transfers, 79), "↑ report.pdf 5 B");
        transfers.end(OpId::new(1));
        pass(&mut transfers, 30 << 20, Some(30 << 20), start + Duration::from_secs(4));
        assert_eq!(transfers.row(Lang::En, 79), None, "what comes late begins nothing");
    }

    #[test]
    fn names_from_others_stay_in_their_place() {
        let (transfers, _) = transfers(&format!("\u{1b}[2J{}\r\n.pdf", "汉".repeat(300)));
        for columns in [40, 80, 200] {
            let row = transfers.row(Lang::Zh, columns).unwrap();
            assert!(wrap::width(&row) <= columns && !row.contains('\u{1b}'), "{row}");
        }
    }

    #[test]
    fn lines_come_at_each_quarter() {
        let (mut transfers, start) = transfers("report.pdf");
        let mut lines = Vec::new();
        for done in 0..=30_u64 {
            pass(&mut transfers, done << 20, Some(30 << 20), start + Duration::from_secs(done));
            lines.extend(transfers.line(Lang::En, OpId::new(1)));
        }
        assert_eq!(
            lines,
            ["report.pdf: 25% of 31.4 MB", "report.pdf: 50% of 31.4 MB", "report.pdf: 75% of 31.4 MB"]
        );
    }
}
