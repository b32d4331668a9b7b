//! Times, each beside what it is compared with in the same run: `cargo bench -p wx-testkit --bench speed`.
//!
//! They depend on the machine: nothing is asserted. Allocations and memory are in the bench `memory`, whose allocator would
//! slow this one down.
#![allow(clippy::unwrap_used, reason = "a bench may fail")]

mod bare;

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use wx_proto::{Batch, Client, Endpoint, Event, Output, Timestamp};
use wx_testkit::load::{FIRST_GROUP, Load, Size, Waiting};

const RUNS: usize = 31;
const MESSAGES: u64 = 1000;

fn main() {
    texts();
    group_messages();
    idle_poll();
    loading();
    searching();
}

/// 1,000 texts into events, half of them of a group.
fn texts() {
    let mut load = Load::online(Size::new(100, 2, 50));
    let mut phone = load.server.phone(load.now);
    phone.burst(MESSAGES / 2, 0, None, None).unwrap();
    phone.burst(MESSAGES / 2, 0, Some(FIRST_GROUP), None).unwrap();
    let waiting = load.stop_before(Endpoint::Sync);
    let decode = || {
        let client = load.client.clone();
        timed(client, |client| batch(client, load.now, &waiting))
    };
    let bare = || timed((), |()| serde_json::from_slice::<bare::SyncReply>(&waiting.body).unwrap());
    report(&format!("{MESSAGES} texts into events ({} KiB)", waiting.body.len() >> 10), decode, bare, "1.5");
}

/// Messages of a group in a large book, against a small one: many, because after the copy of a large client the first
/// finds nothing in the processor's caches.
fn group_messages() {
    let prepared = |size| {
        let mut load = Load::online(size);
        load.server.phone(load.now).burst(MESSAGES, 0, Some(FIRST_GROUP), None).unwrap();
        let waiting = load.stop_before(Endpoint::Sync);
        (load, waiting)
    };
    let (large, to_large) = prepared(Size::new(3000, 60, 500));
    let (small, to_small) = prepared(Size::new(30, 1, 500));
    let run = |load: &Load, waiting: &Waiting| {
        timed(load.client.clone(), |client| batch(client, load.now, waiting))
    };
    report(
        &format!("{MESSAGES} group messages, 3,000 contacts and 60 x 500 members against 30 and 1 x 500"),
        || run(&large, &to_large),
        || run(&small, &to_small),
        "about 1",
    );
}

fn idle_poll() {
    const POLLS: u32 = 10_000_000;
    let mut load = Load::online(Size::new(3000, 60, 500));
    while load.client.poll(load.now).is_some() {}
    let start = Instant::now();
    for _ in 0..POLLS {
        assert!(black_box(&mut load.client).poll(load.now).is_none());
    }
    println!("idle poll: {:.1} ns (budget 100)", start.elapsed().as_secs_f64() * 1e9 / f64::from(POLLS));
}

/// 10,000 contacts and 100 groups of 500 members.
fn loading() {
    let mut load = Load::new(Size::new(10_000, 100, 500));
    let page = load.stop_before(Endpoint::GetContact);
    let before = load.client.clone();
    load.hand_over(&page);
    let first = load.stop_before(Endpoint::BatchGetContact);
    load.hand_over(&first);
    let second = load.stop_before(Endpoint::BatchGetContact);
    let now = load.now;
    let parts = [page, first, second];
    let bytes: usize = parts.iter().map(|part| part.body.len()).sum();
    // The requests themselves are not the matter: replies are taken as soon as they are waited for.
    let book = || {
        timed(before.clone(), |mut client| {
            for part in &parts {
                client.handle(now, part.reply());
                while let Some(output) = client.poll(now + Duration::from_secs(1)) {
                    drop(black_box(output));
                }
            }
            client
        })
    };
    let bare = || {
        timed((), |()| {
            parts.each_ref().map(|part| serde_json::from_slice::<bare::ContactPage>(&part.body).unwrap())
        })
    };
    report(&format!("10,000 contacts and 100 x 500 members ({} KiB)", bytes >> 10), book, bare, "none set");
}

fn searching() {
    let load = Load::online(Size::new(10_000, 100, 500));
    let contacts = load.client.contacts();
    for query in ["老王77", "xiaomingtongxue99", "nobody at all"] {
        let (time, hits) = median(|| timed((), |()| contacts.search(query).len()));
        println!("search {query:?} in {} contacts: {time:.2?}, {hits} hits", contacts.len());
    }
    let prints: Vec<_> = contacts.iter().map(wx_proto::Contact::fingerprint).collect();
    let start = Instant::now();
    let known = contacts.recognise(&prints).len();
    println!("recognise {known} contacts: {:.2?}", start.elapsed());
}

/// Hands a reply over and polls until its batch is there.
fn batch(mut client: Client, now: Timestamp, waiting: &Waiting) -> (Client, Batch) {
    client.handle(now, waiting.reply());
    loop {
        match client.poll(now) {
            Some(Output::Event(Event::Batch(batch))) => return (client, batch),
            Some(_) => {}
            None => panic!("no batch came"),
        }
    }
}

/// The time of `work` without that of dropping what it made.
fn timed<T, O>(input: T, work: impl FnOnce(T) -> O) -> (Duration, O) {
    let start = Instant::now();
    let output = black_box(work(black_box(input)));
    (start.elapsed(), output)
}

fn median<O>(mut run: impl FnMut() -> (Duration, O)) -> (Duration, O) {
    let mut times: Vec<Duration> = (0..RUNS).map(|_| run().0).collect();
    times.sort_unstable();
    let output = run().1;
    (times.get(RUNS / 2).copied().unwrap_or_default(), output)
}

/// Prints two times, measured in turns, and their ratio.
fn report<A, B>(
    what: &str,
    mut ours: impl FnMut() -> (Duration, A),
    mut other: impl FnMut() -> (Duration, B),
    budget: &str,
) {
    let (mut here, mut there): (Vec<Duration>, Vec<Duration>) =
        (0..RUNS).map(|_| (ours().0, other().0)).unzip();
    here.sort_unstable();
    there.sort_unstable();
    let middle = |times: &[Duration]| times.get(RUNS / 2).copied().unwrap_or_default();
    let (here, there) = (middle(&here), middle(&there));
    let ratio = here.as_secs_f64() / there.as_secs_f64();
    println!("{what}: {here:.2?} against {there:.2?}, ratio {ratio:.2} (budget {budget})");
}
