//! Uploads over connections that break, by processes that are killed, to a server that forgets.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::{
    collections::BTreeMap,
    env, fs,
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{Request, Response};
use tempfile::TempDir;
use wx_blocking::{
    Client, Clock, Durability, Event, FileOptions, FileStore, LoginMethod, MemoryStore, OpError, Outcome,
    SendOptions,
};
use wx_proto::{Endpoint, Lane, Timestamp};
use wx_testkit::{
    listener::{Answer, HoldId, Listener, ListenerOptions, Service},
    server::{Fault, FaultKind, Server, Upload},
};

use crate::{
    file_helper,
    support::{PATIENCE, Site, find, find_online, server, until},
};

const CHUNK: usize = 512 * 1024;

/// A file of so many bytes, no two pieces of which are the same.
fn file(folder: &TempDir, len: usize) -> PathBuf {
    let path = folder.path().join("file.bin");
    let bytes: Vec<u8> = (0_u32..).flat_map(u32::to_le_bytes).take(len).collect();
    fs::write(&path, bytes).unwrap();
    path
}

/// The file is whole at the server, and one message carries it.
fn assert_sent_once(server: &Server, path: &Path) -> Upload {
    let source = wx_blocking::describe_file(path, |_, _| std::ops::ControlFlow::Continue(())).unwrap();
    let [sent] = server.record().sent() else { panic!("{:?}", server.record().sent()) };
    let arrived = sent.file.as_ref().unwrap();
    assert_eq!((sent.count, arrived.len, arrived.md5), (1, source.len, Some(source.md5)));
    assert_eq!(server.record().complaints(), [""; 0]);
    let [upload] = server.uploads() else { panic!("{:?}", server.uploads()) };
    upload.clone()
}

/// The simulated server, which closes the connection instead of its answers to chunks: for each, once before it takes it and
/// once when it took it.
struct Closing {
    server: Server,
    came: BTreeMap<String, u32>,
}

impl Service for Closing {
    fn handle(&mut self, now: Timestamp, request: Request<Bytes>) -> Answer {
        if !request.uri().path().ends_with("/webwxuploadmedia") {
            return self.server.handle(now, request);
        }
        let form = String::from_utf8_lossy(request.body()).into_owned();
        let (_, chunk) = form.split_once("name=\"chunk\"\r\n\r\n").unwrap();
        let came = self.came.entry(chunk.split('\r').next().unwrap().to_owned()).or_default();
        *came += 1;
        match came {
            1 => Answer::Drop,
            2 => {
                self.server.handle(now, request);
                Answer::Drop
            }
            _ => self.server.handle(now, request),
        }
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

#[test]
fn the_connection_ends_at_each_chunk_before_and_after_it_is_taken() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, 3 * CHUNK + 17);
    let closing = Closing { server: server(), came: BTreeMap::new() };
    let listener = Listener::start(closing, ListenerOptions::default()).unwrap();
    let ca_file = folder.path().join("ca.pem");
    fs::write(&ca_file, listener.ca_pem()).unwrap();
    let builder = Client::builder().connect_to(listener.address()).ca_file(ca_file);
    let mut client = builder.store(MemoryStore::new()).build().unwrap();
    client.login(LoginMethod::Auto).unwrap();
    find_online(&mut client);
    client.handle().send_file(&file_helper(), &path, FileOptions::default()).wait().unwrap();
    let upload = listener.with(|it, _| assert_sent_once(&it.server, &path));
    assert_eq!(upload.chunks, [2; 4], "each was in doubt once");
    client.stop(PATIENCE).unwrap();
}

/// The way to the server. What goes up in one connection breaks off after so many bytes, for the next entry of the list; behind
/// it nothing breaks. Connections that carry little are not counted.
fn breaking(server: SocketAddr, mut after: std::collections::VecDeque<u64>) -> (SocketAddr, Arc<AtomicU64>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let broken = Arc::new(AtomicU64::new(0));
    let next = Arc::new(Mutex::new(move || after.pop_front()));
    let count = broken.clone();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let Ok(server) = TcpStream::connect(server) else { return };
            let (down_from, down_to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
            thread::spawn(move || pass(down_from, down_to, |_| false));
            let (next, count) = (next.clone(), count.clone());
            let mut limit = None;
            thread::spawn(move || {
                pass(client, server, |passed| {
                    if passed < 64 * 1024 {
                        return false;
                    }
                    let limit = limit.get_or_insert_with(|| next.lock().unwrap()().unwrap_or(u64::MAX));
                    let breaks = passed >= *limit;
                    count.fetch_add(u64::from(breaks), Ordering::SeqCst);
                    breaks
                });
            });
        }
    });
    (address, broken)
}

/// Passes bytes on until either end closes, or `breaks` says so of how many passed.
fn pass(mut from: TcpStream, mut to: TcpStream, mut breaks: impl FnMut(u64) -> bool) {
    let (mut buffer, mut passed) = (vec![0; 16 * 1024], 0);
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        passed += length as u64;
        if breaks(passed) || to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    // One of them may be closed already.
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}

#[test]
fn the_connection_breaks_inside_each_chunk() {
    let (site, folder) = (Site::new(), TempDir::new().unwrap());
    let path = file(&folder, 5 * CHUNK);
    // The first one early and late; then each connection takes one to its end, and breaks inside the next.
    let chunk = CHUNK as u64;
    let after = [100_000, 500_000, chunk + 70_000, chunk + 200_000, chunk + 400_000, chunk + 520_000];
    let (address, broken) = breaking(site.address(), after.into());
    let mut client = site.builder().connect_to(address).store(MemoryStore::new()).build().unwrap();
    client.login(LoginMethod::Auto).unwrap();
    find_online(&mut client);
    client.handle().send_file(&file_helper(), &path, FileOptions::default()).wait().unwrap();
    assert_eq!(broken.load(Ordering::SeqCst), 6);
    let upload = site.with(|server, _| assert_sent_once(server, &path));
    assert_eq!(upload.chunks, [1; 5], "none of those that broke off was whole");
    client.stop(PATIENCE).unwrap();
}

#[test]
fn the_process_is_killed_at_30_60_and_90_percent() {
    const CHUNKS: u64 = 40;
    let (site, folder) = (Site::new(), TempDir::new().unwrap());
    let path = file(&folder, 40 * CHUNK);
    // So that it does not run away from who kills it.
    let slow = Fault::new(FaultKind::Slow(20)).on(Endpoint::UploadMedia).times(1_000);
    site.with(|server, _| server.add_fault(slow));
    let start = || Process::start(&site, folder.path(), &path);
    for percent in [30, 60, 90] {
        let mut process = start();
        until("so much went up", || {
            assert!(process.is_running(), "it ended too early");
            site.requests(Endpoint::UploadMedia) >= CHUNKS * percent / 100
        });
        // SIGKILL on Unix.
        process.0.kill().unwrap();
        process.0.wait().unwrap();
    }
    let mut last = start();
    until("it ends", || !last.is_running());
    assert!(last.0.wait().unwrap().success());
    let upload = site.with(|server, _| assert_sent_once(server, &path));
    let twice = upload.chunks.iter().filter(|times| **times == 2).count();
    assert!(upload.chunks.iter().all(|times| (1..=2).contains(times)), "{:?}", upload.chunks);
    assert!(twice <= 3, "the one in doubt at each death: {:?}", upload.chunks);
    assert_eq!(site.with(|server, _| server.record().requests(Endpoint::UploadMedia)), CHUNKS + twice as u64);
}

/// A process that sends a file under an id, and ends when it is sent: [`sends_a_file`] of this program.
struct Process(Child);

const TOLD: &str = "WX_TEST_SENDS_A_FILE";

impl Process {
    fn start(site: &Site, folder: &Path, file: &Path) -> Self {
        let told = [site.address().to_string().as_ref(), site.ca_file(), folder, file]
            .map(|part| part.to_str().unwrap().to_owned());
        let child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "broken::sends_a_file", "--ignored", "--quiet"])
            .env(TOLD, told.join("\n"))
            .stdout(std::process::Stdio::null())
            .spawn();
        Self(child.unwrap())
    }

    fn is_running(&mut self) -> bool {
        self.0.try_wait().unwrap().is_none()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = (self.0.kill(), self.0.wait());
    }
}

#[test]
#[ignore = "a process that another test starts"]
fn sends_a_file() {
    let Ok(told) = env::var(TOLD) else { return };
    let [address, ca_file, folder, path] = told.split('\n').collect::<Vec<_>>()[..] else { panic!("{told}") };
    let store = FileStore::open(Path::new(folder).join("session.json"), Durability::Process).unwrap();
    let builder = Client::builder().connect_to(address.parse().unwrap()).ca_file(ca_file);
    let mut client = builder.store(store).build().unwrap();
    client.login(LoginMethod::Auto).unwrap();
    find_online(&mut client);
    let mut options = FileOptions::default();
    options.send = SendOptions::with_id("once");
    client.handle().send_file(&file_helper(), path, options).wait().unwrap();
    client.stop(PATIENCE).unwrap();
}

/// How a file ends if the server forgets it so often, on its third chunk. Pauses after failures are slept through.
fn forgotten(times: u32) -> (Site, PathBuf, Result<Outcome, OpError>, TempDir) {
    let (site, folder) = (Site::new(), TempDir::new().unwrap());
    let path = file(&folder, 4 * CHUNK + 17);
    site.with(|server, _| {
        server.add_fault(Fault::new(FaultKind::Forget(2)).on(Endpoint::UploadMedia).times(times));
    });
    let seconds = Arc::new(AtomicU64::new(0));
    let clock = Clock::from_fn({
        let seconds = seconds.clone();
        move || SystemTime::now() + Duration::from_secs(seconds.load(Ordering::SeqCst))
    });
    let mut client = site.builder().clock(clock).store(MemoryStore::new()).build().unwrap();
    client.login(LoginMethod::Auto).unwrap();
    find_online(&mut client);
    let mut pending = client.handle().send_file(&file_helper(), &path, FileOptions::default());
    until("it is on its way", || pending.id().is_some() || pending.wait_timeout(Duration::ZERO).is_err());
    drop(pending);
    let outcome = find(&mut client, |event| {
        if let Event::Trouble { lane: Lane::Transfer, .. } = event {
            seconds.fetch_add(90, Ordering::SeqCst);
        }
        if let Event::Done { outcome, .. } = event { Some(outcome.clone()) } else { None }
    });
    client.stop(PATIENCE).unwrap();
    (site, path, outcome, folder)
}

#[test]
fn a_server_that_forgets_gets_it_from_the_start_once_more() {
    let (site, path, outcome, _folder) = forgotten(1);
    assert!(outcome.is_ok(), "{outcome:?}");
    let upload = site.with(|server, _| assert_sent_once(server, &path));
    assert_eq!(upload.chunks, [1; 5], "under its second id");
}

#[test]
fn a_server_that_forgets_twice_is_given_up() {
    let (site, _, outcome, _folder) = forgotten(2);
    assert_eq!(outcome, Err(OpError::UploadFailed));
    assert!(site.sent().is_empty());
    site.with(|server, _| assert!(server.uploads().is_empty()));
}
