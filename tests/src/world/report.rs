//! What came of a world.

use std::time::Duration;

use super::watch::Violation;
use crate::{coverage::Coverage, journal::Journal};

/// What came of a world.
///
/// ```
/// use wx_testkit::world::{Plan, Rules, run};
///
/// let report = run(&Plan::draw(7), &Rules::today(), true);
/// if let Some(violation) = &report.violation {
///     println!("{}: {}", violation.rule, violation.what);
/// }
/// println!("{} messages, {} crashes in {:?}", report.messages, report.crashes, report.lived);
/// assert!(report.journal.is_some());
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Report {
    /// The first rule that was broken.
    pub violation: Option<Violation>,
    /// The journal, if it was asked for.
    pub journal: Option<Journal>,
    /// Messages that the server queued.
    pub messages: u64,
    /// Sends that the client accepted.
    pub sends: u64,
    /// Exchanges that went wrong.
    pub faults: u64,
    /// Deaths of the process.
    pub crashes: u64,
    /// Requests that the client made.
    pub requests: u64,
    /// Sessions that ended.
    pub ends: u64,
    /// Logins that the server granted.
    pub logins: usize,
    /// Gaps in the application's journal, and those of positions that were given up among them.
    pub gaps: (usize, usize),
    /// What the clients' flows did.
    pub coverage: Coverage,
    /// Virtual time from the first start to the end.
    pub lived: Duration,
}
