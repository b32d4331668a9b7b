//! Receiving: `Check -> Fetch -> Check`, the long poll and what it leads to.

use std::time::Duration;

use super::{Ask, Call, Wait};
use crate::{Cause, EndReason, endpoint::Endpoint};

/// Checks that are answered at once with nothing keep this far apart.
const CHECK_SPACING: Duration = Duration::from_secs(2);
/// While no fetch may start, the check after one that found news waits this long: it only keeps the session alive.
const PAUSED: Duration = Duration::from_secs(25);
/// Fetches in a row that `ContinueFlag` may ask for.
const CONTINUES: u32 = 50;

/// `strain` counts rounds in a row without progress: lost replies, odd codes, news that turn out to be none. It sets
/// the pause before the next call.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum State {
    /// synccheck is asked with the newest keys. `news`: something waits to be fetched, once there is room.
    Check { strain: u32, news: bool },
    /// webwxsync is asked.
    Fetch { strain: u32, continues: u32 },
    /// The session is over.
    Finished,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Input {
    /// synccheck: nothing new.
    Quiet,
    /// synccheck: something to fetch. `room`: a fetch may start.
    News { room: bool },
    /// synccheck: a code without a known meaning.
    Odd { room: bool, cause: Cause },
    /// webwxsync, with what it brought. `room`: another fetch may start.
    Synced { progress: bool, more: bool, room: bool },
    /// webwxsync: an error code that does not end the session, or messages without a key to go on from.
    Unusable(Cause),
    /// A code that ends the session.
    SessionOver { code: i64, endpoint: Endpoint, age_secs: u64 },
    /// No usable reply.
    Lost(Cause),
    /// A fetch may start now. `polling`: a check is in flight; it will tell of the news itself.
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
    let state = State::Check { strain: 0, news: false };
    let effects = if checking { Vec::new() } else { vec![Effect::Ask(Ask::now(Call::SyncCheck))] };
    (state, effects)
}

pub(crate) fn step(state: State, input: Input) -> (State, Vec<Effect>) {
    match state {
        State::Check { strain, news } => match input {
            Input::Quiet => {
                let ask = Effect::Ask(Ask::after(Call::SyncCheck, Wait::Spaced(CHECK_SPACING)));
                (State::Check { strain: 0, news }, vec![ask])
            }
            Input::News { room: true } => {
                let wait = if strain == 0 { Wait::Now } else { Wait::Backoff(strain) };
                (State::Fetch { strain, continues: 0 }, vec![Effect::Ask(Ask::after(Call::Sync, wait))])
            }
            Input::News { room: false } => (
                State::Check { strain, news: true },
                vec![Effect::Ask(Ask::after(Call::SyncCheck, Wait::Delay(PAUSED)))],
            ),
            Input::Odd { room: true, cause } => {
                let (strain, retry) = retry(Call::Sync, strain, cause);
                (State::Fetch { strain, continues: 0 }, vec![retry])
            }
            Input::Odd { room: false, cause } | Input::Lost(cause) => {
                let (strain, retry) = retry(Call::SyncCheck, strain, cause);
                (State::Check { strain, news }, vec![retry])
            }
            Input::Room { polling: false } if news => (
                State::Fetch { strain, continues: 0 },
                vec![Effect::Unask, Effect::Ask(Ask::now(Call::Sync))],
            ),
            Input::SessionOver { code, endpoint, age_secs } => end(code, endpoint, age_secs),
            Input::Room { .. } | Input::Synced { .. } | Input::Unusable(_) => {
                (State::Check { strain, news }, Vec::new())
            }
        },

        State::Fetch { strain, continues } => match input {
            Input::Synced { progress: true, more: true, room: true } if continues < CONTINUES => {
                let continues = continues.saturating_add(1);
                (State::Fetch { strain: 0, continues }, vec![Effect::Ask(Ask::now(Call::Sync))])
            }
            Input::Synced { progress: true, more: true, room: false } => (
                State::Check { strain: 0, news: true },
                vec![Effect::Ask(Ask::after(Call::SyncCheck, Wait::Delay(PAUSED)))],
            ),
            Input::Synced { progress: true, .. } => {
                (State::Check { strain: 0, news: false }, vec![Effect::Ask(Ask::now(Call::SyncCheck))])
            }
            Input::Synced { progress: false, .. } => {
                let strain = strain.saturating_add(1);
                let ask = Effect::Ask(Ask::after(Call::SyncCheck, Wait::Backoff(strain)));
                (State::Check { strain, news: false }, vec![ask])
            }
            Input::Unusable(cause) | Input::Lost(cause) => {
                let (strain, retry) = retry(Call::Sync, strain, cause);
                (State::Fetch { strain, continues: 0 }, vec![retry])
            }
            Input::SessionOver { code, endpoint, age_secs } => end(code, endpoint, age_secs),
            Input::Quiet | Input::News { .. } | Input::Odd { .. } | Input::Room { .. } => {
                (State::Fetch { strain, continues }, Vec::new())
            }
        },

        State::Finished => match input {
            Input::Quiet
            | Input::News { .. }
            | Input::Odd { .. }
            | Input::Synced { .. }
            | Input::Unusable(_)
            | Input::SessionOver { .. }
            | Input::Lost(_)
            | Input::Room { .. } => (State::Finished, Vec::new()),
        },
    }
}

fn retry(call: Call, strain: u32, cause: Cause) -> (u32, Effect) {
    let strain = strain.saturating_add(1);
    (strain, Effect::Ask(Ask::again(call, strain, cause)))
}

fn end(code: i64, endpoint: Endpoint, age_secs: u64) -> (State, Vec<Effect>) {
    (State::Finished, vec![Effect::End(EndReason::SessionOver { code, endpoint, age_secs })])
}
