//! The driver of the tokio example.

#[path = "../../../wx-proto/examples/tokio/driver.rs"]
mod driver;

use std::{path::Path, time::Duration};

use tokio::{sync::mpsc, time::timeout};
use wx_proto::{
    BatchId, Body, Client, CommandError, Config, Endpoint, Event, Found, Lane, LoginMethod, MediaRef,
    MediaVariant, OpId, Outgoing, OutgoingFile, Reply, Request, RequestId, SendOptions, UserName,
};
use wx_testkit::{
    conformance::{self, AsyncDriver, CONNECT_TIMEOUT, Target},
    listener::{Listener, ListenerOptions},
    server::{Account, Server, ServerConfig},
};

use driver::{Handle, Net};

struct Adapter {
    net: Net,
    handle: Handle,
    events: mpsc::Receiver<Event>,
    /// The session as it was stored last.
    stored: Vec<u8>,
}

impl Adapter {
    fn new(target: &Target) -> Self {
        let ca_pem = Some(target.ca_pem.as_bytes());
        let net = Net::new(Some(target.address), ca_pem, CONNECT_TIMEOUT).expect("a usable certificate");
        let client = Client::new(Config::default(), 7, driver::read_clocks().wall);
        let (handle, events) = driver::spawn(client, net.clone());
        Self { net, handle, events, stored: Vec::new() }
    }

    async fn with<T: Send + 'static>(&self, command: impl FnOnce(&mut Client) -> T + Send + 'static) -> T {
        self.handle.with(command).await.expect("the loop runs")
    }
}

impl AsyncDriver for Adapter {
    async fn login(&mut self) {
        self.with(|client| client.login(LoginMethod::Qr)).await.expect("nobody is logged in");
    }

    async fn next_event(&mut self, wait: Duration) -> Option<Event> {
        let event = timeout(wait, self.events.recv()).await.ok()??;
        if let Event::Checkpoint { .. } = event {
            let store = |client: &mut Client| {
                let session = client.session().expect("there is something to store");
                client.stored(session.revision());
                serde_json::to_vec(&session).expect("a session is JSON")
            };
            self.stored = self.with(store).await;
        }
        Some(event)
    }

    async fn find(&mut self, name: &str) -> Option<UserName> {
        let name = name.to_owned();
        match self.with(move |client| client.contacts().find(&name)).await {
            Found::One(found) => Some(found),
            Found::Ambiguous(_) | Found::None => None,
        }
    }

    async fn ack(&mut self, batch: BatchId) {
        self.with(move |client| client.ack(batch)).await.expect("an open batch");
    }

    async fn send(&mut self, to: &UserName, text: &str) -> OpId {
        let (to, text) = (to.clone(), Outgoing::text(text));
        self.with(move |client| client.send(&to, text, SendOptions::default())).await.expect("online")
    }

    async fn send_file(&mut self, to: &UserName, file: OutgoingFile) -> OpId {
        let (to, file) = (to.clone(), Outgoing::file(file));
        self.with(move |client| client.send(&to, file, SendOptions::default())).await.expect("online")
    }

    async fn download(&mut self, media: &MediaRef, file: &Path) -> OpId {
        let (media, file, sinks) = (media.clone(), file.to_owned(), self.net.sinks.clone());
        let download = move |client: &mut Client| {
            let op = client.download(&media, MediaVariant::Full)?;
            sinks.insert(op, file);
            Ok::<_, CommandError>(op)
        };
        self.with(download).await.expect("online")
    }

    async fn cancel(&mut self, op: OpId) -> bool {
        self.with(move |client| client.cancel(op)).await
    }

    async fn restart(&mut self) {
        let session = serde_json::from_slice(&self.stored).expect("what was stored");
        let client = Client::restore(session, Config::default(), 8, driver::read_clocks().wall);
        (self.handle, self.events) = driver::spawn(client, self.net.clone());
        self.with(|client| client.login(LoginMethod::Auto)).await.expect("nobody is logged in");
    }

    async fn logout(&mut self) {
        self.with(Client::logout).await.expect("online");
    }

    async fn exchange(&mut self, request: Request) -> Reply {
        self.net.exchange(request, mpsc::channel(1).0).await
    }

    async fn abandon(&mut self, request: Request, after: Duration) {
        timeout(after, self.exchange(request)).await.expect_err("it ended too early");
    }

    async fn sink(&mut self, op: OpId, file: &Path) {
        self.net.sinks.insert(op, file.to_owned());
    }
}

/// As after a suspend.
#[tokio::test(flavor = "multi_thread")]
async fn an_emptied_pool_gives_no_connection_of_before() {
    let server = Server::new(ServerConfig::web(), Account::demo(), 7);
    let listener = Listener::start(server, ListenerOptions::default()).expect("a free port");
    let ca_pem = Some(listener.ca_pem().as_bytes());
    let mut net = Net::new(Some(listener.address()), ca_pem, CONNECT_TIMEOUT).expect("a usable certificate");
    let mut opened = Vec::new();
    for id in 1..=4 {
        let http = http::Request::get("https://wx.qq.com/").body(Body::Empty).expect("a request");
        let request = Request::new(RequestId::new(id), Endpoint::Init, Lane::Control, http, 1024);
        let reply = net.exchange(request, mpsc::channel(1).0);
        assert!(reply.await.received().is_ok());
        opened.push(listener.connections());
        // The pool takes a connection back in a task of its own.
        tokio::time::sleep(Duration::from_millis(50)).await;
        if id == 2 {
            net.empty_pool();
        }
    }
    assert_eq!(opened, [1, 1, 2, 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tokio_driver_passes() {
    conformance::run_async(async |target: &Target| Adapter::new(target)).await;
}
