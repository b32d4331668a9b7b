//! Receiving: `Check -> Fetch -> Check`, the long poll and what it leads to.

#[cfg(feature = "transitions")]
pub(crate) mod kinds;

use std::time::Duration;

use super::{Schedule, Wait};
use crate::{Cause, EndReason, Endpoint, endpoint::Call};

/// Checks that are answered at once with nothing keep this far apart.
const CHECK_SPACING: Duration = Duration::from_secs(2);
/// While no fetch may start, the check after one that found news waits this long: it only keeps the session alive.
const PAUSED: Duration = Duration::from_secs(25);
/// Fetches that go out by themselves, because checks are lost, keep this far apart: as far as held checks do.
pub(crate) const FETCH_SPACING: Duration = Duration::from_secs(25);
/// Lost checks in a row after which a fetch goes out by itself.
pub(crate) const LOST_CHECKS: u32 = 3;
/// The same, once the application knows: webwxsync worked meanwhile.
const LOST_CHECKS_TOLD: u32 = LOST_CHECKS + 1;
/// Rounds of news that were none after which the pause grows no more, so that real news never wait longer than 16 s.
const MOST_EMPTY: u32 = 5;
/// Fetches in a row that `ContinueFlag` may ask for.
const CONTINUES: u32 = 50;
/// Unusable replies at one key before webwxinit is tried, and before its key may be taken.
const ATTEMPTS_PER_STAGE: u32 = 3;

/// `confirming_end`: a code said that the session is over, and is asked for once more.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum State {
    /// synccheck is asked with the newest keys. `news`: something waits to be fetched, once there is room.
    Check { failed: FailedRounds, news: bool, confirming_end: bool },
    /// webwxsync is asked with the newest key. `unusable` counts complete replies at this key that could not be used.
    Fetch { failed: FailedRounds, continues: u32, unusable: u32, confirming_end: bool },
    /// webwxsync is asked with the committed key, for its cookies alone.
    Renew { news: bool, confirming_end: bool },
    /// webwxinit is asked, because of unusable replies. `skip`: its key is taken, behind a Gap.
    Reinit { lost: u32, unusable: u32, skip: bool },
    /// The session is over.
    Finished,
}

/// What went wrong in a row. Each count slows down what it counts, and nothing else.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct FailedRounds {
    /// Requests without a usable reply: the next one waits for a backoff.
    pub(crate) lost: u32,
    /// Checks without a usable reply, up to [`LOST_CHECKS`], or [`LOST_CHECKS_TOLD`]; only a good check ends the count.
    pub(crate) lost_checks: u32,
    /// News that brought nothing, or nothing yet.
    pub(crate) empty_fetches: u32,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Input {
    /// synccheck: nothing new. `renew`: the cookies need a webwxsync.
    Quiet { renew: bool, open: Open },
    /// synccheck: something to fetch.
    News { renew: bool, open: Open },
    /// synccheck: a code without a known meaning.
    Odd { cause: Cause, open: Open },
    /// webwxsync, with what it brought.
    Synced { progress: bool, more: bool, open: Open },
    /// webwxsync with the committed key: cookies are renewed.
    Renewed { open: Open },
    /// webwxsync: an error code that does not end the session, messages without a key to go on from, or bytes that are
    /// no reply. `old`: the first of them at this key is ten minutes ago. `init`: webwxinit is not held back.
    Unusable { cause: Cause, old: bool, init: bool },
    /// webwxinit gave account and keys. `moved`: the position is another one, the old one given up or of another account.
    Initialised { moved: bool },
    /// A code that ends the session.
    SessionOver { code: i64, endpoint: Endpoint, age_secs: u64 },
    /// Code 1205: the client holds this kind of call back for a while.
    TooOften { open: Open },
    /// No usable reply.
    Lost { cause: Cause, open: Open },
    /// A fetch may start now. `polling`: a request is in flight. `checks`: see [`Open`].
    Room { polling: bool, checks: bool },
}

/// What may start now.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Open {
    /// A fetch: another batch may be opened, and no code 1205 holds webwxsync back.
    pub(crate) room: bool,
    /// A check: no code 1205 holds synccheck back.
    pub(crate) checks: bool,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Effect {
    Schedule(Schedule),
    /// Take back the check that waits for its time.
    Unschedule,
    /// Give up the check that is in flight.
    Abort,
    /// Say that checks are lost while fetches work.
    ChecksLost,
    End(EndReason),
}

/// The first state of a session that is online. `news`: what was found before may wait to be fetched.
pub(crate) fn start(news: bool, open: Open) -> (State, Vec<Effect>) {
    next(FailedRounds::default(), news, false, open, Wait::Now)
}

/// The first state of a session whose first fetch, or renewal, is answered already.
pub(crate) fn resumed(renewal: bool) -> State {
    if renewal {
        State::Renew { news: true, confirming_end: false }
    } else {
        State::Fetch { failed: FailedRounds::default(), continues: 0, unusable: 0, confirming_end: false }
    }
}

impl super::Flow for State {
    type Input = Input;
    type Effect = Effect;

    fn apply(&mut self, input: Input) -> Vec<Effect> {
        let (next, effects) = step(std::mem::replace(self, Self::Finished), input);
        *self = next;
        effects
    }
}

impl super::Input for Input {
    type Flow = State;

    fn is_answer(&self) -> bool {
        !matches!(self, Self::Lost { .. } | Self::Room { .. })
    }
}

pub(crate) fn step(state: State, input: Input) -> (State, Vec<Effect>) {
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

impl FailedRounds {
    /// After a check that was answered.
    const fn check_answered(self) -> Self {
        Self { lost: 0, lost_checks: 0, ..self }
    }

    /// After a check that told of news.
    const fn news_promised(self) -> Self {
        let empty_fetches =
            if self.empty_fetches < MOST_EMPTY { self.empty_fetches + 1 } else { self.empty_fetches };
        Self { lost: 0, lost_checks: 0, empty_fetches }
    }

    /// After a webwxsync that did what it should.
    const fn fetched(self) -> Self {
        let lost_checks = if self.lost_checks >= LOST_CHECKS { LOST_CHECKS_TOLD } else { self.lost_checks };
        Self { lost: 0, lost_checks, empty_fetches: 0 }
    }

    /// After a request that was lost, other than a check.
    const fn request_lost(self) -> Self {
        Self { lost: self.lost.saturating_add(1), ..self }
    }

    /// After a check that was lost.
    const fn check_lost(self) -> Self {
        let lost_checks =
            if self.lost_checks < LOST_CHECKS { self.lost_checks + 1 } else { self.lost_checks };
        Self { lost: self.lost.saturating_add(1), lost_checks, empty_fetches: 0 }
    }
}

fn check(failed: FailedRounds, news: bool, confirming_end: bool, wait: Wait) -> (State, Vec<Effect>) {
    (
        State::Check { failed, news, confirming_end },
        vec![Effect::Schedule(Schedule::after(Call::SyncCheck, wait))],
    )
}

fn fetch(failed: FailedRounds, continues: u32, confirming_end: bool, wait: Wait) -> (State, Vec<Effect>) {
    (
        State::Fetch { failed, continues, unusable: 0, confirming_end },
        vec![Effect::Schedule(Schedule::after(Call::Sync, wait))],
    )
}

/// The first fetch that works while checks are lost is when the application hears of it.
fn notify_lost_checks(
    failed: FailedRounds,
    (state, mut effects): (State, Vec<Effect>),
) -> (State, Vec<Effect>) {
    if failed.lost_checks == LOST_CHECKS {
        effects.push(Effect::ChecksLost);
    }
    (state, effects)
}

fn renew_cookies(news: bool, confirming_end: bool) -> (State, Vec<Effect>) {
    (State::Renew { news, confirming_end }, vec![Effect::Schedule(Schedule::now(Call::Renew))])
}

/// The next look at the stream: a check, unless there is something to fetch, or checks are held back.
fn next(
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
fn after_lost_check(
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
fn session_over(
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
