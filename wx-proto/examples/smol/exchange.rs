//! One request to its reply, on hyper, over a connection of its own.

use std::{
    cell::Cell,
    error::Error,
    io::Read,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use futures_rustls::{TlsConnector, client::TlsStream};
use http::{HeaderMap, HeaderValue, Uri, header, response::Parts};
use http_body_util::{BodyExt, Either, Full};
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
use wx_proto::{Body, Failure, FailureKind, Reply, Request, Route, Sent, Streamed};

use super::files::{Decoder, Fault, Meter, Progress, Sink, Sinks, Upload};

/// How to connect. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Net {
    tls: TlsConnector,
    connect_to: Option<SocketAddr>,
    pub(crate) sinks: Sinks,
}

enum ReplyBody {
    Collected(Vec<u8>),
    Streamed(Streamed),
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
        Self { tls: Arc::new(tls).into(), connect_to, sinks: Sinks::default() }
    }

    /// Runs `request`. Dropping the future ends the exchange and its connection.
    pub(crate) async fn exchange(self, request: Request, progress: Progress) -> Reply {
        let (id, total) = (request.id, request.total_timeout);
        let (sent, received) = (Cell::new(Sent::No), Cell::new(0));
        let run = self.run(request, progress, &sent, &received);
        let end = match total {
            Some(total) => within(total, run).await,
            None => run.await,
        };
        match end {
            Ok((head, ReplyBody::Collected(body))) => Reply::collected(id, head, body),
            Ok((head, ReplyBody::Streamed(streamed))) => Reply::streamed(id, head, streamed),
            Err(kind) => Reply::failed(id, Failure { kind, sent: sent.get(), received: received.get() }),
        }
    }

    async fn run(
        &self,
        request: Request,
        progress: Progress,
        sent: &Cell<Sent>,
        received: &Cell<u64>,
    ) -> Result<(Parts, ReplyBody), FailureKind> {
        let Request { id, http, expect, connect_timeout, idle_timeout, .. } = request;
        let meter = Meter::new(id, progress.clone());
        let read = meter.bytes();
        let http = on_the_wire(http, meter).await?;
        let stream = within(connect_timeout, self.connect(http.headers())).await?;
        let handshake = http1::handshake(FuturesIo::new(stream)).await;
        let (mut sender, connection) = handshake.map_err(|_| FailureKind::Protocol)?;

        let exchange = async {
            // From here on bytes leave.
            sent.set(Sent::Maybe);
            let answer = async { sender.send_request(http).await.map_err(|error| kind(&error)) };
            let (mut head, mut body) = unless_silent(idle_timeout, &read, answer).await?.into_parts();
            let mut encoded = Vec::new();
            let (max, mut sink) = match expect.route(head.status, &head.headers) {
                Route::Collect { max } => (max, None),
                Route::Stream { op, offset, max } => {
                    let meter = Meter::new(id, progress);
                    let sink = Sink::open(&self.sinks, (op, offset, max), meter).await?;
                    (max, Some((sink, Decoder::new(is_gzip(&head)))))
                }
            };
            loop {
                let frame = async { body.frame().await.transpose().map_err(|error| kind(&error)) };
                let Some(frame) = within(idle_timeout, frame).await? else { break };
                let frame = frame.data_ref().map_or(&[][..], Bytes::as_ref);
                if let Some((sink, decoder)) = &mut sink {
                    sink.write(decoder, frame, received).await?;
                    continue;
                }
                encoded.extend_from_slice(frame);
                received.set(length(&encoded));
                if received.get() > max {
                    return Err(FailureKind::TooLarge);
                }
            }
            let body = match sink {
                Some((sink, decoder)) => ReplyBody::Streamed(sink.finish(decoder, received).await?),
                None => ReplyBody::Collected(decoded(&mut head, encoded, max)?),
            };
            Ok((head, body))
        };
        // The connection does the work; how it ends, the exchange is told.
        let working = async {
            let _ = connection.await;
            future::pending().await
        };
        exchange.or(working).await
    }

    async fn connect(&self, headers: &HeaderMap) -> Result<TlsStream<TcpStream>, FailureKind> {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let host = host.ok_or(FailureKind::Protocol)?;
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
async fn on_the_wire(
    http: http::Request<Body>,
    meter: Meter,
) -> Result<http::Request<Either<Full<Bytes>, Upload>>, FailureKind> {
    let (head, body) = http.into_parts();
    let body = match body {
        Body::Empty => Either::Left(Full::default()),
        Body::Bytes(bytes) => Either::Left(Full::new(bytes)),
        Body::Upload { prefix, file, suffix } => {
            Either::Right(Upload::open(prefix, file, suffix, meter).await?)
        }
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
    if !is_gzip(head) {
        return Ok(encoded);
    }
    head.headers.remove(header::CONTENT_ENCODING);
    head.headers.remove(header::CONTENT_LENGTH);
    let mut body = Vec::new();
    let read = MultiGzDecoder::new(&*encoded).take(max.saturating_add(1)).read_to_end(&mut body);
    read.map_err(|_| FailureKind::Protocol)?;
    if length(&body) > max { Err(FailureKind::TooLarge) } else { Ok(body) }
}

fn is_gzip(head: &Parts) -> bool {
    head.headers.get(header::CONTENT_ENCODING).is_some_and(|coding| coding == "gzip")
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

/// The same, but as long as a file is on its way it may take longer.
async fn unless_silent<T>(
    limit: Duration,
    read: &AtomicU64,
    work: impl Future<Output = Result<T, FailureKind>>,
) -> Result<T, FailureKind> {
    let silence = async {
        let mut before = u64::MAX;
        while before != read.load(Relaxed) {
            before = read.load(Relaxed);
            Timer::after(limit).await;
        }
        Err(FailureKind::Timeout)
    };
    work.or(silence).await
}

fn kind(error: &hyper::Error) -> FailureKind {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(Fault(kind)) = error.downcast_ref() {
            return *kind;
        }
        cause = error.source();
    }
    if error.is_parse() { FailureKind::Protocol } else { FailureKind::Closed }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
