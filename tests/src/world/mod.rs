//! Simulated worlds: a client, its application, disk and clock, the network and the server, all from one seed.
//!
//! ```text
//!            acts of the plan: say, send, faults, kicks, crashes, clock jumps, sleep
//!              │            │               │              │
//!   application ── client ── network ── simulated server   disk
//!        │                                   │
//!        └── journal ───── oracle ─────── record
//! ```
//!
//! [`Plan::draw`] makes a plan from a seed, [`run`] plays it, and the oracle compares what the application stored with
//! what the server queued. A failing plan is data: [`shrink`] removes what does not matter.

mod action;
mod actions;
mod app;
mod application;
mod book;
mod calm;
mod checks;
mod clock;
mod content;
mod corners;
mod device;
mod disk;
mod downloads;
mod draw;
mod handed;
mod heard;
mod keys;
mod kinds;
mod limits;
mod login;
mod net;
mod oracle;
mod outgoing;
mod passing;
mod people;
mod plan;
mod pulse;
mod report;
mod rest;
mod rules;
mod scenario;
mod shrink;
mod sim;
mod transfers;
mod uploads;
mod watch;

pub use self::{
    action::{Action, NetworkFault, Oddity, Way},
    kinds::KINDS,
    plan::{AppKind, People, Plan},
    report::Report,
    rules::Rules,
    shrink::shrink,
    watch::Violation,
};

/// Plays a plan. `journal`: keep one, for reading.
///
/// ```
/// use wx_testkit::world::{Plan, Rules, run};
///
/// for seed in 0..3 {
///     let report = run(&Plan::draw(seed), &Rules::today(), false);
///     assert_eq!(report.violation, None, "seed {seed}");
/// }
/// ```
pub fn run(plan: &Plan, rules: &Rules, journal: bool) -> Report {
    sim::Sim::new(plan, rules, journal).run()
}

/// What to print of a seed that fails: the rule, the shortest plan, its journal. `None` if it does not fail.
///
/// ```
/// use wx_testkit::world::{Rules, explain};
///
/// if let Some(text) = explain(7, &Rules::today()) {
///     panic!("{text}");
/// }
/// ```
pub fn explain(seed: u64, rules: &Rules) -> Option<String> {
    explain_plan(&Plan::draw(seed), rules)
}

/// The same of a plan.
///
/// ```
/// use wx_testkit::world::{Plan, Rules, explain_plan};
///
/// assert_eq!(explain_plan(&Plan::draw_file_helper(7), &Rules::today()), None);
/// ```
pub fn explain_plan(plan: &Plan, rules: &Rules) -> Option<String> {
    run(plan, rules, false).violation.as_ref()?;
    let (plan, report) = shrink(plan, rules);
    let violation = report.violation.as_ref()?;
    let seed = plan.seed;
    let mut text = format!("seed {seed} breaks {:?}: {}\n", violation.rule, violation.what);
    text.push_str(&format!(
        "{:?}, {:?}, window {}, outbox {}, {:?} stored, careful {}, same clock {}, {} s ahead, same seed {}, disk {} ms, \
         dedup {}, echo {}, once {}, keys {:?}\n",
        plan.app,
        plan.people,
        plan.client.unacked_batches,
        plan.client.outbox,
        plan.client.storing,
        plan.careful,
        plan.same_clock,
        plan.ahead,
        plan.same_seed,
        plan.disk_millis,
        plan.server.dedup_sends,
        plan.server.echo_sends,
        plan.server.says_once,
        plan.server.old_keys,
    ));
    for (at, act) in &plan.acts {
        let at = at.saturating_since(crate::runner::START).as_secs_f64();
        text.push_str(&format!("  +{at:.3} {act:?}\n"));
    }
    if let Some(journal) = &report.journal {
        text.push_str(&journal.to_string());
    }
    Some(text)
}
