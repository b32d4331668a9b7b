//! What is on the disk is what the server sent.

use std::{fs, path::PathBuf, thread, time::Duration};

use http::StatusCode;
use wx_proto::{Body, FailureKind, Reply, Sent, Streamed};

use super::{
    super::{
        AsyncDriver,
        sending::{Sending, WHOLE, file},
        stub::{Certificate, Conduct},
    },
    Files, GIVEN_UP, OP, assert_failure,
};

/// Bytes that are there from a try before.
const THERE: usize = 100_001;
const MAX: u64 = 10 << 20;

impl<D: AsyncDriver> Files<D> {
    pub(super) async fn receive(&mut self) {
        println!("receive a file");
        for sending in [WHOLE, Sending { gzip: true, ..WHOLE }] {
            let path = self.sink(b"").await;
            let reply = self.download(sending, 0, MAX).await;
            let what = if sending.gzip { "a file in gzip" } else { "a file" };
            assert_streamed(what, &reply, StatusCode::OK);
            assert_content(what, &path, &file());
        }
    }

    pub(super) async fn receive_no_more_than_the_limit(&mut self) {
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

    pub(super) async fn go_on_behind_a_cut(&mut self) {
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

    pub(super) async fn overwrite(&mut self) {
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

    pub(super) async fn collect_an_error(&mut self) {
        println!("collect an error in place of a file");
        let path = self.sink(b"a part of it").await;
        self.stub.set(Conduct::Answers(Certificate::Right));
        let reply = self.get(0, MAX).await;
        assert_eq!(reply.received(), Ok((StatusCode::OK, self.stub.reply_len())), "a text is no file");
        assert!(reply.stream().is_none(), "a text in place of a file was streamed");
        assert_content("a text in place of a file", &path, b"a part of it");
    }

    pub(super) async fn write_nowhere(&mut self) {
        println!("say that a file cannot be written");
        let path = self.sink(&[9; THERE]).await;
        let reply = self.download(Sending { from: THERE + 1, ..WHOLE }, THERE + 1, MAX).await;
        let what = "a rest whose beginning is gone";
        assert_failure(what, &reply, FailureKind::FileUnwritable, Sent::Maybe, 0);
        assert_content(what, &path, &[9; THERE]);
    }

    pub(super) async fn give_a_download_up(&mut self) {
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

    async fn download(&mut self, sending: Sending, there: usize, max: u64) -> Reply {
        self.stub.set(Conduct::Sends(sending));
        self.get(there, max).await
    }

    async fn get(&mut self, there: usize, max: u64) -> Reply {
        let request = self.request(Body::Empty, Some((u64::try_from(there).unwrap_or(u64::MAX), max)));
        self.driver.exchange(request).await
    }

    /// A file to receive into.
    async fn sink(&mut self, content: &[u8]) -> PathBuf {
        let path = self.path("sink");
        fs::write(&path, content).expect("room on the disk");
        self.driver.sink(OP, &path).await;
        path
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
