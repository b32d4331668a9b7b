//! Serial sends, stored as they are by default, beside a bare ureq loop that makes the same requests of the same server and
//! writes the same bytes as often: `cargo bench -p wx-blocking --bench sends`.
//!
//! They depend on the machine: nothing is asserted. The budget is 1.15 times the bare loop.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a bench may fail")]

use std::{
    fs,
    io::Write,
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{Request, Response, header};
use tempfile::NamedTempFile;
use ureq::{
    Agent,
    config::AutoHeaderValue,
    http::Uri,
    tls::{Certificate, RootCerts, TlsConfig},
    unversioned::{
        resolver::{ResolvedSocketAddrs, Resolver},
        transport::{DefaultConnector, NextTimeout},
    },
};
use wx_blocking::{Client, Config, Durability, FileStore, Handle, LoginMethod, Phase, UserName};
use wx_proto::Timestamp;
use wx_testkit::{
    listener::{Answer, HoldId, Listener, ListenerOptions, Service},
    server::{Account, Server, ServerConfig},
};

/// Many short rounds, so that what else the machine does falls on both alike.
const ROUNDS: usize = 150;
const SENDS: u32 = 20;

fn main() {
    let last = Arc::new(Mutex::new(None));
    let server = Server::new(config(), Account::demo(), 7);
    let listener =
        Listener::start(Noting { server, last: last.clone() }, ListenerOptions::default()).unwrap();
    let mut ca_file = NamedTempFile::new().unwrap();
    ca_file.write_all(listener.ca_pem().as_bytes()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let session = folder.path().join("session.json");

    let client = start(listener.address(), ca_file.path(), &session);
    let handle = client.handle();
    send(&handle);
    let request = last.lock().unwrap().clone().unwrap();
    let mut bare = Bare {
        agent: agent(listener.address(), listener.ca_pem()),
        request,
        id: 0,
        path: folder.path().join("bare.json"),
        session: fs::read(&session).unwrap(),
    };
    bare.send(0);

    let (mut ours, mut theirs, mut stores) = (Vec::new(), Vec::new(), 0);
    for _ in 0..ROUNDS {
        let (before, start) = (handle.stats().stores, Instant::now());
        (0..SENDS).for_each(|_| send(&handle));
        ours.push(start.elapsed() / SENDS);
        stores = handle.stats().stores - before;
        let start = Instant::now();
        (0..SENDS).for_each(|_| bare.send(2));
        theirs.push(start.elapsed() / SENDS);
    }
    client.stop(Duration::from_secs(5)).unwrap();
    let (ours, theirs) = (median(ours), median(theirs));
    println!(
        "a send: {ours:.1?} with {:.2} stores of {} bytes, bare {theirs:.1?} with 2: {:.2} times (budget 1.15)",
        stores as f64 / f64::from(SENDS),
        bare.session.len(),
        ours.as_secs_f64() / theirs.as_secs_f64(),
    );
}

fn config() -> ServerConfig {
    let mut config = ServerConfig::web();
    config.hold = Duration::from_secs(25);
    config.scan_after = Some(Duration::from_millis(10));
    config.confirm_after = Some(Duration::from_millis(10));
    config
}

fn start(address: SocketAddr, ca_file: &Path, session: &Path) -> Client {
    let mut config = Config::default();
    config.send_interval = Duration::ZERO;
    let store = FileStore::open(session, Durability::Process).unwrap();
    let builder = Client::builder().connect_to(address).ca_file(ca_file).config(config);
    let client = builder.store(store).build().unwrap();
    client.login(LoginMethod::Auto).unwrap();
    while client.handle().phase() != Phase::Online {
        std::thread::sleep(Duration::from_millis(5));
    }
    // Until contacts are loaded and the long poll is held.
    std::thread::sleep(Duration::from_secs(2));
    client
}

fn send(handle: &Handle) {
    handle.send_text(&UserName::new(UserName::FILE_HELPER), "a text of the usual length").unwrap();
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// The same request again and again, under another id each time.
struct Bare {
    agent: Agent,
    request: Request<Bytes>,
    id: u64,
    path: std::path::PathBuf,
    session: Vec<u8>,
}

impl Bare {
    fn send(&mut self, stores: u32) {
        (0..stores / 2).for_each(|_| self.store());
        let (head, body) = self.request.clone().into_parts();
        let text = std::str::from_utf8(&body).unwrap();
        let parsed: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let id = parsed["Msg"]["ClientMsgId"].as_str().unwrap();
        self.id += 1;
        let next = (id.parse::<u64>().unwrap() + 1_000_000_000 * self.id).to_string();
        let body = text.replace(id, &next);
        let reply = self.agent.run(Request::from_parts(head, body.as_bytes())).unwrap();
        assert!(reply.into_body().read_to_string().unwrap().contains("\"Ret\": 0"));
        (0..stores - stores / 2).for_each(|_| self.store());
    }

    fn store(&self) {
        let mut file = NamedTempFile::new_in(self.path.parent().unwrap()).unwrap();
        file.write_all(&self.session).unwrap();
        file.persist(&self.path).unwrap();
    }
}

fn agent(address: SocketAddr, ca_pem: &str) -> Agent {
    let ca = Certificate::from_pem(ca_pem.as_bytes()).unwrap();
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&[ca]))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    let config = Agent::config_builder()
        .user_agent(AutoHeaderValue::None)
        .accept(AutoHeaderValue::None)
        .accept_encoding(AutoHeaderValue::None)
        .proxy(None)
        .tls_config(tls)
        .build();
    Agent::with_parts(config, DefaultConnector::default(), Loopback(address))
}

#[derive(Debug)]
struct Loopback(SocketAddr);

impl Resolver for Loopback {
    fn resolve(
        &self,
        _: &Uri,
        _: &ureq::config::Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut addresses = self.empty();
        addresses.push(self.0);
        Ok(addresses)
    }
}

/// The simulated server, which keeps the last request of a send.
struct Noting {
    server: Server,
    last: Arc<Mutex<Option<Request<Bytes>>>>,
}

impl Service for Noting {
    fn handle(&mut self, now: Timestamp, request: Request<Bytes>) -> Answer {
        if request.uri().path().ends_with("/webwxsendmsg") {
            let mut kept = request.clone();
            for name in [header::HOST, header::CONTENT_LENGTH] {
                kept.headers_mut().remove(name);
            }
            *self.last.lock().unwrap() = Some(kept);
        }
        self.server.handle(now, request)
    }

    fn poll(&mut self, now: Timestamp) -> Option<(HoldId, Response<Bytes>)> {
        self.server.poll(now)
    }

    fn poll_lost(&mut self) -> Option<HoldId> {
        self.server.poll_lost()
    }

    fn deadline(&self) -> Option<Timestamp> {
        self.server.deadline()
    }

    fn abandon(&mut self, id: HoldId) {
        self.server.abandon(id);
    }
}
