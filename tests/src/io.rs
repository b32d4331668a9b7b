//! The network between a client and the simulated server, the disk beside it, and the clock of both: what a driver's HTTP
//! library, files and clock are in the real world.

mod cut;
mod files;
mod passing;
mod sinks;

use std::{collections::BTreeMap, time::Duration};

use bytes::Bytes;
use http::Response;
use wx_proto::{
    Body, Endpoint, Expect, Failure, FailureKind, Reply, Request, RequestId, Route, Sent, Timestamp,
};

use self::{cut::Cuts, passing::Passing};
use crate::{
    runner::START,
    server::{Answer, HoldId, MediaBody, Phone, Server},
};

pub use self::{
    cut::CutAt,
    files::{Files, VirtualFile},
    sinks::Sinks,
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
    /// Bytes a second of files and streamed replies; `None` takes no time for them.
    pub rate: Option<u64>,
    /// The files that requests send.
    pub files: Files,
    /// Where streamed replies go.
    pub sinks: Sinks,
    /// Changes the body of a reply; `None` leaves it as it is.
    pub edit: Option<Edit>,
    now: Timestamp,
    held: BTreeMap<HoldId, Asked>,
    arriving: Vec<(Timestamp, Reply)>,
    cuts: Cuts,
    passing: Passing,
}

/// An exchange under way.
#[derive(Clone, Copy, Debug)]
struct Asked {
    id: RequestId,
    endpoint: Endpoint,
    expect: Expect,
    /// Where its reply breaks off.
    cut: Option<u64>,
    /// When the last byte of its request is out.
    sent_at: Timestamp,
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
            rate: None,
            files: Files::default(),
            sinks: Sinks::default(),
            edit: None,
            now,
            held: BTreeMap::new(),
            arriving: Vec::new(),
            cuts: Cuts::default(),
            passing: Passing::default(),
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
        let Request { id, endpoint, expect, http, .. } = request;
        if self.cut {
            self.fail(id, FailureKind::Connect, Sent::No, 0);
            return;
        }
        let (file, length) = match http.body() {
            Body::Upload { file, .. } => (file.len, http.body().len()),
            Body::Empty | Body::Bytes(_) => (0, http.body().len()),
        };
        let http = match self.files.plain(http) {
            Ok(http) => http,
            Err(kind) => {
                self.fail(id, kind, Sent::No, 0);
                return;
            }
        };
        let cut = self.cuts.take(endpoint);
        if let Some(CutAt::Request(bytes)) = cut
            && bytes < length
        {
            let sent = if bytes == 0 { Sent::No } else { Sent::Maybe };
            self.fail(id, FailureKind::Closed, sent, 0);
            return;
        }
        let sent_at = self.pass(id, self.now, file);
        let cut = match cut {
            None => None,
            Some(CutAt::Request(_)) => Some(0),
            Some(CutAt::Reply(bytes)) => Some(bytes),
        };
        let asked = Asked { id, endpoint, expect, cut, sent_at };
        match self.server.handle(self.now, http) {
            Answer::Now(response) => self.arrive(asked, response, Duration::ZERO),
            Answer::Streamed(response) => self.stream(asked, response),
            Answer::Held(hold) => {
                self.held.insert(hold, asked);
            }
            Answer::Drop => self.fail(id, FailureKind::Closed, Sent::Maybe, 0),
        }
    }

    /// Cuts the next exchange, or the next one of this endpoint. Several orders are used up in turn.
    pub fn cut_next(&mut self, endpoint: Option<Endpoint>, at: CutAt) {
        self.cuts.order(endpoint, at);
    }

    /// How far a file has come by now, for [`Client::progress`](wx_proto::Client::progress); call it until it gives `None`.
    pub fn progress(&mut self) -> Option<(RequestId, u64)> {
        self.passing.due(self.now)
    }

    /// Gives an exchange up.
    pub fn abort(&mut self, id: RequestId) {
        self.passing.end(id);
        let hold = self.held.iter().find(|(_, held)| held.id == id).map(|(hold, _)| *hold);
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
        self.passing = Passing::default();
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
            for (hold, asked) in std::mem::take(&mut self.held) {
                self.server.abandon(hold);
                self.fail(asked.id, FailureKind::Closed, Sent::Maybe, 0);
            }
        }
        while let Some((hold, response)) = self.server.poll(self.now) {
            if let Some(asked) = self.held.remove(&hold) {
                self.arrive(asked, response, Duration::ZERO);
            }
        }
        while let Some(hold) = self.server.poll_lost() {
            if let Some(asked) = self.held.remove(&hold) {
                self.fail(asked.id, FailureKind::Closed, Sent::Maybe, 0);
            }
        }
        let due = self.arriving.iter().position(|(at, _)| *at <= self.now)?;
        let reply = self.arriving.remove(due).1;
        self.passing.end(reply.id());
        Some(reply)
    }

    /// When the next reply may be there.
    pub fn next_at(&self) -> Option<Timestamp> {
        let arriving = self.arriving.iter().map(|(at, _)| *at);
        arriving.chain(self.server.deadline()).chain(self.passing.next_at()).min()
    }

    /// Lets time pass; a time that is not later lets one millisecond pass.
    pub fn advance_to(&mut self, at: Timestamp) {
        self.now = at.max(self.now + Duration::from_millis(1));
    }

    fn arrive(&mut self, asked: Asked, response: Response<Bytes>, slowness: Duration) {
        let Asked { id, endpoint, expect, cut, sent_at } = asked;
        let (head, body) = response.into_parts();
        let body = self.edit.and_then(|edit| edit(endpoint, &body)).map_or(body, Bytes::from);
        let start = sent_at.max(self.now) + self.latency + slowness;
        let streamed = matches!(expect.route(head.status, &head.headers), Route::Stream { .. });
        let whole = u64::try_from(body.len()).unwrap_or(u64::MAX);
        let reply = self.sinks.receive(id, expect, head, body, cut);
        let passed = cut.unwrap_or(whole).min(whole);
        let at = if streamed { self.pass(id, start, passed) } else { start };
        self.arriving.push((at, reply));
    }

    /// A reply that is made as it is read; it may break off or be slow of its own.
    fn stream(&mut self, mut asked: Asked, response: Response<MediaBody>) {
        let body = response.body();
        let cut = body.breaks_after().into_iter().chain(asked.cut).min();
        let pieces = body.len().div_ceil(u64::try_from(MediaBody::PIECE).unwrap_or(u64::MAX));
        let slowness = body.pause().saturating_mul(u32::try_from(pieces).unwrap_or(u32::MAX));
        asked.cut = cut;
        self.arrive(asked, response.map(|body| body.collect()), slowness);
    }

    /// Lets bytes of a file pass from `start` on; gives when the last one is through.
    fn pass(&mut self, id: RequestId, start: Timestamp, bytes: u64) -> Timestamp {
        let Some(rate) = self.rate.filter(|_| bytes > 0) else { return start };
        self.passing.begin(id, start, bytes, rate)
    }

    fn fail(&mut self, id: RequestId, kind: FailureKind, sent: Sent, received: u64) {
        let failure = Failure { kind, sent, received };
        self.arriving.push((self.now + self.latency, Reply::failed(id, failure)));
    }
}

/// A request as the simulated server takes it, for clients that send no files: a stretch of one is left out.
/// [`Files::plain`] puts it in.
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
        Body::Upload { prefix, suffix, .. } => [prefix, suffix].concat().into(),
    })
}
