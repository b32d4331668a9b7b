//! One request to its reply.

use std::{
    io::{self, Read},
    sync::Arc,
    time::Instant,
};

use bytes::{Buf, Bytes};
use http::{HeaderValue, header, response::Parts};
use ureq::SendBody;
use wx_proto::{Body, Failure, FailureKind, Reply, Request, Route};

use crate::net::{Connection, Progress, Stage};

/// Runs `request` on `connection`, which must be free and have [begun](Progress::begin) it.
pub(crate) fn exchange(connection: &Connection, request: &Request) -> Reply {
    let (id, endpoint, lane) = (request.id, request.endpoint, request.lane);
    let start = Instant::now();
    let mut received = 0;
    match run(connection, request, &mut received) {
        Ok((head, body)) => {
            let (lane, status) = (lane.as_str(), head.status.as_u16());
            tracing::debug!(%endpoint, lane, status, received, ms = millis(start), "reply");
            Reply::collected(id, head, body)
        }
        Err(kind) => {
            let failure = Failure { kind, sent: connection.progress.sent(), received };
            let lane = lane.as_str();
            tracing::debug!(%endpoint, lane, ?failure, ms = millis(start), "no reply");
            Reply::failed(id, failure)
        }
    }
}

fn run(
    connection: &Connection,
    request: &Request,
    received: &mut u64,
) -> Result<(Parts, Vec<u8>), FailureKind> {
    let &Request { ref http, expect, connect_timeout, idle_timeout, total_timeout, .. } = request;
    let progress = &connection.progress;
    let failed = |error| kind(&error, progress);

    let (mut head, body) = http.clone().into_parts();
    let body = match body {
        Body::Empty => SendBody::none(),
        Body::Bytes(bytes) => {
            head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
            SendBody::from_owned_reader(Noted { bytes, progress: progress.clone() })
        }
        Body::Upload { .. } => return Err(FailureKind::FileUnreadable),
    };
    let call = connection
        .agent
        .configure_request(http::Request::from_parts(head, body))
        .timeout_resolve(Some(connect_timeout))
        .timeout_connect(Some(connect_timeout))
        .timeout_per_read(Some(idle_timeout))
        .timeout_per_write(Some(idle_timeout))
        .timeout_global(total_timeout);
    let (mut head, body) = connection.agent.run(call.build()).map_err(failed)?.into_parts();
    // ureq leaves the URL in there, which carries tokens.
    head.extensions.clear();

    match expect.route(head.status, &head.headers) {
        Route::Collect { max } => {
            let body = collect(body.into_reader(), max, received).map_err(|error| match error {
                Some(error) => failed(error.into()),
                None => FailureKind::TooLarge,
            })?;
            Ok((head, body))
        }
        Route::Stream { .. } => Err(FailureKind::FileUnwritable),
    }
}

/// Reads to the end; `Err(None)` if there is more than `max`.
fn collect(reader: impl Read, max: u64, received: &mut u64) -> Result<Vec<u8>, Option<io::Error>> {
    let mut body = Vec::new();
    let read = reader.take(max.saturating_add(1)).read_to_end(&mut body);
    *received = u64::try_from(body.len()).unwrap_or(u64::MAX);
    if *received > max {
        return Err(None);
    }
    read.map(|_| body).map_err(Some)
}

/// A request's body that notes its first reading.
struct Noted {
    bytes: Bytes,
    progress: Arc<Progress>,
}

impl Read for Noted {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.progress.reach(Stage::BodyRead);
        let length = self.bytes.len().min(buf.len());
        self.bytes.split_to(length).reader().read(buf)
    }
}

fn kind(error: &ureq::Error, progress: &Progress) -> FailureKind {
    use ureq::Error;
    if progress.aborted() {
        return FailureKind::Aborted;
    }
    if let Error::Timeout(_) = error {
        return FailureKind::Timeout;
    }
    match progress.stage() {
        Stage::Resolving => return FailureKind::Resolve,
        Stage::Idle | Stage::Connecting => return FailureKind::Connect,
        Stage::Securing if !is_tls(error) => return FailureKind::Connect,
        Stage::Securing => return FailureKind::Tls,
        Stage::Standing | Stage::Written | Stage::BodyRead | Stage::BodyWritten => {}
    }
    if is_tls(error) {
        return FailureKind::Tls;
    }
    #[expect(clippy::wildcard_enum_match_arm, reason = "a reply that cannot be used is all the same")]
    match error {
        // A gzip reply that breaks off fails in the decoder.
        Error::Io(error) | Error::Decompress(_, error) => match error.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => FailureKind::Protocol,
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => FailureKind::Timeout,
            _ => FailureKind::Closed,
        },
        _ => FailureKind::Protocol,
    }
}

/// True for a fault of TLS itself, not of the connection below it.
#[expect(clippy::wildcard_enum_match_arm, reason = "nothing else comes from TLS")]
fn is_tls(error: &ureq::Error) -> bool {
    match error {
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) => true,
        ureq::Error::Io(error) => error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>()),
        _ => false,
    }
}

fn millis(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::{io::Write, time::Duration};

    use wx_proto::{Endpoint, Lane, RequestId, Timestamp};
    use wx_testkit::listener::{Answer, HoldId, Listener, ListenerOptions, Service};

    use super::*;
    use crate::{Net, NetOptions};

    /// Answers every request with the same long text.
    struct Text;

    impl Service for Text {
        fn handle(&mut self, _: Timestamp, _: http::Request<Bytes>) -> Answer {
            let response = http::Response::builder().header("content-type", "text/plain").header("x-a", "1");
            Answer::Now(response.body(text().into()).unwrap())
        }

        fn poll(&mut self, _: Timestamp) -> Option<(HoldId, http::Response<Bytes>)> {
            None
        }

        fn deadline(&self) -> Option<Timestamp> {
            None
        }

        fn abandon(&mut self, _: HoldId) {}
    }

    fn text() -> String {
        (0..2000).map(|number| format!("{number} \u{1f600} ")).collect()
    }

    #[test]
    fn the_body_arrives_as_it_was_however_it_travelled() {
        for pieces in [None, Some(1), Some(2)] {
            let listener = Listener::start(Text, ListenerOptions { pieces, ..Default::default() }).unwrap();
            let mut ca_file = tempfile::NamedTempFile::new().unwrap();
            ca_file.write_all(listener.ca_pem().as_bytes()).unwrap();
            let connection = Connection::new(
                &Net::new(&NetOptions {
                    proxy: None,
                    ca_file: Some(ca_file.path().to_owned()),
                    connect_to: Some(listener.address()),
                })
                .unwrap(),
            );
            for coding in ["identity", "gzip"] {
                let http =
                    http::Request::get("https://wx.qq.com/?skey=secret").header("accept-encoding", coding);
                let http = http.body(Body::Empty).unwrap();
                let mut request =
                    Request::new(RequestId::new(1), Endpoint::Init, Lane::Control, http, 1 << 20);
                request.idle_timeout = Duration::from_secs(5);
                connection.progress.begin(&request);
                let mut received = 0;
                let (head, body) = run(&connection, &request, &mut received).unwrap();
                assert!(body == text().as_bytes());
                assert_eq!(received, u64::try_from(body.len()).unwrap());
                assert_eq!(head.headers.get("x-a").unwrap(), "1");
                assert!(!head.headers.contains_key(header::CONTENT_ENCODING));
                assert!(!format!("{head:?}").contains("secret"));
            }
        }
    }
}
