//! What each input does in each state.

use std::time::Duration;

use super::{
    Effect, FETCH_SPACING, FailedRounds, Input, LOST_CHECKS, Open, State,
    next::{
        CHECK_SPACING, after_lost_check, check, fetch, next, notify_lost_checks, renew_cookies, session_over,
    },
};
use crate::{
    endpoint::Call,
    flow::{Schedule, Wait},
};

/// While no fetch may start, the check after one that found news waits this long: it only keeps the session alive.
const PAUSED: Duration = Duration::from_secs(25);
/// Fetches in a row that `ContinueFlag` may ask for.
pub(super) const CONTINUES: u32 = 50;
/// Unusable replies at one key before webwxinit is tried, and before its key may be taken.
pub(super) const ATTEMPTS_PER_STAGE: u32 = 3;

pub(super) fn step(state: State, input: Input) -> (State, Vec<Effect>) {
    match state {
        State::Check { failed, news, confirming_end } => match input {
            // With room a fetch renews the cookies as well, and loses nothing that arrives meanwhile. News that were
            // said while there was none are not said again by every server.
            // A good check has the last word on an end that was doubted.
            Input::Quiet { renew, open: Open { room: true, .. } } if renew || news => {
                fetch(FailedRounds::default(), 0, false, Wait::Now)
            }
            Input::Quiet { renew: true, .. } => renew_cookies(news, confirming_end),
            Input::Quiet { renew: false, open } => {
                next(FailedRounds::default(), news, false, open, Wait::Spaced(CHECK_SPACING))
            }
            Input::News { open: Open { room: true, .. }, .. } => {
                fetch(failed.news_promised(), 0, confirming_end, Wait::Now)
            }
            Input::News { renew: true, .. } => renew_cookies(true, confirming_end),
            Input::News { renew: false, .. } => {
                check(failed.check_answered(), true, false, Wait::Delay(PAUSED))
            }
            Input::Odd { cause, open } => {
                after_lost_check(failed.check_lost(), news || open.room, confirming_end, open, cause)
            }
            Input::Lost { cause, open } => {
                after_lost_check(failed.check_lost(), news, confirming_end, open, cause)
            }
            Input::TooOften { open } => {
                next(failed.check_answered(), news, confirming_end, open, Wait::Spaced(FETCH_SPACING))
            }
            Input::Room { polling, checks } if (news || !checks) && !confirming_end => {
                let before = if polling { Effect::Abort } else { Effect::Unschedule };
                let open = Open { room: true, checks };
                let (state, mut effects) = next(failed, news, confirming_end, open, Wait::Now);
                effects.insert(0, before);
                (state, effects)
            }
            Input::SessionOver { code, endpoint, age_secs } => {
                session_over(failed, news, confirming_end, code, endpoint, age_secs)
            }
            Input::Room { .. }
            | Input::Synced { .. }
            | Input::Renewed { .. }
            | Input::Unusable { .. }
            | Input::Initialised { .. } => (State::Check { failed, news, confirming_end }, Vec::new()),
        },

        State::Fetch { failed, continues, unusable, confirming_end } => match input {
            Input::Synced { progress: true, more: true, open: Open { room: true, .. } }
                if continues < CONTINUES =>
            {
                fetch(failed.fetched(), continues.saturating_add(1), false, Wait::Now)
            }
            Input::Synced { progress: true, more, open } => {
                let news = more && !open.room;
                let wait = if news { Wait::Delay(PAUSED) } else { Wait::Now };
                notify_lost_checks(failed, next(failed.fetched(), news, false, open, wait))
            }
            // Nobody said that there were news: checks are lost.
            Input::Synced { progress: false, open, .. } if failed.lost_checks >= LOST_CHECKS => {
                notify_lost_checks(
                    failed,
                    next(failed.fetched(), false, false, open, Wait::Spaced(CHECK_SPACING)),
                )
            }
            Input::Synced { progress: false, open, .. } => {
                let empty_fetches = failed.empty_fetches;
                let wait = if empty_fetches == 0 { Wait::Now } else { Wait::Backoff(empty_fetches) };
                next(FailedRounds { empty_fetches, ..failed.fetched() }, false, false, open, wait)
            }
            Input::Unusable { cause, old, init } => {
                let failed = failed.request_lost();
                let skip = unusable.saturating_add(1) >= ATTEMPTS_PER_STAGE.saturating_mul(2) && old;
                let rung = skip || unusable.saturating_add(1) == ATTEMPTS_PER_STAGE;
                if rung && init {
                    let unusable = unusable.saturating_add(1);
                    let again = Schedule::again(Call::Init, failed.lost, cause);
                    return (
                        State::Reinit { lost: failed.lost, unusable, skip },
                        vec![Effect::Schedule(again)],
                    );
                }
                // While webwxinit is held back no rung is passed over.
                let unusable = if rung { unusable } else { unusable.saturating_add(1) };
                let again = Schedule::again(Call::Sync, failed.lost, cause);
                (
                    State::Fetch { failed, continues: 0, unusable, confirming_end },
                    vec![Effect::Schedule(again)],
                )
            }
            Input::Lost { cause, .. } => {
                let failed = failed.request_lost();
                let again = Schedule::again(Call::Sync, failed.lost, cause);
                (State::Fetch { failed, continues, unusable, confirming_end }, vec![Effect::Schedule(again)])
            }
            // The heartbeat goes on meanwhile.
            Input::TooOften { open } => {
                next(failed.fetched(), true, confirming_end, open, Wait::Delay(PAUSED))
            }
            Input::SessionOver { code, endpoint, age_secs } => {
                session_over(failed, true, confirming_end, code, endpoint, age_secs)
            }
            Input::Quiet { .. }
            | Input::News { .. }
            | Input::Odd { .. }
            | Input::Renewed { .. }
            | Input::Initialised { .. }
            | Input::Room { .. } => {
                (State::Fetch { failed, continues, unusable, confirming_end }, Vec::new())
            }
        },

        State::Renew { news, confirming_end } => match input {
            Input::Renewed { open } => {
                let wait = if news { Wait::Now } else { Wait::Spaced(CHECK_SPACING) };
                next(FailedRounds::default(), news, false, open, wait)
            }
            Input::Room { polling: false, .. } => {
                let (state, mut effects) = fetch(FailedRounds::default(), 0, confirming_end, Wait::Now);
                effects.insert(0, Effect::Unschedule);
                (state, effects)
            }
            // There may be room by now: then a fetch renews the cookies too.
            Input::Lost { cause, open: Open { room: true, .. } } => {
                let failed = FailedRounds::default().request_lost();
                let again = Schedule::again(Call::Sync, failed.lost, cause);
                (
                    State::Fetch { failed, continues: 0, unusable: 0, confirming_end },
                    vec![Effect::Schedule(again)],
                )
            }
            Input::Lost { cause, .. } | Input::Unusable { cause, .. } => {
                let failed = FailedRounds::default().request_lost();
                let again = Schedule::again(Call::SyncCheck, failed.lost, cause);
                (State::Check { failed, news, confirming_end }, vec![Effect::Schedule(again)])
            }
            Input::TooOften { open } => {
                next(FailedRounds::default(), news, confirming_end, open, Wait::Delay(PAUSED))
            }
            Input::SessionOver { code, endpoint, age_secs } => {
                session_over(FailedRounds::default(), news, confirming_end, code, endpoint, age_secs)
            }
            Input::Quiet { .. }
            | Input::News { .. }
            | Input::Odd { .. }
            | Input::Synced { .. }
            | Input::Initialised { .. }
            | Input::Room { polling: true, .. } => (State::Renew { news, confirming_end }, Vec::new()),
        },

        State::Reinit { lost, unusable, skip } => match input {
            // The Gap that was opened fills the window.
            Input::Initialised { moved: true } => check(FailedRounds::default(), true, false, Wait::Now),
            // Back to before this rung, if webwxinit is held back: the stream is looked at meanwhile.
            Input::Initialised { moved: false } | Input::TooOften { .. } => {
                let held = u32::from(matches!(input, Input::TooOften { .. }));
                let (failed, unusable) =
                    (FailedRounds { lost, ..FailedRounds::default() }, unusable.saturating_sub(held));
                let schedule = Schedule::after(Call::Sync, Wait::Backoff(lost));
                (
                    State::Fetch { failed, continues: 0, unusable, confirming_end: false },
                    vec![Effect::Schedule(schedule)],
                )
            }
            Input::Lost { cause, .. } | Input::Unusable { cause, .. } => {
                let lost = lost.saturating_add(1);
                let again = Schedule::again(Call::Init, lost, cause);
                (State::Reinit { lost, unusable, skip }, vec![Effect::Schedule(again)])
            }
            Input::SessionOver { code, endpoint, age_secs } => {
                session_over(FailedRounds::default(), true, false, code, endpoint, age_secs)
            }
            Input::Quiet { .. }
            | Input::News { .. }
            | Input::Odd { .. }
            | Input::Synced { .. }
            | Input::Renewed { .. }
            | Input::Room { .. } => (State::Reinit { lost, unusable, skip }, Vec::new()),
        },

        State::Finished => match input {
            Input::Quiet { .. }
            | Input::News { .. }
            | Input::Odd { .. }
            | Input::Synced { .. }
            | Input::Renewed { .. }
            | Input::Unusable { .. }
            | Input::Initialised { .. }
            | Input::SessionOver { .. }
            | Input::TooOften { .. }
            | Input::Lost { .. }
            | Input::Room { .. } => (State::Finished, Vec::new()),
        },
    }
}
