//! The script that every driver must pass.
//!
//! The core is the same in all of them; what can differ is what a driver does with requests, replies, time and
//! events. [`run`] lets a driver log in to the simulated server behind TLS on loopback, receive, send and log out,
//! while the network misbehaves, and looks at both ends: the events, and what reached the server.
//!
//! ```no_run
//! # use std::time::Duration;
//! # use wx_proto::{BatchId, Event, OpId, UserName};
//! # use wx_testkit::conformance::{self, Driver, Target};
//! struct Mine;
//!
//! impl Driver for Mine {
//!     # fn login(&mut self) {}
//!     # fn next_event(&mut self, _: Duration) -> Option<Event> { None }
//!     # fn find(&mut self, _: &str) -> Option<UserName> { None }
//!     # fn ack(&mut self, _: BatchId) {}
//!     # fn send(&mut self, _: &UserName, _: &str) -> OpId { unimplemented!() }
//!     # fn cancel(&mut self, _: OpId) -> bool { false }
//!     # fn logout(&mut self) {}
//!     // ...
//! }
//!
//! conformance::run(|target: &Target| Mine);
//! ```

mod script;
mod site;
mod watched;

use std::{net::SocketAddr, time::Duration};

use wx_proto::{BatchId, Event, OpId, UserName};

/// Where a driver finds the simulated server.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Target {
    /// Every connection goes there; URL, `Host` and TLS name stay as they are.
    pub address: SocketAddr,
    /// The certificate to trust, in PEM.
    pub ca_pem: String,
}

/// A driver and its core, with the web profile and the default configuration. Calls may block for a moment, and
/// panic if the driver refuses them: the script makes none that it may refuse.
///
/// Who hands [`Event::Checkpoint`] to the application answers it in here; the script does nothing with it.
pub trait Driver {
    /// Starts a login with a QR code.
    fn login(&mut self);

    /// The next event, `None` if there is none in time.
    fn next_event(&mut self, timeout: Duration) -> Option<Event>;

    /// The chat of that name.
    fn find(&mut self, name: &str) -> Option<UserName>;

    /// Acknowledges a batch.
    fn ack(&mut self, batch: BatchId);

    /// Accepts a text to send and does not wait for it: its end comes as [`Event::Done`].
    fn send(&mut self, to: &UserName, text: &str) -> OpId;

    /// Gives a send up. False if it is over already.
    fn cancel(&mut self, op: OpId) -> bool;

    /// Ends the session; may wait for that.
    fn logout(&mut self);
}

/// Runs the script, first with whole replies, then with replies in small pieces. `make` makes a driver that is not
/// logged in and has no stored session. No wait is longer than 20 s.
///
/// # Panics
/// If the driver does not do what it must; the message says what, and which events came before.
pub fn run<D: Driver>(mut make: impl FnMut(&Target) -> D) {
    for pieces in [None, Some(1)] {
        let site = site::Site::new(pieces);
        let driver = make(&site.target());
        script::Script::new(driver, site).run();
    }
}
