//! Files on their way up, to the simulated server.

use std::{fs, path::PathBuf, thread, time::Duration};

use tempfile::TempDir;
use wx_blocking::{
    Client, Durability, Event, FileKind, FileOptions, FileStore, LoginMethod, MemoryStore, OpError,
    SendError, SendOptions,
};
use wx_proto::{Endpoint, FailureKind, TransferDirection};

use crate::{
    file_helper,
    support::{PATIENCE, Site, find, find_online, until},
};

const CHUNK: usize = 512 * 1024;

fn online(site: &Site) -> Client {
    let mut client = site.builder().store(MemoryStore::new()).build().expect("options that fit");
    client.login(LoginMethod::Auto).expect("no login yet");
    find_online(&mut client);
    client
}

/// A file of so many bytes, no two pieces of which are the same.
fn file(folder: &TempDir, name: &str, len: usize) -> PathBuf {
    let path = folder.path().join(name);
    let bytes: Vec<u8> = (0_u32..).flat_map(u32::to_le_bytes).take(len).collect();
    fs::write(&path, bytes).expect("room on the disk");
    path
}

#[test]
fn a_file_arrives_once_and_its_progress_is_told() {
    let (site, folder) = (Site::new(), TempDir::new().unwrap());
    let mut client = online(&site);
    let path = file(&folder, "报告.pdf", 5 * CHUNK + 17);
    let pending = client.handle().send_file(&file_helper(), &path, FileOptions::default());
    pending.wait().unwrap();
    let sent = site.with(|server, _| server.record().sent().to_vec());
    let [sent] = &sent[..] else { panic!("{sent:?}") };
    let arrived = sent.file.as_ref().unwrap();
    assert_eq!((&*sent.kind, &*arrived.name, arrived.len), ("file", "报告.pdf", 5 * CHUNK as u64 + 17));
    let described = wx_blocking::describe_file(&path, |_, _| std::ops::ControlFlow::Continue(())).unwrap();
    assert_eq!(arrived.md5.map(|md5| md5.to_string()), Some(described.md5.to_string()));
    assert_eq!(site.requests(Endpoint::UploadMedia), 6);
    assert_eq!(site.complaints(), [""; 0]);
    let mut last = 0;
    while let Ok(event) = client.next_event(Duration::ZERO) {
        let Event::Transfer(progress) = event else { continue };
        assert_eq!((progress.direction, progress.total), (TransferDirection::Up, Some(described.len)));
        assert!(progress.done >= last);
        last = progress.done;
    }
    assert_eq!(last, described.len, "the last one says that all passed");
    client.stop(PATIENCE).unwrap();
}

#[test]
fn kind_and_name_are_told_from_the_file_or_given() {
    let (site, folder) = (Site::new(), TempDir::new().unwrap());
    let client = online(&site);
    let path = folder.path().join("a.png");
    fs::write(&path, b"\x89PNG\r\n\x1a\n and more").unwrap();
    let handle = client.handle();
    handle.send_file(&file_helper(), &path, FileOptions::default()).wait().unwrap();
    let mut options = FileOptions::default();
    (options.kind, options.name) = (Some(FileKind::File), Some("b.png".to_owned()));
    handle.send_file(&file_helper(), &path, options).wait().unwrap();
    let sent = site.with(|server, _| server.record().sent().to_vec());
    let sent: Vec<_> = sent.iter().map(|sent| (&*sent.kind, &*sent.file.as_ref().unwrap().name)).collect();
    assert_eq!(sent, [("image", "a.png"), ("file", "b.png")]);
    client.stop(PATIENCE).unwrap();
}

#[test]
fn a_text_overtakes_a_file() {
    let (site, folder) = (Site::new(), TempDir::new().unwrap());
    let client = online(&site);
    let handle = client.handle();
    let pending = handle.send_file(&file_helper(), file(&folder, "long", 40 * CHUNK), FileOptions::default());
    until("it is on its way", || pending.id().is_some());
    handle.send_text(&file_helper(), "a text").unwrap();
    assert!(site.with(|server, _| server.record().sent().iter().all(|sent| sent.kind == "text")));
    pending.wait().unwrap();
    client.stop(PATIENCE).unwrap();
}

#[test]
fn a_file_that_changes_on_its_way_is_not_sent() {
    let (site, folder) = (Site::new(), TempDir::new().unwrap());
    let client = online(&site);
    let path = file(&folder, "long", 100 * CHUNK);
    let pending = client.handle().send_file(&file_helper(), &path, FileOptions::default());
    until("some of it left", || site.requests(Endpoint::UploadMedia) > 2);
    fs::OpenOptions::new().write(true).open(&path).and_then(|file| file.set_len(17)).unwrap();
    assert_eq!(pending.wait(), Err(SendError::Op(OpError::Failed(FailureKind::FileChanged))));
    assert!(site.sent().is_empty());
    client.stop(PATIENCE).unwrap();
}

#[test]
fn an_upload_is_given_up_within_a_second() {
    let (site, folder) = (Site::new(), TempDir::new().unwrap());
    let client = online(&site);
    let path = file(&folder, "long", 100 * CHUNK);
    let mut pending = client.handle().send_file(&file_helper(), &path, FileOptions::default());
    until("some of it left", || site.requests(Endpoint::UploadMedia) > 2);
    assert!(pending.cancel());
    assert_eq!(pending.wait_timeout(Duration::from_secs(1)), Err(SendError::Op(OpError::Cancelled)));
    let requests = site.requests(Endpoint::UploadMedia);
    thread::sleep(Duration::from_millis(100));
    assert!(site.requests(Endpoint::UploadMedia) <= requests + 1 && site.sent().is_empty());
    client.stop(PATIENCE).unwrap();
}

#[test]
fn a_client_that_is_stopped_goes_on_where_it_was() {
    let (site, folder) = (Site::new(), TempDir::new().unwrap());
    let session = folder.path().join("session.json");
    let client = || {
        let store = FileStore::open(&session, Durability::Process).unwrap();
        let mut client = site.builder().store(store).build().unwrap();
        client.login(LoginMethod::Auto).unwrap();
        find_online(&mut client);
        client
    };
    let first = client();
    let mut options = FileOptions::default();
    options.send = SendOptions::with_id("once");
    let path = file(&folder, "long", 60 * CHUNK);
    let pending = first.handle().send_file(&file_helper(), &path, options);
    until("some of it left", || site.requests(Endpoint::UploadMedia) > 20);
    first.stop(Duration::ZERO).unwrap();
    assert_eq!(pending.wait(), Err(SendError::Stopped));
    let mut second = client();
    let outcome =
        find(
            &mut second,
            |event| {
                if let Event::Done { outcome, .. } = event { Some(outcome.clone()) } else { None }
            },
        );
    assert!(outcome.is_ok(), "{outcome:?}");
    let requests = site.requests(Endpoint::UploadMedia);
    assert!((60..=61).contains(&requests), "the chunk in doubt twice, at most: {requests}");
    assert_eq!(site.with(|server, _| server.record().sent().len()), 1);
    second.stop(PATIENCE).unwrap();
}
