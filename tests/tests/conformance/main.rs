//! The driver of wx-proto's tokio example passes the script for drivers. It is the example's own code.

#[path = "../../../wx-proto/examples/tokio/driver.rs"]
mod driver;

use std::time::Duration;

use tokio::{runtime::Runtime, sync::mpsc, time::timeout};
use wx_proto::{BatchId, Client, Config, Event, Found, LoginMethod, OpId, Outgoing, SendOptions, UserName};
use wx_testkit::conformance::{self, Driver, Target};

use driver::{Clock, Handle, Net};

/// The driver on a runtime of its own, with calls that block.
struct Adapter {
    runtime: Runtime,
    handle: Handle,
    events: mpsc::Receiver<Event>,
}

impl Adapter {
    fn new(target: &Target) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let clock = Clock::new();
        let client = Client::new(Config::default(), 7, clock.now());
        let net =
            Net::new(Some(target.address), Some(target.ca_pem.as_bytes())).expect("a usable certificate");
        let (handle, events) = runtime.block_on(async { driver::spawn(client, clock, net) });
        Self { runtime, handle, events }
    }

    fn with<T: Send + 'static>(&self, command: impl FnOnce(&mut Client) -> T + Send + 'static) -> T {
        self.runtime.block_on(self.handle.with(command)).expect("the loop runs")
    }
}

impl Driver for Adapter {
    fn login(&mut self) {
        self.with(|client| client.login(LoginMethod::Qr)).expect("nobody is logged in");
    }

    fn next_event(&mut self, wait: Duration) -> Option<Event> {
        let event = self.runtime.block_on(async { timeout(wait, self.events.recv()).await.ok()? })?;
        if let Event::Checkpoint { .. } = event {
            self.with(|client| {
                let session = client.session().expect("there is something to store");
                serde_json::to_vec(&session).expect("a session is JSON");
                client.stored(session.revision());
            });
        }
        Some(event)
    }

    fn find(&mut self, name: &str) -> Option<UserName> {
        let name = name.to_owned();
        match self.with(move |client| client.contacts().find(&name)) {
            Found::One(found) => Some(found),
            Found::Ambiguous(_) | Found::None => None,
        }
    }

    fn ack(&mut self, batch: BatchId) {
        self.with(move |client| client.ack(batch)).expect("an open batch");
    }

    fn send(&mut self, to: &UserName, text: &str) -> OpId {
        let (to, text) = (to.clone(), Outgoing::text(text));
        self.with(move |client| client.send(&to, text, SendOptions::default())).expect("online")
    }

    fn cancel(&mut self, op: OpId) -> bool {
        self.with(move |client| client.cancel(op))
    }

    fn logout(&mut self) {
        self.with(Client::logout).expect("online");
    }
}

#[test]
fn the_tokio_driver_passes() {
    conformance::run(Adapter::new);
}
