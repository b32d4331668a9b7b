//! The network between the client and the server, and everything that can happen to an exchange on it.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use bytes::Bytes;
use http::{Response, StatusCode};
use wx_proto::{Failure, FailureKind, Reply, Request, RequestId, Sent, Timestamp};

use super::{
    act::{Oddity, Trouble},
    dice::Dice,
    keys, login,
};
use crate::{
    io::plain,
    server::{Answer, Endpoint, Fault, FaultKind, HoldId, Server},
};

/// Something that goes wrong with some of the exchanges to come.
#[derive(Clone, Copy, Debug)]
struct Rule {
    trouble: Trouble,
    on: Option<Endpoint>,
    left: u32,
    until: Option<Timestamp>,
}

/// An exchange under way.
#[derive(Clone, Copy, Debug)]
struct Ticket {
    id: RequestId,
    endpoint: Endpoint,
    trouble: Option<Trouble>,
    started: Timestamp,
    idle_timeout: Duration,
}

/// The network, with the server at its other end.
#[derive(Debug)]
pub(super) struct Net {
    pub(super) server: Server,
    now: Timestamp,
    dice: Dice,
    rules: Vec<Rule>,
    held: BTreeMap<HoldId, Ticket>,
    arriving: BTreeMap<(Timestamp, u64), Reply>,
    slow: BTreeMap<(Timestamp, u64), (Ticket, http::Request<Bytes>)>,
    /// Requests whose reply does not matter any more: their process died, or they were given up.
    gone: BTreeSet<RequestId>,
    drawn: u64,
    /// Contents that make a reply useless.
    pub(super) poisons: Vec<&'static [u8]>,
    /// Exchanges that went wrong.
    pub(super) struck: u64,
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
    pub(super) fn new(server: Server, seed: u64, now: Timestamp) -> Self {
        Self {
            server,
            now,
            dice: Dice::new(seed),
            rules: Vec::new(),
            held: BTreeMap::new(),
            arriving: BTreeMap::new(),
            slow: BTreeMap::new(),
            gone: BTreeSet::new(),
            drawn: 0,
            poisons: Vec::new(),
            struck: 0,
            useless: (0, now),
            said_over: false,
            limited: false,
            said_foreign: false,
            said_refused: false,
        }
    }

    pub(super) fn fail_next(&mut self, trouble: Trouble, on: Option<Endpoint>, times: u32) {
        self.rules.push(Rule { trouble, on, left: times, until: None });
    }

    pub(super) fn fail_until(&mut self, trouble: Trouble, on: Option<Endpoint>, until: Timestamp) {
        self.rules.push(Rule { trouble, on, left: u32::MAX, until: Some(until) });
        if matches!(trouble, Trouble::Refuse | Trouble::Drop { .. }) && on.is_none() {
            self.break_held();
        }
    }

    /// From now on everything goes well, but for the faults that are missing.
    pub(super) fn calm(&mut self, least_faults: u64) {
        self.rules.clear();
        self.server.clear_faults();
        let missing = least_faults.saturating_sub(self.struck);
        if let Ok(missing @ 1..) = u32::try_from(missing) {
            self.fail_next(Trouble::Drop { after: false }, Some(Endpoint::SyncCheck), missing);
        }
    }

    pub(super) fn start(&mut self, now: Timestamp, request: Request) {
        self.now = now;
        let Some(endpoint) = Endpoint::named(request.endpoint.as_str()) else { return };
        let trouble = self.trouble_of(endpoint);
        let ticket =
            Ticket { id: request.id, endpoint, trouble, started: now, idle_timeout: request.idle_timeout };
        let request = plain(request.http);
        match trouble {
            Some(Trouble::Refuse) => self.fail(ticket.id, FailureKind::Connect, Sent::No),
            Some(Trouble::Drop { after: false }) => {
                self.fail(ticket.id, FailureKind::Closed, Sent::Maybe);
            }
            Some(Trouble::Moved { foreign }) => {
                self.arrive(ticket.id, login::elsewhere(request.uri(), foreign), Duration::ZERO);
            }
            Some(Trouble::Slow(secs)) => {
                let at = now + Duration::from_secs(secs.into());
                let key = self.key(at);
                self.slow.insert(key, (ticket, request));
                if at > now + ticket.idle_timeout {
                    self.fail_at(now + ticket.idle_timeout, ticket.id, FailureKind::Timeout);
                }
            }
            _ => self.reach(ticket, request),
        }
    }

    /// The request is at the server.
    fn reach(&mut self, ticket: Ticket, request: http::Request<Bytes>) {
        if let Some(fault) = ticket.trouble.and_then(server_fault) {
            self.server.add_fault(fault.on(ticket.endpoint));
        }
        match self.server.handle(self.now, request) {
            Answer::Now(response) => self.answer(ticket, response),
            Answer::Held(hold) => {
                if self.gone.contains(&ticket.id) {
                    self.server.abandon(hold);
                } else {
                    self.held.insert(hold, ticket);
                    if let Some(Trouble::Silence { told }) = ticket.trouble {
                        self.silence(ticket, told);
                    }
                }
            }
            Answer::Drop => self.fail(ticket.id, FailureKind::Closed, Sent::Maybe),
        }
    }

    /// The server's answer sets out on its way back.
    fn answer(&mut self, ticket: Ticket, response: Response<Bytes>) {
        if self.gone.contains(&ticket.id) {
            return;
        }
        let id = ticket.id;
        if ticket.endpoint == Endpoint::Sync {
            let poisoned = self.poisons.iter().any(|poison| holds(response.body(), poison));
            self.count_useless(ticket.trouble, poisoned);
            if poisoned && holds(response.body(), Oddity::Oversized.json()) {
                return self.fail(id, FailureKind::TooLarge, Sent::Maybe);
            }
        }
        if ticket.endpoint == Endpoint::Login
            && login::is_confirmation(response.body())
            && let Some(trouble) = self.strike(|rule| rule.trouble.is_of_confirmation())
        {
            let declined = trouble == Trouble::Declined;
            let changed = if declined { login::declined(response) } else { login::to_foreign_host(response) };
            return self.arrive(id, changed, Duration::ZERO);
        }
        match ticket.trouble {
            Some(Trouble::Drop { .. }) => self.fail(id, FailureKind::Closed, Sent::Maybe),
            Some(Trouble::Cut { noticed: true, .. }) => self.fail(id, FailureKind::Closed, Sent::Maybe),
            Some(Trouble::Cut { permille, noticed: false }) => {
                let left = response.body().len() * usize::from(permille) / 1_000;
                let cut = response.map(|body| body.slice(..left.min(body.len())));
                self.arrive(id, cut, Duration::ZERO);
            }
            Some(Trouble::Late(secs)) => {
                let delay = Duration::from_secs(secs.into());
                let timeout = ticket.started + ticket.idle_timeout;
                if self.now + delay > timeout {
                    self.fail_at(timeout.max(self.now), id, FailureKind::Timeout);
                }
                self.arrive(id, response, delay);
            }
            Some(Trouble::Silence { told }) => self.silence(ticket, told),
            Some(Trouble::Twice) => {
                self.arrive(id, response.clone(), Duration::ZERO);
                let pause = self.dice.millis(0, 40_000);
                self.arrive(id, response, pause);
            }
            Some(Trouble::Portal) => {
                let mut portal = Response::new(Bytes::from_static(b"<html><body>Log in here</body></html>"));
                *portal.status_mut() = StatusCode::FOUND;
                self.arrive(id, portal, Duration::ZERO);
            }
            Some(Trouble::NoKey) => self.arrive(id, keys::without(response, "SyncKey"), Duration::ZERO),
            Some(Trouble::NoCheckKey) => {
                self.arrive(id, keys::without(response, "SyncCheckKey"), Duration::ZERO);
            }
            Some(Trouble::ShortKeys) => self.arrive(id, keys::shortened(response), Duration::ZERO),
            Some(Trouble::TooLarge) => self.fail(id, FailureKind::TooLarge, Sent::Maybe),
            _ => self.arrive(id, response, Duration::ZERO),
        }
    }

    /// Gives an exchange up: what still comes of it comes late.
    pub(super) fn abort(&mut self, id: RequestId) {
        let hold = self.held.iter().find(|(_, ticket)| ticket.id == id).map(|(hold, _)| *hold);
        if let Some(hold) = hold {
            self.held.remove(&hold);
            self.server.abandon(hold);
        }
    }

    /// The process died: its connections are gone, what left it is on its way.
    pub(super) fn process_died(&mut self) {
        for hold in std::mem::take(&mut self.held).into_keys() {
            self.server.abandon(hold);
        }
        self.arriving.clear();
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
            self.fail(ticket.id, FailureKind::Closed, Sent::Maybe);
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

    /// A reply that has arrived.
    pub(super) fn poll(&mut self, now: Timestamp) -> Option<Reply> {
        self.advance(now);
        while let Some((hold, response)) = self.server.poll(now) {
            if let Some(ticket) = self.held.remove(&hold) {
                self.answer(ticket, response);
            }
        }
        while let Some(hold) = self.server.poll_lost() {
            if let Some(ticket) = self.held.remove(&hold) {
                self.fail(ticket.id, FailureKind::Closed, Sent::Maybe);
            }
        }
        let entry = self.arriving.first_entry().filter(|entry| entry.key().0 <= now)?;
        Some(entry.remove())
    }

    pub(super) fn next_at(&self) -> Option<Timestamp> {
        let arriving = self.arriving.keys().next().map(|(at, _)| *at);
        arriving.into_iter().chain(self.next_slow()).chain(self.server.deadline()).min()
    }

    /// True if nothing is under way but polls that the server holds.
    pub(super) fn is_quiet(&self) -> bool {
        self.arriving.is_empty() && self.slow.is_empty()
    }

    /// True if the server holds a poll.
    pub(super) fn is_holding(&self) -> bool {
        !self.held.is_empty()
    }

    fn trouble_of(&mut self, endpoint: Endpoint) -> Option<Trouble> {
        let trouble = self
            .strike(|rule| rule.on.is_none_or(|on| on == endpoint) && !rule.trouble.is_of_confirmation())?;
        self.said_over |= trouble.is_fatal();
        self.limited |= matches!(trouble, Trouble::Ret { code: 1205, .. });
        self.said_refused |= endpoint == Endpoint::NewLoginPage && matches!(trouble, Trouble::Ret { .. });
        Some(trouble)
    }

    /// Uses up the first rule that fits.
    fn strike(&mut self, fits: impl Fn(&Rule) -> bool) -> Option<Trouble> {
        let now = self.now;
        self.rules.retain(|rule| rule.left > 0 && rule.until.is_none_or(|until| now < until));
        let rule = self.rules.iter_mut().find(|rule| fits(rule))?;
        if rule.until.is_none() {
            rule.left -= 1;
        }
        let trouble = rule.trouble;
        self.struck += 1;
        self.said_foreign |= matches!(trouble, Trouble::Foreign | Trouble::Moved { foreign: true });
        Some(trouble)
    }

    fn count_useless(&mut self, trouble: Option<Trouble>, poisoned: bool) {
        let (count, since) = self.useless;
        let more = (count + 1, if count == 0 { self.now } else { since });
        match trouble {
            _ if poisoned => self.useless = more,
            None | Some(Trouble::Twice | Trouble::NoCheckKey | Trouble::ShortKeys) => {
                self.useless = (0, self.now)
            }
            Some(
                Trouble::EmptyKey(_)
                | Trouble::NoKey
                | Trouble::Cut { noticed: false, .. }
                | Trouble::Garbage { .. }
                | Trouble::Ret { .. }
                | Trouble::Html { .. }
                | Trouble::Portal
                | Trouble::TooLarge,
            ) => self.useless = more,
            Some(_) => {}
        }
    }

    /// Replies of webwxsync in a row that were of no use, and since when.
    pub(super) const fn useless(&self) -> (u32, Timestamp) {
        self.useless
    }

    fn silence(&mut self, ticket: Ticket, told: bool) {
        if told {
            let at = (ticket.started + ticket.idle_timeout).max(self.now);
            self.fail_at(at, ticket.id, FailureKind::Timeout);
        }
    }

    fn arrive(&mut self, id: RequestId, response: Response<Bytes>, delay: Duration) {
        let latency = self.dice.millis(5, 200);
        let key = self.key(self.now + delay + latency);
        let (head, body) = response.into_parts();
        self.arriving.insert(key, Reply::collected(id, head, body));
    }

    fn fail(&mut self, id: RequestId, kind: FailureKind, sent: Sent) {
        if self.gone.contains(&id) {
            return;
        }
        let latency = self.dice.millis(1, 200);
        let key = self.key(self.now + latency);
        self.arriving.insert(key, Reply::failed(id, Failure { kind, sent, received: 0 }));
    }

    fn fail_at(&mut self, at: Timestamp, id: RequestId, kind: FailureKind) {
        let key = self.key(at);
        self.arriving.insert(key, Reply::failed(id, Failure { kind, sent: Sent::Maybe, received: 0 }));
    }

    const fn key(&mut self, at: Timestamp) -> (Timestamp, u64) {
        self.drawn += 1;
        (at, self.drawn)
    }
}

fn holds(body: &[u8], part: &[u8]) -> bool {
    body.windows(part.len()).any(|window| window == part)
}

/// The troubles that the server itself makes.
fn server_fault(trouble: Trouble) -> Option<Fault> {
    let (kind, after) = match trouble {
        Trouble::Status { status, after } => (FaultKind::Status(status), after),
        Trouble::Html { after } => (FaultKind::Html, after),
        Trouble::Empty { after } => (FaultKind::Empty, after),
        Trouble::Garbage { after } => (FaultKind::Garbage, after),
        Trouble::Ret { code, after } => (FaultKind::Ret(code), after),
        Trouble::EmptyKey(ret) => (FaultKind::EmptyKey(ret), true),
        Trouble::Refuse
        | Trouble::Drop { .. }
        | Trouble::Cut { .. }
        | Trouble::Late(_)
        | Trouble::Slow(_)
        | Trouble::Silence { .. }
        | Trouble::Twice
        | Trouble::Portal
        | Trouble::NoKey
        | Trouble::NoCheckKey
        | Trouble::ShortKeys
        | Trouble::TooLarge
        | Trouble::Declined
        | Trouble::Foreign
        | Trouble::Moved { .. } => return None,
    };
    let fault = Fault::new(kind);
    Some(if after { fault.after() } else { fault })
}
