//! The client against the simulated server behind TLS on loopback.

mod broken;
mod clock;
mod downloads;
mod files;
mod leading;
mod pending;
mod stopping;
mod support;
mod suspend;
mod transaction;
mod uploads;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use support::{PATIENCE, Site, find, find_batch, find_online, texts, until};
use wx_blocking::{
    BuildError, Client, CommandError, Config, Durability, EndReason, Event, FileStore, LoginMethod,
    MemoryStore, Outcome, Outgoing, Phase, Profile, SendError, SendOptions, SessionStore, StoreError,
    UserName,
};
use wx_proto::{Cause, Endpoint};

fn file_helper() -> UserName {
    UserName::new(UserName::FILE_HELPER)
}

#[test]
fn log_in_receive_send_and_log_out() {
    let site = Site::new();
    let folder = tempfile::tempdir().unwrap();
    let open = || FileStore::open(folder.path().join("session.json"), Durability::Disk).unwrap();
    let mut client = site.builder().store(open()).build().unwrap();
    let handle = client.handle();
    assert!(!client.has_login());
    assert_eq!(handle.send_text(&file_helper(), "early"), Err(SendError::Command(CommandError::NotOnline)));
    client.login(LoginMethod::Auto).unwrap();
    assert_eq!(client.login(LoginMethod::Auto), Err(CommandError::AlreadyActive));
    find(&mut client, |event| matches!(event, Event::QrCode(_)).then_some(()));
    find_online(&mut client);
    assert_eq!(handle.phase(), Phase::Online);
    assert_eq!(handle.me().unwrap().uin, 1_234_567_890);

    let polls = site.requests(Endpoint::SyncCheck);
    until("the long poll is open", || site.requests(Endpoint::SyncCheck) > polls);
    let sender = thread::spawn({
        let handle = handle.clone();
        move || ["one", "two"].map(|text| handle.send_text(&file_helper(), text))
    });
    for sent in sender.join().unwrap() {
        assert!(!sent.unwrap().repeated);
    }
    assert_eq!(site.sent(), [("one".to_owned(), 1), ("two".to_owned(), 1)]);

    for text in ["good", "morning"] {
        site.say(text);
        let batch = find_batch(&mut client);
        assert_eq!(texts(&batch), [text]);
        handle.ack(batch.id).unwrap();
    }
    until("contacts are loaded", || handle.with_contacts(|contacts| contacts.friends().count()) >= 4);

    handle.logout().unwrap().wait().unwrap();
    let reason = find(&mut client, |event| {
        if let Event::Phase(Phase::Ended(reason)) = event { Some(reason.clone()) } else { None }
    });
    assert_eq!(reason, EndReason::LoggedOut);
    assert_eq!(site.requests(Endpoint::Logout), 1);
    let stats = handle.stats();
    assert_eq!((stats.batches, stats.messages, stats.acknowledged), (2, 2, 2));
    assert_eq!((stats.sent, stats.failed), (2, 0));
    assert!(stats.requests >= 10 && stats.stores >= 5, "{stats:?}");
    client.stop(PATIENCE).unwrap();
    assert_eq!(handle.logout().unwrap_err(), CommandError::NotOnline);
    assert_eq!(site.complaints(), [""; 0]);
    let client = site.builder().store(open()).build().unwrap();
    assert!(!client.has_login());
    assert_eq!(client.login(LoginMethod::Resume), Err(CommandError::NothingToResume));
}

#[test]
fn what_was_not_acknowledged_comes_again_without_a_qr_code() {
    let site = Site::new();
    let folder = tempfile::tempdir().unwrap();
    let open = || FileStore::open(folder.path().join("session.json"), Durability::Process).unwrap();
    let mut client = site.builder().store(open()).build().unwrap();
    client.login(LoginMethod::Qr).unwrap();
    find_online(&mut client);
    site.say("first");
    let batch = find_batch(&mut client);
    client.handle().ack(batch.id).unwrap();
    site.say("second");
    assert_eq!(texts(&find_batch(&mut client)), ["second"]);
    // Not acknowledged, and accepted but not waited for.
    let options = SendOptions::with_id("mine");
    let op = client.handle().send(&file_helper(), Outgoing::text("later"), options.clone()).unwrap().id();
    client.stop(PATIENCE).unwrap();
    assert_eq!(site.sent(), [("later".to_owned(), 1)]);

    site.say("third");
    let mut client = site.builder().store(open()).build().unwrap();
    assert!(client.has_login());
    client.login(LoginMethod::Resume).unwrap();
    let handle = client.handle();
    let (mut received, mut done, mut resumed) = (Vec::new(), None, false);
    while received.len() < 2 || done.is_none() {
        let event = find(&mut client, |event| Some(event.clone()));
        assert!(!matches!(event, Event::QrCode(_)));
        if let Event::Batch(batch) = &event {
            received.extend(texts(batch));
            handle.ack(batch.id).unwrap();
        }
        if let Event::Done { op, outcome } = &event {
            done = Some((*op, outcome.clone()));
        }
        resumed |= matches!(event, Event::LoggedIn { resumed: true, .. });
    }
    assert!(resumed);
    assert_eq!(received, ["second", "third"]);
    let (told, outcome) = done.unwrap();
    assert_eq!(told, op);
    let again = || handle.send(&file_helper(), Outgoing::text("later"), options.clone()).unwrap();
    // Whoever asks again gets the outcome, as often as he asks.
    for pending in [again(), again()] {
        assert_eq!(pending.id(), op);
        assert_eq!(pending.wait().map(Outcome::Sent), Ok(outcome.clone().unwrap()));
    }
    handle.forget(op);
    assert_eq!(site.sent(), [("later".to_owned(), 1)]);
    drop(client);

    let path = folder.path().join("session.json");
    let stored = std::fs::read_to_string(&path).unwrap();
    let error = site.builder().profile(Profile::web().named("other")).store(open()).build().unwrap_err();
    assert!(matches!(error, BuildError::OtherProfile { .. }), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), stored);
    let client = site.builder().store(open()).build().unwrap();
    assert!(client.has_login());
    assert!(client.handle().with_outbox(|entries| entries.is_empty()), "it was forgotten");
    assert_eq!(site.complaints(), [""; 0]);
}

#[test]
fn whoever_never_reads_does_not_stop_the_heartbeat() {
    let site = Site::new();
    let client = site.builder().store(MemoryStore::new()).build().unwrap();
    let handle = client.handle();
    client.login(LoginMethod::Auto).unwrap();
    until("online", || handle.phase() == Phase::Online);
    let polls = site.requests(Endpoint::SyncCheck);
    until("polls go on", || site.requests(Endpoint::SyncCheck) >= polls + 2);

    // With a batch that nobody takes no fetch follows, and the next check waits 25 s.
    let fetches = site.requests(Endpoint::Sync);
    (0..50).for_each(|number| site.say(&number.to_string()));
    until("a fetch", || site.requests(Endpoint::Sync) > fetches);
    handle.send_text(&file_helper(), "still there").unwrap();
    assert_eq!(handle.phase(), Phase::Online);
    assert_eq!(handle.stats().batches, 0);
    client.stop(Duration::ZERO).unwrap();
    assert_eq!(site.complaints(), [""; 0]);
}

#[test]
fn many_threads_send_while_many_messages_come() {
    const THREADS: usize = 4;
    const TEXTS: usize = 12;
    const MESSAGES: usize = 120;
    let site = Site::new();
    let mut config = Config::default();
    config.send_interval = Duration::ZERO;
    let mut client = site.builder().config(config).store(MemoryStore::new()).build().unwrap();
    let handle = client.handle();
    client.login(LoginMethod::Auto).unwrap();
    find_online(&mut client);
    let senders: Vec<_> = (0..THREADS)
        .map(|thread| {
            let handle = handle.clone();
            thread::spawn(move || {
                for number in 0..TEXTS {
                    handle.send_text(&file_helper(), &format!("{thread}/{number}")).unwrap();
                }
            })
        })
        .collect();
    (0..MESSAGES).for_each(|number| site.say(&number.to_string()));
    let mut received = Vec::new();
    while received.len() < MESSAGES {
        let batch = find_batch(&mut client);
        received.extend(texts(&batch));
        handle.ack(batch.id).unwrap();
    }
    let expected: Vec<_> = (0..MESSAGES).map(|number| number.to_string()).collect();
    assert_eq!(received, expected);
    senders.into_iter().for_each(|sender| sender.join().unwrap());
    let sent = site.sent();
    assert!(sent.len() == THREADS * TEXTS && sent.iter().all(|(_, count)| *count == 1), "{sent:?}");
    client.stop(PATIENCE).unwrap();
}

#[test]
fn serial_sends_share_a_connection() {
    let site = Site::new();
    let mut config = Config::default();
    config.send_interval = Duration::ZERO;
    let mut client = site.builder().config(config).store(MemoryStore::new()).build().unwrap();
    let handle = client.handle();
    client.login(LoginMethod::Auto).unwrap();
    find_online(&mut client);
    let before = site.connections();
    for number in 0..100 {
        handle.send_text(&file_helper(), &number.to_string()).unwrap();
    }
    // One for the sends, the others for polls and contacts.
    assert!(site.connections() - before <= 4, "{} connections", site.connections() - before);
    assert_eq!(site.sent().len(), 100);
    client.stop(PATIENCE).unwrap();
}

#[test]
fn a_panic_in_the_application_harms_nobody_else() {
    let site = Site::new();
    let client = site.builder().store(Slow(MemoryStore::new())).build().unwrap();
    let handle = client.handle();
    client.login(LoginMethod::Auto).unwrap();
    let panics = |look: &dyn Fn()| {
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(look)).unwrap_err();
    };
    panics(&|| handle.with_contacts(|_| panic!("on purpose")));
    until("online", || handle.phase() == Phase::Online);
    let waiting = thread::spawn({
        let handle = handle.clone();
        move || handle.send_text(&file_helper(), "waited for")
    });
    until("a send waits", || handle.with_outbox(|sends| !sends.is_empty()));
    panics(&|| handle.with_outbox(|_| panic!("on purpose")));
    waiting.join().unwrap().unwrap();
    handle.send_text(&file_helper(), "still there").unwrap();
    client.stop(PATIENCE).unwrap();
}

#[test]
fn a_disk_that_refuses_holds_sends_back_and_is_reported() {
    let site = Site::new();
    let store = Fickle::default();
    let full = store.full.clone();
    let mut client = site.builder().store(store).build().unwrap();
    let handle = client.handle();
    client.login(LoginMethod::Qr).unwrap();
    find_online(&mut client);
    handle.send_text(&file_helper(), "first").unwrap();
    full.store(true, Ordering::SeqCst);
    let sender = thread::spawn({
        let handle = handle.clone();
        move || handle.send_text(&file_helper(), "safe")
    });
    let is_store = |event: &Event| matches!(event, Event::Trouble { cause: Cause::Store, .. });
    find(&mut client, |event| is_store(event).then_some(()));
    assert_eq!(site.sent().len(), 1);
    full.store(false, Ordering::SeqCst);
    sender.join().unwrap().unwrap();
    assert_eq!(site.sent(), [("first".to_owned(), 1), ("safe".to_owned(), 1)]);

    full.store(true, Ordering::SeqCst);
    handle.send(&file_helper(), Outgoing::text("never"), SendOptions::default()).unwrap();
    let error = client.stop(Duration::from_millis(100)).unwrap_err();
    assert_eq!(error.to_string(), "the disk is full");
    assert_eq!(site.sent().len(), 2);
}

/// A store on a disk that takes its time.
struct Slow(MemoryStore);

impl SessionStore for Slow {
    fn load(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.load()
    }

    fn save(&mut self, session: &[u8]) -> Result<(), StoreError> {
        thread::sleep(Duration::from_millis(300));
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
fn a_send_right_after_the_login_waits_for_the_first_store() {
    let site = Site::new();
    let mut client = site.builder().store(Slow(MemoryStore::new())).build().unwrap();
    let handle = client.handle();
    client.login(LoginMethod::Auto).unwrap();
    find_online(&mut client);
    handle.send_text(&file_helper(), "at once").unwrap();
    handle.send(&file_helper(), Outgoing::text("and again"), SendOptions::default()).unwrap();
    client.stop(PATIENCE).unwrap();
    assert_eq!(site.sent().len(), 2);
}

/// A store that can be full.
#[derive(Default)]
struct Fickle {
    full: Arc<AtomicBool>,
    session: MemoryStore,
}

impl SessionStore for Fickle {
    fn load(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        self.session.load()
    }

    fn save(&mut self, session: &[u8]) -> Result<(), StoreError> {
        if self.full.load(Ordering::SeqCst) {
            return Err(StoreError::Other("the disk is full".into()));
        }
        self.session.save(session)
    }

    fn clear(&mut self) -> Result<(), StoreError> {
        self.session.clear()
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        self.session.flush()
    }
}

#[test]
fn a_broken_session_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.json");
    for broken in
        ["", "{\"version\":\"1\",\"profile\":\"s3cret\"", "{\"version\":\"s3cret\"}", "[\"s3cret\"]"]
    {
        std::fs::write(&path, broken).unwrap();
        let store = FileStore::open(&path, Durability::Process).unwrap();
        let error = Client::builder().store(store).build().unwrap_err();
        assert!(matches!(error, BuildError::Session { .. }));
        let text = format!("{error} {error:?}");
        assert!(text.contains("session.json") && text.contains("move it away"), "{text}");
        assert!(!text.contains("s3cret"), "{text}");
        assert!(!text.contains(".previous"), "{text}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), broken);
    }
    std::fs::write(folder.path().join("session.json.previous"), "").unwrap();
    let store = FileStore::open(&path, Durability::Process).unwrap();
    let text = Client::builder().store(store).build().unwrap_err().to_string();
    assert!(text.contains("put ") && text.contains("session.json.previous in its place"), "{text}");
}

#[test]
fn the_next_try_of_an_outage_is_known() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut client = Client::builder().connect_to(nobody).build().unwrap();
    let handle = client.handle();
    client.login(LoginMethod::Qr).unwrap();
    let retry_at =
        find(
            &mut client,
            |event| if let Event::Offline { retry_at, .. } = event { Some(*retry_at) } else { None },
        );
    // The event has the first; the others are not told, but known.
    until("the next try", || handle.next_try().is_some_and(|at| at > retry_at));
    assert!(handle.stats().replies >= 2);
}
