//! Held long polls.

use bytes::Bytes;
use http::Response;
use serde::{Deserialize, Serialize};
use wx_proto::Timestamp;

use super::fault::FaultKind;
use super::reply::{self, Reply};
use super::resource::Resource;
use super::{Answer, Server, dispatch::Made};

/// A held poll. Never used twice by one server.
///
/// ```
/// use std::collections::BTreeMap;
/// use wx_testkit::server::HoldId;
///
/// // Which connection waits for which answer.
/// let mut waiting = BTreeMap::from([(HoldId(1), "a connection")]);
/// assert_eq!(waiting.remove(&HoldId(1)), Some("a connection"));
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "other services number their holds as they like")]
#[serde(transparent)]
pub struct HoldId(pub u64);

/// What a held poll waits for.
#[derive(Clone, Debug)]
pub(super) enum Wait {
    /// A change of a QR code.
    Scan { uuid: String, tip: bool },
    /// Something after this position, or the end of this login.
    News { login: usize, position: Option<u64> },
}

#[derive(Clone, Debug)]
pub(super) struct Hold {
    resource: Resource,
    wait: Wait,
    until: Timestamp,
    /// What goes wrong with its answer.
    fault: Option<FaultKind>,
}

impl Server {
    /// The answer of a held poll whose time is over or that something has happened to. Call it until it gives
    /// `None`: after each command, after each request, and at [`deadline`](Self::deadline).
    pub fn poll(&mut self, now: Timestamp) -> Option<(HoldId, Response<Bytes>)> {
        self.advance(now);
        loop {
            let id = *self.holds.iter().find(|(_, hold)| hold.until <= now || self.is_ready(&hold.wait))?.0;
            let hold = self.holds.remove(&id)?;
            let reply = self.answer(&hold.wait, hold.until <= now)?;
            match self.spoil(hold.resource, Made::Whole(reply), hold.fault) {
                Answer::Now(reply) => return Some((id, reply)),
                Answer::Streamed(_) | Answer::Drop | Answer::Held(_) => self.lost.push(id),
            }
        }
    }

    /// Held polls whose answer was lost by a fault: their connections are to be closed. A caller that never
    /// asks leaves those clients waiting, which is another way to lose an answer.
    pub fn poll_lost(&mut self) -> Option<HoldId> {
        self.lost.pop()
    }

    /// When to call [`poll`](Self::poll) if nothing else happens; the time of the last call if at once.
    pub fn deadline(&self) -> Option<Timestamp> {
        self.holds.values().map(|hold| self.due(hold)).min()
    }

    /// The client of a held poll went away.
    pub fn abandon(&mut self, hold: HoldId) {
        self.holds.remove(&hold);
    }

    /// Polls that wait for news are those of this login from now on.
    pub(super) fn move_holds(&mut self, to: usize) {
        for hold in self.holds.values_mut() {
            match &mut hold.wait {
                Wait::News { login, .. } => *login = to,
                Wait::Scan { .. } => {}
            }
        }
    }

    /// Answers a poll at once if there is something to tell, else holds it.
    pub(super) fn hold(&mut self, resource: Resource, wait: Wait, fault: Option<FaultKind>) -> Answer {
        if let Some(reply) = self.answer(&wait, false) {
            return self.spoil(resource, Made::Whole(reply), fault);
        }
        let id = HoldId(self.next_hold);
        self.next_hold += 1;
        self.holds.insert(id, Hold { resource, wait, until: self.now + self.config.hold, fault });
        Answer::Held(id)
    }

    fn answer(&mut self, wait: &Wait, expired: bool) -> Option<Reply> {
        match wait {
            Wait::Scan { uuid, tip } => self.answer_scan(uuid, *tip, expired),
            Wait::News { login, position } => {
                let (retcode, selector) = match self.sync_news(*login, *position) {
                    Some(news) => news,
                    None if expired => (0, 0),
                    None => return None,
                };
                if retcode == 0 && selector != 0 {
                    self.nudge = None;
                    let head = self.queue.head();
                    if let Some(login) = self.logins.get_mut(*login) {
                        login.said = head;
                    }
                }
                Some(reply::synccheck(retcode, selector))
            }
        }
    }

    fn is_ready(&self, wait: &Wait) -> bool {
        match wait {
            Wait::Scan { uuid, tip } => self
                .attempts
                .iter()
                .find(|attempt| attempt.uuid == *uuid)
                .is_none_or(|attempt| attempt.has_news(*tip)),
            Wait::News { login, position } => self.sync_news(*login, *position).is_some(),
        }
    }

    fn due(&self, hold: &Hold) -> Timestamp {
        if self.is_ready(&hold.wait) {
            return self.now;
        }
        let next = match &hold.wait {
            Wait::Scan { uuid, .. } => (self.attempts.iter().find(|attempt| attempt.uuid == *uuid))
                .and_then(|attempt| attempt.next_change(&self.config))
                .map(|(at, _)| at),
            Wait::News { .. } => self.next_burst().into_iter().chain(self.lies.next_change(self.now)).min(),
        };
        next.map_or(hold.until, |next| next.min(hold.until))
    }
}
