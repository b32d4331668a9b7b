//! Receiving: `Check -> Fetch -> Check`, the long poll and what it leads to.

#[cfg(feature = "transitions")]
pub(crate) mod kinds;

use std::time::Duration;

use super::{Ask, Call, Wait, too_often_pause};
use crate::{Cause, EndReason, endpoint::Endpoint};

/// Checks that are answered at once with nothing keep this far apart.
const CHECK_SPACING: Duration = Duration::from_secs(2);
/// While no fetch may start, the check after one that found news waits this long: it only keeps the session alive.
const PAUSED: Duration = Duration::from_secs(25);
/// Fetches in a row that `ContinueFlag` may ask for.
const CONTINUES: u32 = 50;
/// Unusable replies at one key before webwxinit is tried, and before its key may be taken.
const LADDER: u32 = 3;

/// `strain` counts rounds in a row without progress: lost replies, odd codes, news that turn out to be none. It sets
/// the pause before the next call. `doubt`: a code said that the session is over, and is asked for once more.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum State {
    /// synccheck is asked with the newest keys. `news`: something waits to be fetched, once there is room.
    Check { strain: u32, news: bool, doubt: bool },
    /// webwxsync is asked with the newest key. `unusable` counts complete replies at this key that could not be used.
    Fetch { strain: u32, continues: u32, unusable: u32, doubt: bool },
    /// webwxsync is asked with the committed key, for its cookies alone.
    Renew { strain: u32, news: bool, doubt: bool },
    /// webwxinit is asked, because of unusable replies. `skip`: its key is taken, behind a Gap.
    Reinit { strain: u32, unusable: u32, skip: bool, limited: u32 },
    /// The session is over.
    Finished,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Input {
    /// synccheck: nothing new. `renew`: the cookies need a webwxsync. `room`: a fetch may start.
    Quiet { renew: bool, room: bool },
    /// synccheck: something to fetch. `room`: a fetch may start.
    News { room: bool, renew: bool },
    /// synccheck: a code without a known meaning.
    Odd { room: bool, cause: Cause },
    /// webwxsync, with what it brought. `room`: another fetch may start.
    Synced { progress: bool, more: bool, room: bool },
    /// webwxsync with the committed key: cookies are renewed.
    Renewed,
    /// webwxsync: an error code that does not end the session, messages without a key to go on from, or bytes that are
    /// no reply. `old`: the first of them at this key is ten minutes ago.
    Unusable { cause: Cause, old: bool },
    /// webwxinit gave account and keys. `moved`: the position is another one, the old one given up or of another account.
    Initialised { moved: bool },
    /// A code that ends the session.
    SessionOver { code: i64, endpoint: Endpoint, age_secs: u64 },
    /// Code 1205.
    TooOften(Cause),
    /// No usable reply.
    Lost(Cause),
    /// A fetch may start now. `polling`: a request is in flight; it will tell of the news itself.
    Room { polling: bool },
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Effect {
    Ask(Ask),
    /// Take back the check that waits for its time.
    Unask,
    End(EndReason),
}

/// The first state of a session that is online. `checking`: a check is in flight already.
pub(crate) fn start(checking: bool) -> (State, Vec<Effect>) {
    let state = State::Check { strain: 0, news: false, doubt: false };
    let effects = if checking { Vec::new() } else { vec![Effect::Ask(Ask::now(Call::SyncCheck))] };
    (state, effects)
}

pub(crate) fn step(state: State, input: Input) -> (State, Vec<Effect>) {
    match state {
        State::Check { strain, news, doubt } => match input {
            // With room a fetch renews the cookies as well, and loses nothing that arrives meanwhile.
            Input::Quiet { renew: true, room: true } => fetch(0, 0, doubt, Wait::Now),
            Input::Quiet { renew: true, room: false } | Input::News { room: false, renew: true } => {
                let news = news || matches!(input, Input::News { .. });
                (State::Renew { strain, news, doubt }, vec![Effect::Ask(Ask::now(Call::Renew))])
            }
            Input::Quiet { renew: false, .. } => check(0, news, Wait::Spaced(CHECK_SPACING)),
            Input::News { room: true, .. } => {
                fetch(strain, 0, doubt, if strain == 0 { Wait::Now } else { Wait::Backoff(strain) })
            }
            Input::News { room: false, renew: false } => check(strain, true, Wait::Delay(PAUSED)),
            Input::Odd { room: true, cause } => {
                let strain = strain.saturating_add(1);
                let again = Ask::again(Call::Sync, strain, cause);
                (State::Fetch { strain, continues: 0, unusable: 0, doubt }, vec![Effect::Ask(again)])
            }
            Input::Odd { room: false, cause } | Input::Lost(cause) => {
                let strain = strain.saturating_add(1);
                let again = Ask::again(Call::SyncCheck, strain, cause);
                (State::Check { strain, news, doubt }, vec![Effect::Ask(again)])
            }
            Input::Room { polling: false } if news => {
                let (state, mut effects) = fetch(strain, 0, doubt, Wait::Now);
                effects.insert(0, Effect::Unask);
                (state, effects)
            }
            Input::SessionOver { code, endpoint, age_secs } => {
                over(strain, news, doubt, code, endpoint, age_secs)
            }
            Input::Room { .. }
            | Input::Synced { .. }
            | Input::Renewed
            | Input::Unusable { .. }
            | Input::TooOften(_)
            | Input::Initialised { .. } => (State::Check { strain, news, doubt }, Vec::new()),
        },

        State::Fetch { strain, continues, unusable, doubt } => match input {
            Input::Synced { progress: true, more: true, room: true } if continues < CONTINUES => {
                fetch(0, continues.saturating_add(1), false, Wait::Now)
            }
            Input::Synced { progress: true, more: true, room: false } => check(0, true, Wait::Delay(PAUSED)),
            Input::Synced { progress: true, .. } => check(0, false, Wait::Now),
            Input::Synced { progress: false, .. } => {
                let strain = strain.saturating_add(1);
                check(strain, false, Wait::Backoff(strain))
            }
            Input::Unusable { cause, old } => {
                let (strain, unusable) = (strain.saturating_add(1), unusable.saturating_add(1));
                let skip = unusable >= LADDER.saturating_mul(2) && old;
                if skip || unusable == LADDER {
                    let again = Ask::again(Call::Init, strain, cause);
                    (State::Reinit { strain, unusable, skip, limited: 0 }, vec![Effect::Ask(again)])
                } else {
                    let again = Ask::again(Call::Sync, strain, cause);
                    (State::Fetch { strain, continues: 0, unusable, doubt }, vec![Effect::Ask(again)])
                }
            }
            Input::Lost(cause) => {
                let strain = strain.saturating_add(1);
                let again = Ask::again(Call::Sync, strain, cause);
                (State::Fetch { strain, continues, unusable, doubt }, vec![Effect::Ask(again)])
            }
            Input::TooOften(cause) => {
                let strain = strain.saturating_add(1);
                let again = Ask::again_after(Call::Sync, too_often_pause(strain), strain, cause);
                (State::Fetch { strain, continues, unusable, doubt }, vec![Effect::Ask(again)])
            }
            Input::SessionOver { code, endpoint, age_secs } => {
                over(strain, true, doubt, code, endpoint, age_secs)
            }
            Input::Quiet { .. }
            | Input::News { .. }
            | Input::Odd { .. }
            | Input::Renewed
            | Input::Initialised { .. }
            | Input::Room { .. } => (State::Fetch { strain, continues, unusable, doubt }, Vec::new()),
        },

        State::Renew { strain, news, doubt } => match input {
            // News that waited for room are found again by the check.
            Input::Renewed => check(0, news, Wait::Spaced(CHECK_SPACING)),
            Input::Lost(cause) | Input::Unusable { cause, .. } => {
                let strain = strain.saturating_add(1);
                let again = Ask::again(Call::SyncCheck, strain, cause);
                (State::Check { strain, news, doubt }, vec![Effect::Ask(again)])
            }
            Input::TooOften(cause) => {
                let strain = strain.saturating_add(1);
                let again = Ask::again_after(Call::SyncCheck, too_often_pause(strain), strain, cause);
                (State::Check { strain, news, doubt }, vec![Effect::Ask(again)])
            }
            Input::SessionOver { code, endpoint, age_secs } => {
                over(strain, news, doubt, code, endpoint, age_secs)
            }
            Input::Quiet { .. }
            | Input::News { .. }
            | Input::Odd { .. }
            | Input::Synced { .. }
            | Input::Initialised { .. }
            | Input::Room { .. } => (State::Renew { strain, news, doubt }, Vec::new()),
        },

        State::Reinit { strain, unusable, skip, limited } => match input {
            // The Gap that was opened fills the window.
            Input::Initialised { moved: true } => check(0, true, Wait::Now),
            Input::Initialised { moved: false } => {
                let ask = Ask::after(Call::Sync, Wait::Backoff(strain));
                (State::Fetch { strain, continues: 0, unusable, doubt: false }, vec![Effect::Ask(ask)])
            }
            Input::Lost(cause) | Input::Unusable { cause, .. } => {
                let strain = strain.saturating_add(1);
                let again = Ask::again(Call::Init, strain, cause);
                (State::Reinit { strain, unusable, skip, limited }, vec![Effect::Ask(again)])
            }
            Input::TooOften(cause) => {
                let limited = limited.saturating_add(1);
                let again = Ask::again_after(Call::Init, too_often_pause(limited), limited, cause);
                (State::Reinit { strain, unusable, skip, limited }, vec![Effect::Ask(again)])
            }
            Input::SessionOver { code, endpoint, age_secs } => {
                over(strain, true, false, code, endpoint, age_secs)
            }
            Input::Quiet { .. }
            | Input::News { .. }
            | Input::Odd { .. }
            | Input::Synced { .. }
            | Input::Renewed
            | Input::Room { .. } => (State::Reinit { strain, unusable, skip, limited }, Vec::new()),
        },

        State::Finished => match input {
            Input::Quiet { .. }
            | Input::News { .. }
            | Input::Odd { .. }
            | Input::Synced { .. }
            | Input::Renewed
            | Input::Unusable { .. }
            | Input::Initialised { .. }
            | Input::SessionOver { .. }
            | Input::TooOften(_)
            | Input::Lost(_)
            | Input::Room { .. } => (State::Finished, Vec::new()),
        },
    }
}

fn check(strain: u32, news: bool, wait: Wait) -> (State, Vec<Effect>) {
    (State::Check { strain, news, doubt: false }, vec![Effect::Ask(Ask::after(Call::SyncCheck, wait))])
}

fn fetch(strain: u32, continues: u32, doubt: bool, wait: Wait) -> (State, Vec<Effect>) {
    (State::Fetch { strain, continues, unusable: 0, doubt }, vec![Effect::Ask(Ask::after(Call::Sync, wait))])
}

/// 1100 and 1102 come out of the blue too: a single one is doubted, and synccheck has the last word.
fn over(
    strain: u32,
    news: bool,
    doubt: bool,
    code: i64,
    endpoint: Endpoint,
    age_secs: u64,
) -> (State, Vec<Effect>) {
    if !doubt && matches!(code, 1100 | 1102) {
        let ask = Ask::after(Call::SyncCheck, Wait::Delay(CHECK_SPACING));
        return (State::Check { strain, news, doubt: true }, vec![Effect::Ask(ask)]);
    }
    (State::Finished, vec![Effect::End(EndReason::SessionOver { code, endpoint, age_secs })])
}
