//! Files: what happens before the core hears of them.

use std::{fs::File, io, path::Path, time::Duration};

use tempfile::TempDir;
use wx_blocking::{
    Client, CommandError, FileError, FileOptions, LoginMethod, MemoryStore, OpError, SendError,
};

use crate::{
    file_helper,
    support::{PATIENCE, Site, find_online, until},
};

fn online(site: &Site) -> Client {
    let mut client = site.builder().store(MemoryStore::new()).build().expect("options that fit");
    client.login(LoginMethod::Auto).expect("no login yet");
    find_online(&mut client);
    client
}

/// A file that takes a moment to read, and no room on the disk.
fn long_file(folder: &TempDir) -> std::path::PathBuf {
    let path = folder.path().join("long");
    File::create(&path).and_then(|file| file.set_len(64 << 30)).expect("a file system with sparse files");
    path
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_of_its_own() {
    let site = Site::new();
    let client = online(&site);
    let handle = client.handle();
    let missing = handle.send_file(&file_helper(), "/no/such/file", FileOptions::default());
    let Err(SendError::File(FileError::Io { path, kind, .. })) = missing.wait() else {
        panic!("it is not there")
    };
    assert_eq!((&*path, kind), (Path::new("/no/such/file"), io::ErrorKind::NotFound));
    let folder = handle.send_file(&file_helper(), "/", FileOptions::default());
    assert!(matches!(folder.wait(), Err(SendError::File(FileError::NotAFile { .. }))));
    client.stop(PATIENCE).unwrap();
}

#[test]
fn a_file_that_is_being_read_is_given_up_at_once() {
    let (site, folder) = (Site::new(), TempDir::new().unwrap());
    let client = online(&site);
    let mut file = client.handle().send_file(&file_helper(), long_file(&folder), FileOptions::default());
    assert_eq!(file.id(), None);
    assert_eq!(file.wait_timeout(Duration::from_millis(20)), Ok(None));
    assert!(file.cancel());
    let outcome = file.wait_timeout(Duration::from_secs(1));
    assert_eq!(outcome, Err(SendError::Op(OpError::Cancelled)));
    assert!(!file.cancel() && client.handle().with_outbox(|outbox| outbox.is_empty()));
    client.stop(PATIENCE).unwrap();
}

#[test]
fn nobody_reads_on_for_a_client_that_stopped() {
    let (site, folder) = (Site::new(), TempDir::new().unwrap());
    let client = online(&site);
    let handle = client.handle();
    let file = handle.send_file(&file_helper(), long_file(&folder), FileOptions::default());
    let dropped = handle.send_file(&file_helper(), long_file(&folder), FileOptions::default());
    drop(dropped);
    client.stop(Duration::ZERO).unwrap();
    assert_eq!(file.wait(), Err(SendError::Stopped));
    let late = handle.send_file(&file_helper(), file!(), FileOptions::default());
    assert!(matches!(
        late.wait(),
        Err(SendError::Command(CommandError::NotOnline) | SendError::File(FileError::Io { .. }))
    ));
    until("no thread reads on", || threads() == 0);
}

/// Threads that read files.
fn threads() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let name =
        |task: std::fs::DirEntry| std::fs::read_to_string(task.path().join("comm")).unwrap_or_default();
    tasks.map(name).filter(|name| name.trim() == "wx-file").count()
}
