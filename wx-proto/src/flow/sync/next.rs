//! What is asked next, and after which pause.

use std::time::Duration;

use super::{Effect, FailedRounds, LOST_CHECKS, Open, State, failed_rounds::LOST_CHECKS_TOLD};
use crate::{
    Cause, EndReason, Endpoint,
    endpoint::Call,
    flow::{Schedule, Wait},
};

/// Checks that are answered at once with nothing keep this far apart.
pub(super) const CHECK_SPACING: Duration = Duration::from_secs(2);
/// Fetches that go out by themselves, because checks are lost, keep this far apart: as far as held checks do.
pub(crate) const FETCH_SPACING: Duration = Duration::from_secs(25);

pub(super) fn check(
    failed: FailedRounds,
    news: bool,
    confirming_end: bool,
    wait: Wait,
) -> (State, Vec<Effect>) {
    (
        State::Check { failed, news, confirming_end },
        vec![Effect::Schedule(Schedule::after(Call::SyncCheck, wait))],
    )
}

pub(super) fn fetch(
    failed: FailedRounds,
    continues: u32,
    confirming_end: bool,
    wait: Wait,
) -> (State, Vec<Effect>) {
    (
        State::Fetch { failed, continues, unusable: 0, confirming_end },
        vec![Effect::Schedule(Schedule::after(Call::Sync, wait))],
    )
}

/// The first fetch that works while checks are lost is when the application hears of it.
pub(super) fn notify_lost_checks(
    failed: FailedRounds,
    (state, mut effects): (State, Vec<Effect>),
) -> (State, Vec<Effect>) {
    if failed.lost_checks == LOST_CHECKS {
        effects.push(Effect::ChecksLost);
    }
    (state, effects)
}

pub(super) fn renew_cookies(news: bool, confirming_end: bool) -> (State, Vec<Effect>) {
    (State::Renew { news, confirming_end }, vec![Effect::Schedule(Schedule::now(Call::Renew))])
}

/// The next look at the stream: a check, unless there is something to fetch, or checks are held back.
pub(super) fn next(
    failed: FailedRounds,
    news: bool,
    confirming_end: bool,
    open: Open,
    wait: Wait,
) -> (State, Vec<Effect>) {
    if open.room && (news || !open.checks) {
        fetch(failed, 0, confirming_end, if news { wait } else { Wait::Spaced(FETCH_SPACING) })
    } else {
        check(failed, news, confirming_end, wait)
    }
}

/// After a check without a usable reply. Delivery does not depend on checks: after some of them, or with something to
/// fetch, webwxsync goes out by itself.
pub(super) fn after_lost_check(
    failed: FailedRounds,
    news: bool,
    confirming_end: bool,
    open: Open,
    cause: Cause,
) -> (State, Vec<Effect>) {
    let fetch = open.room && (news || failed.lost_checks >= LOST_CHECKS);
    let call = if fetch { Call::Sync } else { Call::SyncCheck };
    let schedule = if failed.lost_checks < LOST_CHECKS_TOLD {
        Schedule::again(call, failed.lost, cause)
    } else if fetch {
        Schedule::after(call, Wait::Spaced(FETCH_SPACING))
    } else {
        Schedule::after(call, Wait::Backoff(failed.lost))
    };
    let state = if fetch {
        State::Fetch { failed, continues: 0, unusable: 0, confirming_end }
    } else {
        State::Check { failed, news, confirming_end }
    };
    (state, vec![Effect::Schedule(schedule)])
}

/// 1100 and 1102 come out of the blue too: a single one is doubted, and synccheck has the last word.
pub(super) fn session_over(
    failed: FailedRounds,
    news: bool,
    confirming_end: bool,
    code: i64,
    endpoint: Endpoint,
    age_secs: u64,
) -> (State, Vec<Effect>) {
    if !confirming_end && matches!(code, 1100 | 1102) {
        return check(failed, news, true, Wait::Delay(CHECK_SPACING));
    }
    (State::Finished, vec![Effect::End(EndReason::SessionOver { code, endpoint, age_secs })])
}
