//! The driver of the smol example, and what is planted in it to break it.

#[path = "../../../wx-proto/examples/smol/driver.rs"]
mod driver;

use std::{
    path::Path,
    pin::Pin,
    thread::{self, JoinHandle},
    time::Duration,
};

use rustls::ClientConfig;
use smol::{
    Timer,
    channel::{self, Receiver, Sender},
    future,
};
use wx_proto::{
    BatchId, Client, CommandError, Config, Event, Found, LoginMethod, MediaRef, MediaVariant, OpId, Outgoing,
    OutgoingFile, Reply, Request, SendOptions, UserName,
};
use wx_testkit::conformance::{self, Driver, Target};

use driver::Command;
pub(crate) use driver::{Net, Progress};

/// The parts that a broken driver has in place of its own.
#[derive(Clone, Copy)]
pub(crate) struct Parts {
    /// The TLS set-up that trusts this certificate.
    pub(crate) tls: fn(&str) -> ClientConfig,
    /// Runs a request.
    pub(crate) exchange: fn(Net, Request, Progress) -> Exchange,
    /// Stores a session in the place of what was stored before.
    pub(crate) store: fn(&mut Option<Vec<u8>>, Vec<u8>),
}

pub(crate) type Exchange = Pin<Box<dyn Future<Output = Reply>>>;

/// The driver as it is.
pub(crate) const SOUND: Parts = Parts {
    tls: |ca_pem| driver::tls(Some(ca_pem.as_bytes())).expect("a usable certificate"),
    exchange: |net, request, progress| Box::pin(net.exchange(request, progress)),
    store: |stored, session| *stored = Some(session),
};

/// The driver on a thread of its own.
pub(crate) struct Adapter {
    parts: Parts,
    net: Net,
    commands: Sender<Command>,
    events: Receiver<Event>,
    thread: Option<JoinHandle<()>>,
    stored: Option<Vec<u8>>,
}

impl Adapter {
    pub(crate) fn new(target: &Target, parts: Parts) -> Self {
        let net = Net::new(Some(target.address), (parts.tls)(&target.ca_pem));
        // Until it is started.
        let (commands, events) = (channel::unbounded().0, channel::unbounded().1);
        let mut adapter = Self { parts, net, commands, events, thread: None, stored: None };
        adapter.start();
        adapter
    }

    fn start(&mut self) {
        let (config, seed, now) = (Config::default(), 7, driver::read_clocks().wall);
        let client = match &self.stored {
            Some(stored) => {
                let session = serde_json::from_slice(stored).expect("what was stored");
                Client::restore(session, config, seed, now)
            }
            None => Client::new(config, seed, now),
        };
        let (net, exchange) = (self.net.clone(), self.parts.exchange);
        let (to_driver, commands) = channel::unbounded();
        let (to_application, events) = channel::unbounded();
        (self.commands, self.events) = (to_driver, events);
        self.thread = Some(thread::spawn(move || {
            let exchange = move |request, progress| exchange(net.clone(), request, progress);
            smol::block_on(driver::run(client, exchange, commands, to_application));
        }));
    }

    fn stop(&mut self) {
        self.commands.close();
        self.thread.take().map(JoinHandle::join).transpose().expect("the loop does not panic");
    }

    fn with<T: Send + 'static>(&self, command: impl FnOnce(&mut Client) -> T + Send + 'static) -> T {
        let (to_caller, result) = channel::bounded(1);
        let command = move |client: &mut Client| {
            to_caller.try_send(command(client)).expect("the caller waits");
        };
        self.commands.try_send(Box::new(command)).expect("the loop runs");
        result.recv_blocking().expect("the loop runs")
    }
}

impl Drop for Adapter {
    fn drop(&mut self) {
        self.commands.close();
        // A panic of the loop was already printed.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

impl Driver for Adapter {
    fn login(&mut self) {
        self.with(|client| client.login(LoginMethod::Qr)).expect("nobody is logged in");
    }

    fn next_event(&mut self, timeout: Duration) -> Option<Event> {
        let late = async {
            Timer::after(timeout).await;
            None
        };
        let event = smol::block_on(future::or(async { self.events.recv().await.ok() }, late))?;
        if let Event::Checkpoint { .. } = event {
            let session = self.with(|client| client.session()).expect("there is something to store");
            let bytes = serde_json::to_vec(&session).expect("a session is JSON");
            (self.parts.store)(&mut self.stored, bytes);
            self.with(move |client| client.stored(session.revision()));
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

    fn send_file(&mut self, to: &UserName, file: OutgoingFile) -> OpId {
        let (to, file) = (to.clone(), Outgoing::file(file));
        self.with(move |client| client.send(&to, file, SendOptions::default())).expect("online")
    }

    fn download(&mut self, media: &MediaRef, file: &Path) -> OpId {
        let (media, file, sinks) = (media.clone(), file.to_owned(), self.net.sinks.clone());
        let download = move |client: &mut Client| {
            let op = client.download(&media, MediaVariant::Full)?;
            sinks.insert(op, file);
            Ok::<_, CommandError>(op)
        };
        self.with(download).expect("online")
    }

    fn cancel(&mut self, op: OpId) -> bool {
        self.with(move |client| client.cancel(op))
    }

    fn restart(&mut self) {
        self.stop();
        self.start();
        self.with(|client| client.login(LoginMethod::Auto)).expect("nobody is logged in");
    }

    fn logout(&mut self) {
        self.with(Client::logout).expect("online");
    }

    fn exchange(&mut self, request: Request) -> Reply {
        smol::block_on((self.parts.exchange)(self.net.clone(), request, channel::unbounded().0))
    }

    fn abandon(&mut self, request: Request, after: Duration) {
        let exchange = (self.parts.exchange)(self.net.clone(), request, channel::unbounded().0);
        let late = async {
            Timer::after(after).await;
            None
        };
        let ended = smol::block_on(future::or(async { Some(exchange.await) }, late));
        assert!(ended.is_none(), "it ended too early: {ended:?}");
    }

    fn sink(&mut self, op: OpId, file: &Path) {
        self.net.sinks.insert(op, file.to_owned());
    }
}

#[test]
fn the_smol_driver_passes() {
    conformance::run(|target: &Target| Adapter::new(target, SOUND));
}
