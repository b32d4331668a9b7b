//! Whatever becomes of its exchanges, a client never panics, never stands still, never spins and never leaves its hosts.

use std::time::Duration;

use proptest::{collection::vec, prelude::*};
use wx_proto::{
    Client, Config, Event, Failure, FailureKind, LoginMethod, Outgoing, Output, Phase, Reply, RequestId,
    SendOptions, Sent, Timestamp, UserName,
};
use wx_testkit::{
    coverage::Coverage,
    io::plain,
    runner::START,
    server::{Answer, HoldId, Server},
    strategies::{Fate, fate},
};

use crate::support::server_with;

/// A client, a server, and a list of fates for the exchanges between them.
struct Chaos {
    client: Client,
    server: Server,
    now: Timestamp,
    fates: std::vec::IntoIter<Fate>,
    held: Vec<(HoldId, RequestId, Fate)>,
    arriving: Vec<(Timestamp, Reply)>,
    stores_fail: bool,
    requests: u32,
    coverage: Coverage,
}

impl Chaos {
    fn new(fates: Vec<Fate>, stores_fail: bool) -> Self {
        let server = server_with(|config| config.hold = Duration::from_secs(25));
        Self {
            client: Client::new(Config::default(), 1, START),
            server,
            now: START,
            fates: fates.into_iter(),
            held: Vec::new(),
            arriving: Vec::new(),
            stores_fail,
            requests: 0,
            coverage: Coverage::default(),
        }
    }

    fn run(&mut self, until: Timestamp) {
        while self.now < until {
            self.drain();
            let arrival = self.arriving.iter().map(|(at, _)| *at).min();
            let next = [self.client.deadline(), arrival, self.server.deadline()];
            let next = next.into_iter().flatten().min().unwrap_or(until);
            self.now = next.max(self.now + Duration::from_millis(1)).min(until);
            while let Some((hold, response)) = self.server.poll(self.now) {
                if let Some(place) = self.held.iter().position(|(held, ..)| *held == hold) {
                    let (_, id, fate) = self.held.remove(place);
                    self.answer(id, response, &fate);
                }
            }
            while let Some(place) = self.arriving.iter().position(|(at, _)| *at <= self.now) {
                let (_, reply) = self.arriving.remove(place);
                self.client.handle(self.now, reply);
                self.drain();
            }
        }
    }

    fn drain(&mut self) {
        let mut outputs = 0;
        while let Some(output) = self.client.poll(self.now) {
            outputs += 1;
            assert!(outputs < 10_000, "the client spins");
            match output {
                Output::Start(request) => self.start(request.id, plain(request.http)),
                Output::Abort(id) => self.held.retain(|(_, held, _)| *held != id),
                Output::Event(Event::Checkpoint { revision }) => {
                    self.stores_fail = !self.stores_fail;
                    if self.stores_fail {
                        self.client.store_failed(revision);
                    } else {
                        self.client.stored(revision);
                    }
                }
                Output::Event(Event::Batch(batch)) => self.client.ack(batch.id).unwrap(),
                Output::Event(_) => {}
            }
        }
        self.coverage.take_from(&mut self.client);
        let deadline = self.client.deadline();
        assert!(deadline.is_none_or(|at| at > self.now), "drained, but wants to be polled at once");
        // Something is in flight (its watchdog is a deadline), or a time is set, or there is nothing to do.
        let at_rest = matches!(self.client.phase(), Phase::Idle | Phase::Ended(_));
        assert!(deadline.is_some() || at_rest, "stands still in {:?}", self.client.phase());
    }

    fn start(&mut self, id: RequestId, request: http::Request<bytes::Bytes>) {
        self.requests += 1;
        let host = request.uri().host().unwrap();
        assert!(host.ends_with(".qq.com") && request.uri().scheme_str() == Some("https"), "{host}");
        let fate = self.fates.next().unwrap_or(Fate::Well);
        if matches!(fate, Fate::NotSent) {
            let failure = Failure { kind: FailureKind::Connect, sent: Sent::No, received: 0 };
            self.arriving.push((self.now + Duration::from_millis(10), Reply::failed(id, failure)));
            return;
        }
        match self.server.handle(self.now, request) {
            Answer::Now(response) => self.answer(id, response, &fate),
            Answer::Streamed(response) => self.answer(id, response.map(|body| body.collect()), &fate),
            Answer::Held(hold) => self.held.push((hold, id, fate)),
            Answer::Drop => {}
        }
    }

    fn answer(&mut self, id: RequestId, response: http::Response<bytes::Bytes>, fate: &Fate) {
        let at = self.now + Duration::from_millis(10);
        let (mut head, body) = response.into_parts();
        let body = match fate {
            Fate::Well | Fate::NotSent => body,
            Fate::Damaged(damages) => damages.iter().fold(body, |body, damage| damage.apply(&body).into()),
            Fate::Status(status) => {
                head.status = http::StatusCode::from_u16(*status).unwrap();
                body
            }
            Fate::Foreign(body) => body.clone(),
            Fate::Broken => {
                let failure = Failure { kind: FailureKind::Closed, sent: Sent::Maybe, received: 3 };
                self.arriving.push((at, Reply::failed(id, failure)));
                return;
            }
            Fate::Silence => return,
            Fate::Twice => {
                self.arriving.push((at, Reply::collected(id, head.clone(), body.clone())));
                body
            }
        };
        self.arriving.push((at, Reply::collected(id, head, body)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_fate_of_an_exchange_breaks_a_client(fates in vec(fate(), 1..60), stores_fail: bool) {
        let mut chaos = Chaos::new(fates, stores_fail);
        chaos.client.login(LoginMethod::Auto).unwrap();
        for round in 0..8 {
            chaos.run(START + Duration::from_secs(60 * (round + 1)));
            let now = chaos.now;
            let _ = chaos.server.phone(now).say("明哥", None, "hello");
            let helper = UserName::new(UserName::FILE_HELPER);
            let _ = chaos.client.send(&helper, Outgoing::text("hi"), SendOptions::default());
        }
        prop_assert!(chaos.requests < 8 * 120, "{} requests in 8 minutes", chaos.requests);
        // Its session, whatever it went through, loads again.
        if let Some(session) = chaos.client.session() {
            let json = serde_json::to_vec(&session).unwrap();
            let again: wx_proto::Session = serde_json::from_slice(&json).unwrap();
            let restored = Client::restore(again, Config::default(), 2, chaos.now);
            prop_assert_eq!(restored.phase(), &Phase::Idle);
        }
    }

    /// A tampered session is refused or harmless.
    #[test]
    fn a_tampered_session_never_panics(damages in vec(wx_testkit::strategies::damage(), 1..4)) {
        let session = serde_json::to_vec(&crate::support::online().client.session().unwrap()).unwrap();
        let damaged = damages.iter().fold(session, |session, damage| damage.apply(&session));
        if let Ok(session) = serde_json::from_slice::<wx_proto::Session>(&damaged) {
            let mut client = Client::restore(session, Config::default(), 2, START);
            let _ = client.login(LoginMethod::Auto);
            while let Some(output) = client.poll(START) {
                if let Output::Start(request) = output {
                    let host = request.http.uri().host().unwrap();
                    prop_assert!(host.ends_with(".qq.com") || host.ends_with(".wechat.com"), "{host}");
                }
            }
        }
    }
}
