//! Files both ways: what the server got is what is on the disk, what is on the disk is what the server sent.

mod downloads;
mod uploads;

use std::{
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;
use wx_proto::{Body, Endpoint, Expect, Failure, FailureKind, Lane, OpId, Reply, Request, RequestId, Sent};

use super::{
    AsyncDriver,
    exchange::CONNECT_TIMEOUT,
    stub::{Certificate, Conduct, Stub},
};

const OP: OpId = OpId::new(7);
const IDLE_TIMEOUT: Duration = Duration::from_secs(2);
/// When an exchange is given up, and when its connection must have ended.
const GIVEN_UP: Duration = Duration::from_millis(300);
const AT_ONCE: Duration = Duration::from_secs(1);

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

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn assert_failure(what: &str, reply: &Reply, kind: FailureKind, sent: Sent, there: usize) {
    let received = u64::try_from(there).unwrap_or(u64::MAX);
    assert_eq!(reply.received(), Err(Failure { kind, sent, received }), "{what}");
}
