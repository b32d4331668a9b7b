//! From a failing plan to the shortest one that still fails.

use super::{Plan, Report, Rules, run};

/// Removes acts as long as the world still breaks the same rule. Gives the plan and its report, with a journal.
///
/// ```
/// use wx_testkit::world::{Plan, Rules, shrink};
///
/// let mut rules = Rules::today();
/// // A rule that nothing can keep.
/// rules.a_minute = 0;
/// let (plan, report) = shrink(&Plan::draw(7), &rules);
/// assert!(report.violation.is_some() && plan.acts.is_empty());
/// ```
pub fn shrink(plan: &Plan, rules: &Rules) -> (Plan, Report) {
    let mut plan = plan.clone();
    let rule = |plan: &Plan| run(plan, rules, false).violation.map(|violation| violation.rule);
    let wanted = rule(&plan);
    let mut size = plan.acts.len().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        let mut removed = false;
        while at < plan.acts.len() {
            let mut fewer = plan.clone();
            fewer.acts.drain(at..(at + size).min(plan.acts.len()));
            if rule(&fewer) == wanted {
                plan = fewer;
                removed = true;
            } else {
                at += size;
            }
        }
        if !(removed && size == 1) {
            size /= 2;
        }
    }
    let report = run(&plan, rules, true);
    (plan, report)
}
