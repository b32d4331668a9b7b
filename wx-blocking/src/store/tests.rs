//! Session files, and what else may lie where they should.

use std::{
    fs::{self, File},
    path::Path,
};

use super::*;

const MAX_SESSION: u64 = 16 << 20;

fn open(path: &Path) -> FileStore {
    FileStore::open(path, Durability::Process).unwrap()
}

#[test]
fn a_session_comes_back_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a/b/session.json");
    for durability in [Durability::Process, Durability::Disk] {
        let mut store = FileStore::open(&path, durability).unwrap();
        store.clear().unwrap();
        assert_eq!(store.load().unwrap(), None);
        for text in ["one", "two", "three"] {
            store.save(text.as_bytes()).unwrap();
        }
        store.flush().unwrap();
        drop(store);
        assert_eq!(open(&path).load().unwrap().unwrap(), b"three");
    }
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/session.json");
    let mut store = open(&path);
    store.save(b"secret").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(&folder.path().join("new/session.json.lock")), 0o600);
    assert_eq!(mode(&folder.path().join("new")), 0o700);
    // A file that was readable by others is replaced by one that is not.
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    store.save(b"secret").unwrap();
    assert_eq!(mode(&path), 0o600);
}

#[test]
fn a_second_store_is_told_who_has_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.json");
    let mut first = open(&path);
    first.save(b"mine").unwrap();
    let error = FileStore::open(&path, Durability::Process).unwrap_err();
    assert!(matches!(error, StoreError::Locked { pid: Some(pid), .. } if pid == std::process::id()));
    assert!(error.to_string().contains(&format!("process {}", std::process::id())), "{error}");
    assert_eq!(first.load().unwrap().unwrap(), b"mine");
    drop(first);
    assert_eq!(open(&path).load().unwrap().unwrap(), b"mine");
}

#[cfg(unix)]
#[test]
fn a_link_is_followed_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (path, link) = (folder.path().join("session.json"), folder.path().join("link.json"));
    fs::write(&path, "old").unwrap();
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let mut store = open(&link);
    assert!(FileStore::open(&path, Durability::Process).is_err());
    store.save(b"new").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
    assert!(link.is_symlink());
}

#[test]
fn a_failed_save_leaves_the_earlier_session() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.json");
    let mut store = open(&path);
    store.save(b"good").unwrap();
    let too_large = vec![b' '; usize::try_from(MAX_SESSION + 1).unwrap()];
    let error = store.save(&too_large).unwrap_err();
    assert!(error.to_string().contains("session.json"), "{error}");
    assert_eq!(store.load().unwrap().unwrap(), b"good");
}

#[test]
fn leftovers_of_a_killed_process_go_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.json");
    let others = [
        ".other.json.AbC123.tmp",
        ".session.json.AbC1234.tmp",
        ".session.json.AbC12.tmp",
        ".session.json.AbC_23.tmp",
        ".session.json.notes.tmp",
        ".session.json.AbC123.tmp~",
        "session.json.AbC123.tmp",
    ];
    fs::write(folder.path().join(".session.json.AbC123.tmp"), "half").unwrap();
    fs::create_dir(folder.path().join(".session.json.Folder.tmp")).unwrap();
    others.iter().for_each(|name| fs::write(folder.path().join(name), "not mine").unwrap());
    drop(open(&path));
    let mut names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    let mut expected = others.to_vec();
    expected.extend([".session.json.Folder.tmp", "session.json.lock"]);
    expected.sort_unstable();
    assert_eq!(names, expected);
}

#[test]
fn what_cannot_be_a_session_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.json");
    File::create(&path).unwrap().set_len(MAX_SESSION + 5).unwrap();
    let error = open(&path).load().unwrap_err();
    assert!(matches!(error, StoreError::TooLarge { .. }), "{error}");
    let error = FileStore::open("/", Durability::Process).unwrap_err();
    assert!(error.to_string().contains("cannot open /"), "{error}");
    let error = FileStore::open(folder.path(), Durability::Process).unwrap_err();
    assert!(matches!(error, StoreError::NotAFile { .. }), "{error}");
    assert!(FileStore::peek(folder.path()).is_err());
    assert_eq!(FileStore::peek(&folder.path().join("none")).unwrap(), None);
}

#[cfg(unix)]
#[test]
fn nobody_waits_for_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let make = |name: &str| {
        let path = folder.path().join(name);
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        path
    };
    let pipe = make("session.json");
    assert!(matches!(FileStore::peek(&pipe), Err(StoreError::NotAFile { .. })));
    let error = FileStore::open(&pipe, Durability::Process).unwrap_err();
    assert!(matches!(error, StoreError::NotAFile { .. }), "{error}");
    make("other.json.lock");
    let error = FileStore::open(folder.path().join("other.json"), Durability::Process).unwrap_err();
    assert!(matches!(error, StoreError::NotAFile { .. }), "{error}");
}

#[cfg(unix)]
#[test]
fn a_lock_touches_nothing_that_it_did_not_make() {
    let folder = tempfile::tempdir().unwrap();
    let (path, side) = (folder.path().join("session.json"), folder.path().join("session.json.lock"));
    let precious = folder.path().join("precious");
    for text in ["keep me", "12 monkeys", "1234567890123456789", ""] {
        fs::write(&precious, text).unwrap();
        std::os::unix::fs::symlink(&precious, &side).unwrap();
        let error = FileStore::open(&path, Durability::Process).unwrap_err();
        assert!(matches!(error, StoreError::NotAFile { .. }), "{error}");
        fs::remove_file(&side).unwrap();
        fs::hard_link(&precious, &side).unwrap();
        let error = FileStore::open(&path, Durability::Process).unwrap_err();
        assert!(matches!(error, StoreError::NotALock { .. }), "{error}");
        fs::remove_file(&side).unwrap();
        assert_eq!(fs::read_to_string(&precious).unwrap(), text);
    }
    fs::write(&side, "my notes").unwrap();
    let error = FileStore::open(&path, Durability::Process).unwrap_err();
    assert!(error.to_string().contains("move it away"), "{error}");
    assert_eq!(fs::read_to_string(&side).unwrap(), "my notes");
    fs::write(&side, "123456\n").unwrap();
    drop(open(&path));
    assert_eq!(fs::read_to_string(&side).unwrap(), format!("{}\n", std::process::id()));
}

#[cfg(unix)]
#[test]
fn a_session_that_others_can_read_is_closed_to_them() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.json");
    fs::write(&path, "mine").unwrap();
    for mode in [0o666, 0o640, 0o604] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(open(&path).load().unwrap().unwrap(), b"mine");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

/// Only root can give a file away.
#[cfg(unix)]
#[test]
fn a_session_of_another_user_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["session.json", "session.json.lock"] {
        let (path, given) = (folder.path().join("session.json"), folder.path().join(name));
        fs::write(&given, "").unwrap();
        if std::os::unix::fs::chown(&given, Some(12345), None).is_err() {
            return;
        }
        let error = FileStore::open(&path, Durability::Process).unwrap_err();
        assert!(matches!(error, StoreError::Foreign { .. }), "{error}");
        fs::remove_file(&given).unwrap();
    }
}

#[test]
fn an_earlier_session_stays_beside_it_until_its_login_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let (path, previous) = (folder.path().join("session.json"), folder.path().join("session.json.previous"));
    let mut store = FileStore::open(&path, Durability::Disk).unwrap();
    store.save(b"one").unwrap();
    assert_eq!(store.previous(), None);
    store.save(b"two").unwrap();
    store.save(b"three").unwrap();
    assert_eq!(fs::read(&previous).unwrap(), b"two");
    drop(store);

    // Of those that are not on the disk yet none would outlive a power failure.
    let mut store = open(&path);
    for text in ["four", "five", "six", "seven"] {
        store.save(text.as_bytes()).unwrap();
        assert_eq!(fs::read(&previous).unwrap(), b"three");
    }
    store.flush().unwrap();
    store.save(b"eight").unwrap();
    assert_eq!(fs::read(&previous).unwrap(), b"seven");
    // What damages the one does not reach the other.
    fs::write(&path, "").unwrap();
    assert_eq!(store.previous().unwrap(), previous.display().to_string());
    assert_eq!(fs::read(&previous).unwrap(), b"seven");

    store.drop_previous().unwrap();
    assert_eq!(store.previous(), None);
    store.flush().unwrap();
    store.save(b"nine").unwrap();
    store.clear().unwrap();
    assert!(!previous.exists() && !path.exists());
}

#[test]
fn a_folder_that_was_removed_is_made_again_with_its_lock() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sub/session.json");
    let mut store = open(&path);
    store.save(b"one").unwrap();
    for text in ["two", "three"] {
        fs::remove_dir_all(folder.path().join("sub")).unwrap();
        store.save(text.as_bytes()).unwrap();
        assert_eq!(fs::read(&path).unwrap(), text.as_bytes());
        let error = FileStore::open(&path, Durability::Process).unwrap_err();
        assert!(matches!(error, StoreError::Locked { .. }), "{error}");
    }
    fs::remove_file(folder.path().join("sub/session.json.lock")).unwrap();
    store.save(b"four").unwrap();
    assert!(FileStore::open(&path, Durability::Process).is_err());
}

#[cfg(unix)]
#[test]
fn two_processes_never_both_write() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sub/session.json");
    let mut first = open(&path);
    first.save(b"mine").unwrap();
    fs::remove_dir_all(folder.path().join("sub")).unwrap();
    let mut second = open(&path);
    second.save(b"another's").unwrap();
    for result in [first.save(b"mine"), first.clear(), first.drop_previous()] {
        let error = result.unwrap_err();
        assert!(matches!(error, StoreError::TakenOver { .. }), "{error}");
    }
    // The other one ended: its session is not overwritten either.
    drop(second);
    assert!(matches!(first.save(b"mine"), Err(StoreError::TakenOver { .. })));
    drop(first);
    assert_eq!(open(&path).load().unwrap().unwrap(), b"another's");
}
