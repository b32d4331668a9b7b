//! Receiving: `Check -> Fetch -> Check`, the long poll and what it leads to.

mod failed_rounds;
#[cfg(feature = "transitions")]
pub(crate) mod kinds;
mod next;
mod step;

pub(crate) use self::{
    failed_rounds::{FailedRounds, LOST_CHECKS},
    next::FETCH_SPACING,
};
use super::{Schedule, Wait};
use crate::{Cause, EndReason, Endpoint};

/// `confirming_end`: a code said that the session is over, and is asked for once more.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum State {
    /// synccheck is asked with the newest keys. `news`: something waits to be fetched, once there is room.
    Check { failed: FailedRounds, news: bool, confirming_end: bool },
    /// webwxsync is asked with the newest key. `unusable` counts complete replies at this key that could not be used.
    Fetch { failed: FailedRounds, continues: u32, unusable: u32, confirming_end: bool },
    /// webwxsync is asked with the committed key, for its cookies alone.
    Renew { news: bool, confirming_end: bool },
    /// webwxinit is asked, because of unusable replies. `skip`: its key is taken, after a Gap.
    Reinit { lost: u32, unusable: u32, skip: bool },
    /// The session is over.
    Finished,
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
    next::next(FailedRounds::default(), news, false, open, Wait::Now)
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
        let (next, effects) = step::step(std::mem::replace(self, Self::Finished), input);
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
