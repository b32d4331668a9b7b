//! Files both ways: what the server got is what is on the disk, what is on the disk is what the server sent.

use std::{
    fs::{self, File},
    path::PathBuf,
    sync::Arc,
    thread,
    time::{Duration, Instant, SystemTime},
};

use bytes::Bytes;
use http::StatusCode;
use tempfile::TempDir;
use wx_proto::{
    Body, Endpoint, Expect, Failure, FailureKind, FileSlice, FileSource, Lane, Md5, OpId, Reply, Request,
    RequestId, Sent, Streamed, Timestamp,
};

use super::{
    AsyncDriver,
    exchange::CONNECT_TIMEOUT,
    sending::{Sending, WHOLE, file},
    stub::{Certificate, Conduct, Stub},
};

const OP: OpId = OpId::new(7);
const CHUNK: u64 = 512 * 1024;
const PREFIX: &[u8] = b"--boundary\r\n\r\n";
const SUFFIX: &[u8] = b"\r\n--boundary--\r\n";
const IDLE_TIMEOUT: Duration = Duration::from_secs(2);
/// When an exchange is given up, and when its connection must have ended.
const GIVEN_UP: Duration = Duration::from_millis(300);
const AT_ONCE: Duration = Duration::from_secs(1);
/// Bytes that are there from a try before.
const THERE: usize = 100_001;

pub(super) struct Files<D> {
    driver: D,
    stub: Stub,
    folder: TempDir,
    next: u64,
}

impl<D: AsyncDriver> Files<D> {
    pub(super) fn new(driver: D, stub: Stub) -> Self {
        let folder = TempDir::new().expect("a folder for temporary files");
        Self { driver, stub, folder, next: 0 }
    }

    /// # Panics
    /// If a byte is wrong, or an exchange ends in another way than it must.
    pub(super) async fn check(mut self) {
        self.send_chunks().await;
        self.send_nothing_of_a_changed_file().await;
        self.send_no_file_that_changes_on_its_way().await;
        self.give_an_upload_up().await;
        self.receive().await;
        self.receive_no_more_than_the_limit().await;
        self.go_on_behind_a_cut().await;
        self.overwrite().await;
        self.collect_an_error().await;
        self.write_nowhere().await;
        self.give_a_download_up().await;
    }

    async fn send_chunks(&mut self) {
        println!("send a file in chunks");
        let (source, content) = (self.on_disk(&file()), file());
        for (chunk, offset) in content.chunks(512 * 1024).zip((0..).step_by(512 * 1024)) {
            let reply = self.upload(source.clone(), offset, CHUNK).await;
            let length = u64::try_from(PREFIX.len() + chunk.len() + SUFFIX.len()).unwrap_or(u64::MAX);
            assert_eq!(reply.received(), Ok((StatusCode::OK, self.stub.reply_len())), "a chunk");
            let (head, body) = self.stub.last();
            assert!(head.contains(&format!("content-length: {length}\r\n")), "the length of a chunk: {head}");
            assert!(!head.contains("transfer-encoding"), "a chunk has a length: {head}");
            assert!(body == [PREFIX, chunk, SUFFIX].concat(), "the bytes of the chunk at {offset}");
        }
        let empty = self.on_disk(b"");
        self.upload(empty, 0, CHUNK).await;
        assert!(self.stub.last().1 == [PREFIX, SUFFIX].concat(), "the bytes of an empty file");
    }

    async fn send_nothing_of_a_changed_file(&mut self) {
        println!("send nothing of a file that changed");
        let before = self.stub.requests();
        for longer in [true, false] {
            let source = self.on_disk(&file());
            let path = self.path("source");
            let changed = File::options().write(true).open(path).expect("it is there");
            let change = if longer {
                changed.set_len(source.len + 1)
            } else {
                changed.set_modified(SystemTime::now() - Duration::from_secs(3600))
            };
            change.expect("a file of our own");
            let what = if longer { "a file that grew" } else { "a file that was changed later" };
            let reply = self.upload(source, 0, CHUNK).await;
            assert_failure(what, &reply, FailureKind::FileChanged, Sent::No, 0);
        }
        let source = self.on_disk(&file());
        fs::remove_file(self.path("source")).expect("it is there");
        let reply = self.upload(source, 0, CHUNK).await;
        assert_failure("a file that is gone", &reply, FailureKind::FileUnreadable, Sent::No, 0);
        assert_eq!(self.stub.requests(), before, "requests with nothing of a file in them");
    }

    /// A driver may have read it all by then: but what it sends is whole and right, or not whole at all.
    async fn send_no_file_that_changes_on_its_way(&mut self) {
        println!("send no file whole that shrinks on its way");
        self.stub.set(Conduct::ReadsSlowly);
        // More than waits in the sockets of both ends.
        let content = file().repeat(12);
        let source = self.on_disk(&content);
        let (before, path) = (self.stub.requests(), self.path("source"));
        let shrinks = thread::spawn(move || {
            thread::sleep(GIVEN_UP);
            File::options().write(true).open(path).and_then(|file| file.set_len(1_000))
        });
        let length = source.len;
        let reply = self.upload(source, 0, length).await;
        shrinks.join().expect("no panic").expect("a file of our own");
        if reply.received().is_ok() {
            assert!(self.stub.last().1 == [PREFIX, &*content, SUFFIX].concat(), "the bytes of what was sent");
        } else {
            let what = "a file that shrinks on its way";
            assert_failure(what, &reply, FailureKind::FileChanged, Sent::Maybe, 0);
            assert_eq!(self.stub.requests(), before, "{what}: requests that were read to their end");
        }
        self.stub.set(Conduct::Answers(Certificate::Right));
    }

    async fn give_an_upload_up(&mut self) {
        println!("give an upload up in the middle");
        self.stub.set(Conduct::ReadsSlowly);
        let source = self.on_disk(&file().repeat(12));
        let (before, length) = (self.stub.requests(), source.len);
        let request = self.post(source, 0, length);
        self.driver.abandon(request, GIVEN_UP).await;
        self.assert_ended("an upload that was given up");
        assert_eq!(self.stub.requests(), before, "requests that were given up and came whole");
    }

    async fn receive(&mut self) {
        println!("receive a file");
        for sending in [WHOLE, Sending { gzip: true, ..WHOLE }] {
            let path = self.sink(b"").await;
            let reply = self.download(sending, 0, MAX).await;
            let what = if sending.gzip { "a file in gzip" } else { "a file" };
            assert_streamed(what, &reply, StatusCode::OK);
            assert_content(what, &path, &file());
        }
    }

    async fn receive_no_more_than_the_limit(&mut self) {
        println!("receive no more than the limit");
        let length = u64::try_from(file().len()).unwrap_or(u64::MAX);
        for sending in [WHOLE, Sending { gzip: true, ..WHOLE }] {
            let path = self.sink(b"").await;
            let reply = self.download(sending, 0, length).await;
            assert_streamed("a file just as long as the limit", &reply, StatusCode::OK);
            let reply = self.download(sending, 0, length - 1).await;
            let there = content(&path).len();
            let what = "a file longer than the limit";
            assert!(there < file().len(), "{what}: there are {there} bytes of it");
            assert_failure(what, &reply, FailureKind::TooLarge, Sent::Maybe, there);
        }
    }

    async fn go_on_behind_a_cut(&mut self) {
        println!("go on behind a cut");
        let path = self.sink(b"").await;
        let cut = Sending { at_most: 700_000, ..WHOLE };
        let reply = self.download(cut, 0, MAX).await;
        let what = "a reply that breaks off";
        let there = content(&path);
        assert!((1..=700_000).contains(&there.len()), "{what}: {} bytes are there", there.len());
        assert_failure(what, &reply, FailureKind::Closed, Sent::Maybe, there.len());
        assert!(file().starts_with(&there), "{what}: the bytes that are there");

        let rest = Sending { from: there.len(), ..WHOLE };
        let nothing = Sending { at_most: 0, ..rest };
        let reply = self.download(nothing, there.len(), MAX).await;
        assert_failure("a rest that breaks off at once", &reply, FailureKind::Closed, Sent::Maybe, 0);
        assert_content("a rest that breaks off at once", &path, &there);

        let some = Sending { at_most: 300_000, ..rest };
        let reply = self.download(some, there.len(), MAX).await;
        let now = content(&path);
        assert!(now.len() > there.len() && file().starts_with(&now), "a rest that breaks off: what is there");
        let what = "a rest that breaks off";
        assert_failure(what, &reply, FailureKind::Closed, Sent::Maybe, now.len());

        let rest = Sending { from: now.len(), ..WHOLE };
        let reply = self.download(rest, now.len(), MAX).await;
        assert_streamed("the rest", &reply, StatusCode::PARTIAL_CONTENT);
        assert_content("the rest", &path, &file());
    }

    async fn overwrite(&mut self) {
        println!("overwrite what lies behind");
        let mut longer = file();
        longer.truncate(THERE);
        longer.resize(file().len() + 1_000, 9);
        let path = self.sink(&longer).await;
        let reply = self.download(Sending { from: THERE, ..WHOLE }, THERE, MAX).await;
        assert_streamed("a rest over something longer", &reply, StatusCode::PARTIAL_CONTENT);
        assert_content("a rest over something longer", &path, &file());

        // A server that knows no ranges.
        let path = self.sink(&vec![9; file().len() + 1_000]).await;
        let reply = self.download(WHOLE, THERE, MAX).await;
        assert_streamed("a whole in place of a rest", &reply, StatusCode::OK);
        assert_content("a whole in place of a rest", &path, &file());
    }

    async fn collect_an_error(&mut self) {
        println!("collect an error in place of a file");
        let path = self.sink(b"a part of it").await;
        self.stub.set(Conduct::Answers(Certificate::Right));
        let reply = self.get(0, MAX).await;
        assert_eq!(reply.received(), Ok((StatusCode::OK, self.stub.reply_len())), "a text is no file");
        assert!(reply.stream().is_none(), "a text in place of a file was streamed");
        assert_content("a text in place of a file", &path, b"a part of it");
    }

    async fn write_nowhere(&mut self) {
        println!("say that a file cannot be written");
        let path = self.sink(&[9; THERE]).await;
        let reply = self.download(Sending { from: THERE + 1, ..WHOLE }, THERE + 1, MAX).await;
        let what = "a rest whose beginning is gone";
        assert_failure(what, &reply, FailureKind::FileUnwritable, Sent::Maybe, 0);
        assert_content(what, &path, &[9; THERE]);
    }

    async fn give_a_download_up(&mut self) {
        println!("give a download up in the middle");
        let path = self.sink(b"").await;
        self.stub.set(Conduct::Sends(Sending { slowly: true, ..WHOLE }));
        let request = self.request(Body::Empty, Some((0, MAX)));
        self.driver.abandon(request, GIVEN_UP).await;
        self.assert_ended("a download that was given up");
        let there = content(&path);
        thread::sleep(Duration::from_millis(100));
        assert_content("a download that was given up, a while later", &path, &there);
        assert!(file().starts_with(&there), "the bytes of a download that was given up");
    }

    /// The driver closed its connection soon after it was told to.
    fn assert_ended(&self, what: &str) {
        // What the sockets still hold is read without pauses.
        self.stub.set(Conduct::Answers(Certificate::Right));
        let start = Instant::now();
        while self.stub.is_busy() {
            assert!(start.elapsed() < AT_ONCE, "{what} still has its connection");
            thread::sleep(Duration::from_millis(10));
        }
    }

    async fn upload(&mut self, source: FileSource, offset: u64, len: u64) -> Reply {
        let request = self.post(source, offset, len);
        self.driver.exchange(request).await
    }

    fn post(&mut self, source: FileSource, offset: u64, len: u64) -> Request {
        let file = FileSlice::new(Arc::new(source), offset, len);
        let (prefix, suffix) = (Bytes::from_static(PREFIX), Bytes::from_static(SUFFIX));
        self.request(Body::Upload { prefix, file, suffix }, None)
    }

    async fn download(&mut self, sending: Sending, there: usize, max: u64) -> Reply {
        self.stub.set(Conduct::Sends(sending));
        self.get(there, max).await
    }

    async fn get(&mut self, there: usize, max: u64) -> Reply {
        let request = self.request(Body::Empty, Some((u64::try_from(there).unwrap_or(u64::MAX), max)));
        self.driver.exchange(request).await
    }

    fn request(&mut self, body: Body, stream: Option<(u64, u64)>) -> Request {
        self.next += 1;
        let (method, endpoint) = match body {
            Body::Upload { .. } => (http::Method::POST, Endpoint::UploadMedia),
            Body::Empty | Body::Bytes(_) => (http::Method::GET, Endpoint::GetMedia),
        };
        let http = http::Request::builder()
            .method(method)
            .uri("https://file.wx.qq.com/cgi-bin/mmwebwx-bin/file")
            .header(http::header::ACCEPT_ENCODING, "gzip")
            .body(body)
            .expect("a valid request");
        let mut request = Request::new(RequestId::new(self.next), endpoint, Lane::Transfer, http, 1 << 20);
        (request.connect_timeout, request.idle_timeout) = (CONNECT_TIMEOUT, IDLE_TIMEOUT);
        if let Some((there, max)) = stream {
            request.expect = Expect::streamed(OP, max).after(there);
        }
        request
    }

    /// A file to send.
    fn on_disk(&self, content: &[u8]) -> FileSource {
        let path = self.path("source");
        fs::write(&path, content).expect("room on the disk");
        let metadata = fs::metadata(&path).expect("it is there");
        let modified = metadata.modified().expect("a system that knows the time of a change");
        let since_epoch = modified.duration_since(SystemTime::UNIX_EPOCH).expect("a clock that is set");
        let locator = path.to_str().expect("a folder named in Unicode");
        // No driver looks at it.
        let md5 = Md5::from_bytes([0; 16]);
        let mut source = FileSource::new(locator, metadata.len(), md5);
        source.modified = u64::try_from(since_epoch.as_millis()).ok().map(Timestamp::from_millis);
        source
    }

    /// A file to receive into.
    async fn sink(&mut self, content: &[u8]) -> PathBuf {
        let path = self.path("sink");
        fs::write(&path, content).expect("room on the disk");
        self.driver.sink(OP, &path).await;
        path
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn assert_streamed(what: &str, reply: &Reply, status: StatusCode) {
    let length = u64::try_from(file().len()).unwrap_or(u64::MAX);
    assert_eq!(reply.received(), Ok((status, length)), "{what}: the end of the exchange");
    let Some(Streamed { start, .. }) = reply.stream() else { panic!("{what} was not streamed") };
    assert!(
        start.len() >= Streamed::START && file().starts_with(start),
        "{what}: the first bytes of the whole, {} of them",
        start.len()
    );
}

fn assert_failure(what: &str, reply: &Reply, kind: FailureKind, sent: Sent, there: usize) {
    let received = u64::try_from(there).unwrap_or(u64::MAX);
    assert_eq!(reply.received(), Err(Failure { kind, sent, received }), "{what}");
}

fn content(path: &PathBuf) -> Vec<u8> {
    fs::read(path).expect("it is there")
}

fn assert_content(what: &str, path: &PathBuf, expected: &[u8]) {
    let there = content(path);
    let right = there.iter().zip(expected).take_while(|(there, expected)| there == expected).count();
    assert!(
        there == expected,
        "{what}: {} bytes are there in place of {}, the first {right} of them right",
        there.len(),
        expected.len()
    );
}

const MAX: u64 = 10 << 20;
