//! The network between the client and the server, and everything that can happen to an exchange on it.

mod accounts;
mod deliver;
mod marks;
mod spoil;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use bytes::Bytes;
use http::Response;
use wx_proto::{
    Body, Endpoint, Expect, Failure, FailureKind, OpId, Reply, Request, RequestId, Sent, Timestamp,
};

use self::{marks::Marks, spoil::server_fault};
use super::{
    action::NetworkFault,
    heard::{Heard, is_download},
    login,
    watch::is_over,
};
use crate::{
    io::{Files, Sinks},
    rng::Rng,
    server::{Answer, HoldId, Server},
};

/// Something that goes wrong with some of the exchanges to come.
#[derive(Clone, Copy, Debug)]
struct Rule {
    trouble: NetworkFault,
    on: Option<Endpoint>,
    left: u32,
    until: Option<Timestamp>,
}

/// An exchange under way.
#[derive(Clone, Copy, Debug)]
struct Ticket {
    id: RequestId,
    endpoint: Endpoint,
    trouble: Option<NetworkFault>,
    started: Timestamp,
    idle_timeout: Duration,
    expect: Expect,
}

/// The end of an exchange, on its way to the client.
#[derive(Debug)]
struct Arriving {
    ticket: Ticket,
    /// The reply, and after how many bytes it breaks off.
    result: Result<(http::response::Parts, Bytes, Option<u64>), Failure>,
    heard: Heard,
}

/// The network, with the server at its other end.
#[derive(Debug)]
pub(super) struct Net {
    /// The server of the account whose owner holds the phone.
    pub(super) server: Server,
    /// The server of the other account, once there is one.
    other: Option<Box<Server>>,
    /// Which account the phone's is.
    pub(super) account: usize,
    /// On which account the newest login was granted.
    pub(super) granted: usize,
    now: Timestamp,
    rng: Rng,
    rules: Vec<Rule>,
    held: BTreeMap<HoldId, Ticket>,
    arriving: BTreeMap<(Timestamp, u64), Arriving>,
    /// What a driver would tell of files on their way.
    marks: Marks,
    /// Requests for media whose replies go where they belong.
    streams: BTreeSet<RequestId>,
    /// Downloads of which a part was lost, and no driver could see it.
    pub(super) unseen: BTreeSet<OpId>,
    slow: BTreeMap<(Timestamp, u64), (Ticket, http::Request<Bytes>)>,
    /// Requests whose reply does not matter any more: their process died, or they were given up.
    gone: BTreeSet<RequestId>,
    drawn: u64,
    /// The last replies of the polls, while something in between may bring them once more.
    kept: Option<BTreeMap<Endpoint, Response<Bytes>>>,
    /// What clients send files from, and where streamed replies go.
    pub(super) files: Files,
    pub(super) sinks: Sinks,
    /// Contents that make a reply useless.
    pub(super) poisons: Vec<&'static [u8]>,
    /// Exchanges that went wrong.
    pub(super) struck: u64,
    /// When the last one did, and the last one of webwxsync.
    pub(super) struck_at: Timestamp,
    pub(super) sync_struck_at: Timestamp,
    /// A reply came once more in the place of another one.
    pub(super) stale: bool,
    /// Checks said that nothing is there when something was, or said so and were not heard.
    pub(super) hid: bool,
    /// Replies of webwxsync in a row that were whole and of no use, and when the first was asked for.
    useless: (u32, Timestamp),
    /// A reply said that the session is over although it is not.
    pub(super) said_over: bool,
    /// A reply said "too often".
    pub(super) limited: bool,
    /// A login was sent to a foreign host, or refused.
    pub(super) said_foreign: bool,
    pub(super) said_refused: bool,
}

impl Net {
    /// `keeps`: replies may come once more.
    pub(super) fn new(server: Server, seed: u64, now: Timestamp, keeps: bool) -> Self {
        Self {
            server,
            other: None,
            account: 0,
            granted: 0,
            now,
            rng: Rng::new(seed),
            rules: Vec::new(),
            held: BTreeMap::new(),
            arriving: BTreeMap::new(),
            marks: Marks::default(),
            streams: BTreeSet::new(),
            unseen: BTreeSet::new(),
            slow: BTreeMap::new(),
            gone: BTreeSet::new(),
            drawn: 0,
            kept: keeps.then(BTreeMap::new),
            files: Files::default(),
            sinks: Sinks::default(),
            poisons: Vec::new(),
            struck: 0,
            struck_at: now,
            sync_struck_at: now,
            stale: false,
            hid: false,
            useless: (0, now),
            said_over: false,
            limited: false,
            said_foreign: false,
            said_refused: false,
        }
    }

    pub(super) fn fail_next(&mut self, trouble: NetworkFault, on: Option<Endpoint>, times: u32) {
        self.rules.push(Rule { trouble, on, left: times, until: None });
    }

    pub(super) fn fail_until(&mut self, trouble: NetworkFault, on: Option<Endpoint>, until: Timestamp) {
        self.rules.push(Rule { trouble, on, left: u32::MAX, until: Some(until) });
        if matches!(trouble, NetworkFault::Refuse | NetworkFault::Drop { .. }) && on.is_none() {
            self.break_held();
        }
    }

    /// From now on everything goes well, but for the faults that are missing.
    pub(super) fn calm(&mut self, least_faults: u64) {
        self.rules.clear();
        for server in self.other.as_deref_mut().into_iter().chain([&mut self.server]) {
            server.clear_faults();
            server.config_mut().says_once = false;
        }
        let missing = least_faults.saturating_sub(self.struck);
        if let Ok(missing @ 1..) = u32::try_from(missing) {
            self.fail_next(NetworkFault::Drop { after: false }, Some(Endpoint::SyncCheck), missing);
        }
    }

    pub(super) fn start(&mut self, now: Timestamp, request: Request) {
        self.now = now;
        let endpoint = request.endpoint;
        let trouble = self.trouble_of(endpoint);
        let ticket = Ticket {
            id: request.id,
            endpoint,
            trouble,
            started: now,
            idle_timeout: request.idle_timeout,
            expect: request.expect,
        };
        if is_download(endpoint) {
            self.streams.insert(request.id);
        }
        if let Body::Upload { file, .. } = request.http.body() {
            self.marks.begin(request.id, now, 0, file.len);
        }
        let request = match self.files.plain(request.http) {
            Ok(request) => request,
            Err(kind) => return self.fail(ticket, kind, Sent::No),
        };
        match trouble {
            Some(NetworkFault::Refuse) => self.fail(ticket, FailureKind::Connect, Sent::No),
            Some(NetworkFault::Drop { after: false }) => {
                self.fail(ticket, FailureKind::Closed, Sent::Maybe);
            }
            Some(NetworkFault::Moved { foreign }) => {
                self.arrive(&ticket, login::elsewhere(request.uri(), foreign), Duration::ZERO);
            }
            Some(NetworkFault::Stale) => {
                match self.kept.as_ref().and_then(|kept| kept.get(&endpoint)).cloned() {
                    Some(response) => {
                        self.stale = true;
                        self.said_over |=
                            matches!(Heard::of(endpoint, &response), Heard::Code(code) if is_over(code));
                        self.arrive(&ticket, response, Duration::ZERO);
                    }
                    None => self.reach(ticket, request),
                }
            }
            Some(NetworkFault::Slow(secs)) => {
                let at = now + Duration::from_secs(secs.into());
                let key = self.key(at);
                self.slow.insert(key, (ticket, request));
                if at > now + ticket.idle_timeout {
                    self.fail_at(now + ticket.idle_timeout, ticket, FailureKind::Timeout);
                }
            }
            _ => self.reach(ticket, request),
        }
    }

    /// The request is at the server.
    fn reach(&mut self, ticket: Ticket, request: http::Request<Bytes>) {
        let now = self.now;
        let granted = self.server.logins().len();
        let server = self.server_of(ticket.endpoint, &request);
        if let Some(fault) = ticket.trouble.and_then(server_fault) {
            server.add_fault(fault.on(ticket.endpoint));
        }
        let answer = server.handle(now, request);
        if self.server.logins().len() != granted {
            self.granted = self.account;
            self.forget_replies();
        }
        match answer {
            Answer::Now(response) => self.answer(ticket, response),
            Answer::Streamed(response) => self.answer(ticket, response.map(|body| body.collect())),
            Answer::Held(hold) => {
                if self.gone.contains(&ticket.id) {
                    self.server.abandon(hold);
                } else {
                    self.held.insert(hold, ticket);
                    if let Some(NetworkFault::Silence { told }) = ticket.trouble {
                        self.silence(ticket, told);
                    }
                }
            }
            Answer::Drop => self.fail(ticket, FailureKind::Closed, Sent::Maybe),
        }
    }

    /// Gives an exchange up: what still comes of it comes late.
    pub(super) fn abort(&mut self, id: RequestId) {
        self.streams.remove(&id);
        let hold = self.held.iter().find(|(_, ticket)| ticket.id == id).map(|(hold, _)| *hold);
        if let Some(hold) = hold {
            self.held.remove(&hold);
            self.server.abandon(hold);
        }
    }

    /// The process died: its connections are gone, what left it is on its way.
    pub(super) fn process_died(&mut self) {
        // The next one may go on from before what these hold.
        self.forget_replies();
        for hold in std::mem::take(&mut self.held).into_keys() {
            self.server.abandon(hold);
        }
        self.arriving.clear();
        self.marks = Marks::default();
        self.streams.clear();
        // Ids begin anew with the next process.
        self.gone.clear();
        let nobody = RequestId::new(u64::MAX);
        for (ticket, _) in self.slow.values_mut() {
            ticket.id = nobody;
        }
        self.gone.insert(nobody);
    }

    /// The server forgets polls and QR codes.
    pub(super) fn restart_server(&mut self) {
        self.server.restart();
        self.break_held();
    }

    fn break_held(&mut self) {
        for (hold, ticket) in std::mem::take(&mut self.held) {
            self.server.abandon(hold);
            self.fail(ticket, FailureKind::Closed, Sent::Maybe);
        }
    }

    /// Slow requests reach the server, whatever became of who sent them.
    pub(super) fn advance(&mut self, now: Timestamp) {
        self.now = now;
        while let Some(entry) = self.slow.first_entry().filter(|entry| entry.key().0 <= now) {
            let (ticket, request) = entry.remove();
            self.reach(ticket, request);
        }
    }

    /// When the next slow request reaches the server.
    pub(super) fn next_slow(&self) -> Option<Timestamp> {
        self.slow.keys().next().map(|(at, _)| *at)
    }

    /// The session's keys are others from now on: what is kept of earlier replies is of no use.
    pub(super) fn forget_replies(&mut self) {
        if let Some(kept) = &mut self.kept {
            kept.clear();
        }
    }

    /// A reply that has arrived, and what it says.
    pub(super) fn poll(&mut self, now: Timestamp) -> Option<(Reply, Heard)> {
        self.advance(now);
        while let Some((hold, response)) = self.server.poll(now) {
            if let Some(ticket) = self.held.remove(&hold) {
                self.answer(ticket, response);
            }
        }
        while let Some(hold) = self.server.poll_lost() {
            if let Some(ticket) = self.held.remove(&hold) {
                self.fail(ticket, FailureKind::Closed, Sent::Maybe);
            }
        }
        let entry = self.arriving.first_entry().filter(|entry| entry.key().0 <= now)?;
        let arriving = entry.remove();
        Some(self.deliver(arriving))
    }

    pub(super) fn next_at(&self) -> Option<Timestamp> {
        let arriving = self.arriving.keys().next().map(|(at, _)| *at);
        let mark = self.marks.next_at();
        arriving.into_iter().chain(mark).chain(self.next_slow()).chain(self.server.deadline()).min()
    }

    /// True if nothing is under way but polls that the server holds.
    pub(super) fn is_quiet(&self) -> bool {
        self.arriving.is_empty() && self.slow.is_empty()
    }

    /// True if the server holds a poll.
    pub(super) fn is_holding(&self) -> bool {
        !self.held.is_empty()
    }

    fn trouble_of(&mut self, endpoint: Endpoint) -> Option<NetworkFault> {
        let trouble = self
            .strike(|rule| rule.on.is_none_or(|on| on == endpoint) && !rule.trouble.is_of_confirmation())?;
        self.struck_at = self.now;
        if endpoint == Endpoint::Sync {
            self.sync_struck_at = self.now;
        }
        self.hid |= endpoint == Endpoint::SyncCheck && self.server.config().says_once;
        self.said_over |= trouble.is_fatal();
        self.limited |= matches!(trouble, NetworkFault::Ret { code: 1205, .. });
        self.said_refused |= endpoint == Endpoint::LoginPage && matches!(trouble, NetworkFault::Ret { .. });
        Some(trouble)
    }

    /// Uses up the first rule that fits.
    fn strike(&mut self, fits: impl Fn(&Rule) -> bool) -> Option<NetworkFault> {
        let now = self.now;
        self.rules.retain(|rule| rule.left > 0 && rule.until.is_none_or(|until| now < until));
        let rule = self.rules.iter_mut().find(|rule| fits(rule))?;
        if rule.until.is_none() {
            rule.left -= 1;
        }
        let trouble = rule.trouble;
        self.struck += 1;
        self.said_foreign |= matches!(trouble, NetworkFault::Foreign | NetworkFault::Moved { foreign: true });
        Some(trouble)
    }

    /// Replies of webwxsync in a row that were of no use, and since when.
    pub(super) const fn useless(&self) -> (u32, Timestamp) {
        self.useless
    }

    fn silence(&mut self, ticket: Ticket, told: bool) {
        if told {
            let at = (ticket.started + ticket.idle_timeout).max(self.now);
            self.fail_at(at, ticket, FailureKind::Timeout);
        }
    }

    fn fail(&mut self, ticket: Ticket, kind: FailureKind, sent: Sent) {
        if self.gone.contains(&ticket.id) {
            return;
        }
        let latency = self.rng.millis(1, 200);
        self.fail_after(self.now + latency, ticket, kind, sent);
    }

    fn fail_at(&mut self, at: Timestamp, ticket: Ticket, kind: FailureKind) {
        self.fail_after(at, ticket, kind, Sent::Maybe);
    }

    fn fail_after(&mut self, at: Timestamp, ticket: Ticket, kind: FailureKind, sent: Sent) {
        let key = self.key(at);
        let result = Err(Failure { kind, sent, received: 0 });
        self.arriving.insert(key, Arriving { ticket, result, heard: Heard::Lost });
    }

    const fn key(&mut self, at: Timestamp) -> (Timestamp, u64) {
        self.drawn += 1;
        (at, self.drawn)
    }
}
