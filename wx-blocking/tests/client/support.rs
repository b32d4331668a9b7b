//! The simulated server on loopback, and clients that reach it.

use std::{
    io::Write,
    net::SocketAddr,
    path::Path,
    time::{Duration, Instant},
};

use tempfile::NamedTempFile;
use wx_blocking::{Batch, Builder, Client, Event, Phase};
use wx_proto::{Endpoint, Timestamp};
use wx_testkit::{
    listener::{Listener, ListenerOptions},
    server::{Account, Sent, Server, ServerConfig},
};

/// No step of a test takes longer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
/// How long the server holds a poll.
pub(crate) const HOLD: Duration = Duration::from_millis(300);

/// A running server and the file with its CA.
pub(crate) struct Site {
    listener: Listener<Server>,
    ca_file: NamedTempFile,
}

/// A server whose phone scans and confirms by itself.
pub(crate) fn server() -> Server {
    let mut config = ServerConfig::web();
    config.hold = HOLD;
    config.scan_after = Some(Duration::from_millis(50));
    config.confirm_after = Some(Duration::from_millis(50));
    Server::new(config, Account::demo(), 7)
}

impl Site {
    pub(crate) fn new() -> Self {
        let listener = Listener::start(server(), ListenerOptions::default()).expect("a free port");
        let mut ca_file = NamedTempFile::new().expect("a folder for temporary files");
        ca_file.write_all(listener.ca_pem().as_bytes()).expect("room on the disk");
        Self { listener, ca_file }
    }

    pub(crate) fn builder(&self) -> Builder {
        Client::builder().connect_to(self.listener.address()).ca_file(self.ca_file.path())
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.listener.address()
    }

    pub(crate) fn ca_file(&self) -> &Path {
        self.ca_file.path()
    }

    pub(crate) fn with<T>(&self, look: impl FnOnce(&mut Server, Timestamp) -> T) -> T {
        self.listener.with(look)
    }

    pub(crate) fn say(&self, text: &str) {
        self.with(|server, now| server.phone(now).say("明哥", None, text)).expect("a known name");
    }

    pub(crate) fn requests(&self, endpoint: Endpoint) -> u64 {
        self.with(|server, _| server.record().requests(endpoint))
    }

    /// Connections that were opened.
    pub(crate) fn connections(&self) -> u64 {
        self.listener.connections()
    }

    /// The texts that reached the server, and how often each.
    pub(crate) fn sent(&self) -> Vec<(String, u64)> {
        let copy = |sent: &Sent| (sent.text.clone(), sent.count);
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
