//! A clock that is set while the client runs.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use wx_blocking::{Clock, LoginMethod, MemoryStore, OpError, Outgoing, SendError, SendOptions};
use wx_proto::{Endpoint, Timestamp};

use crate::{
    file_helper,
    support::{PATIENCE, Site, find_online, until},
};

/// A clock that runs so many seconds ahead.
fn ahead(seconds: &Arc<AtomicU64>) -> Clock {
    let seconds = seconds.clone();
    Clock::from_fn(move || SystemTime::now() + Duration::from_secs(seconds.load(Ordering::SeqCst)))
}

#[test]
fn what_has_a_time_goes_by_the_clock_as_it_is_set() {
    let site = Site::new();
    let seconds = Arc::new(AtomicU64::new(2 * 3600));
    let clock = ahead(&seconds);
    let mut client = site.builder().store(MemoryStore::new()).clock(clock.clone()).build().unwrap();
    let handle = client.handle();
    client.login(LoginMethod::Auto).unwrap();
    find_online(&mut client);
    let send = |text: &str, expires_at: Timestamp| {
        let mut options = SendOptions::default();
        options.expires_at = Some(expires_at);
        handle.send(&file_helper(), Outgoing::text(text), options).unwrap().wait()
    };

    seconds.store(0, Ordering::SeqCst);
    let in_a_minute = clock.now() + Duration::from_secs(60);
    let sent = send("after the step back", in_a_minute);
    assert!(sent.is_ok(), "{sent:?}");
    let polls = site.requests(Endpoint::SyncCheck);
    until("the heartbeat goes on", || site.requests(Endpoint::SyncCheck) >= polls + 2);

    seconds.store(3600, Ordering::SeqCst);
    assert_eq!(send("after the step forward", in_a_minute), Err(SendError::Op(OpError::Expired)));
    assert_eq!(site.sent().len(), 1);
    client.stop(PATIENCE).unwrap();
}

#[test]
fn a_clock_that_was_never_set_harms_nothing() {
    // One that lost its battery, and one at the end of what can be counted but for a minute.
    for begins in [Duration::ZERO, Duration::from_millis(u64::MAX) - Duration::from_secs(60)] {
        let site = Site::new();
        let start = Instant::now();
        let clock = Clock::from_fn(move || SystemTime::UNIX_EPOCH + begins + start.elapsed());
        let mut client = site.builder().store(MemoryStore::new()).clock(clock).build().unwrap();
        client.login(LoginMethod::Auto).unwrap();
        find_online(&mut client);
        client.handle().send_text(&file_helper(), "at any time").unwrap();
        client.stop(PATIENCE).unwrap();
    }
}
