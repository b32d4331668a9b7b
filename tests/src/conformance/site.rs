//! The watched server behind TLS on loopback.

use std::time::Duration;

use wx_proto::{Endpoint, Timestamp};

use super::{
    Target,
    watched::{Shared, Twist, Watched},
};
use crate::{
    listener::{Ca, Listener, ListenerOptions},
    server::{Account, Phone, Resource, Server, ServerConfig},
};

/// No step takes longer.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);
/// How long polls are held at first. A send that waited for the end of one would wait this long, and be noticed.
pub(super) const LONG_HOLD: Duration = Duration::from_secs(8);
/// How long they are held later.
pub(super) const SHORT_HOLD: Duration = Duration::from_millis(300);

/// A server that can be closed and opened again.
pub(super) struct Site {
    shared: Shared,
    listener: Option<Listener<Shared>>,
    options: ListenerOptions,
    target: Target,
}

impl Site {
    /// A server whose phone scans and confirms by itself.
    pub(super) fn new(pieces: Option<u64>) -> Self {
        let mut config = ServerConfig::web();
        config.hold = LONG_HOLD;
        config.scan_after = Some(Duration::from_millis(50));
        config.confirm_after = Some(Duration::from_millis(50));
        let shared = Shared::new(Watched::new(Server::new(config, Account::demo(), 7)));
        let ca = Ca::generate().expect("a key for the CA");
        let ca_pem = ca.cert_pem.clone();
        let options = ListenerOptions { ca: Some(ca), pieces, ..Default::default() };
        let listener = Listener::start(shared.clone(), options.clone()).expect("a free port");
        let target = Target { address: listener.address(), ca_pem };
        let options = ListenerOptions { port: listener.port(), ..options };
        Self { shared, listener: Some(listener), options, target }
    }

    pub(super) fn target(&self) -> Target {
        self.target.clone()
    }

    /// Breaks every connection; from now on they are refused.
    pub(super) fn close(&mut self) {
        self.listener = None;
    }

    /// Listens again where it did.
    pub(super) fn open(&mut self) {
        let options = self.options.clone();
        self.listener = Some(Listener::start(self.shared.clone(), options).expect("the port is still free"));
    }

    /// Looks at the server, or changes it; answers that become due by it go out.
    pub(super) fn with<T>(&self, look: impl FnOnce(&mut Watched, Timestamp) -> T) -> T {
        self.listener().with(|shared, now| look(&mut shared.lock(), now))
    }

    pub(super) fn phone<T>(&self, act: impl FnOnce(&mut Phone<'_>) -> T) -> T {
        self.with(|watched, now| act(&mut watched.server.phone(now)))
    }

    pub(super) fn twist(&self, endpoint: Endpoint, twist: Twist) {
        self.with(|watched, _| watched.twist(endpoint, twist));
    }

    /// Breaks the next reply off after so many bytes of its body.
    pub(super) fn cut_next_reply(&self, bytes: usize) {
        self.listener().cut_next_reply(bytes);
    }

    pub(super) fn requests(&self, resource: impl Into<Resource>) -> u64 {
        self.with(|watched, _| watched.server.record().requests(resource))
    }

    fn listener(&self) -> &Listener<Shared> {
        self.listener.as_ref().expect("the server is open")
    }
}
