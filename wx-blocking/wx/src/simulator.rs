//! The simulated server behind the loopback listener.

use bytes::Bytes;
use http::{Request, Response};
use wx_proto::Timestamp;
use wx_testkit::{
    listener::Service,
    server::{Answer, HoldId, Server},
};

/// What is called when something changed that has to survive a restart.
pub(crate) type OnChange = Box<dyn FnMut(&Server, ChangedBy) + Send>;

/// What changed the server.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ChangedBy {
    /// Somebody who drives the simulator, and relies on it once it is answered.
    Command,
    Request,
}

/// A [`Server`] for a listener; its changes are kept before anyone sees them.
pub(crate) struct SimulatedService {
    server: Server,
    on_change: OnChange,
}

impl SimulatedService {
    pub(crate) const fn new(server: Server, on_change: OnChange) -> Self {
        Self { server, on_change }
    }

    pub(crate) const fn server(&self) -> &Server {
        &self.server
    }

    /// Changes the server.
    pub(crate) fn change<T>(&mut self, change: impl FnOnce(&mut Server) -> T) -> T {
        let result = change(&mut self.server);
        (self.on_change)(&self.server, ChangedBy::Command);
        result
    }
}

impl Service for SimulatedService {
    fn handle(&mut self, now: Timestamp, request: Request<Bytes>) -> Answer {
        let is_poll = POLLS.iter().any(|poll| request.uri().path().ends_with(poll));
        let answer = self.server.handle(now, request);
        if !is_poll {
            (self.on_change)(&self.server, ChangedBy::Request);
        }
        answer
    }

    fn poll(&mut self, now: Timestamp) -> Option<(HoldId, Response<Bytes>)> {
        self.server.poll(now)
    }

    fn poll_lost(&mut self) -> Option<HoldId> {
        self.server.poll_lost()
    }

    fn deadline(&self) -> Option<Timestamp> {
        self.server.deadline()
    }

    fn abandon(&mut self, id: HoldId) {
        self.server.abandon(id);
    }
}

/// Polls change nothing that lasts; they only count themselves.
const POLLS: [&str; 2] = ["/login", "/synccheck"];
