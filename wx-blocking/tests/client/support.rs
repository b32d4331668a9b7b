//! The simulated server on loopback, and clients that reach it.

use std::{
    collections::BTreeMap,
    io::Write,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{Request, Response};
use tempfile::NamedTempFile;
use wx_blocking::{Batch, Builder, Client, Event, Phase};
use wx_proto::Timestamp;
use wx_testkit::{
    listener::{Answer, HoldId, Listener, ListenerOptions, Service},
    server::{self, Endpoint, Server, ServerConfig, World},
};

/// No step of a test takes longer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
/// How long the server holds a poll.
pub(crate) const HOLD: Duration = Duration::from_millis(300);

/// The simulated server, for the listener.
pub(crate) struct Simulated {
    pub(crate) server: Server,
    holds: BTreeMap<server::HoldId, HoldId>,
}

impl Service for Simulated {
    fn handle(&mut self, now: Timestamp, request: Request<Bytes>) -> Answer {
        match self.server.handle(now, request) {
            server::Answer::Now(response) => Answer::Now(response),
            server::Answer::Held(id) => {
                let number = self.holds.values().map(|hold| hold.0 + 1).max().unwrap_or_default();
                self.holds.insert(id, HoldId(number));
                Answer::Held(HoldId(number))
            }
            server::Answer::Drop => Answer::Drop,
        }
    }

    fn poll(&mut self, now: Timestamp) -> Option<(HoldId, Response<Bytes>)> {
        let (id, response) = self.server.poll(now)?;
        Some((self.holds.remove(&id)?, response))
    }

    fn deadline(&self) -> Option<Timestamp> {
        self.server.deadline()
    }

    fn abandon(&mut self, gone: HoldId) {
        let held = self.holds.iter().find(|(_, hold)| **hold == gone).map(|(id, _)| *id);
        if let Some(id) = held {
            self.holds.remove(&id);
            self.server.abandon(id);
        }
    }
}

/// A running server and the file with its CA.
pub(crate) struct Site {
    listener: Listener<Simulated>,
    ca_file: NamedTempFile,
}

impl Site {
    /// A server whose phone scans and confirms by itself.
    pub(crate) fn new() -> Self {
        let mut config = ServerConfig::web();
        config.hold = HOLD;
        config.scan_after = Some(Duration::from_millis(50));
        config.confirm_after = Some(Duration::from_millis(50));
        let server = Server::new(config, World::demo(), 7);
        let service = Simulated { server, holds: BTreeMap::new() };
        let listener = Listener::start(service, ListenerOptions::default()).expect("a free port");
        let mut ca_file = NamedTempFile::new().expect("a folder for temporary files");
        ca_file.write_all(listener.ca_pem().as_bytes()).expect("room on the disk");
        Self { listener, ca_file }
    }

    pub(crate) fn builder(&self) -> Builder {
        Client::builder().connect_to(self.listener.address()).ca_file(self.ca_file.path())
    }

    pub(crate) fn with<T>(&self, look: impl FnOnce(&mut Server, Timestamp) -> T) -> T {
        self.listener.with(|service, now| look(&mut service.server, now))
    }

    pub(crate) fn say(&self, text: &str) {
        self.with(|server, now| server.phone(now).say("明哥", None, text)).expect("a known name");
    }

    pub(crate) fn requests(&self, endpoint: Endpoint) -> u64 {
        self.with(|server, _| server.record().requests(endpoint))
    }

    /// The texts that reached the server, and how often each.
    pub(crate) fn sent(&self) -> Vec<(String, u64)> {
        let copy = |sent: &server::Sent| (sent.text.clone(), sent.count);
        self.with(|server, _| server.record().sent().iter().map(copy).collect())
    }

    pub(crate) fn complaints(&self) -> Vec<String> {
        self.with(|server, _| server.record().complaints().to_vec())
    }
}

/// Takes events until `pick` finds what it looks for.
pub(crate) fn find<T>(client: &mut Client, mut pick: impl FnMut(&Event) -> Option<T>) -> T {
    let start = Instant::now();
    let mut seen = Vec::new();
    loop {
        match client.next_event(PATIENCE.saturating_sub(start.elapsed())) {
            Ok(event) => match pick(&event) {
                Some(found) => return found,
                None => seen.push(event),
            },
            Err(error) => panic!("{error}; {seen:#?}"),
        }
    }
}

pub(crate) fn find_online(client: &mut Client) {
    find(client, |event| matches!(event, Event::Phase(Phase::Online)).then_some(()));
}

pub(crate) fn find_batch(client: &mut Client) -> Batch {
    find(client, |event| if let Event::Batch(batch) = event { Some(batch.clone()) } else { None })
}

pub(crate) fn texts(batch: &Batch) -> Vec<String> {
    batch.messages().iter().map(|message| message.content.text().into_owned()).collect()
}

/// Waits until `holds`.
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
