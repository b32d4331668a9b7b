//! A file takes no more memory the longer it is. Allocations are counted for the thread that runs the exchange.

use std::{
    fs::File,
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::Arc,
    thread,
};

use allocation_counter::measure;
use bytes::Bytes;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use wx_proto::{Body, Endpoint, Expect, FileSlice, FileSource, Lane, Md5, OpId, Reply, Request, RequestId};
use wx_testkit::listener::Ca;

use super::{Files, exchange};
use crate::{Net, NetOptions, Sinks, net::Connection};

const OP: OpId = OpId::new(1);
const MIB: u64 = 1 << 20;

/// Answers each request with as many bytes as its path says.
fn serve(config: ServerConfig) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let config = Arc::new(config);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let tls = ServerConnection::new(config.clone()).unwrap();
            // However it ends, the other end says so.
            let _ = answer(&mut StreamOwned::new(tls, stream));
        }
    });
    address
}

fn answer(stream: &mut StreamOwned<ServerConnection, TcpStream>) -> io::Result<()> {
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte)?;
            head.extend(byte);
        }
        let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: u64 = length.map_or(0, |length| length.parse().unwrap());
        assert_eq!(io::copy(&mut stream.take(length), &mut io::sink())?, length);
        let wanted: u64 = head.split(['/', ' ']).nth(2).unwrap().parse().unwrap();
        write!(stream, "HTTP/1.1 200 OK\r\ncontent-type: video/mp4\r\ncontent-length: {wanted}\r\n\r\n")?;
        io::copy(&mut io::repeat(7).take(wanted), stream)?;
        stream.flush()?;
    }
}

struct Setup {
    connection: Connection,
    files: Files,
}

impl Setup {
    fn new() -> Self {
        let ca = Ca::generate().unwrap();
        let mut ca_file = tempfile::NamedTempFile::new().unwrap();
        ca_file.write_all(ca.cert_pem.as_bytes()).unwrap();
        let connect_to = Some(serve(ca.server_config(&[]).unwrap()));
        let ca_file = Some(ca_file.path().to_owned());
        let net = Net::new(&NetOptions { proxy: None, ca_file, connect_to }).unwrap();
        let files = Files { sinks: Sinks::default(), tell: Arc::new(|_, _| {}) };
        Self { connection: Connection::new(&net), files }
    }

    /// The most bytes that the exchange held at once.
    fn most(&self, request: &Request) -> u64 {
        self.connection.progress.begin(request);
        let mut reply = None;
        let info = measure(|| reply = Some(exchange(&self.connection, &self.files, request)));
        assert!(reply.as_ref().map(Reply::received).is_some_and(|received| received.is_ok()), "{reply:?}");
        info.bytes_max
    }
}

fn request(http: http::Request<Body>) -> Request {
    Request::new(RequestId::new(1), Endpoint::GetMedia, Lane::Transfer, http, MIB)
}

/// Less than this for any file: ureq's buffers, those of TLS, and one of our own.
const ENOUGH: u64 = MIB;

#[test]
fn a_long_upload_takes_no_more_than_a_short_one() {
    let setup = Setup::new();
    let most = [MIB, 256 * MIB].map(|len| {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(len).unwrap();
        let locator = file.path().to_str().unwrap();
        let source = Arc::new(FileSource::new(locator, len, Md5::from_bytes([0; 16])));
        let body = Body::Upload {
            prefix: Bytes::from_static(b"before"),
            file: FileSlice::new(source, 0, len),
            suffix: Bytes::from_static(b"after"),
        };
        setup.most(&request(http::Request::post("https://file.wx.qq.com/1").body(body).unwrap()))
    });
    println!("bytes at most, for 1 MiB and 256 MiB up: {most:?}");
    assert!(most.iter().all(|most| *most < ENOUGH), "{most:?}");
}

#[test]
fn a_long_download_takes_no_more_than_a_short_one() {
    let setup = Setup::new();
    let most = [MIB, 256 * MIB].map(|len| {
        let path = tempfile::NamedTempFile::new().unwrap();
        setup.files.sinks.insert(OP, File::options().read(true).write(true).open(path.path()).unwrap());
        let http = http::Request::get(format!("https://file.wx.qq.com/{len}")).body(Body::Empty).unwrap();
        let mut request = request(http);
        request.expect = Expect::streamed(OP, len);
        let most = setup.most(&request);
        assert_eq!(path.as_file().metadata().unwrap().len(), len);
        most
    });
    println!("bytes at most, for 1 MiB and 256 MiB down: {most:?}");
    assert!(most.iter().all(|most| *most < ENOUGH), "{most:?}");
}
