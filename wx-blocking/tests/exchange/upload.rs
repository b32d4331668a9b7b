//! Bodies with a stretch of a file in them.

use std::{
    fs,
    io::Write,
    sync::Arc,
    thread,
    time::{Duration, Instant, SystemTime},
};

use bytes::Bytes;
use tempfile::NamedTempFile;
use wx_proto::{Body, FileSlice, FileSource, Md5, Request, Timestamp};

use crate::support::{self, Setup, build, file};

fn source(file: &NamedTempFile) -> FileSource {
    let metadata = file.as_file().metadata().unwrap();
    let since_epoch = metadata.modified().unwrap().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let locator = file.path().to_str().unwrap();
    let mut source = FileSource::new(locator, metadata.len(), Md5::from_bytes([0; 16]));
    source.modified = Some(Timestamp::from_millis(since_epoch.as_millis().try_into().unwrap()));
    source
}

fn temporary(bytes: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn request(url: &str, source: FileSource, offset: u64, len: u64) -> Request {
    let file = FileSlice::new(Arc::new(source), offset, len);
    let (prefix, suffix) = (Bytes::from_static(b"<form>"), Bytes::from_static(b"</form>"));
    build(http::Request::post(url).body(Body::Upload { prefix, file, suffix }).unwrap(), 1 << 20)
}

const UNREADABLE: &str = "Err(Failure { kind: FileUnreadable, sent: No, received: 0 })";
const CHANGED: &str = "Err(Failure { kind: FileChanged, sent: No, received: 0 })";

#[test]
fn slices_that_tile_a_file_arrive_as_it_is() {
    let (setup, on_disk) = (Setup::new(), temporary(&file()));
    let mut arrived = Vec::new();
    for offset in (0..).step_by(512 * 1024).take_while(|offset| *offset < file().len() as u64) {
        let request = request("https://file.wx.qq.com/echo", source(&on_disk), offset, 512 * 1024);
        assert_eq!(setup.run(request), "Ok(Received(200 OK, [2 bytes]))");
        let got = setup.requests().pop().unwrap();
        let length = format!("content-length: {}", got.body().len());
        assert_eq!(support::headers(&got), [length, "host: file.wx.qq.com".to_owned()]);
        let body = got.body().strip_prefix(b"<form>").unwrap().strip_suffix(b"</form>").unwrap();
        arrived.extend_from_slice(body);
    }
    assert!(arrived == file());
}

#[test]
fn a_small_or_empty_file_goes_out_too() {
    let setup = Setup::new();
    for content in ["", "a"] {
        let on_disk = temporary(content.as_bytes());
        setup.run(request("https://file.wx.qq.com/echo", source(&on_disk), 0, 10));
        assert_eq!(setup.requests().pop().unwrap().body(), &format!("<form>{content}</form>"));
    }
}

#[test]
fn a_file_that_is_not_as_it_was_does_not_leave() {
    let (setup, mut on_disk) = (Setup::new(), temporary(b"twelve bytes"));
    let url = "https://file.wx.qq.com/echo";
    let before = source(&on_disk);
    on_disk.write_all(b"!").unwrap();
    assert_eq!(setup.run(request(url, before, 0, 5)), CHANGED);

    let before = source(&on_disk);
    let earlier = SystemTime::now() - Duration::from_secs(60);
    on_disk.as_file().set_modified(earlier).unwrap();
    assert_eq!(setup.run(request(url, before.clone(), 0, 5)), CHANGED);
    // If nobody knows when it was changed, its length is all there is.
    let mut undated = before;
    undated.modified = None;
    assert_eq!(setup.run(request(url, undated.clone(), 0, 5)), "Ok(Received(200 OK, [2 bytes]))");

    drop(on_disk);
    assert_eq!(setup.run(request(url, undated, 0, 5)), UNREADABLE);
    let folder = FileSource::new("/", 0, Md5::from_bytes([0; 16]));
    assert_eq!(setup.run(request(url, folder, 0, 5)), UNREADABLE);
    assert_eq!(setup.requests().len(), 1);
}

/// It takes the server much longer to read this file than until it changes.
#[test]
fn a_file_that_shrinks_or_changes_on_its_way_is_never_sent_whole() {
    for cut_short in [true, false] {
        let large = vec![7; 32 << 20];
        let (setup, on_disk) = (Setup::new(), temporary(&large));
        let request = request("https://file.wx.qq.com/echo", source(&on_disk), 0, large.len() as u64);
        let other = thread::spawn({
            let path = on_disk.path().to_owned();
            move || {
                thread::sleep(Duration::from_millis(5));
                if cut_short {
                    let file = fs::OpenOptions::new().write(true).open(path).unwrap();
                    file.set_len(1 << 20).unwrap();
                } else {
                    let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
                    file.write_all(b"more").unwrap();
                }
            }
        });
        let said = setup.run(request);
        other.join().unwrap();
        assert!(said.starts_with("Err(Failure { kind: FileChanged, sent: "), "{said}");
        assert!(setup.requests().is_empty());
        assert_eq!(setup.run(support::get("https://file.wx.qq.com/echo")), "Ok(Received(200 OK, [2 bytes]))");
    }
}

#[test]
fn an_upload_that_is_given_up_ends_at_once() {
    let stalled = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let ca = wx_testkit::listener::Ca::generate().unwrap();
    let config = Arc::new(ca.server_config(&[]).unwrap());
    let ca_file = support::ca_file(&ca);
    let mut options = wx_blocking::NetOptions::default();
    options.ca_file = Some(ca_file.path().to_owned());
    let setup = Setup::to(stalled.local_addr().unwrap(), options);
    thread::spawn(move || {
        let (mut tcp, _) = stalled.accept().unwrap();
        let mut tls = rustls::ServerConnection::new(config).unwrap();
        while tls.is_handshaking() {
            tls.complete_io(&mut tcp).unwrap();
        }
        // Reads nothing more.
        thread::sleep(Duration::from_secs(20));
    });
    let large = vec![7; 32 << 20];
    let on_disk = temporary(&large);
    let request = request("https://file.wx.qq.com/echo", source(&on_disk), 0, large.len() as u64);
    let id = request.id;
    setup.start(request);
    thread::sleep(Duration::from_millis(500));
    let start = Instant::now();
    assert!(setup.worker.abort(id));
    assert_eq!(setup.next(), "Err(Failure { kind: Aborted, sent: Maybe, received: 0 })");
    assert!(start.elapsed() < Duration::from_secs(1));
    let told = setup.progress.lock().unwrap().clone();
    assert!(told.is_sorted() && told.iter().all(|bytes| *bytes < large.len() as u64), "{told:?}");
}
