//! One request to its reply, on reqwest.

use std::{
    error::Error, fmt, io, iter, mem, net::SocketAddr, pin::pin, sync::atomic::Ordering::Relaxed,
    time::Duration,
};

use http::{Response, response::Parts};
use reqwest::{
    Certificate, Client, ClientBuilder,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect,
};
use tokio::time::timeout;
use wx_proto::{Body, Failure, FailureKind, Lane, Reply, Request, Route, Sent, Streamed};

use super::files::{Fault, Meter, Progress, Sink, Sinks, Upload};

/// The HTTP clients. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Net {
    options: Options,
    pooled: Client,
    /// A pooled connection may be dead already, and then nobody knows whether a message left: sends use none.
    fresh: Client,
    pub(crate) sinks: Sinks,
}

enum ReplyBody {
    Collected(Vec<u8>),
    Streamed(Streamed),
}

impl Net {
    /// `connect_to`: every connection goes there, whatever its URL says. `ca_pem`: certificates to trust beside
    /// the platform's. `connect_timeout`: that of all requests, because reqwest takes it for a
    /// client.
    pub(crate) fn new(
        connect_to: Option<SocketAddr>,
        ca_pem: Option<&[u8]>,
        connect_timeout: Duration,
    ) -> reqwest::Result<Self> {
        // Refused if the program has chosen its provider already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let certificates = ca_pem.map(Certificate::from_pem_bundle).transpose()?.unwrap_or_default();
        let options = Options { connect_to, certificates, connect_timeout };
        let (pooled, fresh) =
            (options.client().build()?, options.client().pool_max_idle_per_host(0).build()?);
        Ok(Self { options, pooled, fresh, sinks: Sinks::default() })
    }

    /// Drops the connections that lie idle. reqwest has no call for that: the pool goes with its client, once the
    /// requests that it still runs have ended.
    pub(crate) fn empty_pool(&mut self) {
        // The same options were good before; should they fail now, the client without a pool does.
        self.pooled = self.options.client().build().unwrap_or_else(|_| self.fresh.clone());
    }

    /// Runs `request`. Dropping the future ends the exchange and its connection.
    pub(crate) async fn exchange(&self, request: Request, progress: Progress) -> Reply {
        let (id, mut received) = (request.id, 0);
        match self.run(request, progress, &mut received).await {
            Ok((head, ReplyBody::Collected(body))) => Reply::collected(id, head, body),
            Ok((head, ReplyBody::Streamed(streamed))) => Reply::streamed(id, head, streamed),
            Err((kind, sent)) => Reply::failed(id, Failure { kind, sent, received }),
        }
    }

    async fn run(
        &self,
        request: Request,
        progress: Progress,
        received: &mut u64,
    ) -> Result<(Parts, ReplyBody), (FailureKind, Sent)> {
        let Request { id, http, expect, lane, connect_timeout, idle_timeout, total_timeout, .. } = request;
        let (head, body) = http.into_parts();
        let meter = Meter::new(id, progress.clone());
        let sent = meter.bytes();
        let body = match body {
            Body::Empty => reqwest::Body::default(),
            Body::Bytes(bytes) => bytes.into(),
            Body::Upload { prefix, file, suffix } => {
                let upload = Upload::open(prefix, file, suffix, meter).await;
                reqwest::Body::wrap(upload.map_err(|kind| (kind, Sent::No))?)
            }
        };
        let http = http::Request::from_parts(head, body);
        let mut call = reqwest::Request::try_from(http).map_err(|_| (FailureKind::Protocol, Sent::No))?;
        *call.timeout_mut() = total_timeout;
        let late = |_| (FailureKind::Timeout, Sent::Maybe);

        let client = if lane == Lane::Send { &self.fresh } else { &self.pooled };
        let mut answer = pin!(client.execute(call));
        let mut before = 0;
        let mut answer = loop {
            match timeout(connect_timeout + idle_timeout, &mut answer).await {
                Ok(answer) => break answer.map_err(|error| failed(&error))?,
                // It is silent, unless a file is on its way.
                Err(elapsed) if sent.load(Relaxed) == before => return Err(late(elapsed)),
                Err(_) => before = sent.load(Relaxed),
            }
        };
        let mut head = Response::new(()).into_parts().0;
        (head.status, head.version) = (answer.status(), answer.version());
        head.headers = mem::take(answer.headers_mut());

        match expect.route(head.status, &head.headers) {
            Route::Collect { max } => {
                let mut body = Vec::new();
                loop {
                    let chunk = timeout(idle_timeout, answer.chunk()).await;
                    let Some(chunk) = chunk.map_err(late)?.map_err(|error| failed(&error))? else {
                        return Ok((head, ReplyBody::Collected(body)));
                    };
                    *received += chunk.len() as u64;
                    if *received > max {
                        return Err((FailureKind::TooLarge, Sent::Maybe));
                    }
                    body.extend_from_slice(&chunk);
                }
            }
            Route::Stream { op, offset, max } => {
                let unwritable = |kind| (kind, Sent::Maybe);
                let sink = Sink::open(&self.sinks, (op, offset, max), Meter::new(id, progress)).await;
                let mut sink = sink.map_err(unwritable)?;
                loop {
                    let chunk = timeout(idle_timeout, answer.chunk()).await;
                    let Some(chunk) = chunk.map_err(late)?.map_err(|error| failed(&error))? else {
                        let streamed = sink.finish().await.map_err(unwritable)?;
                        return Ok((head, ReplyBody::Streamed(streamed)));
                    };
                    *received = sink.write(&chunk).await.map_err(unwritable)?;
                }
            }
        }
    }
}

#[derive(Clone, Debug)]
struct Options {
    connect_to: Option<SocketAddr>,
    certificates: Vec<Certificate>,
    connect_timeout: Duration,
}

impl Options {
    /// A client that does nothing of its own accord.
    fn client(&self) -> ClientBuilder {
        let builder = Client::builder()
            .https_only(true)
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .gzip(true)
            .connect_timeout(self.connect_timeout)
            .dns_resolver(Names { connect_to: self.connect_to })
            .tls_certs_merge(self.certificates.clone());
        if self.connect_to.is_some() { builder.no_proxy() } else { builder }
    }
}

/// Without a connection nothing was sent; else the server may have got everything.
fn failed(error: &reqwest::Error) -> (FailureKind, Sent) {
    if error.is_connect() {
        (kind(error, FailureKind::Connect), Sent::No)
    } else {
        (kind(error, FailureKind::Closed), Sent::Maybe)
    }
}

fn kind(error: &reqwest::Error, otherwise: FailureKind) -> FailureKind {
    if error.is_timeout() {
        return FailureKind::Timeout;
    }
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(Fault(kind)) = error.downcast_ref() {
            return *kind;
        }
        if error.is::<Unresolved>() {
            return FailureKind::Resolve;
        }
        if error.is::<rustls::Error>() {
            return FailureKind::Tls;
        }
        // HTTP that cannot be read.
        if error.downcast_ref().is_some_and(hyper::Error::is_parse) {
            return FailureKind::Protocol;
        }
        let io = error.downcast_ref::<io::Error>();
        match io.and_then(io::Error::get_ref) {
            // What an io::Error was made of is not among its sources.
            Some(inner) => cause = Some(inner),
            // Gzip that cannot be read.
            None if io.is_some_and(|io| io.kind() == io::ErrorKind::InvalidData) => {
                return FailureKind::Protocol;
            }
            None => cause = error.source(),
        }
    }
    otherwise
}

/// Looks names up, or gives the one address for all of them.
struct Names {
    connect_to: Option<SocketAddr>,
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let connect_to = self.connect_to;
        Box::pin(async move {
            if let Some(address) = connect_to {
                return Ok(Box::new(iter::once(address)) as Addrs);
            }
            // Port 0: the one of the URL.
            let found = tokio::net::lookup_host((name.as_str(), 0)).await.map_err(Unresolved)?;
            Ok(Box::new(found.collect::<Vec<_>>().into_iter()) as Addrs)
        })
    }
}

#[derive(Debug)]
struct Unresolved(io::Error);

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the host name could not be looked up: {}", self.0)
    }
}

impl Error for Unresolved {}
