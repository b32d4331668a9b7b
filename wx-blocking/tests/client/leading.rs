//! Threads that wait for their send do the loop's work meanwhile: what holds up or ends them harms nobody else.

use std::{
    io::Write,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{Request, Response};
use tempfile::NamedTempFile;
use wx_blocking::{
    Client, Config, Handle, LoginMethod, MemoryStore, OpError, Outgoing, Pending, SendError, SendOptions,
    SentMessage, SessionStore, StoreError,
};
use wx_proto::{Endpoint, Timestamp};
use wx_testkit::{
    listener::{Answer, HoldId, Listener, ListenerOptions, Service},
    server::{Account, Server, ServerConfig},
};

use crate::{
    file_helper,
    support::{HOLD, PATIENCE, Site, find_online, until},
};

/// A store that panics once it is told to.
struct Panics(MemoryStore, Arc<AtomicBool>);

impl SessionStore for Panics {
    fn load(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.load()
    }

    fn save(&mut self, session: &[u8]) -> Result<(), StoreError> {
        assert!(!self.1.load(Ordering::SeqCst), "on purpose");
        self.0.save(session)
    }

    fn clear(&mut self) -> Result<(), StoreError> {
        self.0.clear()
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        self.0.flush()
    }
}

#[test]
fn a_store_that_panics_ends_the_client_whoever_stores() {
    for waits in [true, false] {
        let site = Site::new();
        let bad = Arc::new(AtomicBool::new(false));
        let mut client = site.builder().store(Panics(MemoryStore::new(), bad.clone())).build().unwrap();
        let handle = client.handle();
        client.login(LoginMethod::Auto).unwrap();
        find_online(&mut client);
        handle.send_text(&file_helper(), "good").unwrap();
        bad.store(true, Ordering::SeqCst);
        if waits {
            assert_eq!(handle.send_text(&file_helper(), "bad"), Err(SendError::Stopped));
        } else {
            handle.send(&file_helper(), Outgoing::text("bad"), SendOptions::default()).unwrap();
        }
        // They end.
        client.events().for_each(drop);
        assert_eq!(handle.send_text(&file_helper(), "late"), Err(SendError::Stopped));
        assert!(catch_unwind(AssertUnwindSafe(|| client.stop(PATIENCE))).is_err());
        assert_eq!(site.sent().len(), 1);
    }
}

/// A server that may leave sends without an answer.
struct Silent {
    server: Server,
    is_silent: Arc<AtomicBool>,
    unanswered: Arc<AtomicU64>,
}

impl Service for Silent {
    fn handle(&mut self, now: Timestamp, request: Request<Bytes>) -> Answer {
        if self.is_silent.load(Ordering::SeqCst) && request.uri().path().ends_with("/webwxsendmsg") {
            let count = self.unanswered.fetch_add(1, Ordering::SeqCst);
            return Answer::Held(HoldId(u64::MAX - count));
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

/// A send over a connection that stands is under way, and stays so.
struct Stuck {
    listener: Listener<Silent>,
    _ca_file: NamedTempFile,
    client: Client,
    sender: thread::JoinHandle<Result<(), SendError>>,
}

impl Stuck {
    fn new() -> Self {
        let mut config = ServerConfig::web();
        config.hold = HOLD;
        config.scan_after = Some(Duration::from_millis(50));
        config.confirm_after = Some(Duration::from_millis(50));
        let (is_silent, unanswered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let server = Server::new(config, Account::demo(), 7);
        let server = Silent { server, is_silent: is_silent.clone(), unanswered: unanswered.clone() };
        let listener = Listener::start(server, ListenerOptions::default()).expect("a free port");
        let mut ca_file = NamedTempFile::new().expect("a folder for temporary files");
        ca_file.write_all(listener.ca_pem().as_bytes()).expect("room on the disk");
        let mut config = Config::default();
        config.send_interval = Duration::ZERO;
        let builder = Client::builder().connect_to(listener.address()).ca_file(ca_file.path()).config(config);
        let mut client = builder.store(MemoryStore::new()).build().expect("options that are in order");
        client.login(LoginMethod::Auto).expect("nothing is under way");
        find_online(&mut client);
        let handle = client.handle();
        handle.send_text(&file_helper(), "makes a connection").expect("a server that answers");
        is_silent.store(true, Ordering::SeqCst);
        let sender = thread::spawn(move || handle.send_text(&file_helper(), "stuck").map(drop));
        until("it is under way", || unanswered.load(Ordering::SeqCst) > 0);
        Self { listener, _ca_file: ca_file, client, sender }
    }

    fn polls(&self) -> u64 {
        self.listener.with(|silent, _| silent.server.record().requests(Endpoint::SyncCheck))
    }
}

#[test]
fn a_send_that_hangs_holds_up_no_poll_and_can_be_cancelled() {
    let stuck = Stuck::new();
    let (polls, start) = (stuck.polls(), Instant::now());
    until("polls go on", || stuck.polls() >= polls + 2);
    // Well before the send is given up.
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert!(!stuck.sender.is_finished());
    let handle = stuck.client.handle();
    let op = handle.with_outbox(|sends| sends[0].op);
    let start = Instant::now();
    assert!(handle.cancel(op));
    let outcome = stuck.sender.join().unwrap();
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    assert!(matches!(outcome, Err(SendError::Op(OpError::Unknown))), "{outcome:?}");
    stuck.client.stop(PATIENCE).unwrap();
}

#[test]
fn a_stop_ends_a_send_that_hangs() {
    let stuck = Stuck::new();
    let start = Instant::now();
    stuck.client.stop(Duration::from_millis(100)).unwrap();
    assert_eq!(stuck.sender.join().unwrap(), Err(SendError::Stopped));
    assert!(start.elapsed() < Duration::from_millis(1100), "{:?}", start.elapsed());
}

#[test]
fn sends_that_end_while_others_wait_are_all_told() {
    const THREADS: usize = 6;
    let site = Site::new();
    let mut config = Config::default();
    config.send_interval = Duration::ZERO;
    let mut client = site.builder().config(config).store(MemoryStore::new()).build().unwrap();
    client.login(LoginMethod::Auto).unwrap();
    find_online(&mut client);
    fn send(handle: &Handle, text: String) -> Pending<SentMessage> {
        handle.send(&file_helper(), Outgoing::text(text), SendOptions::default()).unwrap()
    }
    let told = Arc::new(AtomicU64::new(0));
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            let (handle, told) = (client.handle(), told.clone());
            thread::spawn(move || {
                for number in 0..30 {
                    let text = format!("{thread}/{number}");
                    let sent = match (thread + number) % 3 {
                        0 => handle.send_text(&file_helper(), &text).map(drop),
                        1 => send(&handle, text).wait().map(drop),
                        _ => {
                            let pending = send(&handle, text);
                            pending.cancel();
                            // Given up in time or not, it has one end.
                            pending.wait().map(drop).or(Ok(()))
                        }
                    };
                    sent.unwrap();
                    told.fetch_add(1, Ordering::SeqCst);
                }
            })
        })
        .collect();
    until("all are told", || threads.iter().all(thread::JoinHandle::is_finished));
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    let sent = site.sent();
    assert!(sent.len() >= THREADS * 20 && sent.iter().all(|(_, count)| *count == 1), "{sent:?}");
    client.stop(PATIENCE).unwrap();
}
