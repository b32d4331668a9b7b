//! The simulated server with an eye on the driver: what it sends, what it holds open, what it gives up.

use std::{
    collections::BTreeMap,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, header};
use wx_proto::{Endpoint, Timestamp};

use crate::{
    listener::{Answer, HoldId, Service},
    server::{Resource, Server},
};

/// What is done with one reply.
#[derive(Debug)]
pub(super) enum Twist {
    /// It is held until it is released.
    Stall,
    /// This one goes out, and the request is not carried out.
    Instead(Response<Bytes>),
}

/// The server and what was seen of the driver.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) server: Server,
    twist: Option<(Resource, Twist)>,
    stalled: Option<(HoldId, Response<Bytes>)>,
    released: Option<(HoldId, Response<Bytes>)>,
    held: BTreeMap<HoldId, Resource>,
    /// Held requests whose connection was closed by the driver.
    pub(super) given_up: Vec<Resource>,
    /// Requests that are not as the core made them.
    pub(super) added: Vec<String>,
    /// The longest body answered at once.
    pub(super) longest: BTreeMap<Resource, usize>,
    stalls: u64,
}

impl Watched {
    pub(super) const fn new(server: Server) -> Self {
        Self {
            server,
            twist: None,
            stalled: None,
            released: None,
            held: BTreeMap::new(),
            given_up: Vec::new(),
            added: Vec::new(),
            longest: BTreeMap::new(),
            stalls: 0,
        }
    }

    /// Does that with the next reply of this endpoint.
    pub(super) fn twist(&mut self, endpoint: Endpoint, twist: Twist) {
        self.twist = Some((endpoint.into(), twist));
    }

    /// Lets the stalled reply go.
    pub(super) fn release(&mut self) {
        self.released = self.stalled.take();
    }

    pub(super) const fn has_stalled(&self) -> bool {
        self.stalled.is_some()
    }

    /// The poll that is held open for this endpoint.
    pub(super) fn held(&self, endpoint: Endpoint) -> Option<HoldId> {
        self.held.iter().find(|(_, of)| **of == endpoint.into()).map(|(id, _)| *id)
    }

    fn handle(&mut self, now: Timestamp, request: Request<Bytes>) -> Answer {
        let name = request.uri().path().rsplit('/').next().unwrap_or_default();
        let resource = Resource::named(name).unwrap_or(Resource::Page);
        self.look_at(resource, request.method(), request.headers());
        let twist = self.twist.take_if(|(wanted, _)| *wanted == resource).map(|(_, twist)| twist);
        if let Some(Twist::Instead(response)) = twist {
            return Answer::Now(response);
        }
        match (self.server.handle(now, request), twist) {
            (Answer::Now(response), Some(_)) => {
                self.stalls += 1;
                // The server counts its own from zero.
                let id = HoldId(u64::MAX - self.stalls);
                self.stalled = Some((id, response));
                self.held.insert(id, resource);
                Answer::Held(id)
            }
            (Answer::Now(response), None) => {
                let longest = self.longest.entry(resource).or_default();
                *longest = response.body().len().max(*longest);
                Answer::Now(response)
            }
            (Answer::Held(id), _) => {
                self.held.insert(id, resource);
                Answer::Held(id)
            }
            // Nothing of the script stalls one of these.
            (Answer::Streamed(response), _) => Answer::Streamed(response),
            (Answer::Drop, _) => Answer::Drop,
        }
    }

    /// The core sets every header but three; a driver adds those and nothing else.
    fn look_at(&mut self, resource: Resource, method: &Method, headers: &HeaderMap) {
        let mut wrong = |what: String| self.added.push(format!("{}: {what}", resource.name()));
        for name in headers.keys().filter(|name| !EXPECTED.contains(name)) {
            wrong(format!("a header {name}"));
        }
        for name in headers.keys().filter(|name| headers.get_all(*name).iter().count() > 1) {
            wrong(format!("{name} twice"));
        }
        // Files are asked for as they are.
        let coding = if resource == Endpoint::GetMedia.into() { "identity" } else { "gzip" };
        if headers.get(header::ACCEPT_ENCODING).is_none_or(|codings| codings != coding) {
            wrong("another accept-encoding".to_owned());
        }
        if method == Method::GET && headers.contains_key(header::CONTENT_LENGTH) {
            wrong("a body on a GET".to_owned());
        }
    }

    fn poll(&mut self, now: Timestamp) -> Option<(HoldId, Response<Bytes>)> {
        let due = mem::take(&mut self.released).or_else(|| self.server.poll(now));
        due.inspect(|(id, _)| {
            self.held.remove(id);
        })
    }

    fn abandon(&mut self, id: HoldId) {
        self.stalled.take_if(|(stalled, _)| *stalled == id);
        self.given_up.extend(self.held.remove(&id));
        self.server.abandon(id);
    }
}

/// Survives the listener, which the script closes and opens again.
#[derive(Clone, Debug)]
pub(super) struct Shared(Arc<Mutex<Watched>>);

impl Shared {
    pub(super) fn new(watched: Watched) -> Self {
        Self(Arc::new(Mutex::new(watched)))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Watched> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service for Shared {
    fn handle(&mut self, now: Timestamp, request: Request<Bytes>) -> Answer {
        self.lock().handle(now, request)
    }

    fn poll(&mut self, now: Timestamp) -> Option<(HoldId, Response<Bytes>)> {
        self.lock().poll(now)
    }

    fn poll_lost(&mut self) -> Option<HoldId> {
        let mut watched = self.lock();
        let lost = watched.server.poll_lost()?;
        watched.held.remove(&lost);
        Some(lost)
    }

    fn deadline(&self) -> Option<Timestamp> {
        self.lock().server.deadline()
    }

    fn abandon(&mut self, id: HoldId) {
        self.lock().abandon(id);
    }
}

/// What the core sets, and what is left to the driver.
const EXPECTED: [&header::HeaderName; 11] = [
    &header::ACCEPT,
    &header::ACCEPT_ENCODING,
    &header::CONTENT_TYPE,
    &header::COOKIE,
    &header::ORIGIN,
    &header::RANGE,
    &header::REFERER,
    &header::USER_AGENT,
    &header::CONNECTION,
    &header::CONTENT_LENGTH,
    &header::HOST,
];
