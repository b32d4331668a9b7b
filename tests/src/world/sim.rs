//! The loop of a world: one true time, the device's clock beside it, acts, replies, the process and its deaths.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use wx_proto::{Client, Endpoint, FailureKind, FileSource, OpId, Output, Reply, RequestId, Sent, Timestamp};

use super::{
    action::{NetworkFault, Way},
    app::Memory,
    book::Book,
    checks::Failures,
    clock::Clock,
    disk::Disk,
    downloads::Downloads,
    heard::{Heard, is_download, is_send, is_upload},
    limits::{Kind, Limits},
    net::Net,
    oracle::{self, Carried, Owed},
    outgoing::Unsent,
    passing::Passing,
    people,
    plan::Plan,
    pulse::Pulse,
    report::Report,
    rules::Rules,
    uploads::Uploads,
    watch::Watch,
};
use crate::{
    content::FileContent, coverage::Coverage, journal::Journal, rng::Rng, runner::START, server::Server,
};

/// Steps of one moment; more is a client that spins.
const MOST_STEPS: u32 = 20_000;

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
    pub(super) rng: Rng,
    pub(super) journal: Option<Journal>,
    pub(super) run: u64,
    /// What to send once the client is online.
    pub(super) unsent: Vec<Unsent>,
    /// Media to fetch once the client is online: how many are younger, and whether their small picture will do.
    pub(super) unfetched: Vec<(u8, bool)>,
    pub(super) downloads: Downloads,
    pub(super) uploads: Uploads,
    pub(super) passing: Passing,
    /// The files that the application sends, by the name of the send.
    pub(super) files: BTreeMap<String, FileSource>,
    /// The files of messages, by account and message id.
    pub(super) received: BTreeMap<(usize, u64), FileContent>,
    /// The names of what was passed on.
    pub(super) forwards: BTreeSet<String>,
    /// Which send each ClientMsgId is of, for those that no text tells.
    pub(super) carried: BTreeMap<String, String>,
    pub(super) sinks_full_until: Timestamp,
    /// Since when a text could leave and did not.
    pub(super) text_waits: Option<Timestamp>,
    pub(super) texts: u64,
    pub(super) open: BTreeMap<RequestId, Endpoint>,
    pub(super) failures: Failures,
    pub(super) pulse: Pulse,
    pub(super) limits: Limits,
    pub(super) book: Book,
    /// Ids of requests: of all runs whose number was stored, and of this one.
    pub(super) requested: BTreeSet<RequestId>,
    pub(super) requested_now: Vec<RequestId>,
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
    /// The newest position of each account that any run was handed, and that its phone wrote.
    pub(super) reached: [u64; 2],
    pub(super) written: [u64; 2],
    /// Whose each own UserName is.
    pub(super) own_names: BTreeMap<String, usize>,
    /// The account that last logged in, as the client said.
    pub(super) account: usize,
    /// The account of the newest login.
    pub(super) holder: usize,
    /// How the next login begins.
    pub(super) way: Way,
    /// The login that this process resumes had ended before.
    pub(super) resumes_dead: bool,
    /// The owner logs out by this op.
    pub(super) leaving: Option<OpId>,
    pub(super) asked_to_leave: bool,
    /// The ops of logouts of runs whose number was stored.
    pub(super) left_by: BTreeSet<OpId>,
    /// When the newest login by code began.
    pub(super) login_at: Option<Timestamp>,
    /// No later Gap of an account begins before this.
    pub(super) gap_floor: [Option<Timestamp>; 2],
    /// When this process began.
    pub(super) began: Timestamp,
    pub(super) acks_held_until: Timestamp,
    /// The next process does not know the host of the stored login.
    pub(super) host_gone: bool,
    pub(super) other_profile: bool,
    /// The device's clock was set, or stood still.
    pub(super) clock_changed: bool,
    pub(super) clock: Clock,
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
        let server = Server::new(plan.server.clone(), people::world(plan.people, 0), plan.seed);
        let stale = |trouble| matches!(trouble, NetworkFault::Stale);
        let keeps = plan.acts.iter().any(|(_, act)| act.trouble().is_some_and(stale));
        Self {
            plan,
            rules,
            now: START,
            net: Net::new(server, plan.seed ^ 0x6e65_7477, START, keeps),
            client: None,
            memory: Memory::default(),
            disk: Disk::default(),
            watch: Watch::new(),
            coverage: Coverage::default(),
            owed: Owed::default(),
            rng: Rng::new(plan.seed ^ 0x6469_6365),
            journal: journal.then(|| Journal::new(START)),
            run: 0,
            unsent: Vec::new(),
            unfetched: Vec::new(),
            downloads: Downloads::default(),
            uploads: Uploads::default(),
            passing: Passing::default(),
            files: BTreeMap::new(),
            received: BTreeMap::new(),
            forwards: BTreeSet::new(),
            text_waits: None,
            carried: BTreeMap::new(),
            sinks_full_until: START,
            texts: 0,
            open: BTreeMap::new(),
            failures: Failures::default(),
            pulse: Pulse::new(),
            limits: Limits::default(),
            book: Book::default(),
            requested: BTreeSet::new(),
            requested_now: Vec::new(),
            wire_ids: BTreeMap::new(),
            logins_seen: 0,
            superseded: false,
            calm: false,
            messages: 0,
            handed: None,
            reached: [0; 2],
            written: [0; 2],
            own_names: BTreeMap::new(),
            account: 0,
            holder: 0,
            way: Way::Auto,
            resumes_dead: false,
            leaving: None,
            asked_to_leave: false,
            left_by: BTreeSet::new(),
            login_at: None,
            gap_floor: [None; 2],
            began: START,
            acks_held_until: START,
            host_gone: false,
            other_profile: false,
            clock_changed: plan.same_clock || plan.ahead != 0,
            clock: Clock::new(plan.ahead.saturating_mul(1_000), START),
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

    fn judge(&mut self) {
        let files = Carried { sources: &self.files, names: &self.carried };
        let told = (self.run, &files);
        oracle::check(self.plan, &self.net, &self.disk, &self.owed, told, &mut self.watch);
    }

    /// The device's time.
    pub(super) const fn device(&self) -> Timestamp {
        self.clock.shows(self.now)
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
        let deadline = deadline.map(|at| self.clock.at(at));
        let checked = self.pulse.next_at().filter(|at| *at > self.now);
        deadline.into_iter().chain(checked).chain(self.net.next_at()).chain(self.memory.next_at()).min()
    }

    /// Everything that happens now on the device.
    fn live(&mut self) {
        self.net.advance(self.now);
        self.note_account();
        if self.sinks_full_until <= self.now {
            self.net.sinks.room = None;
        }
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
            self.clock.look(self.now);
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
            if self.send_what_waits() || self.fetch_what_waits() {
                continue;
            }
            if let Some((id, bytes)) = self.net.next_mark(self.now) {
                if let Some(client) = &mut self.client {
                    client.progress(device, id, bytes);
                }
                continue;
            }
            let Some((reply, heard)) = self.net.poll(self.now) else { break };
            self.ended(&reply, heard);
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

    /// An exchange ended, if the client still waits for it.
    fn ended(&mut self, reply: &Reply, heard: Heard) {
        let Some(endpoint) = self.open.remove(&reply.id()) else { return };
        if !reply.received().is_err_and(|failure| is_of_file(failure.kind)) {
            self.failures.ended(endpoint, reply.received().is_ok(), self.now);
        }
        self.uploads.ended(reply.id(), heard);
        self.pulse.ended(endpoint, reply.id(), heard, self.now);
        if matches!(heard, Heard::Good { people: true, .. }) {
            self.watch.progress();
        }
        if let Some(kind) = Kind::of(endpoint) {
            self.limits.ended(kind, heard, self.now);
        }
        if reply.received().is_err_and(|failure| failure.sent == Sent::No) {
            self.book.did_not_leave(reply.id());
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
                let repeat = self.check_upload(&request) || self.check_download(&request);
                if repeat || !is_commanded(request.endpoint) {
                    self.watch.request(self.now, self.rules);
                }
                self.check_request_id(request.id);
                self.check_host(&request);
                self.check_pause(request.endpoint);
                self.check_limit(request.endpoint);
                if is_send(request.endpoint) {
                    self.check_wire_id(&request);
                }
                if request.endpoint == Endpoint::Sync {
                    self.check_key(&request);
                }
                if request.endpoint == Endpoint::SyncCheck {
                    self.check_heartbeat(&request);
                }
                self.check_turn(&request);
                self.open.insert(request.id, request.endpoint);
                self.net.start(self.now, request);
                self.note_account();
            }
            Output::Abort(id) => {
                if let Some(journal) = &mut self.journal {
                    journal.abort(self.now, id);
                }
                if let Some(endpoint) = self.open.remove(&id) {
                    self.pulse.ended(endpoint, id, Heard::Lost, self.now);
                }
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

    pub(super) fn note(&mut self, what: &str) {
        if let Some(journal) = &mut self.journal {
            journal.command(self.now, what);
        }
    }
}

/// A failure of the application's disk says nothing about the server.
const fn is_of_file(kind: FailureKind) -> bool {
    matches!(kind, FailureKind::FileUnreadable | FailureKind::FileChanged | FailureKind::FileUnwritable)
}

/// True if it goes out because a command asked for it.
const fn is_commanded(endpoint: Endpoint) -> bool {
    is_send(endpoint)
        || is_upload(endpoint)
        || is_download(endpoint)
        || matches!(endpoint, Endpoint::QrCode | Endpoint::Logout)
}
