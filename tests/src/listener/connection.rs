//! One connection: TLS, HTTP, and the request as the service sees it.

use std::{io, io::Write, sync::Arc, time::Duration};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Uri, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::{
    body::{Body, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::{
    body::ReplyBody,
    cut::Cut,
    hub::{Hub, Outgoing},
    pieces::Pieces,
    service::Service,
};
use crate::{content::FileContent, server::MediaBody};

pub(super) struct Connection<S> {
    pub(super) hub: Arc<Hub<S>>,
    pub(super) tls: TlsAcceptor,
    pub(super) cut: Arc<Cut>,
    pub(super) pieces: Option<u64>,
}

impl<S: Service + Send + 'static> Connection<S> {
    pub(super) async fn serve(self, stream: TcpStream) {
        let _ = stream.set_nodelay(true);
        let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, self.tls.accept(stream)).await else {
            return;
        };
        let server_name = stream.get_ref().1.server_name().map(str::to_owned);
        let io = TokioIo::new(Pieces::new(stream, self.pieces));
        let service = service_fn(|request| self.respond(request, server_name.as_deref()));
        // However the connection ends, there is nobody to tell.
        let _ = http1::Builder::new().serve_connection(io, service).await;
    }

    /// An error closes the connection without a reply.
    async fn respond(
        &self,
        request: Request<Incoming>,
        server_name: Option<&str>,
    ) -> io::Result<Response<ReplyBody>> {
        let (mut head, body) = request.into_parts();
        // What is announced as too large is not waited for.
        if body.size_hint().lower() > u64::try_from(MAX_REQUEST).unwrap_or(u64::MAX) {
            return plain(StatusCode::PAYLOAD_TOO_LARGE);
        }
        let body = match Limited::new(body, MAX_REQUEST).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => return plain(StatusCode::PAYLOAD_TOO_LARGE),
            Err(error) => return Err(io::Error::other(error)),
        };
        let Some(uri) = absolute(&head.uri, &head.headers, server_name) else {
            return plain(StatusCode::BAD_REQUEST);
        };
        head.uri = uri;
        let gzip = accepts_gzip(&head.headers);
        let response = match self.hub.answer(Request::from_parts(head, body)).await.ok_or_else(refused)? {
            Outgoing::Whole(response) if gzip => compressed(response)?.map(in_memory),
            Outgoing::Whole(response) => response.map(in_memory),
            Outgoing::Streamed(response) => response,
        };
        Ok(response.map(|body| match self.cut.take() {
            Some(after) => ReplyBody::new(body.cut_after(u64::try_from(after).unwrap_or(u64::MAX))),
            None => ReplyBody::new(body),
        }))
    }
}

fn in_memory(bytes: Bytes) -> MediaBody {
    MediaBody::whole(FileContent::from(bytes))
}

fn plain(status: StatusCode) -> io::Result<Response<ReplyBody>> {
    let mut response = Response::new(ReplyBody::new(in_memory(Bytes::new())));
    *response.status_mut() = status;
    Ok(response)
}

fn refused() -> io::Error {
    io::Error::other("no reply for this request")
}

/// `https://HOST/path?query`, the host taken from the `Host` header or else from the TLS handshake. A port is
/// left out: it is the loopback port, which the real host does not have.
fn absolute(uri: &Uri, headers: &HeaderMap, server_name: Option<&str>) -> Option<Uri> {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).or(server_name)?;
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    Uri::builder().scheme("https").authority(name).path_and_query(path).build().ok()
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|coding| coding.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case("gzip")))
}

fn compressed(response: Response<Bytes>) -> io::Result<Response<Bytes>> {
    let (mut head, body) = response.into_parts();
    if body.len() <= PLAIN_UP_TO || head.headers.contains_key(header::CONTENT_ENCODING) {
        return Ok(Response::from_parts(head, body));
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&body)?;
    let body = encoder.finish()?;
    head.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    head.headers.remove(header::CONTENT_LENGTH);
    Ok(Response::from_parts(head, body.into()))
}

const HANDSHAKE: Duration = Duration::from_secs(10);
const MAX_REQUEST: usize = 64 << 20;
const PLAIN_UP_TO: usize = 1024;
