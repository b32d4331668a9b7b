//! What the server got is what is on the disk.

use std::{
    fs::{self, File},
    sync::Arc,
    thread,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::StatusCode;
use wx_proto::{Body, FailureKind, FileSlice, FileSource, Md5, Reply, Request, Sent, Timestamp};

use super::{
    super::{
        AsyncDriver,
        sending::file,
        stub::{Certificate, Conduct},
    },
    Files, GIVEN_UP, assert_failure,
};

const CHUNK: u64 = 512 * 1024;
const PREFIX: &[u8] = b"--boundary\r\n\r\n";
const SUFFIX: &[u8] = b"\r\n--boundary--\r\n";

impl<D: AsyncDriver> Files<D> {
    pub(super) async fn send_chunks(&mut self) {
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

    pub(super) async fn send_nothing_of_a_changed_file(&mut self) {
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
    pub(super) async fn send_no_file_that_changes_on_its_way(&mut self) {
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

    pub(super) async fn give_an_upload_up(&mut self) {
        println!("give an upload up in the middle");
        self.stub.set(Conduct::ReadsSlowly);
        let source = self.on_disk(&file().repeat(12));
        let (before, length) = (self.stub.requests(), source.len);
        let request = self.post(source, 0, length);
        self.driver.abandon(request, GIVEN_UP).await;
        self.assert_ended("an upload that was given up");
        assert_eq!(self.stub.requests(), before, "requests that were given up and came whole");
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
}
