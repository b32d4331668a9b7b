//! Exchanges with a listener on loopback: what goes over the wire, and what each kind of trouble becomes.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod download;
mod hostile;
mod idle;
mod proxy;
mod support;
mod upload;

use std::{
    net::{SocketAddr, TcpListener},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::header;
use support::{Fake, Setup, get, post};
use wx_blocking::NetOptions;
use wx_testkit::listener::{Ca, Listener, ListenerOptions};

#[test]
fn only_the_headers_of_the_core_and_host_go_out() {
    let setup = Setup::new();
    let mut request = get("https://wx2.qq.com/echo?r=%7E1&skey=%40a");
    for (name, value) in
        [("accept-encoding", "gzip"), ("cookie", "wxuin=1; wxsid=a=b"), ("user-agent", "Mozilla/5.0")]
    {
        request.http.headers_mut().insert(name, value.parse().unwrap());
    }
    setup.run(request);
    setup.run(get("https://login.wx.qq.com/echo"));
    let requests = setup.requests();
    assert_eq!(requests[0].uri(), "https://wx2.qq.com/echo?r=%7E1&skey=%40a");
    assert_eq!(
        support::headers(&requests[0]),
        [
            "accept-encoding: gzip",
            "cookie: wxuin=1; wxsid=a=b",
            "host: wx2.qq.com",
            "user-agent: Mozilla/5.0"
        ]
    );
    assert_eq!(support::headers(&requests[1]), ["host: login.wx.qq.com"]);
}

#[test]
fn a_body_goes_out_whole_with_its_length() {
    let setup = Setup::new();
    for size in [0, 1, 17, 100_000, 3_000_000] {
        let body = Bytes::from(vec![b'x'; size]);
        setup.run(post("https://wx.qq.com/echo", body.clone()));
        let request = setup.requests().pop().unwrap();
        assert_eq!(request.body(), &body);
        assert_eq!(
            support::headers(&request),
            [format!("content-length: {size}"), "host: wx.qq.com".to_owned()]
        );
    }
}

#[test]
fn a_post_without_a_body_is_possible() {
    let setup = Setup::new();
    let mut request = get("https://wx.qq.com/echo");
    *request.http.method_mut() = http::Method::POST;
    assert_eq!(setup.run(request), "Ok(Received(200 OK, [2 bytes]))");
    assert_eq!(setup.requests()[0].method(), http::Method::POST);
}

#[test]
fn any_status_is_a_reply_and_no_redirect_is_followed() {
    let setup = Setup::new();
    assert_eq!(
        setup.run(get("https://wx.qq.com/status/301")),
        "Ok(Received(301 Moved Permanently, [0 bytes]))"
    );
    assert_eq!(setup.run(get("https://wx.qq.com/status/302")), "Ok(Received(302 Found, [0 bytes]))");
    assert_eq!(setup.run(get("https://wx.qq.com/status/404")), "Ok(Received(404 Not Found, [0 bytes]))");
    assert_eq!(
        setup.run(get("https://wx.qq.com/status/500")),
        "Ok(Received(500 Internal Server Error, [0 bytes]))"
    );
    assert_eq!(setup.requests().len(), 4);
}

#[test]
fn gzip_is_undone_and_the_limit_counts_decoded_bytes() {
    let setup = Setup::new();
    let gzip = |max| {
        let mut request = support::limited("https://wx.qq.com/zeros/50000", max);
        request.http.headers_mut().insert(header::ACCEPT_ENCODING, "gzip".parse().unwrap());
        setup.run(request)
    };
    assert_eq!(gzip(50_000), "Ok(Received(200 OK, [50000 bytes]))");
    // All of it arrives in one small packet, and the decoder stops right after the limit.
    assert!(gzip(49_999).starts_with("Err(Failure { kind: TooLarge, sent: Maybe, received: "));
    assert!(setup.run(support::limited("https://wx.qq.com/zeros/50000", 10)).contains("TooLarge"));
    // A bomb: a thousand times what came.
    let mut bomb = support::limited("https://wx.qq.com/zeros/100000000", 1 << 20);
    bomb.http.headers_mut().insert(header::ACCEPT_ENCODING, "gzip".parse().unwrap());
    assert!(setup.run(bomb).starts_with("Err(Failure { kind: TooLarge,"));
    assert_eq!(
        setup.run(support::limited("https://wx.qq.com/zeros/50000", 50_000)),
        "Ok(Received(200 OK, [50000 bytes]))"
    );
}

#[test]
fn a_refused_connection_did_not_leave() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let setup = Setup::to(free, NetOptions::default());
    assert_eq!(setup.run(get("https://wx.qq.com/")), "Err(Failure { kind: Connect, sent: No, received: 0 })");
    assert_eq!(
        setup.run(post("https://wx.qq.com/", "text")),
        "Err(Failure { kind: Connect, sent: No, received: 0 })"
    );
}

#[test]
fn an_unknown_ca_is_a_tls_failure_and_nothing_leaves() {
    let setup = Setup::new();
    let other = support::ca_file(&Ca::generate().unwrap());
    let mut options = NetOptions::default();
    options.ca_file = Some(other.path().to_owned());
    let stranger = Setup::to(setup.address(), options);
    assert_eq!(stranger.run(get("https://wx.qq.com/")), "Err(Failure { kind: Tls, sent: No, received: 0 })");
    let elsewhere = get("https://not-in-the-certificate.example/");
    assert_eq!(setup.run(elsewhere), "Err(Failure { kind: Tls, sent: No, received: 0 })");
    assert!(setup.requests().is_empty());
}

#[test]
fn a_server_that_speaks_no_tls_is_a_tls_failure() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let setup = Setup::to(server.local_addr().unwrap(), NetOptions::default());
    let answer = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut stream, _) = server.accept().unwrap();
        let _ = stream.read(&mut [0; 64]);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    assert_eq!(setup.run(get("https://wx.qq.com/")), "Err(Failure { kind: Tls, sent: No, received: 0 })");
    answer.join().unwrap();
}

#[test]
fn an_unknown_host_did_not_leave() {
    // Longer than a name may be, so that no server is asked.
    let host = format!("{}.invalid", "a".repeat(70));
    let setup = Setup::direct();
    assert_eq!(
        setup.run(post(&format!("https://{host}/"), "text")),
        "Err(Failure { kind: Resolve, sent: No, received: 0 })"
    );
}

#[test]
fn a_reply_that_breaks_off_is_closed_with_what_came() {
    let setup = Setup::new();
    setup.listener().cut_next_reply(300);
    assert_eq!(
        setup.run(get("https://wx.qq.com/zeros/1000")),
        "Err(Failure { kind: Closed, sent: Maybe, received: 300 })"
    );
    setup.listener().cut_next_reply(40);
    let mut request = get("https://wx.qq.com/zeros/50000");
    request.http.headers_mut().insert(header::ACCEPT_ENCODING, "gzip".parse().unwrap());
    assert!(setup.run(request).starts_with("Err(Failure { kind: Closed, sent: Maybe,"));
    assert_eq!(setup.run(get("https://wx.qq.com/zeros/1000")), "Ok(Received(200 OK, [1000 bytes]))");
}

#[test]
fn a_connection_closed_without_a_reply_may_have_left() {
    let setup = Setup::new();
    for request in [get("https://wx.qq.com/drop"), post("https://wx.qq.com/drop", "text")] {
        assert_eq!(setup.run(request), "Err(Failure { kind: Closed, sent: Maybe, received: 0 })");
    }
}

#[test]
fn silence_is_a_timeout_and_the_server_notices() {
    let setup = Setup::new();
    let mut request = get("https://wx.qq.com/hold");
    request.idle_timeout = Duration::from_millis(200);
    assert_eq!(setup.run(request), "Err(Failure { kind: Timeout, sent: Maybe, received: 0 })");
    support::eventually(|| setup.with(|fake| fake.abandoned == 1));

    let mut request = get("https://wx.qq.com/hold");
    request.total_timeout = Some(Duration::from_millis(200));
    assert_eq!(setup.run(request), "Err(Failure { kind: Timeout, sent: Maybe, received: 0 })");
}

#[test]
fn a_server_that_accepts_and_is_silent_is_a_timeout_before_anything_left() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let setup = Setup::to(server.local_addr().unwrap(), NetOptions::default());
    let mut request = post("https://wx.qq.com/", "text");
    request.connect_timeout = Duration::from_millis(200);
    let start = Instant::now();
    assert_eq!(setup.run(request), "Err(Failure { kind: Timeout, sent: No, received: 0 })");
    assert!(start.elapsed() < Duration::from_secs(2));
}

#[test]
fn a_held_reply_comes_when_it_is_due_or_released() {
    let setup = Setup::new();
    assert_eq!(setup.run(get("https://webpush.wx.qq.com/later/50")), "Ok(Received(200 OK, [5 bytes]))");
    setup.start(get("https://webpush.wx.qq.com/hold"));
    support::eventually(|| setup.with(|fake| fake.held() == 1));
    setup.with(Fake::release);
    assert_eq!(setup.next(), "Ok(Received(200 OK, [5 bytes]))");
    assert_eq!(setup.with(|fake| fake.abandoned), 0);
}

#[test]
fn an_abort_ends_the_exchange_at_once_and_the_worker_goes_on() {
    let setup = Setup::new();
    let held = get("https://wx.qq.com/hold");
    let id = held.id;
    setup.start(held);
    setup.start(get("https://wx.qq.com/echo"));
    let waiting = get("https://wx.qq.com/echo");
    let waiting_id = waiting.id;
    setup.start(waiting);
    support::eventually(|| setup.with(|fake| fake.held() == 1));
    assert!(setup.worker.abort(waiting_id));
    assert_eq!(setup.next(), "Err(Failure { kind: Aborted, sent: No, received: 0 })");
    let start = Instant::now();
    assert!(setup.worker.abort(id));
    assert!(!setup.worker.abort(id));
    assert_eq!(setup.next(), "Err(Failure { kind: Aborted, sent: Maybe, received: 0 })");
    assert_eq!(setup.next(), "Ok(Received(200 OK, [2 bytes]))");
    assert!(start.elapsed() < Duration::from_secs(1));
    support::eventually(|| setup.with(|fake| fake.abandoned == 1));
    assert!(!setup.worker.is_busy());
}

#[test]
fn every_request_gets_one_reply_whenever_it_is_aborted() {
    let setup = Setup::new();
    let mut ids = Vec::new();
    for round in 0..150 {
        let request =
            get(if round % 3 == 0 { "https://wx.qq.com/hold" } else { "https://wx.qq.com/zeros/2000" });
        ids.push(request.id);
        setup.start(request);
        if round % 3 == 0 {
            std::thread::sleep(Duration::from_micros(37 * round));
            setup.worker.abort(ids[ids.len() - 1]);
        }
    }
    let mut replied: Vec<_> = ids.iter().map(|_| setup.reply().id()).collect();
    replied.sort();
    assert_eq!(replied, ids);
    std::thread::sleep(Duration::from_millis(50));
    assert!(setup.no_reply());
}

#[test]
fn an_abort_while_connecting_does_not_wait() {
    // Accepts nothing: the TLS handshake stays unanswered.
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let setup = Setup::to(server.local_addr().unwrap(), NetOptions::default());
    let request = post("https://wx.qq.com/", "text");
    let id = request.id;
    setup.start(request);
    std::thread::sleep(Duration::from_millis(100));
    let start = Instant::now();
    assert!(setup.worker.abort(id));
    assert_eq!(setup.next(), "Err(Failure { kind: Aborted, sent: No, received: 0 })");
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[test]
fn a_dropped_worker_lets_go_of_its_exchange() {
    let setup = Setup::new();
    setup.start(get("https://wx.qq.com/hold"));
    support::eventually(|| setup.with(|fake| fake.held() == 1));
    let listener = setup.drop_worker();
    support::eventually(|| listener.with(|fake, _| fake.abandoned == 1));
}

#[test]
fn replies_in_random_pieces_are_the_same_replies() {
    let whole = Setup::new();
    for seed in 0..5 {
        let pieces = Setup::on(Listener::start(
            Fake::default(),
            ListenerOptions { pieces: Some(seed), ..Default::default() },
        ));
        for path in ["/echo", "/zeros/3000", "/status/500", "/status/301"] {
            let request = |gzip: bool| {
                let mut request = get(&format!("https://wx.qq.com{path}"));
                if gzip {
                    request.http.headers_mut().insert(header::ACCEPT_ENCODING, "gzip".parse().unwrap());
                }
                request
            };
            for gzip in [false, true] {
                assert_eq!(pieces.run(request(gzip)), whole.run(request(gzip)), "{path}");
            }
        }
    }
}

#[test]
fn a_kept_ca_stays_trusted() {
    let first = Setup::new();
    let ca: Ca = serde_json::from_str(&serde_json::to_string(first.listener().ca()).unwrap()).unwrap();
    let options = ListenerOptions { ca: Some(ca), ..Default::default() };
    let second = Listener::start(Fake::default(), options).unwrap();
    let address: SocketAddr = second.address();
    let setup = Setup::to(address, first.options());
    assert_eq!(setup.run(get("https://szfilehelper.weixin.qq.com/echo")), "Ok(Received(200 OK, [2 bytes]))");
}
