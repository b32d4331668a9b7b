//! A client and the simulated server in one thread under a virtual clock: a day takes milliseconds, and every run
//! repeats from its seed.

use std::time::Duration;

use wx_proto::{
    Client, Config, Endpoint, Event, LoginMethod, Message, OpError, Outcome, Output, Phase, Reply, Session,
    Timestamp,
};

use crate::{coverage::Coverage, io::SimulatedIo, journal::Journal, server::Server};

/// When the virtual clock starts: 1 January 2025, 02:53:20 UTC.
pub const START: Timestamp = Timestamp::from_millis(1_735_700_000_000);

/// A client, the network and server below it, the application above it.
///
/// The application stores every checkpoint and acknowledges every batch unless told otherwise.
///
/// ```
/// use std::time::Duration;
/// use wx_proto::{LoginMethod, Phase};
/// use wx_testkit::runner::Runner;
///
/// let mut runner = Runner::demo();
/// assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
/// runner.io.phone().say("明哥", None, "hello")?;
/// runner.run_for(Duration::from_secs(60));
/// assert_eq!(runner.texts(), ["hello"]);
///
/// // It goes on from what is stored, and nothing comes twice.
/// runner.crash();
/// runner.log_in(LoginMethod::Auto);
/// runner.run_for(Duration::from_secs(60));
/// assert_eq!(runner.texts(), ["hello"], "{}", runner.journal);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Runner {
    /// The client under test.
    pub client: Client,
    /// The network, with the server at its other end.
    pub io: SimulatedIo,
    /// Everything that happened.
    pub journal: Journal,
    /// Every request that was started, in order.
    pub requests: Vec<(Timestamp, Endpoint)>,
    /// Every event the application got, in order.
    pub events: Vec<Event>,
    /// Every message the application got, in order.
    pub messages: Vec<Message>,
    /// False: batches stay open.
    pub acks: bool,
    /// False: checkpoints stay unanswered.
    pub stores: bool,
    /// What the client's flows did.
    pub coverage: Coverage,
    config: Config,
    seed: u64,
    stored: Option<Vec<u8>>,
    /// How far the client's clock is ahead of the true time.
    ahead: Duration,
}

impl Runner {
    /// A new client before a server.
    pub fn new(config: Config, server: Server, seed: u64) -> Self {
        Self {
            client: Client::new(config.clone(), seed, START),
            io: SimulatedIo::new(server, START),
            journal: Journal::new(START),
            requests: Vec::new(),
            events: Vec::new(),
            messages: Vec::new(),
            acks: true,
            stores: true,
            coverage: Coverage::default(),
            config,
            seed,
            stored: None,
            ahead: Duration::ZERO,
        }
    }

    /// A new client of default settings before [`Server::demo`].
    pub fn demo() -> Self {
        Self::new(Config::default(), Server::demo(), 1)
    }

    /// The virtual time.
    pub fn now(&self) -> Timestamp {
        self.io.now()
    }

    /// Sets the client's clock forward by `by`, or back again; the server's stays.
    pub fn jump_client_clock(&mut self, by: Duration, forward: bool) {
        self.journal.command(self.now(), "the clock jumps");
        self.ahead = if forward { self.ahead + by } else { self.ahead.saturating_sub(by) };
    }

    /// The time as the client's clock has it.
    fn client_now(&self) -> Timestamp {
        self.now() + self.ahead
    }

    /// The client's deadline in true time; what its clock has passed already is due in a millisecond.
    fn client_deadline(&self) -> Option<Timestamp> {
        let left = self.client.deadline()?.saturating_since(self.client_now());
        Some(self.now() + left.max(Duration::from_millis(1)))
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
        let end = self.now() + limit;
        loop {
            self.settle();
            if is_true(self) {
                return true;
            }
            match self.client_deadline().into_iter().chain(self.io.next_at()).min().filter(|at| *at < end) {
                Some(at) => self.io.advance_to(at),
                None => {
                    if self.now() < end {
                        self.io.advance_to(end);
                    }
                    self.settle();
                    return is_true(self);
                }
            }
        }
    }

    /// Kills the client and starts another from what is stored. Open connections break.
    pub fn crash(&mut self) {
        self.journal.command(self.now(), "crash");
        self.io.break_off();
        self.coverage.take_from(&mut self.client);
        self.seed += 1;
        self.client = match self.stored_session() {
            Some(session) => Client::restore(session, self.config.clone(), self.seed, self.client_now()),
            None => Client::new(self.config.clone(), self.seed, self.client_now()),
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
    pub fn outcomes(&self) -> Vec<Result<Outcome, OpError>> {
        let done = |event: &Event| {
            if let Event::Done { outcome, .. } = event { Some(outcome.clone()) } else { None }
        };
        self.events.iter().filter_map(done).collect()
    }

    /// How many seconds after `since` requests of an endpoint were started.
    pub fn seconds_of(&self, endpoint: Endpoint, since: Timestamp) -> Vec<u64> {
        let of = |(at, asked): &(Timestamp, Endpoint)| {
            (*asked == endpoint && *at >= since).then(|| at.saturating_since(since).as_secs())
        };
        self.requests.iter().filter_map(of).collect()
    }

    /// How many events of a kind there were.
    pub fn count(&self, kind: impl Fn(&Event) -> bool) -> usize {
        self.events.iter().filter(|event| kind(event)).count()
    }

    /// Everything that can happen without time passing.
    fn settle(&mut self) {
        loop {
            let now = self.client_now();
            while let Some(output) = self.client.poll(now) {
                self.take(output);
            }
            if let Some((id, bytes)) = self.io.progress() {
                self.client.progress(now, id, bytes);
                continue;
            }
            let Some(reply) = self.io.poll() else { break };
            self.hand_over(reply);
        }
        self.coverage.take_from(&mut self.client);
        let now = self.now();
        assert!(
            self.client.deadline().is_none_or(|at| at > now),
            "a drained client wants to be polled later"
        );
    }

    fn hand_over(&mut self, reply: Reply) {
        let now = self.now();
        match reply.received() {
            Ok((status, bytes)) => self.journal.reply(now, reply.id(), status, bytes),
            Err(failure) => self.journal.failure(now, reply.id(), failure),
        }
        self.client.handle(self.client_now(), reply);
    }

    fn take(&mut self, output: Output) {
        let now = self.now();
        match output {
            Output::Start(request) => {
                self.journal.request(now, &request);
                self.requests.push((now, request.endpoint));
                self.io.start(request);
            }
            Output::Abort(id) => {
                self.journal.abort(now, id);
                self.io.abort(id);
            }
            Output::Event(event) => {
                self.journal.event(now, &event);
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
}
