//! Plays a recorded scenario to a client: each request gets the next recorded reply of its endpoint.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use wx_proto::{Client, Config, Event, Failure, Output, Reply, Request, Sent, Session, Timestamp};

use crate::{
    coverage::Coverage,
    io::{Files, Sinks},
    journal::Journal,
    transcript::{Exchange, Mismatch, Scenario, Volatile, compare},
};

/// A recorded scenario, the client it is played to, and what came of it.
///
/// ```
/// use wx_proto::{Config, LoginMethod, Phase};
/// use wx_testkit::{
///     player::Player,
///     runner::START,
///     transcript::{Scenario, Volatile},
/// };
///
/// let scenario = Scenario::load("web", "refused")?;
/// let mut player = Player::new(scenario, Config::default(), START, Volatile::page());
/// player.client.login(LoginMethod::Qr)?;
/// player.play(|_client, event| println!("{event:?}"));
/// assert!(player.mismatches.is_empty() && player.left_over().is_empty());
/// assert!(matches!(player.client.phase(), Phase::Ended(_)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Player {
    /// The client.
    pub client: Client,
    /// What it did.
    pub journal: Journal,
    /// Where its requests differ from the recorded ones.
    pub mismatches: Vec<Mismatch>,
    /// Endpoints asked for once more than recorded: left without an answer, as a held poll.
    pub unanswered: Vec<String>,
    /// What the client's flows did.
    pub coverage: Coverage,
    /// The files that it may be told to send.
    pub files: Files,
    /// The files that it fetched.
    pub sinks: Sinks,
    now: Timestamp,
    waiting: BTreeMap<String, VecDeque<Exchange>>,
    /// The requests of `unanswered`, in its order, while the client waits for them.
    held: Vec<Request>,
    volatile: Volatile,
}

impl Player {
    /// The time a recorded reply takes.
    const LATENCY: Duration = Duration::from_millis(10);

    /// Makes a client that starts at `start` and plays `scenario` to it.
    pub fn new(scenario: Scenario, config: Config, start: Timestamp, volatile: Volatile) -> Self {
        Self::of(Client::new(config, 1, start), scenario, start, volatile)
    }

    /// Makes a client from a stored session at `start` and plays `scenario` to it.
    pub fn restored(session: Session, scenario: Scenario, start: Timestamp, volatile: Volatile) -> Self {
        Self::of(Client::restore(session, Config::default(), 2, start), scenario, start, volatile)
    }

    fn of(client: Client, scenario: Scenario, start: Timestamp, volatile: Volatile) -> Self {
        let mut player = Self {
            client,
            journal: Journal::new(start),
            mismatches: Vec::new(),
            unanswered: Vec::new(),
            coverage: Coverage::default(),
            files: Files::default(),
            sinks: Sinks::default(),
            now: start,
            waiting: BTreeMap::new(),
            held: Vec::new(),
            volatile,
        };
        player.add(scenario);
        player
    }

    /// Adds a scenario that follows what was played: its replies also answer requests that have none yet.
    pub fn add(&mut self, scenario: Scenario) {
        for exchange in scenario.exchanges {
            self.waiting.entry(exchange.endpoint.clone()).or_default().push_back(exchange);
        }
    }

    /// Runs until everything is played, or until the client waits for something that is not recorded: then it may be
    /// commanded and played on. `application` sees every event and may command the
    /// client; checkpoints are stored for it.
    pub fn play(&mut self, mut application: impl FnMut(&mut Client, &Event)) {
        let mut arriving: Vec<(Timestamp, Reply)> = Vec::new();
        self.unanswered.clear();
        for request in std::mem::take(&mut self.held) {
            arriving.extend(self.answer(request));
        }
        let hanging = self.unanswered.len();
        loop {
            while let Some(output) = self.client.poll(self.now) {
                match output {
                    Output::Start(request) => {
                        self.journal.request(self.now, &request);
                        arriving.extend(self.answer(request));
                    }
                    Output::Abort(id) => {
                        self.journal.abort(self.now, id);
                        self.held.retain(|held| held.id != id);
                    }
                    Output::Event(event) => {
                        self.journal.event(self.now, &event);
                        if let Event::Checkpoint { revision } = event {
                            self.client.stored(revision);
                        }
                        application(&mut self.client, &event);
                    }
                }
            }
            self.coverage.take_from(&mut self.client);
            let next = arriving.iter().map(|(at, _)| *at).chain(self.client.deadline()).min();
            self.journal.rest(self.now, self.client.deadline());
            let hangs = self.unanswered.len() > hanging || self.waiting.values().all(VecDeque::is_empty);
            match next {
                Some(at) if !arriving.is_empty() || !hangs => self.now = at,
                Some(_) | None => return,
            }
            if let Some(due) = arriving.iter().position(|(at, _)| *at <= self.now) {
                let (_, reply) = arriving.remove(due);
                match reply.received() {
                    Ok((status, bytes)) => self.journal.reply(self.now, reply.id(), status, bytes),
                    Err(failure) => self.journal.failure(self.now, reply.id(), failure),
                }
                self.client.handle(self.now, reply);
            }
        }
    }

    /// Recorded exchanges that were never asked for.
    pub fn left_over(&self) -> Vec<String> {
        let name = |exchange: &Exchange| format!("{:02}-{}", exchange.index, exchange.endpoint);
        self.waiting.values().flatten().map(name).collect()
    }

    /// The recorded reply and when it arrives. Without one the request is held.
    fn answer(&mut self, request: Request) -> Option<(Timestamp, Reply)> {
        let path = request.http.uri().path();
        let endpoint =
            if path.starts_with("/qrcode/") { "qrcode" } else { path.rsplit('/').next().unwrap_or(path) };
        let Some(exchange) = self.waiting.get_mut(endpoint).and_then(VecDeque::pop_front) else {
            self.unanswered.push(endpoint.to_owned());
            self.held.push(request);
            return None;
        };
        let Request { id, expect, http, .. } = request;
        let reply = match self.files.plain(http) {
            Ok(request) => {
                self.mismatches.extend(compare(&exchange.request, &request, &self.volatile).err());
                let (head, body) = exchange.response.into_parts();
                self.sinks.receive(id, expect, head, body, None)
            }
            Err(kind) => Reply::failed(id, Failure { kind, sent: Sent::No, received: 0 }),
        };
        Some((self.now + Self::LATENCY, reply))
    }
}
