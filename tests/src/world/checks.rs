//! What must hold of every request.

use std::{collections::BTreeMap, time::Duration};

use serde_json::Value;
use wx_proto::{
    Batch, Body, Content, Direction, Endpoint, OutboxEntry, Outgoing, Phase, Request, RequestId, Storing,
    Timestamp, UserName,
};

use super::{heard::is_download, keys, limits::Kind, sim::Sim};

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
    /// What the server said "too often" to is left alone for its time, and asked for again after it.
    pub(super) fn check_limit(&mut self, endpoint: Endpoint) {
        let Some(kind) = Kind::of(endpoint) else { return };
        if let Some(early) = self.limits.started(kind, self.now) {
            self.watch.fail("code 1205 is heeded", format!("{endpoint}, {early:?} too early"));
        }
    }

    /// True if another batch may be opened.
    pub(super) fn has_room(&self) -> bool {
        self.memory.open.len() < self.plan.client.unacked_batches
    }

    /// Nothing is tried again at once.
    pub(super) fn check_pause(&mut self, endpoint: Endpoint) {
        // Each download has a pause of its own.
        if is_download(endpoint) {
            return;
        }
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
        let id = member("ClientMsgId").to_owned();
        let text = if request.endpoint == Endpoint::SendMsg && !self.is_forward(&id) {
            member("Content").to_owned()
        } else {
            // What it carries tells little; the server's record is compared at the end.
            self.name_of(&id).unwrap_or_default()
        };
        if text != member("Content") {
            self.carried.insert(id.clone(), text.clone());
        }
        let digits = id.len() == 17 && id.bytes().all(|byte| byte.is_ascii_digit());
        let repeat = self.wire_ids.values().any(|known| *known == text);
        let right = match self.wire_ids.get(&id) {
            Some(known) => *known == text,
            None => !repeat && self.wire_ids.keys().all(|earlier| *earlier < id),
        };
        if !(digits && right) {
            self.watch.fail("a ClientMsgId is of one send", format!("{id} for {text:?}"));
        }
        self.check_send(request.id, &text);
        self.wire_ids.insert(id, text);
    }

    /// What the world calls the send of this ClientMsgId.
    fn name_of(&self, id: &str) -> Option<String> {
        let is_it = |entry: &OutboxEntry| entry.wire_id.is_some_and(|wire| wire.to_string() == id);
        let op = self.client.as_ref()?.outbox().find(|entry| is_it(entry))?.op;
        self.watch.ops.get(&op).map(|op| op.text.clone())
    }

    /// True if it is a text that somebody else wrote.
    fn is_forward(&self, id: &str) -> bool {
        self.name_of(id).is_some_and(|name| self.forwards.contains(&name))
    }

    /// A send leaves in its time, in the order of its chat, and not too often.
    fn check_send(&mut self, id: RequestId, text: &str) {
        let most = if self.plan.client.retry_ambiguous_sends { None } else { Some(1) };
        if let Some((rule, what)) = self.book.leaves(id, text, (self.now, self.run), &self.clock, most) {
            self.watch.fail(rule, what);
        }
        let Some(client) = &self.client else { return };
        let name = |entry: &OutboxEntry| self.watch.ops.get(&entry.op).map_or("", |op| op.text.as_str());
        let Some(it) = client.outbox().find(|entry| name(entry) == text) else { return };
        let earlier = |entry: &&OutboxEntry| {
            // A file may be on its way up yet.
            !matches!(entry.message, Outgoing::File(_))
                && entry.to == it.to
                && entry.outcome().is_none()
                && self.book.is_before(name(entry), text)
        };
        let before = client.outbox().find(earlier);
        if let Some(before) = before {
            let what = format!("{text:?} leaves, and op {} of its chat still waits", before.op);
            self.watch.fail("chats keep the order of their sends", what);
        }
    }

    /// What the file helper hands out is the phone's, and none of it is a send whose outcome is told.
    pub(super) fn check_phone(&mut self, batch: &Batch) {
        for message in batch.messages() {
            let names = [&message.from, &message.to];
            let helper = names.iter().any(|name| name.as_str() == UserName::FILE_HELPER)
                && message.chat.as_str() == UserName::FILE_HELPER;
            let status = matches!(message.content, Content::Status(_));
            if !helper || status || message.direction != Direction::Incoming {
                self.watch.fail("only the phone's messages are handed out", format!("{message:?}"));
            }
            // Another account counts from the same number on.
            if !self.plan.has_accounts() && self.watch.is_told(message.id.as_ref()) {
                self.watch.fail("no send comes back", format!("{:?}", message.id));
            }
        }
    }

    /// Ids of requests are those of no earlier run, but of one whose number nobody stored.
    pub(super) fn check_request_id(&mut self, id: RequestId) {
        if !self.requested.insert(id) {
            self.watch.fail("request ids never repeat", format!("#{id}"));
        }
        self.requested_now.push(id);
    }

    pub(super) fn check_host(&mut self, request: &Request) {
        let uri = request.http.uri();
        let host = uri.host().unwrap_or_default();
        let listed = self.net.server.config().hosts().iter().any(|known| known == host);
        if !listed || uri.scheme_str() != Some("https") {
            self.watch.fail("no request leaves for a host off the list", host);
        }
        let of_files = host == self.net.server.config().file_host();
        let wants_files = matches!(
            request.endpoint,
            Endpoint::UploadMedia | Endpoint::UploadMediaParallel | Endpoint::GetMedia
        );
        if of_files != wants_files {
            self.watch.fail(
                "files, and nothing else, are at the file host",
                format!("{} at {host}", request.endpoint),
            );
        }
    }

    /// A check asks for what is new, not for what waits for its acknowledgement.
    pub(super) fn check_heartbeat(&mut self, request: &Request) {
        let presented = request.http.uri().query().and_then(keys::checked_position);
        let (Some((login, position)), Some((of, handed))) = (presented, self.handed) else { return };
        if login == of && position < handed && !self.net.stale {
            let what = format!("position {position}, after the message at {handed} was handed out");
            self.watch.fail("a check presents the newest key", what);
        }
    }

    /// A poll or a fetch in its turn.
    pub(super) fn check_turn(&mut self, request: &Request) {
        let Some(client) = &self.client else { return };
        let facts = self.facts(client);
        if let Some((rule, what)) = self.pulse.started(request.endpoint, request.id, facts) {
            self.watch.fail(rule, what);
        }
    }

    /// With a window of 1 no webwxsync presents a key that a crash would forget.
    pub(super) fn check_key(&mut self, request: &Request) {
        if self.plan.client.unacked_batches > 1 || self.plan.client.storing == Storing::Nothing {
            return;
        }
        let stored = self.disk.session.as_ref().and_then(keys::place).map(|place| place.key);
        let Body::Bytes(body) = &request.http.body() else { return };
        let presented = keys::presented_position(body);
        let right = match (presented, stored) {
            // A transaction stores the key behind its batch before that is acknowledged.
            (Some((login, position)), Some((of, stored))) => login == of && position <= stored,
            _ => false,
        };
        if !(right || self.may_renew_unstored()) {
            let what = format!("{presented:?} was presented, {stored:?} is stored");
            self.watch.fail("no key is presented before it is stored", what);
        }
    }

    /// Behind the Gap of a login its first key, which is not stored yet, renews the cookies when that is urgent.
    fn may_renew_unstored(&self) -> bool {
        const URGENT: Duration = Duration::from_secs(2 * 60 * 60 - 60);
        let gap_is_open = self.memory.gap_opened.is_some() && !self.has_room();
        let since = self.login_at.unwrap_or(self.began).max(self.began);
        // A login that goes on within its process, after a logout that failed, has no other key to ask with.
        let resumes = self.client.as_ref().is_some_and(|client| *client.phase() == Phase::Starting);
        gap_is_open && (resumes || self.clock_changed || since + URGENT <= self.now)
    }
}
