//! The loop of a world: one true time, the device's clock beside it, acts, replies, the process and its deaths.

use std::{collections::BTreeMap, time::Duration};

use wx_proto::{Client, Endpoint, Output, Phase, RequestId, Timestamp};

use super::{
    app::{Memory, Todo},
    checks::Failures,
    dice::Dice,
    disk::Disk,
    net::Net,
    oracle::{self, Owed},
    people,
    plan::Plan,
    rules::Rules,
    watch::{Violation, Watch},
};
use crate::{coverage::Coverage, journal::Journal, runner::START, server::Server};

/// Steps of one moment; more is a client that spins.
const MOST_STEPS: u32 = 20_000;

/// What came of a world.
#[derive(Debug)]
#[non_exhaustive]
pub struct Report {
    /// The first rule that was broken.
    pub violation: Option<Violation>,
    /// The journal, if it was asked for.
    pub journal: Option<Journal>,
    /// Messages that the server queued.
    pub messages: u64,
    /// Sends that the client accepted.
    pub sends: u64,
    /// Exchanges that went wrong.
    pub faults: u64,
    /// Deaths of the process.
    pub crashes: u64,
    /// Requests that the client made.
    pub requests: u64,
    /// Sessions that ended.
    pub ends: u64,
    /// Logins that the server granted.
    pub logins: usize,
    /// Gaps in the application's journal, and those of positions that were given up among them.
    pub gaps: (usize, usize),
    /// What the clients' flows did.
    pub coverage: Coverage,
    /// Virtual time from the first start to the end.
    pub lived: Duration,
}

/// A world while it runs.
#[derive(Debug)]
pub(super) struct Sim<'p> {
    pub(super) plan: &'p Plan,
    pub(super) rules: &'p Rules,
    pub(super) now: Timestamp,
    pub(super) net: Net,
    /// The process; none while it is dead.
    pub(super) client: Option<Client>,
    pub(super) memory: Memory,
    pub(super) disk: Disk,
    pub(super) watch: Watch,
    pub(super) owed: Owed,
    pub(super) coverage: Coverage,
    pub(super) dice: Dice,
    pub(super) journal: Option<Journal>,
    pub(super) run: u64,
    /// Texts to send once the client is online.
    pub(super) unsent: Vec<(u8, Option<u16>, bool, String)>,
    pub(super) texts: u64,
    pub(super) open: BTreeMap<RequestId, Endpoint>,
    pub(super) failures: Failures,
    /// The text of each ClientMsgId that left.
    pub(super) wire_ids: BTreeMap<String, String>,
    /// Logins that the server had when the client last came online.
    pub(super) logins_seen: usize,
    /// The client's login was not the server's newest then.
    pub(super) superseded: bool,
    pub(super) calm: bool,
    pub(super) messages: u64,
    /// The login and the position of the newest message that this run was handed.
    pub(super) handed: Option<(u64, u64)>,
    /// The device's clock was set, or stood still.
    pub(super) clock_changed: bool,
    /// The device's clock minus the true time, in milliseconds.
    pub(super) offset: i64,
    pub(super) fuse: Option<(u16, u32)>,
    /// A careful crash waits for its moment.
    pub(super) wants_crash: Option<u32>,
    pub(super) down_until: Option<Timestamp>,
    pub(super) asleep_until: Option<Timestamp>,
    pub(super) slept_uncounted: u32,
    pub(super) crashes: u64,
    requests: u64,
}

impl<'p> Sim<'p> {
    pub(super) fn new(plan: &'p Plan, rules: &'p Rules, journal: bool) -> Self {
        let server = Server::new(plan.server.clone(), people::world(plan.people), plan.seed);
        Self {
            plan,
            rules,
            now: START,
            net: Net::new(server, plan.seed ^ 0x6e65_7477, START),
            client: None,
            memory: Memory::default(),
            disk: Disk::default(),
            watch: Watch::new(),
            coverage: Coverage::default(),
            owed: Owed { offset: (!plan.same_clock).then_some(0), ..Owed::default() },
            dice: Dice::new(plan.seed ^ 0x6469_6365),
            journal: journal.then(|| Journal::new(START)),
            run: 0,
            unsent: Vec::new(),
            texts: 0,
            open: BTreeMap::new(),
            failures: Failures::default(),
            wire_ids: BTreeMap::new(),
            logins_seen: 0,
            superseded: false,
            calm: false,
            messages: 0,
            handed: None,
            clock_changed: plan.same_clock,
            offset: 0,
            fuse: None,
            wants_crash: None,
            down_until: Some(START),
            asleep_until: None,
            slept_uncounted: 0,
            crashes: 0,
            requests: 0,
        }
    }

    /// Runs the world to its end.
    pub(super) fn run(mut self) -> Report {
        let mut acts = self.plan.acts.iter().peekable();
        let mut limit = None;
        while self.watch.violation.is_none() {
            while let Some((_, act)) = acts.next_if(|(at, _)| *at <= self.now) {
                self.act(*act);
            }
            if !self.calm && self.now >= self.plan.end {
                self.begin_calm();
            }
            self.live();
            if self.calm && self.is_settled() {
                break;
            }
            let secs = self.settle_secs();
            if self.calm && limit.is_none() {
                limit = Some(self.now + Duration::from_secs(secs));
            }
            if limit.is_some_and(|limit| self.now >= limit) {
                self.judge();
                let phase = self.client.as_ref().map(|client| client.phase().clone());
                self.watch.fail("settles once the faults are over", format!("{phase:?} after {secs} s"));
                break;
            }
            let next_act = acts.peek().map(|(at, _)| *at);
            let end = (!self.calm).then_some(self.plan.end);
            let next = next_act.into_iter().chain(end).chain(limit).chain(self.next_at()).min();
            self.now = next.unwrap_or(self.now).max(self.now + Duration::from_millis(1));
        }
        self.judge();
        Report {
            violation: self.watch.violation,
            journal: self.journal,
            messages: self.messages,
            sends: self.watch.sends,
            faults: self.net.struck,
            crashes: self.crashes,
            requests: self.requests,
            ends: self.watch.ends,
            logins: self.net.server.logins().len(),
            gaps: (self.disk.gaps.len(), self.disk.gaps.iter().filter(|gap| gap.skipped).count()),
            coverage: self.coverage,
            lived: self.now.saturating_since(START),
        }
    }

    const fn settle_secs(&self) -> u64 {
        if self.net.limited {
            self.rules.settle_limited_secs
        } else if self.net.poisons.is_empty() {
            self.rules.settle_secs
        } else {
            self.rules.settle_poisoned_secs
        }
    }

    fn judge(&mut self) {
        let run = self.run;
        oracle::check(self.plan, &self.net.server, &self.disk, &self.owed, run, &mut self.watch);
    }

    /// The device's time.
    pub(super) const fn device(&self) -> Timestamp {
        Timestamp::from_millis(self.now.as_millis().saturating_add_signed(self.offset))
    }

    fn next_at(&self) -> Option<Timestamp> {
        let slow = self.net.next_slow();
        if let Some(at) = self.asleep_until {
            return Some(at).into_iter().chain(slow).min();
        }
        if self.client.is_none() {
            return self.down_until.into_iter().chain(slow).min();
        }
        let deadline = self.client.as_ref().and_then(Client::deadline);
        let deadline =
            deadline.map(|at| Timestamp::from_millis(at.as_millis().saturating_add_signed(-self.offset)));
        deadline.into_iter().chain(self.net.next_at()).chain(self.memory.next_at()).min()
    }

    /// Everything that happens now on the device.
    fn live(&mut self) {
        self.net.advance(self.now);
        if let Some(at) = self.asleep_until {
            if self.now < at {
                return;
            }
            self.wake();
        }
        if self.client.is_none() && self.down_until.is_some_and(|at| at <= self.now) {
            self.start();
        }
        for step in 0.. {
            if self.client.is_none() || self.watch.violation.is_some() {
                return;
            }
            if step > MOST_STEPS {
                self.watch.fail("the client comes to rest", "it has output without end");
                return;
            }
            self.take_transitions();
            let device = self.device();
            let output = self.client.as_mut().and_then(|client| client.poll(device));
            if let Some(output) = output {
                self.take(output);
                self.tick();
                continue;
            }
            if let Some(todo) = self.memory.next_due(self.now) {
                self.due(todo);
                continue;
            }
            if self.send_what_waits() {
                continue;
            }
            let Some(reply) = self.net.poll(self.now) else { break };
            if let Some(endpoint) = self.open.remove(&reply.id()) {
                self.failures.ended(endpoint, reply.received().is_ok(), self.now);
            }
            if let Some(journal) = &mut self.journal {
                match reply.received() {
                    Ok((status, bytes)) => journal.reply(self.now, reply.id(), status, bytes),
                    Err(failure) => journal.failure(self.now, reply.id(), failure),
                }
            }
            if let Some(client) = &mut self.client {
                client.handle(device, reply);
            }
            self.tick();
        }
        self.check_rest();
        if let Some(down) = self.wants_crash
            && self.is_crash_safe()
        {
            self.wants_crash = None;
            self.crash(down);
        }
    }

    pub(super) fn take_transitions(&mut self) {
        if let Some(client) = &mut self.client
            && let Err(transition) = self.coverage.try_take_from(client)
        {
            self.watch.fail("every transition is in the table", transition);
        }
    }

    fn take(&mut self, output: Output) {
        match output {
            Output::Start(request) => {
                self.requests += 1;
                if let Some(journal) = &mut self.journal {
                    journal.request(self.now, &request);
                }
                if !matches!(request.endpoint, Endpoint::SendMsg | Endpoint::QrCode | Endpoint::Logout) {
                    self.watch.request(self.now, self.rules);
                }
                self.check_host(&request);
                self.check_pause(request.endpoint);
                if request.endpoint == Endpoint::SendMsg {
                    self.check_wire_id(&request);
                }
                if self.plan.careful && request.endpoint == Endpoint::Sync {
                    self.check_key(&request);
                }
                if request.endpoint == Endpoint::SyncCheck {
                    self.check_heartbeat(&request);
                }
                self.open.insert(request.id, request.endpoint);
                self.net.start(self.now, request);
            }
            Output::Abort(id) => {
                if let Some(journal) = &mut self.journal {
                    journal.abort(self.now, id);
                }
                self.open.remove(&id);
                self.net.abort(id);
            }
            Output::Event(event) => {
                if let Some(journal) = &mut self.journal {
                    journal.event(self.now, &event);
                }
                self.watch.event(&event);
                self.event(event);
            }
        }
    }

    fn begin_calm(&mut self) {
        self.note("the faults are over");
        self.calm = true;
        self.net.calm(self.plan.least_faults);
        self.disk.calm();
        // A crash that never had its moment comes now.
        let late = self.crashes == 0;
        self.fuse = self.fuse.filter(|_| late).map(|_| (0, 0));
        self.wants_crash = self.wants_crash.filter(|_| late).map(|_| 0);
        if self.asleep_until.is_some() {
            self.asleep_until = Some(self.now);
        }
        if self.client.is_none() {
            self.down_until = Some(self.now);
        }
        self.memory.hurry(self.now);
        self.memory.later(self.now, Todo::Write);
        if let Some(id) = self.memory.unacked {
            self.memory.later(self.now, Todo::Ack(id));
        }
    }

    fn is_settled(&self) -> bool {
        let Some(client) = &self.client else { return false };
        let told = |op| self.watch.ops.get(&op).is_some_and(|op| op.outcome.is_some());
        *client.phase() == Phase::Online
            && self.net.struck >= self.plan.least_faults
            && self.net.is_quiet()
            && self.net.is_holding()
            && self.unsent.is_empty()
            && self.fuse.is_none()
            && self.wants_crash.is_none()
            && self.memory.next_at().is_none()
            && self.memory.unacked.is_none()
            && self.memory.unwritten.is_empty()
            && client.outbox().all(|entry| told(entry.op))
            && oracle::is_complete(&self.net.server, &self.disk, &self.owed)
    }

    pub(super) fn note(&mut self, what: &str) {
        if let Some(journal) = &mut self.journal {
            journal.command(self.now, what);
        }
    }
}
