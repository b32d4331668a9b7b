//! What must hold of every request, and whenever the client comes to rest.

use std::{collections::BTreeMap, time::Duration};

use serde_json::Value;
use wx_proto::{Body, Endpoint, Phase, Request, Timestamp};

use super::{keys, sim::Sim};

/// Failures in a row, by endpoint, and when the last one was.
#[derive(Debug, Default)]
pub(super) struct Failures(BTreeMap<&'static str, (u32, Timestamp)>);

impl Failures {
    /// An exchange ended. Any reply at all begins the count anew.
    pub(super) fn ended(&mut self, endpoint: Endpoint, replied: bool, now: Timestamp) {
        if replied {
            self.forget();
        } else {
            let (count, last) = self.0.entry(endpoint.as_str()).or_insert((0, now));
            (*count, *last) = (*count + 1, now);
        }
    }

    /// Another process, or a clock that jumped.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }

    /// When the next request may leave: pauses double from a second up to a minute, and a half of each may be saved.
    fn next_start(&self, endpoint: Endpoint) -> Option<Timestamp> {
        let (count, last) = self.0.get(endpoint.as_str())?;
        let secs = 60.min(1_u64 << (count - 1).min(10));
        Some(*last + Duration::from_millis(secs * 500))
    }
}

impl Sim<'_> {
    pub(super) fn check_rest(&mut self) {
        let device = self.device();
        let Some(client) = &self.client else { return };
        let deadline = client.deadline();
        if deadline.is_some_and(|at| at <= device) {
            self.watch.fail("after a drain the deadline lies ahead", format!("{deadline:?} at {device:?}"));
        }
        let at_rest = matches!(client.phase(), Phase::Idle | Phase::Ended(_));
        if deadline.is_none() && !at_rest && !self.memory.is_writing() {
            let phase = client.phase().clone();
            self.watch.fail("the client never stands still", format!("{phase:?} without a deadline"));
        }
    }

    /// Nothing is tried again at once.
    pub(super) fn check_pause(&mut self, endpoint: Endpoint) {
        if let Some(at) = self.failures.next_start(endpoint).filter(|at| self.now < *at) {
            let early = at.saturating_since(self.now);
            self.watch.fail("failures back off", format!("{endpoint}, {early:?} too early"));
        }
    }

    /// A repeat keeps its ClientMsgId, every other send has a greater one.
    pub(super) fn check_wire_id(&mut self, request: &Request) {
        let Body::Bytes(body) = request.http.body() else { return };
        let Ok(body) = serde_json::from_slice::<Value>(body) else { return };
        let member =
            |name| body.get("Msg").and_then(|message| message.get(name)?.as_str()).unwrap_or_default();
        let (id, text) = (member("ClientMsgId").to_owned(), member("Content").to_owned());
        let digits = id.len() == 17 && id.bytes().all(|byte| byte.is_ascii_digit());
        let repeat = self.wire_ids.values().any(|known| *known == text);
        let right = match self.wire_ids.get(&id) {
            Some(known) => *known == text,
            None => !repeat && self.wire_ids.keys().all(|earlier| *earlier < id),
        };
        if !(digits && right) {
            self.watch.fail("a ClientMsgId is of one send", format!("{id} for {text:?}"));
        }
        self.wire_ids.insert(id, text);
    }

    pub(super) fn check_host(&mut self, request: &Request) {
        let uri = request.http.uri();
        let host = uri.host().unwrap_or_default();
        let listed = self.net.server.config().hosts().iter().any(|known| known == host);
        if !listed || uri.scheme_str() != Some("https") {
            self.watch.fail("no request leaves for a host off the list", host);
        }
    }

    /// A check asks for what is new, not for what waits for its acknowledgement.
    pub(super) fn check_heartbeat(&mut self, request: &Request) {
        let presented = request.http.uri().query().and_then(keys::checked_position);
        let (Some((login, position)), Some((of, handed))) = (presented, self.handed) else { return };
        if login == of && position < handed {
            let what = format!("position {position}, after the message at {handed} was handed out");
            self.watch.fail("a check presents the newest key", what);
        }
    }

    /// With a window of 1 no webwxsync presents a key that a crash would forget.
    pub(super) fn check_key(&mut self, request: &Request) {
        let stored = self.disk.session.as_ref().and_then(keys::stored_position);
        let Body::Bytes(body) = &request.http.body() else { return };
        let presented = keys::presented_position(body);
        if presented != stored {
            let what = format!("{presented:?} was presented, {stored:?} is stored");
            self.watch.fail("no key is presented before it is stored", what);
        }
    }
}
