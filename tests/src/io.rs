//! The network between a client and the simulated server, and the clock of both: what a driver's HTTP library and clock
//! are in the real world.

use std::{collections::BTreeMap, time::Duration};

use bytes::Bytes;
use wx_proto::{Body, Endpoint, Failure, FailureKind, Reply, Request, RequestId, Sent, Timestamp};

use crate::{
    runner::START,
    server::{Answer, HoldId, Phone, Server},
};

/// Runs requests against a [`Server`] in virtual time: nothing waits, and every run is the same.
///
/// ```
/// use std::time::Duration;
/// use wx_proto::{Client, Config, LoginMethod, Output};
/// use wx_testkit::io::SimulatedIo;
///
/// let mut io = SimulatedIo::demo();
/// io.latency = Duration::from_millis(80);
/// let begin = io.now();
/// let mut client = Client::new(Config::default(), 1, begin);
/// client.login(LoginMethod::Auto)?;
/// while let Some(output) = client.poll(io.now()) {
///     if let Output::Start(request) = output {
///         io.start(request);
///     }
/// }
/// let reply = io.wait(client.deadline()).ok_or("no reply")?;
/// assert_eq!(io.now().saturating_since(begin), io.latency);
/// client.handle(io.now(), reply);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct SimulatedIo {
    /// The server.
    pub server: Server,
    /// True: every connection is refused, and those that are open break.
    pub cut: bool,
    /// Requests that were started.
    pub requests: u64,
    /// The time a reply takes.
    pub latency: Duration,
    /// Changes the body of a reply; `None` leaves it as it is.
    pub edit: Option<Edit>,
    now: Timestamp,
    held: BTreeMap<HoldId, (RequestId, Endpoint)>,
    arriving: Vec<(Timestamp, Reply)>,
}

/// What a reply of an endpoint says instead.
///
/// ```
/// use wx_proto::Endpoint;
/// use wx_testkit::io::{Edit, SimulatedIo};
///
/// let no_friends: Edit = |endpoint, _body| {
///     (endpoint == Endpoint::GetContact).then(|| br#"{"BaseResponse":{"Ret":0},"MemberList":[]}"#.to_vec())
/// };
/// let mut io = SimulatedIo::demo();
/// io.edit = Some(no_friends);
/// ```
pub type Edit = fn(Endpoint, &[u8]) -> Option<Vec<u8>>;

impl SimulatedIo {
    /// The time a reply takes, unless told otherwise.
    pub const LATENCY: Duration = Duration::from_millis(10);

    /// A network with nothing on its way.
    pub fn new(server: Server, now: Timestamp) -> Self {
        Self {
            server,
            cut: false,
            requests: 0,
            latency: Self::LATENCY,
            edit: None,
            now,
            held: BTreeMap::new(),
            arriving: Vec::new(),
        }
    }

    /// The network of [`Server::demo`], at the [start](crate::runner::START) of virtual time.
    pub fn demo() -> Self {
        Self::new(Server::demo(), START)
    }

    /// The human with the phone, now.
    pub fn phone(&mut self) -> Phone<'_> {
        self.server.phone(self.now)
    }

    /// The virtual time.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Starts an exchange; its reply comes from [`wait`](Self::wait) or [`poll`](Self::poll).
    pub fn start(&mut self, request: Request) {
        self.requests += 1;
        let (id, endpoint) = (request.id, request.endpoint);
        if self.cut {
            self.fail(id, FailureKind::Connect, Sent::No);
            return;
        }
        match self.server.handle(self.now, plain(request.http)) {
            Answer::Now(response) => self.arrive((id, endpoint), response),
            Answer::Held(hold) => {
                self.held.insert(hold, (id, endpoint));
            }
            Answer::Drop => self.fail(id, FailureKind::Closed, Sent::Maybe),
        }
    }

    /// Gives an exchange up.
    pub fn abort(&mut self, id: RequestId) {
        let hold = self.held.iter().find(|(_, held)| held.0 == id).map(|(hold, _)| *hold);
        if let Some(hold) = hold {
            self.held.remove(&hold);
            self.server.abandon(hold);
        }
    }

    /// Gives every exchange up, as the end of a process does.
    pub fn break_off(&mut self) {
        for hold in std::mem::take(&mut self.held).into_keys() {
            self.server.abandon(hold);
        }
        self.arriving.clear();
    }

    /// Lets time pass until a reply arrives, at most until `deadline`. With neither, nothing will ever happen: `None`
    /// at the present time.
    pub fn wait(&mut self, deadline: Option<Timestamp>) -> Option<Reply> {
        loop {
            if let Some(reply) = self.poll() {
                return Some(reply);
            }
            let next = self.next_at().into_iter().chain(deadline).min()?;
            self.advance_to(next);
            if deadline.is_some_and(|deadline| deadline <= self.now) {
                return self.poll();
            }
        }
    }

    /// A reply that has arrived by now.
    pub fn poll(&mut self) -> Option<Reply> {
        if self.cut {
            for (hold, (id, _)) in std::mem::take(&mut self.held) {
                self.server.abandon(hold);
                self.fail(id, FailureKind::Closed, Sent::Maybe);
            }
        }
        while let Some((hold, response)) = self.server.poll(self.now) {
            if let Some(asked) = self.held.remove(&hold) {
                self.arrive(asked, response);
            }
        }
        while let Some(hold) = self.server.poll_lost() {
            if let Some((id, _)) = self.held.remove(&hold) {
                self.fail(id, FailureKind::Closed, Sent::Maybe);
            }
        }
        let due = self.arriving.iter().position(|(at, _)| *at <= self.now)?;
        Some(self.arriving.remove(due).1)
    }

    /// When the next reply may be there.
    pub fn next_at(&self) -> Option<Timestamp> {
        self.arriving.iter().map(|(at, _)| *at).chain(self.server.deadline()).min()
    }

    /// Lets time pass; a time that is not later lets one millisecond pass.
    pub fn advance_to(&mut self, at: Timestamp) {
        self.now = at.max(self.now + Duration::from_millis(1));
    }

    fn arrive(&mut self, (id, endpoint): (RequestId, Endpoint), response: http::Response<Bytes>) {
        let (head, body) = response.into_parts();
        let body = self.edit.and_then(|edit| edit(endpoint, &body)).map_or(body, Bytes::from);
        self.arriving.push((self.now + self.latency, Reply::collected(id, head, body)));
    }

    fn fail(&mut self, id: RequestId, kind: FailureKind, sent: Sent) {
        let failure = Failure { kind, sent, received: 0 };
        self.arriving.push((self.now + self.latency, Reply::failed(id, failure)));
    }
}

/// A request as the simulated server takes it.
///
/// ```
/// use wx_proto::Body;
/// use wx_testkit::io::plain;
///
/// let request = http::Request::post("https://wx2.qq.com/").body(Body::Bytes("{}".into()))?;
/// assert_eq!(plain(request).body(), "{}");
/// # Ok::<(), http::Error>(())
/// ```
pub fn plain(request: http::Request<Body>) -> http::Request<Bytes> {
    request.map(|body| match body {
        Body::Empty => Bytes::new(),
        Body::Bytes(bytes) => bytes,
    })
}
