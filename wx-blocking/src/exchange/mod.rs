//! One request to its reply.

mod body;
#[cfg(test)]
mod memory;
mod meter;
mod reply_body;

use std::{io, time::Instant};

use http::{HeaderValue, header, response::Parts};
use ureq::SendBody;
use wx_proto::{Body, Failure, FailureKind, Reply, Request, Route, Streamed};

use self::{
    body::{Noted, Upload},
    meter::Meter,
    reply_body::{Broken, collect, stream},
};
use crate::{
    files::Sinks,
    net::{Connection, Progress, Stage},
};

pub(crate) use self::meter::Tell;

/// What exchanges of files need.
pub(crate) struct Files {
    /// Where streamed replies go.
    pub(crate) sinks: Sinks,
    /// Whom to tell how far they are.
    pub(crate) tell: Tell,
}

/// Runs `request` on `connection`, which must be free and have [begun](Progress::begin) it.
pub(crate) fn exchange(connection: &Connection, files: &Files, request: &Request) -> Reply {
    let (id, endpoint, lane) = (request.id, request.endpoint, request.lane);
    let start = Instant::now();
    let mut received = 0;
    match run(connection, files, request, &mut received) {
        Ok((head, body)) => {
            let (lane, status) = (lane.as_str(), head.status.as_u16());
            tracing::debug!(%endpoint, lane, status, received, ms = millis(start), "reply");
            match body {
                ReplyBody::Collected(body) => Reply::collected(id, head, body),
                ReplyBody::Streamed(streamed) => Reply::streamed(id, head, streamed),
            }
        }
        Err(kind) => {
            let failure = Failure { kind, sent: connection.progress.sent(), received };
            let lane = lane.as_str();
            tracing::debug!(%endpoint, lane, ?failure, ms = millis(start), "no reply");
            Reply::failed(id, failure)
        }
    }
}

enum ReplyBody {
    Collected(Vec<u8>),
    Streamed(Streamed),
}

fn run(
    connection: &Connection,
    files: &Files,
    request: &Request,
    received: &mut u64,
) -> Result<(Parts, ReplyBody), FailureKind> {
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
        Body::Upload { prefix, file, suffix } => {
            head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(request.http.body().len()));
            let meter = Meter::new(request.id, files.tell.clone(), 0);
            let upload = Upload::open((prefix, &file, suffix), progress.clone(), meter)?;
            SendBody::from_owned_reader(upload)
        }
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

    let reader = body.into_reader();
    let body = match expect.route(head.status, &head.headers) {
        Route::Collect { max } => collect(reader, max, received).map(ReplyBody::Collected),
        Route::Stream { op, offset, max } => {
            let sink = files.sinks.get(op).ok_or(FailureKind::FileUnwritable)?;
            let mut meter = Meter::new(request.id, files.tell.clone(), offset);
            stream(reader, &sink, max, progress, &mut meter, received).map(ReplyBody::Streamed)
        }
    };
    match body {
        Ok(body) => Ok((head, body)),
        Err(Broken::Read(error)) => Err(failed(error.into())),
        Err(Broken::Kind(kind)) => Err(kind),
    }
}

fn kind(error: &ureq::Error, progress: &Progress) -> FailureKind {
    use ureq::Error;
    if progress.aborted() {
        return FailureKind::Aborted;
    }
    if let Some(fault) = body::fault(error) {
        return fault;
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
    use std::{io::Write, sync::Arc, time::Duration};

    use bytes::Bytes;
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
                let files = Files { sinks: Sinks::default(), tell: Arc::new(|_, _| {}) };
                let (head, body) = run(&connection, &files, &request, &mut received).unwrap();
                let ReplyBody::Collected(body) = body else { panic!("it was not to be streamed") };
                assert!(body == text().as_bytes());
                assert_eq!(received, u64::try_from(body.len()).unwrap());
                assert_eq!(head.headers.get("x-a").unwrap(), "1");
                assert!(!head.headers.contains_key(header::CONTENT_ENCODING));
                assert!(!format!("{head:?}").contains("secret"));
            }
        }
    }
}
