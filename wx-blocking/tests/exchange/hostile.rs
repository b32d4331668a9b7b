//! Servers that never come to an end: each exchange ends by its limit or its time, having taken no more than that.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use rustls::{ServerConfig, ServerConnection, Stream};
use wx_blocking::NetOptions;
use wx_testkit::listener::Ca;

use crate::support::{self, Setup, get};

/// Writes `begin` and then `piece` for ever, with a pause between two.
struct Endless {
    begin: &'static [u8],
    piece: Vec<u8>,
    pause: Duration,
}

impl Endless {
    fn new(begin: &'static str, piece: &[u8]) -> Self {
        Self { begin: begin.as_bytes(), piece: piece.to_vec(), pause: Duration::ZERO }
    }
}

/// A server behind TLS that answers each connection so.
fn serve(endless: Endless) -> (SocketAddr, Ca) {
    let ca = Ca::generate().unwrap();
    let config = Arc::new(ca.server_config(&[]).unwrap());
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    thread::spawn(move || {
        for stream in server.incoming().flatten() {
            // Ends when the client closes.
            let _ = answer(stream, &config, &endless);
        }
    });
    (address, ca)
}

fn answer(mut stream: std::net::TcpStream, config: &Arc<ServerConfig>, endless: &Endless) -> io::Result<()> {
    let mut tls = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
    let mut stream = Stream::new(&mut tls, &mut stream);
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        request.extend(byte);
    }
    stream.write_all(endless.begin)?;
    loop {
        stream.write_all(&endless.piece)?;
        stream.flush()?;
        thread::sleep(endless.pause);
    }
}

#[test]
fn what_never_ends_is_ended() {
    let head = "HTTP/1.1 200 OK\r\n";
    let zeros = vec![b'0'; 16 << 10];
    let chunk = [b"4000\r\n".as_slice(), &zeros, b"\r\n"].concat();
    let slow =
        |begin, piece: &[u8]| Endless { pause: Duration::from_millis(30), ..Endless::new(begin, piece) };
    for (what, endless, kind) in [
        ("a body", Endless::new("HTTP/1.1 200 OK\r\n\r\n", &zeros), "TooLarge"),
        ("chunks", Endless::new("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", &chunk), "TooLarge"),
        (
            "a chunk's extension",
            Endless::new("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"xxxxxxxx"),
            "",
        ),
        (
            "a huge length",
            Endless::new("HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n", &zeros),
            "",
        ),
        ("headers", Endless::new(head, b"X-Flood: x\r\n"), ""),
        ("cookies", Endless::new(head, b"Set-Cookie: a=b; Path=/\r\n"), ""),
        ("one header", Endless::new("HTTP/1.1 200 OK\r\nX-Flood: ", b"xxxxxxxxxxxxxxxx"), ""),
        ("a status line", Endless::new("HTTP/1.1 200 ", b"OK OK OK OK OK "), ""),
        ("1xx", Endless::new("", b"HTTP/1.1 100 Continue\r\n\r\n"), ""),
        (
            "trailers",
            Endless::new("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X-Flood: x\r\n"),
            "",
        ),
        ("a slow body", slow("HTTP/1.1 200 OK\r\n\r\n", b"x"), "Timeout"),
        ("slow headers", slow(head, b"X-Flood: x\r\n"), ""),
    ] {
        let (address, ca) = serve(endless);
        let ca_file = support::ca_file(&ca);
        let mut options = NetOptions::default();
        options.ca_file = Some(ca_file.path().to_owned());
        let setup = Setup::to(address, options);
        let mut request = get("https://wx.qq.com/");
        request.total_timeout = Some(Duration::from_secs(2));
        let started = Instant::now();
        let outcome = setup.run(request);
        assert!(started.elapsed() < Duration::from_secs(8), "{what}: {:?}", started.elapsed());
        assert!(outcome.starts_with("Err(Failure { kind: ") && outcome.contains(kind), "{what}: {outcome}");
    }
}
