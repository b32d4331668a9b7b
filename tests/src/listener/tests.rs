//! What the service and a plain client see.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{Request, Response};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};

use super::*;

/// Echoes the URI; holds `/hold` until told; panics at `/panic`.
#[derive(Default)]
struct Echo {
    held: Option<HoldId>,
    due: bool,
    abandoned: bool,
}

impl Service for Echo {
    fn handle(&mut self, _: Timestamp, request: Request<Bytes>) -> Answer {
        match request.uri().path() {
            "/panic" => panic!("as asked"),
            "/hold" => {
                self.held = Some(HoldId(7));
                Answer::Held(HoldId(7))
            }
            "/zeros" => Answer::Now(Response::new(vec![b'0'; 100_000].into())),
            _ => Answer::Now(Response::new(request.uri().to_string().into())),
        }
    }

    fn poll(&mut self, _: Timestamp) -> Option<(HoldId, Response<Bytes>)> {
        let id = self.held.take_if(|_| self.due)?;
        Some((id, Response::new(Bytes::from_static(b"held"))))
    }

    fn deadline(&self) -> Option<Timestamp> {
        None
    }

    fn abandon(&mut self, id: HoldId) {
        assert_eq!(self.held.take(), Some(id));
        self.abandoned = true;
    }
}

type Client = StreamOwned<ClientConnection, TcpStream>;

fn connect(listener: &Listener<Echo>, name: &'static str) -> Client {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(listener.ca_pem().as_bytes()).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connection = ClientConnection::new(Arc::new(config), ServerName::try_from(name).unwrap()).unwrap();
    StreamOwned::new(connection, TcpStream::connect(listener.address()).unwrap())
}

/// Writes `request` and reads until the connection ends.
fn exchange(listener: &Listener<Echo>, request: &str) -> String {
    let mut client = connect(listener, "wx2.qq.com");
    client.write_all(request.as_bytes()).unwrap();
    let mut reply = Vec::new();
    // An end without a TLS close is an error, after what came before it.
    let _ = client.read_to_end(&mut reply);
    String::from_utf8(reply).unwrap()
}

fn start() -> Listener<Echo> {
    Listener::start(Echo::default(), ListenerOptions::default()).unwrap()
}

#[test]
fn the_uri_is_absolute_and_without_the_loopback_port() {
    let listener = start();
    for (request, uri) in [
        (
            "GET /a?b=%40c HTTP/1.1\r\nhost: wx.qq.com\r\nconnection: close\r\n\r\n",
            "https://wx.qq.com/a?b=%40c",
        ),
        ("GET / HTTP/1.1\r\nHost: wx8.qq.com:8443\r\nConnection: close\r\n\r\n", "https://wx8.qq.com/"),
        ("GET /x HTTP/1.0\r\n\r\n", "https://wx2.qq.com/x"),
    ] {
        let reply = exchange(&listener, request);
        assert!(reply.starts_with("HTTP/1.") && reply.contains(" 200 OK\r\n"), "{reply}");
        assert_eq!(reply.rsplit_once("\r\n\r\n").unwrap().1, uri);
    }
    let reply = exchange(&listener, "GET / HTTP/1.1\r\nhost: a b\r\nconnection: close\r\n\r\n");
    assert!(reply.starts_with("HTTP/1.1 400 "), "{reply}");
}

#[test]
fn gzip_goes_only_to_those_who_accept_it() {
    let listener = start();
    let get = |headers: &str| {
        let mut client = connect(&listener, "wx2.qq.com");
        write!(client, "GET /zeros HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{headers}\r\n").unwrap();
        let mut reply = Vec::new();
        let _ = client.read_to_end(&mut reply);
        reply.len()
    };
    assert!(get("") > 100_000);
    assert!(get("accept-encoding: br\r\n") > 100_000);
    assert!(get("accept-encoding: deflate, gzip;q=0.5\r\n") < 5_000);
}

#[test]
fn a_client_that_goes_away_is_reported() {
    let listener = start();
    let mut client = connect(&listener, "webpush.wx.qq.com");
    client.write_all(b"GET /hold HTTP/1.1\r\nhost: a\r\n\r\n").unwrap();
    eventually(|| listener.with(|echo, _| echo.held.is_some()));
    drop(client);
    eventually(|| listener.with(|echo, _| echo.abandoned));
}

#[test]
fn a_change_from_outside_answers_a_held_request_at_once() {
    let listener = start();
    let mut client = connect(&listener, "webpush.wx.qq.com");
    client.write_all(b"GET /hold HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
    eventually(|| listener.with(|echo, _| echo.held.is_some()));
    listener.with(|echo, _| echo.due = true);
    let mut reply = String::new();
    let _ = client.read_to_string(&mut reply);
    assert!(reply.ends_with("\r\n\r\nheld"), "{reply}");
    assert!(!listener.with(|echo, _| echo.abandoned));
}

#[test]
fn a_panic_of_the_service_costs_one_connection() {
    let listener = start();
    assert_eq!(exchange(&listener, "GET /panic HTTP/1.1\r\nhost: a\r\n\r\n"), "");
    assert!(exchange(&listener, "GET / HTTP/1.0\r\n\r\n").contains("https://wx2.qq.com/"));
}

#[test]
fn a_request_that_is_too_large_is_refused() {
    let listener = start();
    let reply = exchange(
        &listener,
        "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 99999999999\r\nconnection: close\r\n\r\n",
    );
    assert!(reply.starts_with("HTTP/1.1 413 "), "{reply}");
}

#[test]
fn stopping_frees_the_port_and_ends_connections() {
    let listener = start();
    let mut client = connect(&listener, "webpush.wx.qq.com");
    client.write_all(b"GET /hold HTTP/1.1\r\nhost: a\r\n\r\n").unwrap();
    let port = listener.port();
    eventually(|| listener.with(|echo, _| echo.held.is_some()));
    listener.stop();
    let _ = client.read_to_end(&mut Vec::new());
    let again = ListenerOptions { port, ..ListenerOptions::default() };
    assert_eq!(Listener::start(Echo::default(), again).unwrap().port(), port);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let options = ListenerOptions { port: taken.local_addr().unwrap().port(), ..ListenerOptions::default() };
    assert!(Listener::start(Echo::default(), options).is_err());
}

fn eventually(mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(5), "it never happened");
        thread::sleep(Duration::from_millis(5));
    }
}
