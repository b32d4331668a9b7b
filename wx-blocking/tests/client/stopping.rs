//! What a stop ends, and what is true after it.

use std::{
    thread,
    time::{Duration, Instant},
};
use wx_proto::Endpoint;

use wx_blocking::{
    Client, CommandError, Config, Durability, Event, FileStore, Handle, LoginMethod, Outgoing, RecvTimeout,
    SendError, SendOptions,
};

use crate::{
    file_helper,
    support::{PATIENCE, Site, find, find_batch, find_online, texts, until},
};

#[test]
fn a_stop_ends_all_waiting() {
    fn shared_between_threads<T: Send + Sync>() {}
    shared_between_threads::<Client>();
    shared_between_threads::<Handle>();

    let site = Site::new();
    site.with(|server, _| {
        server.config_mut().scan_after = None;
        server.config_mut().hold = PATIENCE;
    });
    let mut client = site.builder().build().unwrap();
    let handle = client.handle();
    assert_eq!(client.next_event(Duration::ZERO).unwrap_err(), RecvTimeout::Timeout);
    client.login(LoginMethod::Qr).unwrap();
    find(&mut client, |event| matches!(event, Event::QrCode(_)).then_some(()));
    let reader = thread::spawn(move || {
        let count = client.events().count();
        (client, count)
    });
    thread::sleep(Duration::from_millis(50));
    handle.interrupt();
    let (client, _) = reader.join().unwrap();
    until("the poll is open", || site.requests(Endpoint::LoginPoll) > 0);
    let start = Instant::now();
    drop(client);
    assert!(start.elapsed() < Duration::from_secs(2));
    assert_eq!(handle.qr_image().unwrap_err(), CommandError::NotOnline);
    assert_eq!(
        handle.send(&file_helper(), Outgoing::text("x"), SendOptions::default()).unwrap_err(),
        CommandError::NotOnline
    );
}

#[test]
fn after_the_stop_nothing_is_said_that_is_not_stored() {
    let site = Site::new();
    let folder = tempfile::tempdir().unwrap();
    let open = || FileStore::open(folder.path().join("session.json"), Durability::Process).unwrap();
    let mut config = Config::default();
    (config.send_interval, config.send_burst) = (Duration::from_secs(3600), 1);
    let mut client = site.builder().config(config.clone()).store(open()).build().unwrap();
    let handle = client.handle();
    client.login(LoginMethod::Auto).unwrap();
    find_online(&mut client);
    site.say("hello");
    let batch = find_batch(&mut client).id;
    // Those after it wait for an hour, or the next start.
    handle.send_text(&file_helper(), "first").unwrap();
    let send = |text| handle.send(&file_helper(), Outgoing::text(text), SendOptions::default()).unwrap().id();
    let [first, second] = ["given up in time", "given up too late"].map(send);
    assert!(handle.cancel(first));
    client.stop(Duration::from_millis(200)).unwrap();
    let stored = || std::fs::read(folder.path().join("session.json")).unwrap();
    let before = stored();
    assert!(!handle.cancel(second));
    handle.forget(first);
    handle.forget(second);
    assert_eq!(handle.ack(batch), Err(CommandError::NotOnline));
    assert_eq!(handle.logout().unwrap_err(), CommandError::NotOnline);
    assert_eq!(handle.send_text(&file_helper(), "late"), Err(SendError::Stopped));
    assert_eq!(stored(), before);

    let mut client = site.builder().config(config).store(open()).build().unwrap();
    client.login(LoginMethod::Resume).unwrap();
    assert_eq!(texts(&find_batch(&mut client)), ["hello"]);
    until("what was not given up leaves", || site.sent().iter().any(|(text, _)| text == "given up too late"));
    client.stop(PATIENCE).unwrap();
    assert!(!site.sent().iter().any(|(text, _)| text == "given up in time"));
}
