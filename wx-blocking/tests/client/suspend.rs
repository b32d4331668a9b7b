//! A computer that sleeps: its wall clock jumps, its timers do not, and every connection is dead without a word.

use std::{
    io::{self, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, SystemTime},
};

use wx_blocking::{Client, Clock, Config, LoginMethod, MemoryStore};
use wx_proto::Endpoint;

use crate::{
    file_helper,
    support::{PATIENCE, Site, find_online, until},
};

const HOUR: u64 = 3600;

/// A client on a computer that can be sent to sleep.
struct Laptop {
    site: Site,
    /// How often it slept an hour.
    slept: Arc<AtomicU64>,
    client: Client,
}

impl Laptop {
    fn new() -> Self {
        let (site, slept) = (Site::new(), Arc::new(AtomicU64::new(0)));
        let hours = slept.clone();
        let clock = Clock::from_fn(move || {
            SystemTime::now() + Duration::from_secs(HOUR * hours.load(Ordering::SeqCst))
        });
        let mut config = Config::default();
        config.send_interval = Duration::ZERO;
        let builder = site.builder().connect_to(router(site.address(), slept.clone()));
        let mut client = builder
            .config(config)
            .clock(clock)
            .store(MemoryStore::new())
            .build()
            .expect("options that are in order");
        client.login(LoginMethod::Auto).expect("nothing is under way");
        find_online(&mut client);
        let laptop = Self { site, slept, client };
        let polls = laptop.polls();
        until("polls go on", || laptop.polls() >= polls + 2);
        laptop
    }

    fn sleep(&self) {
        self.slept.fetch_add(1, Ordering::SeqCst);
    }

    fn polls(&self) -> u64 {
        self.site.requests(Endpoint::SyncCheck)
    }
}

/// Stands before a server. It forgets the connections of before a sleep: nothing goes over them any more, and nobody is told.
fn router(server: SocketAddr, slept: Arc<AtomicU64>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it has one");
    thread::spawn(move || {
        for near in listener.incoming() {
            let (near, far) = (near?, TcpStream::connect(server)?);
            let back = (far.try_clone()?, near.try_clone()?);
            for (from, to) in [(near, far), back] {
                let slept = slept.clone();
                thread::spawn(move || forward(from, to, &slept));
            }
        }
        io::Result::Ok(())
    });
    address
}

fn forward(mut from: TcpStream, mut to: TcpStream, slept: &AtomicU64) {
    let begun = slept.load(Ordering::SeqCst);
    let mut bytes = [0; 4096];
    while let Ok(length @ 1..) = from.read(&mut bytes) {
        let read = bytes.get(..length).unwrap_or_default();
        if slept.load(Ordering::SeqCst) == begun && to.write_all(read).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}

#[test]
fn no_connection_of_before_a_sleep_is_used_again() {
    let laptop = Laptop::new();
    let handle = laptop.client.handle();
    let send = |text: &str| handle.send_text(&file_helper(), text).unwrap();
    send("makes a connection");
    send("shares it");
    let polls = laptop.polls();
    laptop.sleep();
    assert!(!send("after the sleep").repeated);
    until("the poll goes on", || laptop.polls() >= polls + 2);
    let sent = laptop.site.sent();
    assert!(sent.len() == 3 && sent.iter().all(|(_, count)| *count == 1), "{sent:?}");
    laptop.client.stop(PATIENCE).unwrap();
}

#[test]
fn a_sleep_is_noticed_by_itself() {
    let laptop = Laptop::new();
    let polls = laptop.polls();
    laptop.sleep();
    // Well before its own timeout, which is 35 seconds.
    until("the poll goes on", || laptop.polls() >= polls + 2);
    laptop.client.stop(PATIENCE).unwrap();
}
