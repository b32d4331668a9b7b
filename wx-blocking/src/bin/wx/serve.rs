//! The simulated server behind the loopback listener.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Request, Response};
use wx_proto::Timestamp;
use wx_testkit::{
    listener::{Answer, HoldId, Service},
    server::{self, Server},
};

/// What is called when something changed that has to survive a restart.
pub(crate) type OnChange = Box<dyn FnMut(&Server) + Send>;

/// A [`Server`] that a listener can serve.
pub(crate) struct Served {
    server: Server,
    on_change: OnChange,
    /// The listener's number of each held poll.
    holds: BTreeMap<server::HoldId, u64>,
    next_hold: u64,
}

impl Served {
    pub(crate) const fn new(server: Server, on_change: OnChange) -> Self {
        Self { server, on_change, holds: BTreeMap::new(), next_hold: 0 }
    }

    pub(crate) const fn server(&self) -> &Server {
        &self.server
    }

    /// Changes the server and has that kept before anyone sees it.
    pub(crate) fn change<T>(&mut self, change: impl FnOnce(&mut Server) -> T) -> T {
        let result = change(&mut self.server);
        (self.on_change)(&self.server);
        result
    }
}

impl Service for Served {
    fn handle(&mut self, now: Timestamp, request: Request<Bytes>) -> Answer {
        let keep = !POLLS.iter().any(|poll| request.uri().path().ends_with(poll));
        let answer = match self.server.handle(now, request) {
            server::Answer::Now(response) => Answer::Now(response),
            server::Answer::Drop => Answer::Drop,
            server::Answer::Held(id) => {
                self.next_hold += 1;
                self.holds.insert(id, self.next_hold);
                Answer::Held(HoldId(self.next_hold))
            }
        };
        if keep {
            (self.on_change)(&self.server);
        }
        answer
    }

    fn poll(&mut self, now: Timestamp) -> Option<(HoldId, Response<Bytes>)> {
        let (id, response) = self.server.poll(now)?;
        // Every held poll was given a number above.
        let number = self.holds.remove(&id).unwrap_or_default();
        Some((HoldId(number), response))
    }

    fn deadline(&self) -> Option<Timestamp> {
        self.server.deadline()
    }

    fn abandon(&mut self, id: HoldId) {
        let held = self.holds.iter().find(|(_, number)| **number == id.0).map(|(held, _)| *held);
        if let Some(held) = held {
            self.holds.remove(&held);
            self.server.abandon(held);
        }
    }
}

/// Polls change nothing that lasts; they only count themselves.
const POLLS: [&str; 2] = ["/login", "/synccheck"];
