//! One request to its reply, on hyper, over a connection of its own.

use std::{cell::Cell, error::Error, io::Read, net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use futures_rustls::{TlsConnector, client::TlsStream};
use http::{HeaderValue, Uri, header, response::Parts};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use rustls::{
    ClientConfig,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use rustls_platform_verifier::Verifier;
use smol::{
    Timer,
    future::{self, FutureExt},
    net::TcpStream,
};
use smol_hyper::rt::FuturesIo;
use wx_proto::{Body, Failure, FailureKind, Reply, Request, Route, Sent};

/// How to connect. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Net {
    tls: TlsConnector,
    connect_to: Option<SocketAddr>,
}

/// A TLS set-up that trusts what the platform trusts, and the certificates in `ca_pem`.
pub(crate) fn tls(ca_pem: Option<&[u8]>) -> Result<ClientConfig, Box<dyn Error>> {
    let extra = CertificateDer::pem_slice_iter(ca_pem.unwrap_or_default()).collect::<Result<Vec<_>, _>>()?;
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier::new_with_extra_roots(extra, provider.clone())?;
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

impl Net {
    /// `connect_to`: every connection goes there, whatever its URL says.
    pub(crate) fn new(connect_to: Option<SocketAddr>, tls: ClientConfig) -> Self {
        Self { tls: Arc::new(tls).into(), connect_to }
    }

    /// Runs `request`. Dropping the future ends the exchange and its connection.
    pub(crate) async fn exchange(self, request: Request) -> Reply {
        let (id, total) = (request.id, request.total_timeout);
        let (sent, received) = (Cell::new(Sent::No), Cell::new(0));
        let run = self.run(request, &sent, &received);
        let end = match total {
            Some(total) => within(total, run).await,
            None => run.await,
        };
        match end {
            Ok((head, body)) => Reply::collected(id, head, body),
            Err(kind) => Reply::failed(id, Failure { kind, sent: sent.get(), received: received.get() }),
        }
    }

    async fn run(
        &self,
        request: Request,
        sent: &Cell<Sent>,
        received: &Cell<u64>,
    ) -> Result<(Parts, Vec<u8>), FailureKind> {
        let Request { http, expect, connect_timeout, idle_timeout, .. } = request;
        let stream = within(connect_timeout, self.connect(http.uri())).await?;
        let handshake = http1::handshake(FuturesIo::new(stream)).await;
        let (mut sender, connection) = handshake.map_err(|_| FailureKind::Protocol)?;

        let exchange = async {
            // From here on bytes leave.
            sent.set(Sent::Maybe);
            let answer =
                async { sender.send_request(on_the_wire(http)?).await.map_err(|error| kind(&error)) };
            let (mut head, mut body) = within(idle_timeout, answer).await?.into_parts();
            let max = match expect.route(head.status, &head.headers) {
                Route::Collect { max } => max,
                Route::Stream { .. } => return Err(FailureKind::FileUnwritable),
            };
            let mut encoded = Vec::new();
            loop {
                let frame = async { body.frame().await.transpose().map_err(|error| kind(&error)) };
                let Some(frame) = within(idle_timeout, frame).await? else { break };
                encoded.extend_from_slice(frame.data_ref().map_or(&[], Bytes::as_ref));
                received.set(length(&encoded));
                if received.get() > max {
                    return Err(FailureKind::TooLarge);
                }
            }
            let body = decoded(&mut head, encoded, max)?;
            Ok((head, body))
        };
        // The connection does the work; how it ends, the exchange is told.
        let working = async {
            let _ = connection.await;
            future::pending().await
        };
        exchange.or(working).await
    }

    async fn connect(&self, uri: &Uri) -> Result<TlsStream<TcpStream>, FailureKind> {
        let host = uri.host().ok_or(FailureKind::Protocol)?;
        let name = ServerName::try_from(host.to_owned()).map_err(|_| FailureKind::Protocol)?;
        let addresses = match self.connect_to {
            Some(address) => vec![address],
            None => smol::net::resolve((host, 443)).await.map_err(|_| FailureKind::Resolve)?,
        };
        let stream = TcpStream::connect(&*addresses).await.map_err(|_| FailureKind::Connect)?;
        self.tls.connect(name, stream).await.map_err(|error| match error.get_ref() {
            Some(inner) if inner.is::<rustls::Error>() => FailureKind::Tls,
            _ => FailureKind::Connect,
        })
    }
}

/// The request as it goes out: the path alone, and the host as a header.
fn on_the_wire(http: http::Request<Body>) -> Result<http::Request<Full<Bytes>>, FailureKind> {
    let (head, body) = http.into_parts();
    let body = match body {
        Body::Empty => Full::default(),
        Body::Bytes(bytes) => Full::new(bytes),
        Body::Upload { .. } => return Err(FailureKind::FileUnreadable),
    };
    let mut http = http::Request::from_parts(head, body);
    let host = http.uri().host().and_then(|host| HeaderValue::from_str(host).ok());
    let path = http.uri().path_and_query().cloned();
    *http.uri_mut() = path.map(Uri::from).ok_or(FailureKind::Protocol)?;
    http.headers_mut().insert(header::HOST, host.ok_or(FailureKind::Protocol)?);
    Ok(http)
}

/// The body with its coding undone, which must not be more than `max` then either.
fn decoded(head: &mut Parts, encoded: Vec<u8>, max: u64) -> Result<Vec<u8>, FailureKind> {
    if head.headers.get(header::CONTENT_ENCODING).is_none_or(|coding| coding != "gzip") {
        return Ok(encoded);
    }
    head.headers.remove(header::CONTENT_ENCODING);
    head.headers.remove(header::CONTENT_LENGTH);
    let mut body = Vec::new();
    let read = MultiGzDecoder::new(&*encoded).take(max.saturating_add(1)).read_to_end(&mut body);
    read.map_err(|_| FailureKind::Protocol)?;
    if length(&body) > max { Err(FailureKind::TooLarge) } else { Ok(body) }
}

async fn within<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, FailureKind>>,
) -> Result<T, FailureKind> {
    let late = async {
        Timer::after(limit).await;
        Err(FailureKind::Timeout)
    };
    work.or(late).await
}

fn kind(error: &hyper::Error) -> FailureKind {
    if error.is_parse() { FailureKind::Protocol } else { FailureKind::Closed }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
