//! The script that every driver must pass.
//!
//! The core is the same in all of them; what can differ is what a driver does with requests, replies, files, time and
//! events. [`run`] first gives the driver single requests, with timeouts of its own, for a server with wrong certificates
//! and one that falls silent, and for one that takes and sends files. Then it lets the driver log in to the simulated server behind TLS on loopback, receive, send,
//! restart and log out, while the network misbehaves, and looks at both ends: the events, and what reached the server.
//!
//! ```no_run
//! # use std::time::Duration;
//! # use wx_proto::{BatchId, Event, OpId, Reply, Request, UserName};
//! # use wx_testkit::conformance::{self, Driver, Target};
//! struct Mine;
//!
//! impl Driver for Mine {
//!     # fn login(&mut self) {}
//!     # fn next_event(&mut self, _: Duration) -> Option<Event> { None }
//!     # fn find(&mut self, _: &str) -> Option<UserName> { None }
//!     # fn ack(&mut self, _: BatchId) {}
//!     # fn send(&mut self, _: &UserName, _: &str) -> OpId { unimplemented!() }
//!     # fn send_file(&mut self, _: &UserName, _: wx_proto::OutgoingFile) -> OpId { unimplemented!() }
//!     # fn download(&mut self, _: &wx_proto::MediaRef, _: &std::path::Path) -> OpId { unimplemented!() }
//!     # fn cancel(&mut self, _: OpId) -> bool { false }
//!     # fn restart(&mut self) {}
//!     # fn logout(&mut self) {}
//!     # fn exchange(&mut self, _: Request) -> Reply { unimplemented!() }
//!     # fn abandon(&mut self, _: Request, _: Duration) {}
//!     # fn sink(&mut self, _: OpId, _: &std::path::Path) {}
//!     // ...
//! }
//!
//! conformance::run(|target: &Target| Mine);
//! ```

mod blocking;
mod exchange;
mod files;
mod script;
mod sending;
mod site;
mod stub;
mod watched;

use std::{net::SocketAddr, path::Path, time::Duration};

use wx_proto::{BatchId, Event, MediaRef, OpId, OutgoingFile, Reply, Request, UserName};

pub use exchange::CONNECT_TIMEOUT;

/// Where a driver finds the simulated server.
///
/// ```
/// use std::{fs, io, net::TcpStream};
/// use wx_testkit::conformance::Target;
///
/// /// What a driver makes of it: where to connect, and whom to trust.
/// fn connect(target: &Target) -> io::Result<TcpStream> {
///     fs::write("ca.pem", &target.ca_pem)?;
///     TcpStream::connect(target.address)
/// }
/// ```
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
/// Who hands [`Event::Checkpoint`] to the application stores the session in here and answers.
///
/// ```
/// use std::{path::Path, time::Duration};
/// use wx_proto::{BatchId, Event, MediaRef, OpId, OutgoingFile, Reply, Request, UserName};
/// use wx_testkit::conformance::Driver;
///
/// struct Mine {
///     // The core, the connections, the stored session.
/// }
///
/// impl Driver for Mine {
///     fn login(&mut self) { todo!() }
///     fn next_event(&mut self, timeout: Duration) -> Option<Event> { todo!() }
///     fn find(&mut self, name: &str) -> Option<UserName> { todo!() }
///     fn ack(&mut self, batch: BatchId) { todo!() }
///     fn send(&mut self, to: &UserName, text: &str) -> OpId { todo!() }
///     fn send_file(&mut self, to: &UserName, file: OutgoingFile) -> OpId { todo!() }
///     fn download(&mut self, media: &MediaRef, file: &Path) -> OpId { todo!() }
///     fn cancel(&mut self, op: OpId) -> bool { todo!() }
///     fn restart(&mut self) { todo!() }
///     fn logout(&mut self) { todo!() }
///     fn exchange(&mut self, request: Request) -> Reply { todo!() }
///     fn abandon(&mut self, request: Request, after: Duration) { todo!() }
///     fn sink(&mut self, op: OpId, file: &Path) { todo!() }
/// }
/// ```
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

    /// Accepts a file to send and does not wait for it either.
    fn send_file(&mut self, to: &UserName, file: OutgoingFile) -> OpId;

    /// Fetches a file, so that its bytes are there once [`Event::Done`] came.
    fn download(&mut self, media: &MediaRef, file: &Path) -> OpId;

    /// Gives a command up. False if it is over already.
    fn cancel(&mut self, op: OpId) -> bool;

    /// The process ends without a word to anyone, its connections with it. Another one goes on from what was stored, with
    /// [`LoginMethod::Auto`](wx_proto::LoginMethod::Auto).
    fn restart(&mut self);

    /// Ends the session; may wait for that.
    fn logout(&mut self);

    /// Runs one request with the code that runs those of the core, beside the core, and brings its reply back.
    fn exchange(&mut self, request: Request) -> Reply;

    /// Begins to run a request in the same way, and gives it up after so long, as
    /// [`Output::Abort`](wx_proto::Output::Abort) asks for.
    fn abandon(&mut self, request: Request, after: Duration);

    /// What [`exchange`](Self::exchange) has to stream for this command goes into this file, which is there.
    fn sink(&mut self, op: OpId, file: &Path);
}

/// A [`Driver`] with calls that do not block: for [`run_async`].
///
/// ```
/// use std::{path::Path, time::Duration};
/// use wx_proto::{BatchId, Event, MediaRef, OpId, OutgoingFile, Reply, Request, UserName};
/// use wx_testkit::conformance::AsyncDriver;
///
/// struct Mine {
///     // The core, the connections, the stored session.
/// }
///
/// impl AsyncDriver for Mine {
///     async fn login(&mut self) { todo!() }
///     async fn next_event(&mut self, timeout: Duration) -> Option<Event> { todo!() }
///     async fn find(&mut self, name: &str) -> Option<UserName> { todo!() }
///     async fn ack(&mut self, batch: BatchId) { todo!() }
///     async fn send(&mut self, to: &UserName, text: &str) -> OpId { todo!() }
///     async fn send_file(&mut self, to: &UserName, file: OutgoingFile) -> OpId { todo!() }
///     async fn download(&mut self, media: &MediaRef, file: &Path) -> OpId { todo!() }
///     async fn cancel(&mut self, op: OpId) -> bool { todo!() }
///     async fn restart(&mut self) { todo!() }
///     async fn logout(&mut self) { todo!() }
///     async fn exchange(&mut self, request: Request) -> Reply { todo!() }
///     async fn abandon(&mut self, request: Request, after: Duration) { todo!() }
///     async fn sink(&mut self, op: OpId, file: &Path) { todo!() }
/// }
/// ```
pub trait AsyncDriver {
    /// As [`Driver::login`].
    fn login(&mut self) -> impl Future<Output = ()>;

    /// As [`Driver::next_event`].
    fn next_event(&mut self, timeout: Duration) -> impl Future<Output = Option<Event>>;

    /// As [`Driver::find`].
    fn find(&mut self, name: &str) -> impl Future<Output = Option<UserName>>;

    /// As [`Driver::ack`].
    fn ack(&mut self, batch: BatchId) -> impl Future<Output = ()>;

    /// As [`Driver::send`].
    fn send(&mut self, to: &UserName, text: &str) -> impl Future<Output = OpId>;

    /// As [`Driver::send_file`].
    fn send_file(&mut self, to: &UserName, file: OutgoingFile) -> impl Future<Output = OpId>;

    /// As [`Driver::download`].
    fn download(&mut self, media: &MediaRef, file: &Path) -> impl Future<Output = OpId>;

    /// As [`Driver::cancel`].
    fn cancel(&mut self, op: OpId) -> impl Future<Output = bool>;

    /// As [`Driver::restart`].
    fn restart(&mut self) -> impl Future<Output = ()>;

    /// As [`Driver::logout`].
    fn logout(&mut self) -> impl Future<Output = ()>;

    /// As [`Driver::exchange`].
    fn exchange(&mut self, request: Request) -> impl Future<Output = Reply>;

    /// As [`Driver::abandon`].
    fn abandon(&mut self, request: Request, after: Duration) -> impl Future<Output = ()>;

    /// As [`Driver::sink`].
    fn sink(&mut self, op: OpId, file: &Path) -> impl Future<Output = ()>;
}

/// Runs the script: single requests, then a session with whole replies, then a shorter one with replies in small pieces. `make`
/// makes a driver that is not logged in and has no stored session. No wait is longer than 20 s; all of it takes
/// about as long.
///
/// ```
/// use wx_testkit::conformance::{self, Driver, Target};
///
/// /// The test of a driver.
/// fn the_driver_conforms<D: Driver>(connect_to: impl FnMut(&Target) -> D) {
///     conformance::run(connect_to);
/// }
/// ```
///
/// # Panics
/// If the driver does not do what it must; the message says what, and which events came before.
pub fn run<D: Driver>(mut make: impl FnMut(&Target) -> D) {
    blocking::ready(run_async(async |target: &Target| blocking::Blocking(make(target))));
}

/// [`run`] for a driver with async calls, on any runtime. The script itself sets no timers. It blocks the thread for a moment
/// where it starts and stops its servers, which have threads of their own.
///
/// ```
/// use wx_testkit::conformance::{self, AsyncDriver, Target};
///
/// /// The test of a driver on smol; any other runtime will do.
/// fn the_driver_conforms<D: AsyncDriver>(connect_to: fn(&Target) -> D) {
///     smol::block_on(conformance::run_async(async |target: &Target| connect_to(target)));
/// }
/// ```
///
/// # Panics
/// As [`run`].
pub async fn run_async<D: AsyncDriver>(mut make: impl AsyncFnMut(&Target) -> D) {
    let stub = stub::Stub::start();
    let driver = make(&stub.target()).await;
    exchange::check(driver, stub).await;
    let stub = stub::Stub::start();
    let driver = make(&stub.target()).await;
    files::Files::new(driver, stub).check().await;
    let site = site::Site::new(None);
    let driver = make(&site.target()).await;
    script::Script::new(driver, site).run().await;
    let site = site::Site::new(Some(1));
    let driver = make(&site.target()).await;
    script::Script::new(driver, site).run_in_pieces().await;
}
