//! A client and the simulated server in one thread under a virtual clock: a day takes milliseconds, and every run
//! repeats from its seed.

use std::{collections::BTreeMap, time::Duration};

use bytes::Bytes;
use wx_proto::{
    Body, Client, Config, Event, Failure, FailureKind, LoginMethod, Message, Outcome, Output, Phase, Reply,
    Request, RequestId, Sent, Session, Timestamp,
};

use crate::{
    journal::Journal,
    server::{Answer, HoldId, Server},
};

/// When the virtual clock starts: 1 January 2025, 02:53:20 UTC.
pub const START: Timestamp = Timestamp::from_millis(1_735_700_000_000);

/// A client, its server, the network between them and the application above.
///
/// The application stores every checkpoint and acknowledges every batch unless told otherwise. The network can be cut.
#[derive(Debug)]
pub struct Runner {
    /// The client under test.
    pub client: Client,
    /// The server it talks to.
    pub server: Server,
    /// Everything that happened.
    pub journal: Journal,
    /// Every event the application got, in order.
    pub events: Vec<Event>,
    /// Every message the application got, in order.
    pub messages: Vec<Message>,
    /// False: batches stay open.
    pub acks: bool,
    /// False: checkpoints stay unanswered.
    pub stores: bool,
    /// True: every connection is refused, and those that are open break.
    pub cut: bool,
    /// Requests that left the client.
    pub requests: u64,
    config: Config,
    seed: u64,
    now: Timestamp,
    held: BTreeMap<HoldId, RequestId>,
    arriving: Vec<(Timestamp, Reply)>,
    stored: Option<Vec<u8>>,
}

impl Runner {
    /// The time a reply takes.
    pub const LATENCY: Duration = Duration::from_millis(10);

    /// A new client before a server.
    pub fn new(config: Config, server: Server, seed: u64) -> Self {
        Self {
            client: Client::new(config.clone(), seed, START),
            server,
            journal: Journal::new(START),
            events: Vec::new(),
            messages: Vec::new(),
            acks: true,
            stores: true,
            cut: false,
            requests: 0,
            config,
            seed,
            now: START,
            held: BTreeMap::new(),
            arriving: Vec::new(),
            stored: None,
        }
    }

    /// The virtual time.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Starts a login and runs until the client is online or the login ended; gives the phase.
    pub fn log_in(&mut self, how: LoginMethod) -> Phase {
        self.client.login(how).expect("a login may start now");
        self.run_until(Duration::from_secs(600), |runner| {
            matches!(runner.client.phase(), Phase::Online | Phase::Ended(_))
        });
        self.client.phase().clone()
    }

    /// Lets time pass.
    pub fn run_for(&mut self, time: Duration) {
        self.run_until(time, |_| false);
    }

    /// Lets time pass until something is true, at most `limit`; says whether it came true.
    pub fn run_until(&mut self, limit: Duration, mut is_true: impl FnMut(&Self) -> bool) -> bool {
        let end = self.now + limit;
        loop {
            self.settle();
            if is_true(self) {
                return true;
            }
            let next = [self.client.deadline(), self.server.deadline(), self.next_arrival()];
            match next.into_iter().flatten().min().filter(|at| *at <= end) {
                // A server's deadline may lie in the past; time never does.
                Some(at) => self.now = at.max(self.now + Duration::from_millis(1)),
                None => {
                    self.now = end;
                    self.settle();
                    return is_true(self);
                }
            }
        }
    }

    /// Kills the client and starts another from what is stored. Open connections break.
    pub fn crash(&mut self) {
        self.journal.command(self.now, "crash");
        for hold in std::mem::take(&mut self.held).into_keys() {
            self.server.abandon(hold);
        }
        self.arriving.clear();
        self.seed += 1;
        self.client = match self.stored_session() {
            Some(session) => Client::restore(session, self.config.clone(), self.seed, self.now),
            None => Client::new(self.config.clone(), self.seed, self.now),
        };
    }

    /// The session in the store.
    pub fn stored_session(&self) -> Option<Session> {
        let json = self.stored.as_ref()?;
        Some(serde_json::from_slice(json).expect("a stored session loads"))
    }

    /// The texts of all messages the application got.
    pub fn texts(&self) -> Vec<String> {
        self.messages.iter().map(|message| message.content.text().into_owned()).collect()
    }

    /// The outcomes told so far.
    pub fn outcomes(&self) -> Vec<Result<Outcome, wx_proto::OpError>> {
        let done = |event: &Event| {
            if let Event::Done { outcome, .. } = event { Some(outcome.clone()) } else { None }
        };
        self.events.iter().filter_map(done).collect()
    }

    /// How many events of a kind there were.
    pub fn count(&self, kind: impl Fn(&Event) -> bool) -> usize {
        self.events.iter().filter(|event| kind(event)).count()
    }

    /// Everything that can happen without time passing.
    fn settle(&mut self) {
        loop {
            let mut moved = false;
            while let Some(output) = self.client.poll(self.now) {
                moved = true;
                self.take(output);
            }
            moved |= self.deliver();
            if !moved {
                break;
            }
        }
        assert!(
            self.client.deadline().is_none_or(|at| at > self.now),
            "a drained client wants to be polled later"
        );
    }

    fn take(&mut self, output: Output) {
        match output {
            Output::Start(request) => self.start(request),
            Output::Abort(id) => {
                self.journal.abort(self.now, id);
                let hold = self.held.iter().find(|(_, held)| **held == id).map(|(hold, _)| *hold);
                if let Some(hold) = hold {
                    self.held.remove(&hold);
                    self.server.abandon(hold);
                }
            }
            Output::Event(event) => {
                self.journal.event(self.now, &event);
                if let Event::Checkpoint { .. } = &event
                    && self.stores
                {
                    let session = self.client.session().expect("a checkpoint comes with a session");
                    self.stored = Some(serde_json::to_vec(&session).expect("a session is plain JSON"));
                    self.client.stored(session.revision());
                }
                if let Event::Batch(batch) = &event {
                    self.messages.extend_from_slice(batch.messages());
                    if self.acks {
                        self.client.ack(batch.id).expect("a batch that was handed out is open");
                    }
                }
                self.events.push(event);
            }
        }
    }

    fn start(&mut self, request: Request) {
        self.requests += 1;
        self.journal.request(self.now, &request);
        let id = request.id;
        if self.cut {
            let failure = Failure { kind: FailureKind::Connect, sent: Sent::No, received: 0 };
            self.arriving.push((self.now + Self::LATENCY, Reply::failed(id, failure)));
            return;
        }
        match self.server.handle(self.now, plain(request.http)) {
            Answer::Now(response) => self.arrive(id, response),
            Answer::Held(hold) => {
                self.held.insert(hold, id);
            }
            Answer::Drop => self.lose(id),
        }
    }

    fn arrive(&mut self, id: RequestId, response: http::Response<Bytes>) {
        let (head, body) = response.into_parts();
        self.arriving.push((self.now + Self::LATENCY, Reply::collected(id, head, body)));
    }

    fn lose(&mut self, id: RequestId) {
        let failure = Failure { kind: FailureKind::Closed, sent: Sent::Maybe, received: 0 };
        self.arriving.push((self.now + Self::LATENCY, Reply::failed(id, failure)));
    }

    /// Moves what is due from the server to the network and from there to the client; true if anything arrived.
    fn deliver(&mut self) -> bool {
        if self.cut {
            for (hold, id) in std::mem::take(&mut self.held) {
                self.server.abandon(hold);
                self.lose(id);
            }
        }
        while let Some((hold, response)) = self.server.poll(self.now) {
            if let Some(id) = self.held.remove(&hold) {
                self.arrive(id, response);
            }
        }
        while let Some(hold) = self.server.poll_lost() {
            if let Some(id) = self.held.remove(&hold) {
                self.lose(id);
            }
        }
        let now = self.now;
        let due = self.arriving.iter().position(|(at, _)| *at <= now);
        let Some(due) = due else { return false };
        let (_, reply) = self.arriving.remove(due);
        match reply.received() {
            Ok((status, bytes)) => self.journal.reply(now, reply.id(), status, bytes),
            Err(failure) => self.journal.failure(now, reply.id(), failure),
        }
        self.client.handle(now, reply);
        true
    }

    fn next_arrival(&self) -> Option<Timestamp> {
        self.arriving.iter().map(|(at, _)| *at).min()
    }
}

/// A request as the simulated server takes it.
pub fn plain(request: http::Request<Body>) -> http::Request<Bytes> {
    request.map(|body| match body {
        Body::Empty => Bytes::new(),
        Body::Bytes(bytes) => bytes,
    })
}
