//! Many accounts on one thread: `cargo bench -p wx-testkit --bench fleet`.
//!
//! The memory of an account that is online, and the time of one message, through the [`Fleet`] and, in the same run, with a
//! bare scan that polls every client whenever one of them may have something to do. They depend on the machine: nothing is
//! asserted.
#![allow(clippy::unwrap_used, reason = "a bench may fail")]

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use allocation_counter::measure;
use wx_proto::{Client, Endpoint, Event, Fleet, Output, Reply, RequestId, Storing, Timestamp};
use wx_testkit::load::{Load, Size, Waiting};

const ACCOUNTS: u32 = 10_000;
/// A small account: its book is most of its memory.
const SIZE: Size = Size::new(30, 2, 20);
/// How many accounts get a message in a round, each the same one; far apart from each other.
const PER_ROUND: u32 = 1_000;
/// The scan takes long enough for fewer.
const PER_SCAN_ROUND: u32 = 100;
const ROUNDS: usize = 4;

fn main() {
    let mut now = Timestamp::default();
    let mut fleet = Fleet::new();
    let memory = measure(|| {
        for account in 0..ACCOUNTS {
            let mut load = Load::with(SIZE, Storing::Checkpoints, account.into());
            load.load_contacts();
            now = now.max(load.now);
            fleet.insert(account, load.client);
        }
    });
    let each = memory.bytes_current / i64::from(ACCOUNTS);
    println!("{ACCOUNTS} accounts online: {:.1} KiB each, with 30 friends and 2 groups of 20", kib(each));
    let bare = measure(|| std::mem::forget(fleet.get(&0).cloned()));
    println!(
        "a client by itself: {:.1} KiB, {} bytes without its book",
        kib(bare.bytes_current),
        size_of::<Client>()
    );

    let bodies = Bodies::draw(2 * ROUNDS);
    let (first, second) = bodies.messages.split_at(ROUNDS);
    let spread = |count: u32| (0..count).map(|number| number * 7_919 % ACCOUNTS);
    let mut bench = Bench { now, checks: BTreeMap::new(), outputs: Vec::new() };
    bench.settle(&mut fleet);
    let through_fleet = bench.run(&mut fleet, &bodies.check, first, spread(PER_ROUND));
    let mut scan = Scan((0..ACCOUNTS).map(|account| fleet.remove(&account).unwrap()).collect());
    let by_scan = bench.run(&mut scan, &bodies.check, second, spread(PER_SCAN_ROUND));
    println!("a message (check, fetch, batch, ack, stored) of one of {ACCOUNTS} accounts:");
    println!(
        "  {through_fleet:.2?} through the fleet, {by_scan:.2?} with a scan, ratio {:.3}",
        through_fleet.as_secs_f64() / by_scan.as_secs_f64(),
    );
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn kib(bytes: i64) -> f64 {
    bytes as f64 / 1024.0
}

/// What the servers say: news, and a message for each round. Every account gets the same bytes.
struct Bodies {
    check: Waiting,
    messages: Vec<Waiting>,
}

impl Bodies {
    fn draw(rounds: usize) -> Self {
        let mut load = Load::with(SIZE, Storing::Checkpoints, 0);
        load.load_contacts();
        // The server holds it.
        let check = load.stop_before(Endpoint::SyncCheck);
        let check = check.with_body(r#"window.synccheck={retcode:"0",selector:"2"}"#);
        load.server.phone(load.now).say("小明同学1", None, "在吗").unwrap();
        load.hand_over(&check);
        let mut messages = vec![load.stop_before(Endpoint::Sync)];
        while messages.len() < rounds {
            load.hand_over(messages.last().unwrap());
            load.server.phone(load.now).say("小明同学1", None, "在吗").unwrap();
            messages.push(load.stop_before(Endpoint::Sync));
        }
        Self { check, messages }
    }
}

/// Clients on one thread.
trait Clients {
    /// Polls until nothing is left.
    fn drain(&mut self, now: Timestamp, outputs: &mut Vec<(u32, Output)>);
    fn handle(&mut self, now: Timestamp, account: u32, reply: Reply);
    fn command(&mut self, account: u32) -> &mut Client;
    fn deadline(&self) -> Option<Timestamp>;
}

impl Clients for Fleet<u32> {
    fn drain(&mut self, now: Timestamp, outputs: &mut Vec<(u32, Output)>) {
        while let Some(output) = self.poll(now) {
            outputs.push(output);
        }
    }

    fn handle(&mut self, now: Timestamp, account: u32, reply: Reply) {
        Self::handle(self, now, &account, reply);
    }

    fn command(&mut self, account: u32) -> &mut Client {
        self.get_mut(&account).unwrap()
    }

    fn deadline(&self) -> Option<Timestamp> {
        Self::deadline(self)
    }
}

/// What a caller does without a queue: every client is asked, once for whatever happened.
struct Scan(Vec<Client>);

impl Clients for Scan {
    fn drain(&mut self, now: Timestamp, outputs: &mut Vec<(u32, Output)>) {
        for (account, client) in (0..).zip(&mut self.0) {
            while let Some(output) = client.poll(now) {
                outputs.push((account, output));
            }
        }
    }

    fn handle(&mut self, now: Timestamp, account: u32, reply: Reply) {
        self.command(account).handle(now, reply);
    }

    fn command(&mut self, account: u32) -> &mut Client {
        self.0.get_mut(account as usize).unwrap()
    }

    fn deadline(&self) -> Option<Timestamp> {
        self.0.iter().filter_map(Client::deadline).min()
    }
}

struct Bench {
    now: Timestamp,
    /// The long poll that each account waits in.
    checks: BTreeMap<u32, RequestId>,
    outputs: Vec<(u32, Output)>,
}

impl Bench {
    /// Every account comes to its long poll, and what it has to store is stored.
    fn settle(&mut self, fleet: &mut Fleet<u32>) {
        let end = self.now + Duration::from_secs(5);
        while self.now < end || self.checks.len() < ACCOUNTS as usize {
            self.turn(fleet, None);
            self.now = fleet.deadline().unwrap().max(self.now).min(end);
        }
    }

    /// The time of one message, each to another account.
    fn run(
        &mut self,
        clients: &mut impl Clients,
        check: &Waiting,
        messages: &[Waiting],
        accounts: impl Iterator<Item = u32> + Clone,
    ) -> Duration {
        let begun = Instant::now();
        let mut count = 0;
        for message in messages {
            for account in accounts.clone() {
                self.message(clients, account, check, message);
                count += 1;
            }
        }
        begun.elapsed() / count
    }

    /// One message, from the news of it until it is stored and the next long poll waits.
    fn message(&mut self, clients: &mut impl Clients, account: u32, check: &Waiting, message: &Waiting) {
        let id = self.checks.remove(&account).unwrap();
        clients.handle(self.now, account, reply(check, id));
        let mut batches = 0;
        while !self.checks.contains_key(&account) || clients.deadline().unwrap() <= self.now {
            batches += self.turn(clients, Some(message));
            let deadline = clients.deadline().unwrap();
            if !self.checks.contains_key(&account) {
                self.now = deadline.max(self.now);
            }
        }
        assert_eq!(batches, 1, "every message is a new one");
    }

    /// One turn of a driver's loop: polls until nothing is left, then does what the outputs ask for. Gives the batches.
    fn turn(&mut self, clients: &mut impl Clients, message: Option<&Waiting>) -> usize {
        let mut batches = 0;
        let mut outputs = std::mem::take(&mut self.outputs);
        clients.drain(self.now, &mut outputs);
        for (account, output) in outputs.drain(..) {
            match output {
                Output::Start(request) if request.endpoint == Endpoint::Sync => {
                    clients.handle(self.now, account, reply(message.unwrap(), request.id));
                }
                Output::Start(request) => {
                    assert_eq!(request.endpoint, Endpoint::SyncCheck);
                    self.checks.insert(account, request.id);
                }
                Output::Event(Event::Batch(batch)) => {
                    clients.command(account).ack(batch.id).unwrap();
                    batches += 1;
                }
                Output::Event(Event::Checkpoint { revision }) => clients.command(account).stored(revision),
                Output::Abort(_) | Output::Event(_) => {}
            }
        }
        self.outputs = outputs;
        batches
    }
}

fn reply(of: &Waiting, id: RequestId) -> Reply {
    let mut reply = of.clone();
    reply.id = id;
    reply.reply()
}
