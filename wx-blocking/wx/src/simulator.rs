//! The simulated accounts behind the loopback listener.

use bytes::Bytes;
use http::{Request, Response};
use wx_proto::Timestamp;
use wx_testkit::{
    listener::Service,
    server::{Accounts, Answer, HoldId},
};

/// What is called when something changed that has to survive a restart.
pub(crate) type OnChange = Box<dyn FnMut(&Accounts, ChangedBy) + Send>;

/// What changed an account.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ChangedBy {
    /// Somebody who drives the simulator, and relies on it once it is answered.
    Command,
    Request,
}

/// [`Accounts`] for a listener; its changes are kept before anyone sees them.
pub(crate) struct SimulatedService {
    accounts: Accounts,
    on_change: OnChange,
}

impl SimulatedService {
    pub(crate) const fn new(accounts: Accounts, on_change: OnChange) -> Self {
        Self { accounts, on_change }
    }

    pub(crate) const fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// Changes the accounts.
    pub(crate) fn change<T>(&mut self, change: impl FnOnce(&mut Accounts) -> T) -> T {
        let result = change(&mut self.accounts);
        (self.on_change)(&self.accounts, ChangedBy::Command);
        result
    }
}

impl Service for SimulatedService {
    fn handle(&mut self, now: Timestamp, request: Request<Bytes>) -> Answer {
        let is_poll = POLLS.iter().any(|poll| request.uri().path().ends_with(poll));
        let answer = self.accounts.handle(now, request);
        if !is_poll {
            (self.on_change)(&self.accounts, ChangedBy::Request);
        }
        answer
    }

    fn poll(&mut self, now: Timestamp) -> Option<(HoldId, Response<Bytes>)> {
        self.accounts.poll(now)
    }

    fn poll_lost(&mut self) -> Option<HoldId> {
        self.accounts.poll_lost()
    }

    fn deadline(&self) -> Option<Timestamp> {
        self.accounts.deadline()
    }

    fn abandon(&mut self, id: HoldId) {
        self.accounts.abandon(id);
    }
}

/// Polls change nothing that lasts; they only count themselves.
const POLLS: [&str; 2] = ["/login", "/synccheck"];
