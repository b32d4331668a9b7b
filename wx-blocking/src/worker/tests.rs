//! Who runs a request: the worker's thread or the caller.

use std::{
    io::Write,
    net::{SocketAddr, TcpListener},
    sync::mpsc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use wx_proto::{Body, Endpoint, Timestamp};
use wx_testkit::listener::{Answer, HoldId, Listener, ListenerOptions, Service};

use super::*;
use crate::NetOptions;

struct Echo;

impl Service for Echo {
    fn handle(&mut self, _: Timestamp, request: http::Request<Bytes>) -> Answer {
        Answer::Now(http::Response::new(request.into_body()))
    }

    fn poll(&mut self, _: Timestamp) -> Option<(HoldId, http::Response<Bytes>)> {
        None
    }

    fn deadline(&self) -> Option<Timestamp> {
        None
    }

    fn abandon(&mut self, _: HoldId) {}
}

fn worker(address: SocketAddr, ca_pem: &str) -> (Worker, mpsc::Receiver<Reply>) {
    let mut ca_file = tempfile::NamedTempFile::new().unwrap();
    ca_file.write_all(ca_pem.as_bytes()).unwrap();
    let ca_file = Some(ca_file.path().to_owned());
    let net = Net::new(&NetOptions { proxy: None, ca_file, connect_to: Some(address) }).unwrap();
    let (replies, received) = mpsc::channel();
    (Worker::new(Lane::Send, net, move |reply| replies.send(reply).unwrap()), received)
}

fn request(id: u64) -> Request {
    let http = http::Request::post("https://wx.qq.com/").body(Body::Bytes("text".into())).unwrap();
    Request::new(RequestId::new(id), Endpoint::SendMsg, Lane::Send, http, 1024)
}

#[test]
fn a_caller_runs_what_goes_over_a_connection_that_stands() {
    let listener = Listener::start(Echo, ListenerOptions::default()).unwrap();
    let (worker, replies) = worker(listener.address(), listener.ca_pem());
    // The thread makes the connection.
    assert!(worker.start_or_lend(request(1)).unwrap().run().is_none());
    replies.recv_timeout(Duration::from_secs(5)).unwrap();
    assert!(!worker.is_busy());
    assert!(worker.start_or_lend(request(2)).unwrap().run().is_some());

    // One at a time, whoever runs it.
    let turn = worker.start_or_lend(request(3)).unwrap();
    assert!(worker.start_or_lend(request(4)).is_none());
    assert!(replies.recv_timeout(Duration::from_millis(50)).is_err());
    assert!(turn.run().is_some());
    replies.recv_timeout(Duration::from_secs(5)).unwrap();
    assert_eq!(listener.connections(), 1);

    // Given up in between: its reply came already, and another request is not disturbed.
    let turn = worker.start_or_lend(request(5)).unwrap();
    assert!(worker.abort(RequestId::new(5)));
    worker.start(request(6));
    assert!(turn.run().is_none());
    for _ in 0..2 {
        replies.recv_timeout(Duration::from_secs(5)).unwrap();
    }
    assert!(replies.try_recv().is_err());
}

#[test]
fn a_caller_never_waits_for_a_connection() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let ca = Listener::start(Echo, ListenerOptions::default()).unwrap();
    let (worker, replies) = worker(silent.local_addr().unwrap(), ca.ca_pem());
    let start = Instant::now();
    assert!(worker.start_or_lend(request(1)).unwrap().run().is_none());
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    assert!(worker.abort(RequestId::new(1)));
    replies.recv_timeout(Duration::from_secs(1)).unwrap();
}

#[test]
fn a_dropped_connection_is_not_used_again_and_disturbs_no_exchange() {
    let listener = Listener::start(Echo, ListenerOptions::default()).unwrap();
    let (worker, replies) = worker(listener.address(), listener.ca_pem());
    let run = |id: u64| {
        worker.start(request(id));
        replies.recv_timeout(Duration::from_secs(5)).unwrap();
    };
    run(1);
    run(2);
    assert_eq!(listener.connections(), 1);
    worker.drop_idle();
    run(3);
    assert_eq!(listener.connections(), 2);

    // One that is under way goes on over the connection it has.
    let turn = worker.start_or_lend(request(4)).unwrap();
    worker.drop_idle();
    assert!(turn.run().is_some());
    assert_eq!(listener.connections(), 2);
    run(5);
    assert_eq!(listener.connections(), 3);
}
