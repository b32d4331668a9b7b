//! How long the client may be silent: its heartbeat, the fetch that news ask for, the delivery of what waits.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the core may add endpoints; only the listed ones are looks at the stream"
)]

use std::{collections::BTreeSet, time::Duration};

use wx_proto::{Endpoint, RequestId, Timestamp};

use super::heard::Heard;

/// No poll and no fetch for so long: one backoff, and a little for the rates.
const SILENCE: Duration = Duration::from_secs(66);
/// From room for news to their fetch.
const FETCH: Duration = Duration::from_secs(1);
/// From a message to its batch, when all is well: looks keep 25 s apart.
const SOON: Duration = Duration::from_secs(35);
/// The same when checks fail: three, each with its pause, and then webwxsync.
const UNCHECKED: Duration = Duration::from_secs(150);
/// The same when each of those checks takes its full time to fail.
const UNANSWERED: Duration = Duration::from_secs(360);
/// A check that took so long and failed was not answered.
const UNANSWERED_CHECK: Duration = Duration::from_secs(5);
/// Fetches in a row that ContinueFlag may ask for.
const CHAIN: u32 = 50;
/// How long the pauses of what went wrong may reach.
const AFTERMATH: Duration = Duration::from_secs(120);

/// How things are when the client comes to rest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    pub(super) now: Timestamp,
    /// In a session that nobody ends.
    pub(super) online: bool,
    /// Another batch may be opened.
    pub(super) space: bool,
    /// The same, and everything is stored.
    pub(super) room: bool,
    /// A message is queued that was not handed out.
    pub(super) waits: bool,
    /// Checks tell of what is queued.
    pub(super) honest: bool,
    /// The rates leave room for more requests.
    pub(super) free: bool,
    /// Until when code 1205 may hold each of these back.
    pub(super) check_until: Timestamp,
    pub(super) sync_until: Timestamp,
    pub(super) init_until: Timestamp,
    /// When something last went wrong, and when with webwxsync.
    pub(super) struck_at: Timestamp,
    pub(super) sync_struck_at: Timestamp,
}

/// What the watcher of these polls remembers.
#[derive(Debug, Default)]
pub(super) struct Pulse {
    open: BTreeSet<RequestId>,
    check_started: Option<Timestamp>,
    /// The webwxsync that is out is a fetch.
    fetching: bool,
    silent: Option<Timestamp>,
    /// A check said that there are news, and no fetch went out since.
    said: bool,
    /// The last exchange brought what was asked for; of webwxsync, the same.
    good: bool,
    sync_good: bool,
    /// Something did not bring what was hoped for: the next one takes its time.
    strained: bool,
    unanswered: bool,
    /// Fetches since the last check: a chain of them has its bound.
    chain: u32,
    fetch: Option<Timestamp>,
    soon: Option<Timestamp>,
    late: Option<Timestamp>,
}

impl Pulse {
    pub(super) fn new() -> Self {
        Self { sync_good: true, ..Self::default() }
    }

    /// Time jumped, or the process or the session is another one.
    pub(super) fn new_count(&mut self) {
        let open = std::mem::take(&mut self.open);
        // What went wrong before may still pause what comes next.
        *self = Self { open, said: self.said, sync_good: self.sync_good, strained: true, ..Self::default() };
    }

    /// A request leaves; with room a webwxsync is a fetch, not a renewal. The rule that it breaks by that, if it does.
    pub(super) fn started(
        &mut self,
        endpoint: Endpoint,
        id: RequestId,
        facts: Facts,
    ) -> Option<(&'static str, String)> {
        let owed = self.owes_fetch(facts);
        match endpoint {
            Endpoint::SyncCheck => {
                self.check_started = Some(facts.now);
                // A chain that had its bound leaves something behind.
                self.said &= self.chain < CHAIN;
                self.chain = 0;
            }
            Endpoint::Sync if facts.space => {
                (self.said, self.strained) = (false, true);
                self.chain += 1;
            }
            Endpoint::Sync | Endpoint::Init => {}
            _ => return None,
        }
        self.fetching = endpoint == Endpoint::Sync && facts.space;
        self.open.insert(id);
        (owed && endpoint == Endpoint::SyncCheck)
            .then(|| ("news are fetched once there is room", "a check goes out instead".to_owned()))
    }

    /// News were said, and nothing stands in the way of their fetch.
    fn owes_fetch(&self, facts: Facts) -> bool {
        let ready = self.said && self.open.is_empty() && self.good && !self.strained && self.chain < CHAIN;
        ready && facts.online && facts.room && facts.free && facts.now >= facts.sync_until
    }

    pub(super) fn ended(&mut self, endpoint: Endpoint, id: RequestId, heard: Heard, now: Timestamp) {
        if !self.open.remove(&id) {
            return;
        }
        self.good = matches!(heard, Heard::Quiet | Heard::News | Heard::Good { .. });
        match endpoint {
            Endpoint::SyncCheck => {
                self.said |= heard == Heard::News;
                self.strained &= heard != Heard::Quiet;
                let took = self.check_started.map_or(Duration::ZERO, |at| now.saturating_since(at));
                self.unanswered = heard == Heard::Lost && (self.unanswered || took > UNANSWERED_CHECK);
            }
            Endpoint::Sync => {
                self.sync_good = self.good;
                self.said |= self.fetching && matches!(heard, Heard::Good { more: true, .. });
                // Changes of contacts stand in the same queue.
                if matches!(heard, Heard::Good { people: true, .. }) {
                    (self.soon, self.late) = (None, None);
                }
            }
            _ => {}
        }
        self.strained |= !self.good;
    }

    /// A batch was handed out.
    pub(super) fn batch(&mut self) {
        (self.soon, self.late, self.strained) = (None, None, false);
    }

    /// The client is at rest. The rule that it breaks by that, if it does.
    pub(super) fn rest(&mut self, facts: Facts) -> Option<(&'static str, String)> {
        let Facts { now, .. } = facts;
        if !facts.online {
            (self.silent, self.fetch, self.soon, self.late, self.said) = (None, None, None, None, false);
            return None;
        }
        let busy = !self.open.is_empty();
        let silent = lasts(&mut self.silent, !busy, now.max(facts.check_until));
        let owed = self.owes_fetch(facts);
        let fetch = lasts(&mut self.fetch, owed, now);
        let waits = facts.waits && facts.room && facts.honest && self.sync_good;
        let limited = facts.check_until.max(facts.sync_until).max(facts.init_until);
        let well = now > facts.struck_at + AFTERMATH && now > limited + AFTERMATH;
        let soon = lasts(&mut self.soon, waits && well, now);
        self.late.take_if(|since| *since <= facts.sync_struck_at);
        let late = lasts(&mut self.late, waits && now > limited, now);
        let reached = |since: Option<Timestamp>, most| {
            since.map(|since| now.saturating_since(since)).filter(|passed| *passed > most)
        };
        let most = if self.unanswered { UNANSWERED } else { UNCHECKED };
        if let Some(passed) = reached(silent, SILENCE) {
            return Some(("the heartbeat goes on", format!("neither poll nor fetch for {passed:?}")));
        }
        if let Some(passed) = reached(fetch, FETCH) {
            return Some(("news are fetched once there is room", format!("no webwxsync for {passed:?}")));
        }
        if let Some(passed) = reached(soon, SOON) {
            return Some(("messages come soon", format!("one waits for {passed:?}, and nothing is wrong")));
        }
        reached(late, most)
            .map(|passed| ("lost checks do not stop delivery", format!("a message waits for {passed:?}")))
    }

    /// When to look again.
    pub(super) fn next_at(&self) -> Option<Timestamp> {
        let most = if self.unanswered { UNANSWERED } else { UNCHECKED };
        let times = [(self.silent, SILENCE), (self.fetch, FETCH), (self.soon, SOON), (self.late, most)];
        let next = times.into_iter().filter_map(|(since, most)| since.map(|since| since + most));
        next.min().map(|at| at + Duration::from_millis(1))
    }
}

/// Since when something lasts, from `from` on at the earliest.
fn lasts(since: &mut Option<Timestamp>, still: bool, from: Timestamp) -> Option<Timestamp> {
    *since = if still { Some(since.unwrap_or(from)) } else { None };
    *since
}
