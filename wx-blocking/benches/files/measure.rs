//! Times, memory and processor time, as Linux tells them.

use std::fs;

/// Of one transfer: seconds, seconds of processor, bytes.
pub(crate) struct Figures {
    pub(crate) seconds: f64,
    pub(crate) processor: f64,
    /// By how much memory had grown at its peak; 0 if it was not looked at.
    pub(crate) peak: f64,
}

pub(crate) fn median(numbers: Vec<f64>) -> f64 {
    rank(numbers, 50)
}

/// The number that so many of 100 are not above.
pub(crate) fn rank(mut numbers: Vec<f64>, percent: usize) -> f64 {
    numbers.sort_unstable_by(f64::total_cmp);
    let place = (numbers.len() * percent / 100).min(numbers.len().saturating_sub(1));
    numbers.get(place).copied().unwrap_or(f64::NAN)
}

/// From here on [`peak`] is that of what follows.
pub(crate) fn reset_peak() {
    fs::write("/proc/self/clear_refs", "5").unwrap();
}

/// The most memory that this process had, in bytes.
pub(crate) fn peak() -> u64 {
    status("VmHWM:")
}

/// The memory that this process has, in bytes.
pub(crate) fn resident() -> u64 {
    status("VmRSS:")
}

fn status(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

/// Seconds of processor that this process took.
pub(crate) fn processor() -> f64 {
    ticks(14)
}

/// Those of its children that ended.
pub(crate) fn processor_of_children() -> f64 {
    ticks(16)
}

/// The sum of this field and the next, in seconds.
fn ticks(field: usize) -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    // The second field may hold spaces.
    let (_, fields) = stat.rsplit_once(") ").unwrap();
    let ticks = fields.split(' ').skip(field - 3).take(2).map(|ticks| ticks.parse::<f64>().unwrap());
    ticks.sum::<f64>() / 100.0
}
