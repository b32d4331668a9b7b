//! Through TLS on loopback.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{Request, Response, header::HeaderValue};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use wx_proto::{Endpoint, Timestamp};
use wx_testkit::{
    content::{FileContent, FileForm},
    listener::{Listener, ListenerOptions},
    server::{Fault, FaultKind, FileKind, PhoneFile, Server},
};

use super::raw::{Carrier, Raw, server};

/// One connection a request.
struct Wire {
    listener: Listener<Server>,
    tls: Arc<ClientConfig>,
    /// The body of the last reply was shorter than its head promised.
    broken: bool,
}

impl Wire {
    fn new(server: Server) -> Self {
        let listener = Listener::start(server, ListenerOptions::default()).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(listener.ca_pem().as_bytes()).unwrap()).unwrap();
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self { listener, tls: Arc::new(tls), broken: false }
    }
}

impl Carrier for Wire {
    fn exchange(&mut self, request: Request<Bytes>) -> Response<Bytes> {
        let (head, body) = request.into_parts();
        let host = head.uri.host().unwrap().to_owned();
        let connection =
            ClientConnection::new(self.tls.clone(), ServerName::try_from(host.clone()).unwrap()).unwrap();
        let mut stream = StreamOwned::new(connection, TcpStream::connect(self.listener.address()).unwrap());
        let path = head.uri.path_and_query().unwrap();
        let mut text = format!("{} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n", head.method);
        text += &format!("Content-Length: {}\r\n", body.len());
        for (name, value) in &head.headers {
            text += &format!("{name}: {}\r\n", value.to_str().unwrap());
        }
        stream.write_all(format!("{text}\r\n").as_bytes()).unwrap();
        stream.write_all(&body).unwrap();
        let mut reader = BufReader::new(stream);
        let mut reply = Response::builder();
        let mut length = 0;
        for number in 0.. {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            let line = line.trim_end();
            match line.split_once(": ") {
                _ if number == 0 => reply = reply.status(line.split(' ').nth(1).unwrap()),
                Some((name, value)) => {
                    if name.eq_ignore_ascii_case("content-length") {
                        length = value.parse().unwrap();
                    }
                    reply = reply.header(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
                }
                None => break,
            }
        }
        let mut body = Vec::new();
        // An end without a TLS close is an error, after what came before it.
        let _ = reader.take(length).read_to_end(&mut body);
        self.broken = body.len() as u64 != length;
        reply.body(body.into()).unwrap()
    }

    fn with<R>(&mut self, change: impl FnOnce(&mut Server, Timestamp) -> R) -> R {
        self.listener.with(change)
    }
}

#[test]
fn forty_megabytes_up_in_chunks() {
    let mut client = Raw::log_in(Wire::new(server(|config| config.kept_bytes = 1 << 20)));
    let content = FileContent::pattern(FileForm::Plain, 4, 40_000_000);
    let media_id = client.upload("big.bin", &content);
    assert_eq!(media_id.len(), 176);
    assert_eq!(client.send_file("big.bin", 40_000_000, &media_id)["BaseResponse"]["Ret"], 0);
    client.carrier.with(|server, _| {
        let file = server.record().sent()[0].file.as_ref().unwrap();
        assert_eq!((file.len, file.md5), (40_000_000, Some(content.md5())));
        assert!(server.uploads()[0].bytes().is_none(), "it is more than is kept");
        assert_eq!(server.record().complaints(), [""; 0]);
    });
}

#[test]
fn a_film_down_in_one_piece_in_parts_and_broken() {
    let mut client = Raw::log_in(Wire::new(server(|_| {})));
    let content = FileContent::pattern(FileForm::Mp4, 4, 30_000_000);
    let file = PhoneFile { kind: FileKind::Video, name: String::new(), content: content.clone() };
    let id = client.carrier.with(|server, now| server.phone(now).send_file("明哥", None, file)).unwrap();
    let skey = client.skey.clone();
    let address = format!("https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxgetvideo?msgid={id}&skey={skey}");
    let whole = client.get(&address, Some("bytes=0-"));
    assert_eq!(
        (whole.status().as_u16(), whole.headers()["content-length"].as_bytes()),
        (206, &b"30000000"[..])
    );
    assert_eq!(FileContent::from(whole.into_body()).md5(), content.md5());

    let fault = |kind| Fault::new(kind).on(Endpoint::GetVideo);
    client.carrier.with(|server, _| server.add_fault(fault(FaultKind::Cut(10_000_000))));
    let mut start = client.get(&address, Some("bytes=0-")).into_body().to_vec();
    assert!(client.carrier.broken);
    assert_eq!(start.len(), 10_000_000);
    let rest = client.get(&address, Some("bytes=10000000-"));
    assert_eq!(rest.headers()["content-range"], "bytes 10000000-29999999/30000000");
    start.extend_from_slice(rest.body());
    assert_eq!(FileContent::from(Bytes::from(start)).md5(), content.md5());

    client.carrier.with(|server, _| server.add_fault(fault(FaultKind::Slow(50))));
    let began = Instant::now();
    assert_eq!(client.get(&address, Some("bytes=0-199999")).body().len(), 200_000);
    assert!(began.elapsed() >= Duration::from_millis(200), "four pieces");
    client.carrier.with(|server, _| assert_eq!(server.record().complaints(), [""; 0]));
}
