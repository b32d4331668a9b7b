//! Files on their way down, from the simulated server.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use tempfile::TempDir;
use wx_blocking::{
    Client, DownloadOptions, Event, FileError, LoginMethod, MediaRef, MemoryStore, OpError, SendError,
};
use wx_proto::{Endpoint, TransferDirection};
use wx_testkit::{
    content::FileContent,
    server::{Fault, FaultKind, FileKind, PhoneFile},
};

use crate::support::{PATIENCE, Site, find, find_batch, find_online, until};

fn online(site: &Site) -> Client {
    let mut client = site.builder().store(MemoryStore::new()).build().expect("options that fit");
    client.login(LoginMethod::Auto).expect("no login yet");
    find_online(&mut client);
    client
}

/// Lets somebody send a file, and receives where it lies.
fn receive(site: &Site, client: &mut Client, kind: FileKind, name: &str, content: &FileContent) -> MediaRef {
    let file = PhoneFile { kind, name: name.to_owned(), content: content.clone() };
    site.with(|server, now| server.phone(now).send_file("明哥", None, file)).expect("a known name");
    let batch = find_batch(client);
    client.handle().ack(batch.id).unwrap();
    batch.messages()[0].content.media().expect("it carries one").clone()
}

fn content(kind: FileKind, len: u64) -> FileContent {
    FileContent::pattern(kind.form(), 7, len)
}

fn names(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn assert_content(path: &Path, content: &FileContent) {
    let there = fs::read(path).unwrap();
    assert!(there == content.read_at(0, there.len()) && there.len() as u64 == content.len());
}

#[test]
fn a_file_is_kept_under_its_name_and_nothing_is_overwritten() {
    let (site, folder) = (Site::new(), TempDir::new().unwrap());
    let mut client = online(&site);
    let report = content(FileKind::File, 3_000_000);
    let media = receive(&site, &mut client, FileKind::File, "../../报告\u{202e}.pdf", &report);
    let handle = client.handle();
    let options = DownloadOptions::default();
    let first = handle.download(&media, folder.path(), &options).unwrap().wait().unwrap();
    assert_eq!((first.path, first.size), (folder.path().join("报告.pdf"), 3_000_000));
    let second = handle.download(&media, folder.path(), &options).unwrap().wait().unwrap();
    assert_eq!(second.path, folder.path().join("报告 (2).pdf"));
    assert_content(&second.path, &report);

    let third = folder.path().join("other");
    fs::write(&third, "something else").unwrap();
    let mut overwrite = DownloadOptions::default();
    overwrite.overwrite = true;
    let kept = handle.download(&media, &third, &overwrite).unwrap().wait().unwrap();
    assert_eq!((&kept.path, &*kept.mime), (&third, ""));
    assert_content(&third, &report);
    assert_eq!(names(&folder), ["other", "报告 (2).pdf", "报告.pdf"]);
    let mut last = None;
    while let Ok(event) = client.next_event(Duration::ZERO) {
        let Event::Transfer(progress) = event else { continue };
        assert_eq!((progress.direction, progress.total), (TransferDirection::Down, Some(3_000_000)));
        last = Some(progress.done);
    }
    assert_eq!(last, Some(3_000_000));
    client.stop(PATIENCE).unwrap();
}

#[test]
fn what_has_no_name_is_named_by_its_kind_and_bytes() {
    let (site, folder) = (Site::new(), TempDir::new().unwrap());
    let mut client = online(&site);
    for (kind, word, extension, mime) in [
        (FileKind::Image, "image", "jpg", "image/jpeg"),
        (FileKind::Voice, "voice", "mp3", "audio/mpeg"),
        (FileKind::Video, "video", "mp4", "video/mp4"),
    ] {
        let content = content(kind, 100_000);
        let media = receive(&site, &mut client, kind, "", &content);
        let pending = client.handle().download(&media, folder.path(), &DownloadOptions::default()).unwrap();
        let kept = pending.wait().unwrap();
        let name = format!("{word}-{}.{extension}", media.msg_id().unwrap());
        assert_eq!((&*kept.path, kept.size), (&*folder.path().join(name), 100_000));
        assert!(kept.mime == mime || kept.mime == "audio/mp3", "{}", kept.mime);
        assert_content(&kept.path, &content);
    }
    assert_eq!(names(&folder).len(), 3);
    client.stop(PATIENCE).unwrap();
}

#[test]
fn a_download_goes_on_after_cuts_and_leaves_nothing_if_it_fails() {
    let (site, folder) = (Site::new(), TempDir::new().unwrap());
    let mut client = online(&site);
    let long = content(FileKind::File, 2_000_000);
    let media = receive(&site, &mut client, FileKind::File, "long", &long);
    let cut = |bytes| Fault::new(FaultKind::Cut(bytes)).on(Endpoint::GetMedia);
    site.with(|server, _| [700_000, 400_000].map(|bytes| server.add_fault(cut(bytes))));
    let handle = client.handle();
    let kept = handle.download(&media, folder.path(), &DownloadOptions::default()).unwrap().wait().unwrap();
    assert_content(&kept.path, &long);

    site.with(|server, _| server.add_fault(Fault::new(FaultKind::Html).on(Endpoint::GetMedia).times(100)));
    let pending = handle.download(&media, folder.path(), &DownloadOptions::default()).unwrap();
    let outcome = pending.wait();
    assert!(matches!(outcome, Err(SendError::Op(_))), "{outcome:?}");
    assert_eq!(names(&folder), ["long"]);
    client.stop(PATIENCE).unwrap();
}

#[test]
fn a_download_that_is_given_up_leaves_nothing() {
    let (site, folder) = (Site::new(), TempDir::new().unwrap());
    let mut client = online(&site);
    let media = receive(&site, &mut client, FileKind::File, "long", &content(FileKind::File, 60 << 20));
    site.with(|server, _| server.add_fault(Fault::new(FaultKind::Slow(50)).on(Endpoint::GetMedia)));
    let handle = client.handle();
    let mut pending = handle.download(&media, folder.path(), &DownloadOptions::default()).unwrap();
    let part = || {
        names(&folder).first().is_some_and(|name| {
            fs::metadata(folder.path().join(name)).is_ok_and(|metadata| metadata.len() > 0)
        })
    };
    until("some of it is there", part);
    let start = Instant::now();
    assert!(pending.cancel());
    let outcome = pending.wait_timeout(Duration::from_secs(1));
    assert!(matches!(outcome, Err(SendError::Op(OpError::Cancelled | OpError::Unknown))), "{outcome:?}");
    assert!(start.elapsed() < Duration::from_secs(1) && names(&folder).is_empty());

    // And one whose client stops.
    site.with(|server, _| server.add_fault(Fault::new(FaultKind::Slow(50)).on(Endpoint::GetMedia)));
    let pending = handle.download(&media, folder.path(), &DownloadOptions::default()).unwrap();
    until("some of it is there", part);
    client.stop(Duration::ZERO).unwrap();
    assert_eq!(pending.wait(), Err(SendError::Stopped));
    assert!(names(&folder).is_empty());
}

#[test]
fn who_does_not_wait_asks_where_it_is() {
    let (site, folder) = (Site::new(), TempDir::new().unwrap());
    let mut client = online(&site);
    let media = receive(&site, &mut client, FileKind::File, "a", &content(FileKind::File, 10));
    let handle = client.handle();
    let op = handle.download(&media, folder.path(), &DownloadOptions::default()).unwrap().id();
    find(&mut client, |event| {
        if let Event::Done { op: done, outcome: Ok(_) } = event { (*done == op).then_some(()) } else { None }
    });
    assert_eq!(handle.take_download(op).unwrap().unwrap().path, folder.path().join("a"));
    assert!(handle.take_download(op).is_none());
    client.stop(PATIENCE).unwrap();
}

#[test]
fn where_nothing_can_be_written_nothing_is_asked_for() {
    let (site, folder) = (Site::new(), TempDir::new().unwrap());
    let mut client = online(&site);
    let media = receive(&site, &mut client, FileKind::File, "a", &content(FileKind::File, 10));
    for target in ["nowhere/a", "nowhere/", ".."] {
        let refused =
            client.handle().download(&media, folder.path().join(target), &DownloadOptions::default());
        if target == ".." {
            // A folder like any other.
            refused.unwrap().wait().map(|kept| fs::remove_file(kept.path).unwrap()).unwrap();
        } else {
            assert!(matches!(refused, Err(SendError::File(FileError::Io { .. }))), "{refused:?}");
        }
    }
    assert_eq!(site.requests(Endpoint::GetMedia), 1);
    client.stop(PATIENCE).unwrap();
}

#[test]
fn a_picture_of_a_person_comes_too() {
    let (site, folder) = (Site::new(), TempDir::new().unwrap());
    let client = online(&site);
    let me = client.handle().me().unwrap().user_name;
    let kept = client.handle().avatar(&me, folder.path(), false).unwrap().wait().unwrap();
    assert!(kept.size > 0 && kept.mime.starts_with("image/"), "{kept:?}");
    assert_eq!(names(&folder).len(), 1);
    client.stop(PATIENCE).unwrap();
}
