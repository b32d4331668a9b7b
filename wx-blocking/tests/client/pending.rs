//! The outcome of a command goes to whoever gave it, or it is an event.

use std::time::{Duration, Instant};

use wx_blocking::{
    Client, Config, Event, LoginMethod, MemoryStore, OpError, Outgoing, Pending, SendError, SendOptions,
    SentMessage,
};

use crate::{
    file_helper,
    support::{PATIENCE, Site, find, find_online, until},
};

fn online(site: &Site) -> Client {
    let mut config = Config::default();
    // The second send waits for an hour.
    (config.send_interval, config.send_burst) = (Duration::from_secs(3600), 1);
    let mut client =
        site.builder().config(config).store(MemoryStore::new()).build().expect("options that fit");
    client.login(LoginMethod::Auto).expect("no login yet");
    find_online(&mut client);
    client
}

fn send(client: &Client, options: SendOptions) -> Pending<SentMessage> {
    client.handle().send(&file_helper(), Outgoing::text("x"), options).expect("online")
}

#[test]
fn an_outcome_that_nobody_took_is_an_event() {
    let site = Site::new();
    let mut client = online(&site);
    let pending = send(&client, SendOptions::default());
    let handle = client.handle();
    until("it is over", || handle.stats().sent == 1);
    while let Ok(event) = client.next_event(Duration::ZERO) {
        assert!(!matches!(event, Event::Done { .. }), "somebody waits for it");
    }
    let op = pending.id();
    drop(pending);
    let done = find(&mut client, |event| {
        if let Event::Done { op, outcome } = event { Some((*op, outcome.is_ok())) } else { None }
    });
    assert_eq!(done, (op, true));
    client.stop(PATIENCE).unwrap();
}

#[test]
fn a_wait_ends_in_time_and_can_go_on() {
    let site = Site::new();
    let client = online(&site);
    let handle = client.handle();
    let mut first = send(&client, SendOptions::default());
    let start = Instant::now();
    let sent = first.wait_timeout(PATIENCE).unwrap();
    assert!(sent.is_some() && start.elapsed() < PATIENCE / 2, "{:?}", start.elapsed());
    assert!(
        handle.with_outbox(|entries| entries.is_empty()),
        "a send without an own id is forgotten with its outcome"
    );
    // Asked again, it has not changed.
    assert_eq!(first.wait_timeout(Duration::ZERO).unwrap(), sent);

    let mut second = send(&client, SendOptions::with_id("mine"));
    assert_eq!(second.wait_timeout(Duration::from_millis(50)).unwrap(), None);
    assert!(second.cancel());
    let op = second.id();
    assert_eq!(second.wait(), Err(SendError::Op(OpError::Cancelled)));
    assert!(!handle.cancel(op));
    assert_eq!(handle.with_outbox(|entries| entries.len()), 1, "one with an own id stays");
    handle.forget(op);
    assert!(handle.with_outbox(|entries| entries.is_empty()));
    client.stop(PATIENCE).unwrap();
}
