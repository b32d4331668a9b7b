//! Receiving: `Check -> Fetch -> Check`, the long poll and what it leads to.

#[cfg(feature = "transitions")]
pub(crate) mod kinds;

use std::time::Duration;

use super::{Ask, Wait};
use crate::{Cause, EndReason, Endpoint, endpoint::Call};

/// Checks that are answered at once with nothing keep this far apart.
const CHECK_SPACING: Duration = Duration::from_secs(2);
/// While no fetch may start, the check after one that found news waits this long: it only keeps the session alive.
const PAUSED: Duration = Duration::from_secs(25);
/// Fetches that go out by themselves, because checks are lost, keep this far apart: as far as held checks do.
pub(crate) const LOOK_SPACING: Duration = Duration::from_secs(25);
/// Lost checks in a row after which a fetch goes out by itself.
pub(crate) const DEAF: u32 = 3;
/// The same, once the application knows: webwxsync worked meanwhile.
const KNOWN_DEAF: u32 = DEAF + 1;
/// Rounds of news that were none after which the pause grows no more, so that real news never wait longer than 16 s.
const MOST_EMPTY: u32 = 5;
/// Fetches in a row that `ContinueFlag` may ask for.
const CONTINUES: u32 = 50;
/// Unusable replies at one key before webwxinit is tried, and before its key may be taken.
const LADDER: u32 = 3;

/// `doubt`: a code said that the session is over, and is asked for once more.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum State {
    /// synccheck is asked with the newest keys. `news`: something waits to be fetched, once there is room.
    Check { strain: Strain, news: bool, doubt: bool },
    /// webwxsync is asked with the newest key. `unusable` counts complete replies at this key that could not be used.
    Fetch { strain: Strain, continues: u32, unusable: u32, doubt: bool },
    /// webwxsync is asked with the committed key, for its cookies alone.
    Renew { news: bool, doubt: bool },
    /// webwxinit is asked, because of unusable replies. `skip`: its key is taken, behind a Gap.
    Reinit { lost: u32, unusable: u32, skip: bool },
    /// The session is over.
    Finished,
}

/// What went wrong in a row. Each count slows down what it counts, and nothing else.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Strain {
    /// Requests without a usable reply: the next one waits for a backoff.
    pub(crate) lost: u32,
    /// Checks without a usable reply, up to [`DEAF`], or [`KNOWN_DEAF`]; only a good check ends the count.
    pub(crate) deaf: u32,
    /// News that brought nothing, or nothing yet.
    pub(crate) empty: u32,
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
    Ask(Ask),
    /// Take back the check that waits for its time.
    Unask,
    /// Give up the check that is in flight.
    Abort,
    /// Say that checks are lost while fetches work.
    ChecksLost,
    End(EndReason),
}

/// The first state of a session that is online. `news`: what was found before may wait to be fetched.
pub(crate) fn start(news: bool, open: Open) -> (State, Vec<Effect>) {
    next(Strain::default(), news, false, open, Wait::Now)
}

/// The first state of a session whose first fetch, or renewal, is answered already.
pub(crate) fn resumed(renewal: bool) -> State {
    if renewal {
        State::Renew { news: true, doubt: false }
    } else {
        State::Fetch { strain: Strain::default(), continues: 0, unusable: 0, doubt: false }
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
        State::Check { strain, news, doubt } => match input {
            // With room a fetch renews the cookies as well, and loses nothing that arrives meanwhile. News that were
            // said while there was none are not said again by every server.
            // A good check has the last word on an end that was doubted.
            Input::Quiet { renew, open: Open { room: true, .. } } if renew || news => {
                fetch(Strain::default(), 0, false, Wait::Now)
            }
            Input::Quiet { renew: true, .. } => renew_cookies(news, doubt),
            Input::Quiet { renew: false, open } => {
                next(Strain::default(), news, false, open, Wait::Spaced(CHECK_SPACING))
            }
            Input::News { open: Open { room: true, .. }, .. } => {
                fetch(strain.promised(), 0, doubt, Wait::Now)
            }
            Input::News { renew: true, .. } => renew_cookies(true, doubt),
            Input::News { renew: false, .. } => check(strain.heard(), true, false, Wait::Delay(PAUSED)),
            Input::Odd { cause, open } => unheard(strain.deafer(), news || open.room, doubt, open, cause),
            Input::Lost { cause, open } => unheard(strain.deafer(), news, doubt, open, cause),
            Input::TooOften { open } => next(strain.heard(), news, doubt, open, Wait::Spaced(LOOK_SPACING)),
            Input::Room { polling, checks } if (news || !checks) && !doubt => {
                let before = if polling { Effect::Abort } else { Effect::Unask };
                let open = Open { room: true, checks };
                let (state, mut effects) = next(strain, news, doubt, open, Wait::Now);
                effects.insert(0, before);
                (state, effects)
            }
            Input::SessionOver { code, endpoint, age_secs } => {
                over(strain, news, doubt, code, endpoint, age_secs)
            }
            Input::Room { .. }
            | Input::Synced { .. }
            | Input::Renewed { .. }
            | Input::Unusable { .. }
            | Input::Initialised { .. } => (State::Check { strain, news, doubt }, Vec::new()),
        },

        State::Fetch { strain, continues, unusable, doubt } => match input {
            Input::Synced { progress: true, more: true, open: Open { room: true, .. } }
                if continues < CONTINUES =>
            {
                fetch(strain.refreshed(), continues.saturating_add(1), false, Wait::Now)
            }
            Input::Synced { progress: true, more, open } => {
                let news = more && !open.room;
                let wait = if news { Wait::Delay(PAUSED) } else { Wait::Now };
                heard_of(strain, next(strain.refreshed(), news, false, open, wait))
            }
            // Nobody said that there were news: checks are lost.
            Input::Synced { progress: false, open, .. } if strain.deaf >= DEAF => {
                heard_of(strain, next(strain.refreshed(), false, false, open, Wait::Spaced(CHECK_SPACING)))
            }
            Input::Synced { progress: false, open, .. } => {
                let empty = strain.empty;
                let wait = if empty == 0 { Wait::Now } else { Wait::Backoff(empty) };
                next(Strain { empty, ..strain.refreshed() }, false, false, open, wait)
            }
            Input::Unusable { cause, old, init } => {
                let strain = strain.loser();
                let skip = unusable.saturating_add(1) >= LADDER.saturating_mul(2) && old;
                let rung = skip || unusable.saturating_add(1) == LADDER;
                if rung && init {
                    let unusable = unusable.saturating_add(1);
                    let again = Ask::again(Call::Init, strain.lost, cause);
                    return (State::Reinit { lost: strain.lost, unusable, skip }, vec![Effect::Ask(again)]);
                }
                // While webwxinit is held back no rung is passed over.
                let unusable = if rung { unusable } else { unusable.saturating_add(1) };
                let again = Ask::again(Call::Sync, strain.lost, cause);
                (State::Fetch { strain, continues: 0, unusable, doubt }, vec![Effect::Ask(again)])
            }
            Input::Lost { cause, .. } => {
                let strain = strain.loser();
                let again = Ask::again(Call::Sync, strain.lost, cause);
                (State::Fetch { strain, continues, unusable, doubt }, vec![Effect::Ask(again)])
            }
            // The heartbeat goes on meanwhile.
            Input::TooOften { open } => next(strain.refreshed(), true, doubt, open, Wait::Delay(PAUSED)),
            Input::SessionOver { code, endpoint, age_secs } => {
                over(strain, true, doubt, code, endpoint, age_secs)
            }
            Input::Quiet { .. }
            | Input::News { .. }
            | Input::Odd { .. }
            | Input::Renewed { .. }
            | Input::Initialised { .. }
            | Input::Room { .. } => (State::Fetch { strain, continues, unusable, doubt }, Vec::new()),
        },

        State::Renew { news, doubt } => match input {
            Input::Renewed { open } => {
                let wait = if news { Wait::Now } else { Wait::Spaced(CHECK_SPACING) };
                next(Strain::default(), news, false, open, wait)
            }
            Input::Room { polling: false, .. } => {
                let (state, mut effects) = fetch(Strain::default(), 0, doubt, Wait::Now);
                effects.insert(0, Effect::Unask);
                (state, effects)
            }
            // There may be room by now: then a fetch renews the cookies too.
            Input::Lost { cause, open: Open { room: true, .. } } => {
                let strain = Strain::default().loser();
                let again = Ask::again(Call::Sync, strain.lost, cause);
                (State::Fetch { strain, continues: 0, unusable: 0, doubt }, vec![Effect::Ask(again)])
            }
            Input::Lost { cause, .. } | Input::Unusable { cause, .. } => {
                let strain = Strain::default().loser();
                let again = Ask::again(Call::SyncCheck, strain.lost, cause);
                (State::Check { strain, news, doubt }, vec![Effect::Ask(again)])
            }
            Input::TooOften { open } => next(Strain::default(), news, doubt, open, Wait::Delay(PAUSED)),
            Input::SessionOver { code, endpoint, age_secs } => {
                over(Strain::default(), news, doubt, code, endpoint, age_secs)
            }
            Input::Quiet { .. }
            | Input::News { .. }
            | Input::Odd { .. }
            | Input::Synced { .. }
            | Input::Initialised { .. }
            | Input::Room { polling: true, .. } => (State::Renew { news, doubt }, Vec::new()),
        },

        State::Reinit { lost, unusable, skip } => match input {
            // The Gap that was opened fills the window.
            Input::Initialised { moved: true } => check(Strain::default(), true, false, Wait::Now),
            // Back to before this rung, if webwxinit is held back: the stream is looked at meanwhile.
            Input::Initialised { moved: false } | Input::TooOften { .. } => {
                let held = u32::from(matches!(input, Input::TooOften { .. }));
                let (strain, unusable) =
                    (Strain { lost, ..Strain::default() }, unusable.saturating_sub(held));
                let ask = Ask::after(Call::Sync, Wait::Backoff(lost));
                (State::Fetch { strain, continues: 0, unusable, doubt: false }, vec![Effect::Ask(ask)])
            }
            Input::Lost { cause, .. } | Input::Unusable { cause, .. } => {
                let lost = lost.saturating_add(1);
                let again = Ask::again(Call::Init, lost, cause);
                (State::Reinit { lost, unusable, skip }, vec![Effect::Ask(again)])
            }
            Input::SessionOver { code, endpoint, age_secs } => {
                over(Strain::default(), true, false, code, endpoint, age_secs)
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

impl Strain {
    /// After a check that was answered.
    const fn heard(self) -> Self {
        Self { lost: 0, deaf: 0, ..self }
    }

    /// After a check that told of news.
    const fn promised(self) -> Self {
        let empty = if self.empty < MOST_EMPTY { self.empty + 1 } else { self.empty };
        Self { lost: 0, deaf: 0, empty }
    }

    /// After a webwxsync that did what it should.
    const fn refreshed(self) -> Self {
        let deaf = if self.deaf >= DEAF { KNOWN_DEAF } else { self.deaf };
        Self { lost: 0, deaf, empty: 0 }
    }

    /// After a request that was lost, other than a check.
    const fn loser(self) -> Self {
        Self { lost: self.lost.saturating_add(1), ..self }
    }

    /// After a check that was lost.
    const fn deafer(self) -> Self {
        let deaf = if self.deaf < DEAF { self.deaf + 1 } else { self.deaf };
        Self { lost: self.lost.saturating_add(1), deaf, empty: 0 }
    }
}

fn check(strain: Strain, news: bool, doubt: bool, wait: Wait) -> (State, Vec<Effect>) {
    (State::Check { strain, news, doubt }, vec![Effect::Ask(Ask::after(Call::SyncCheck, wait))])
}

fn fetch(strain: Strain, continues: u32, doubt: bool, wait: Wait) -> (State, Vec<Effect>) {
    (State::Fetch { strain, continues, unusable: 0, doubt }, vec![Effect::Ask(Ask::after(Call::Sync, wait))])
}

/// The first fetch that works while checks are lost is when the application hears of it.
fn heard_of(strain: Strain, (state, mut effects): (State, Vec<Effect>)) -> (State, Vec<Effect>) {
    if strain.deaf == DEAF {
        effects.push(Effect::ChecksLost);
    }
    (state, effects)
}

fn renew_cookies(news: bool, doubt: bool) -> (State, Vec<Effect>) {
    (State::Renew { news, doubt }, vec![Effect::Ask(Ask::now(Call::Renew))])
}

/// The next look at the stream: a check, unless there is something to fetch, or checks are held back.
fn next(strain: Strain, news: bool, doubt: bool, open: Open, wait: Wait) -> (State, Vec<Effect>) {
    if open.room && (news || !open.checks) {
        fetch(strain, 0, doubt, if news { wait } else { Wait::Spaced(LOOK_SPACING) })
    } else {
        check(strain, news, doubt, wait)
    }
}

/// After a check without a usable reply. Delivery does not depend on checks: after some of them, or with something to
/// fetch, webwxsync goes out by itself.
fn unheard(strain: Strain, news: bool, doubt: bool, open: Open, cause: Cause) -> (State, Vec<Effect>) {
    let fetch = open.room && (news || strain.deaf >= DEAF);
    let call = if fetch { Call::Sync } else { Call::SyncCheck };
    let ask = if strain.deaf < KNOWN_DEAF {
        Ask::again(call, strain.lost, cause)
    } else if fetch {
        Ask::after(call, Wait::Spaced(LOOK_SPACING))
    } else {
        Ask::after(call, Wait::Backoff(strain.lost))
    };
    let state = if fetch {
        State::Fetch { strain, continues: 0, unusable: 0, doubt }
    } else {
        State::Check { strain, news, doubt }
    };
    (state, vec![Effect::Ask(ask)])
}

/// 1100 and 1102 come out of the blue too: a single one is doubted, and synccheck has the last word.
fn over(
    strain: Strain,
    news: bool,
    doubt: bool,
    code: i64,
    endpoint: Endpoint,
    age_secs: u64,
) -> (State, Vec<Effect>) {
    if !doubt && matches!(code, 1100 | 1102) {
        return check(strain, news, true, Wait::Delay(CHECK_SPACING));
    }
    (State::Finished, vec![Effect::End(EndReason::SessionOver { code, endpoint, age_secs })])
}
