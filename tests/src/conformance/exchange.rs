//! Single requests for a server that misbehaves: certificates, timeouts, and what the driver says of their end.

use std::time::Duration;

use bytes::Bytes;
use wx_proto::{Body, Endpoint, Failure, FailureKind, Lane, Reply, Request, RequestId, Sent};

use super::{
    AsyncDriver,
    stub::{Certificate, Conduct, Stub},
};

/// The [`connect_timeout`](Request::connect_timeout) of every request that the script makes. It is for a driver whose HTTP
/// library takes this timeout for a client and not for a request.
pub const CONNECT_TIMEOUT: Duration = Duration::from_millis(1_500);
const IDLE_TIMEOUT: Duration = Duration::from_millis(400);
const TOTAL_TIMEOUT: Duration = Duration::from_millis(1_500);
/// Longer than the server stays silent.
const NEVER: Duration = Duration::from_secs(60);

/// How an exchange has to end, and with what in the hands of the server.
struct Case {
    what: &'static str,
    conduct: Conduct,
    kind: FailureKind,
    sent: Sent,
    /// Requests that the server read to their end.
    requests: u64,
    /// The one timeout that can end it: silence, or the whole.
    limits: Limits,
}

#[derive(Clone, Copy)]
enum Limits {
    Connect,
    Idle,
    Total,
}

const CASES: [Case; 9] = [
    Case {
        what: "a server with the certificate of another name",
        conduct: Conduct::Answers(Certificate::OtherName),
        kind: FailureKind::Tls,
        sent: Sent::No,
        requests: 0,
        limits: Limits::Idle,
    },
    Case {
        what: "a server with a certificate of an unknown CA",
        conduct: Conduct::Answers(Certificate::UnknownCa),
        kind: FailureKind::Tls,
        sent: Sent::No,
        requests: 0,
        limits: Limits::Idle,
    },
    Case {
        what: "a server that closes the connection instead of an answer",
        conduct: Conduct::Closes,
        kind: FailureKind::Closed,
        sent: Sent::Maybe,
        requests: 1,
        limits: Limits::Idle,
    },
    Case {
        what: "a server silent once the connection stands",
        conduct: Conduct::SilentOnceAccepted,
        kind: FailureKind::Timeout,
        sent: Sent::No,
        requests: 0,
        limits: Limits::Connect,
    },
    Case {
        what: "a server silent once TLS stands",
        conduct: Conduct::SilentOnceSecured,
        kind: FailureKind::Timeout,
        sent: Sent::Maybe,
        requests: 0,
        limits: Limits::Idle,
    },
    Case {
        what: "a server silent once it has the request",
        conduct: Conduct::SilentOnceAsked,
        kind: FailureKind::Timeout,
        sent: Sent::Maybe,
        requests: 1,
        limits: Limits::Idle,
    },
    Case {
        what: "a server silent after the head of its answer",
        conduct: Conduct::SilentAfterHead,
        kind: FailureKind::Timeout,
        sent: Sent::Maybe,
        requests: 1,
        limits: Limits::Idle,
    },
    Case {
        what: "a server silent in the middle of the body",
        conduct: Conduct::SilentInBody,
        kind: FailureKind::Timeout,
        sent: Sent::Maybe,
        requests: 1,
        limits: Limits::Idle,
    },
    Case {
        what: "a server that is never silent and never done",
        conduct: Conduct::Trickles,
        kind: FailureKind::Timeout,
        sent: Sent::Maybe,
        requests: 1,
        limits: Limits::Total,
    },
];

/// # Panics
/// If an exchange ends in another way than it must.
pub(super) async fn check<D: AsyncDriver>(mut driver: D, stub: Stub) {
    let mut next = 0;
    let mut request = |limits| {
        next += 1;
        post(next, limits)
    };

    println!("be answered");
    let received = exchange(&mut driver, request(Limits::Idle)).await.received();
    assert_eq!(received, Ok((http::StatusCode::OK, stub.reply_len())));

    for Case { what, conduct, kind, sent, requests, limits } in CASES {
        println!("bear {what}");
        let before = stub.requests();
        stub.set(conduct);
        let reply = exchange(&mut driver, request(limits)).await;
        assert_end(what, &reply, kind, sent);
        let seen = stub.requests() - before;
        assert_eq!(seen, requests, "{what}: requests that it read to their end");
    }

    let refused = "a server that refuses connections";
    println!("bear {refused}");
    drop(stub);
    let reply = exchange(&mut driver, request(Limits::Idle)).await;
    assert_end(refused, &reply, FailureKind::Connect, Sent::No);
}

async fn exchange<D: AsyncDriver>(driver: &mut D, request: Request) -> Reply {
    let id = request.id;
    let reply = driver.exchange(request).await;
    assert_eq!(reply.id(), id, "the reply of this request");
    reply
}

fn assert_end(what: &str, reply: &Reply, kind: FailureKind, sent: Sent) {
    let Err(Failure { kind: said_kind, sent: said_sent, .. }) = reply.received() else {
        panic!("{what}: a failure of kind {kind:?} is expected, but this came: {reply:?}");
    };
    assert_eq!(said_kind, kind, "{what}: the kind of the failure");
    assert_eq!(said_sent, sent, "{what}: whether the request may have reached the server");
}

/// A request with a body.
fn post(id: u64, limits: Limits) -> Request {
    let body = Body::Bytes(Bytes::from_static(br#"{"a":"body"}"#));
    let http = http::Request::post("https://wx.qq.com/cgi-bin/mmwebwx-bin/webwxsendmsg")
        .header(http::header::CONTENT_TYPE, "application/json;charset=UTF-8")
        .header(http::header::ACCEPT_ENCODING, "gzip")
        .body(body)
        .expect("a valid request");
    let mut request = Request::new(RequestId::new(id), Endpoint::SendMsg, Lane::Send, http, 1 << 20);
    request.connect_timeout = CONNECT_TIMEOUT;
    (request.idle_timeout, request.total_timeout) = match limits {
        Limits::Connect => (NEVER, None),
        Limits::Idle => (IDLE_TIMEOUT, None),
        Limits::Total => (NEVER, Some(TOTAL_TIMEOUT)),
    };
    request
}
