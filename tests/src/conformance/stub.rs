//! A server that behaves as no server should: wrong certificates, and silence at every point of an exchange. And one that sends
//! and takes files.

use std::{
    io::{self, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::{Target, sending::Sending};
use crate::listener::Ca;

/// What is done with a connection.
#[derive(Clone, Copy, Debug)]
pub(super) enum Conduct {
    /// Each request is answered.
    Answers(Certificate),
    /// The connection is closed once a request is read.
    Closes,
    /// No TLS.
    SilentOnceAccepted,
    /// Nothing is read that follows TLS.
    SilentOnceSecured,
    /// A request is read and not answered.
    SilentOnceAsked,
    /// The head of the answer is all.
    SilentAfterHead,
    /// Half of the body is all.
    SilentInBody,
    /// The body comes byte by byte.
    Trickles,
    /// Each request is answered with a file, or a part of it.
    Sends(Sending),
    /// A request is read piece by piece, with pauses.
    ReadsSlowly,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Certificate {
    Right,
    OtherName,
    UnknownCa,
}

/// A running server; it stops when dropped.
pub(super) struct Stub {
    shared: Arc<Shared>,
    target: Target,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    right: Arc<ServerConfig>,
    other_name: Arc<ServerConfig>,
    unknown_ca: Arc<ServerConfig>,
    conduct: Mutex<Conduct>,
    requests: AtomicU64,
    /// Head and body of the last request.
    last: Mutex<(String, Vec<u8>)>,
    /// Requests whose head was read, and that are neither answered nor broken off.
    open: AtomicU64,
    stopped: AtomicBool,
}

impl Stub {
    /// A server that answers, until it is told something else.
    pub(super) fn start() -> Self {
        let [ca, unknown] = [(); 2].map(|()| Ca::generate().expect("a key for the CA"));
        let config = |made: Result<ServerConfig, _>| Arc::new(made.expect("a certificate"));
        let shared = Arc::new(Shared {
            right: config(ca.server_config(&[])),
            other_name: config(ca.server_config_for(vec!["localhost".to_owned()])),
            unknown_ca: config(unknown.server_config(&[])),
            conduct: Mutex::new(Conduct::Answers(Certificate::Right)),
            requests: AtomicU64::new(0),
            last: Mutex::default(),
            open: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
        });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("it has an address");
        let serving = shared.clone();
        let thread = thread::spawn(move || serve(&listener, &serving));
        Self { shared, target: Target { address, ca_pem: ca.cert_pem }, thread: Some(thread) }
    }

    pub(super) fn target(&self) -> Target {
        self.target.clone()
    }

    /// What is done with connections from here on.
    pub(super) fn set(&self, conduct: Conduct) {
        *self.shared.conduct.lock().unwrap_or_else(PoisonError::into_inner) = conduct;
    }

    /// How many requests were read to their end.
    pub(super) fn requests(&self) -> u64 {
        self.shared.requests.load(SeqCst)
    }

    /// Head, in lower case, and body of the last request that was read to its end.
    pub(super) fn last(&self) -> (String, Vec<u8>) {
        self.shared.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// True while a request is read or answered.
    pub(super) fn is_busy(&self) -> bool {
        self.shared.open.load(SeqCst) > 0
    }

    /// The length of every answer's body.
    pub(super) const fn reply_len(&self) -> u64 {
        BODY.len() as u64
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.shared.stopped.store(true, SeqCst);
        // Wakes the thread that accepts.
        let _ = TcpStream::connect::<SocketAddr>(self.target.address);
        // A panic of the thread was already printed.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn serve(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.stopped.load(SeqCst) {
            return;
        }
        let shared = shared.clone();
        // However the connection ends, there is nobody to tell.
        let _ = stream.map(|stream| thread::spawn(move || shared.connection(stream)));
    }
}

impl Shared {
    fn conduct(&self) -> Conduct {
        *self.conduct.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connection(&self, mut tcp: TcpStream) -> io::Result<()> {
        tcp.set_nodelay(true)?;
        let config = match self.conduct() {
            Conduct::SilentOnceAccepted => return silence(&mut tcp),
            Conduct::Answers(Certificate::OtherName) => &self.other_name,
            Conduct::Answers(Certificate::UnknownCa) => &self.unknown_ca,
            Conduct::Answers(Certificate::Right)
            | Conduct::Closes
            | Conduct::SilentOnceSecured
            | Conduct::SilentOnceAsked
            | Conduct::SilentAfterHead
            | Conduct::SilentInBody
            | Conduct::Trickles
            | Conduct::Sends(_)
            | Conduct::ReadsSlowly => &self.right,
        };
        tcp.set_read_timeout(Some(SILENCE))?;
        let mut tls = ServerConnection::new(config.clone()).map_err(io::Error::other)?;
        while tls.is_handshaking() {
            tls.complete_io(&mut tcp)?;
        }
        // A connection may have been kept from the last exchange: what counts is how it is when a request comes.
        if let Conduct::SilentOnceSecured = self.conduct() {
            return silence(&mut tcp);
        }
        let mut stream = StreamOwned::new(tls, tcp);
        loop {
            let head = read_head(&mut stream)?;
            self.open.fetch_add(1, SeqCst);
            let answered = self.answer(&mut stream, head);
            self.open.fetch_sub(1, SeqCst);
            if !answered? {
                return Ok(());
            }
        }
    }

    /// False if the connection is to end.
    fn answer(&self, stream: &mut Stream, head: String) -> io::Result<bool> {
        let body = self.read_body(stream, &head)?;
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = (head, body);
        self.requests.fetch_add(1, SeqCst);
        match self.conduct() {
            Conduct::Answers(_) | Conduct::ReadsSlowly => {
                stream.write_all(HEAD)?;
                stream.write_all(BODY)?;
                stream.flush()?;
            }
            Conduct::Sends(sending) => sending.send(stream)?,
            Conduct::Closes => return Ok(false),
            Conduct::SilentOnceAccepted | Conduct::SilentOnceSecured | Conduct::SilentOnceAsked => {
                silence(&mut stream.sock)?;
                return Ok(false);
            }
            Conduct::SilentAfterHead => {
                stream.write_all(HEAD)?;
                stream.flush()?;
                silence(&mut stream.sock)?;
                return Ok(false);
            }
            Conduct::SilentInBody => {
                stream.write_all(HEAD)?;
                stream.write_all(BODY.get(..BODY.len() / 2).unwrap_or_default())?;
                stream.flush()?;
                silence(&mut stream.sock)?;
                return Ok(false);
            }
            Conduct::Trickles => {
                stream.write_all(HEAD)?;
                for byte in BODY {
                    stream.write_all(&[*byte])?;
                    stream.flush()?;
                    thread::sleep(PAUSE);
                }
            }
        }
        Ok(true)
    }

    /// Reads a request's body to its end.
    fn read_body(&self, stream: &mut impl Read, head: &str) -> io::Result<Vec<u8>> {
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let mut left: usize = length.and_then(|length| length.trim().parse().ok()).unwrap_or(0);
        let (mut body, mut piece) = (Vec::new(), [0; 16 * 1024]);
        while left > 0 {
            let most = left.min(piece.len());
            let piece = piece.get_mut(..most).unwrap_or_default();
            stream.read_exact(piece)?;
            body.extend_from_slice(piece);
            left -= most;
            if let Conduct::ReadsSlowly = self.conduct() {
                thread::sleep(READ_PAUSE);
            }
        }
        Ok(body)
    }
}

/// Says nothing until the driver goes away, and no longer than [`SILENCE`]: a driver without timeouts has to be noticed.
fn silence(tcp: &mut TcpStream) -> io::Result<()> {
    let until = Instant::now() + SILENCE;
    let mut ignored = [0; 1024];
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        tcp.set_read_timeout(Some(left))?;
        if tcp.read(&mut ignored)? == 0 {
            return Ok(());
        }
    }
}

/// Reads the head of a request, in lower case.
fn read_head(stream: &mut impl Read) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.extend(byte);
    }
    Ok(String::from_utf8_lossy(&head).to_ascii_lowercase())
}

type Stream = StreamOwned<ServerConnection, TcpStream>;

/// Longer than any timeout that the script gives to a request that meets silence.
const SILENCE: Duration = Duration::from_secs(4);
/// Between the bytes of a body that trickles: all of them take as long as a silence.
const PAUSE: Duration = SILENCE.checked_div(60).expect("not zero");
/// Between the pieces of a body that is read slowly.
const READ_PAUSE: Duration = Duration::from_millis(2);
const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 60\r\n\r\n";
const BODY: &[u8; 60] = b"sixty bytes that a server may send at once or one after one.";
