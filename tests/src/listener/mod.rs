//! Any [`Service`] behind TLS on a port of 127.0.0.1.
//!
//! Clients reach it by sending every connection there (`--connect-to`) and trusting its CA; URL, `Host` and TLS
//! name stay those of the real hosts.

mod body;
mod ca;
mod connection;
mod cut;
mod hub;
mod pieces;
mod service;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
};

use tokio::{net::TcpListener, runtime, sync::oneshot};
use tokio_rustls::TlsAcceptor;
use wx_proto::Timestamp;

pub use ca::Ca;
pub use service::{Answer, HoldId, Service};

use connection::Connection;
use cut::Cut;
use hub::Hub;

/// How to listen; the default is a free port, a new CA and whole replies.
///
/// ```
/// use wx_testkit::{
///     listener::{Listener, ListenerOptions},
///     server::Server,
/// };
///
/// let first = Listener::start(Server::demo(), ListenerOptions::default())?;
/// // Another one that the same clients trust; its replies come in small pieces.
/// let options = ListenerOptions { ca: Some(first.ca().clone()), pieces: Some(1), ..ListenerOptions::default() };
/// let second = Listener::start(Server::demo(), options)?;
/// assert_eq!(first.ca_pem(), second.ca_pem());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "tests build it")]
pub struct ListenerOptions {
    /// The port; 0 takes a free one.
    pub port: u16,
    /// The CA to sign with; a new one if `None`.
    pub ca: Option<Ca>,
    /// Host names for the certificate beside the protocol's own.
    pub names: Vec<String>,
    /// A seed: replies then go out in random small pieces.
    pub pieces: Option<u64>,
}

/// A running listener; it stops when dropped.
///
/// ```
/// use wx_testkit::{
///     listener::{Listener, ListenerOptions},
///     server::Server,
/// };
///
/// let listener = Listener::start(Server::demo(), ListenerOptions::default())?;
/// println!("connect to {}, trust {}", listener.address(), listener.ca_pem());
/// // What the phone does while a client is connected.
/// listener.with(|server, now| server.phone(now).say("明哥", None, "hello"))?;
/// listener.stop();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Listener<S: Service> {
    hub: Arc<Hub<S>>,
    ca: Ca,
    cut: Arc<Cut>,
    accepted: Arc<AtomicU64>,
    address: SocketAddr,
    /// Dropping the sender ends the thread.
    thread: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl<S: Service + Send + 'static> Listener<S> {
    /// Listens and serves on a thread of its own.
    ///
    /// # Errors
    /// If the port is taken or the CA's key cannot be read.
    pub fn start(service: S, options: ListenerOptions) -> io::Result<Self> {
        let ca = match options.ca {
            Some(ca) => ca,
            None => Ca::generate().map_err(io::Error::other)?,
        };
        let tls = TlsAcceptor::from(Arc::new(ca.server_config(&options.names).map_err(io::Error::other)?));
        let socket = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))?;
        socket.set_nonblocking(true)?;
        let address = socket.local_addr()?;
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let (hub, cut) = (Arc::new(Hub::new(service)), Arc::new(Cut::default()));
        let (stop, stopped) = oneshot::channel();
        let accepted = Arc::new(AtomicU64::new(0));
        let serve = serve(socket, tls, hub.clone(), cut.clone(), accepted.clone(), options.pieces);
        let thread = thread::Builder::new().name("wx-listener".to_owned()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = serve => {}
                    _ = stopped => {}
                }
            });
        })?;
        Ok(Self { hub, ca, cut, accepted, address, thread: Some((stop, thread)) })
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The certificate that clients have to trust.
    pub fn ca_pem(&self) -> &str {
        &self.ca.cert_pem
    }

    /// The CA with its key, to be kept for the next start.
    pub fn ca(&self) -> &Ca {
        &self.ca
    }

    /// How many connections were accepted so far.
    pub fn connections(&self) -> u64 {
        self.accepted.load(Ordering::SeqCst)
    }

    /// Reads or changes the service; held answers that become due by it go out at once.
    pub fn with<R>(&self, change: impl FnOnce(&mut S, Timestamp) -> R) -> R {
        self.hub.with(change)
    }

    /// Breaks off the next reply, once, after `bytes` of its (encoded) body. A shorter reply stays whole.
    pub fn cut_next_reply(&self, bytes: usize) {
        self.cut.order(bytes);
    }

    /// Closes the port and every connection.
    pub fn stop(self) {
        drop(self);
    }
}

impl<S: Service> Drop for Listener<S> {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.thread.take() {
            drop(stop);
            // A panic of the thread was already printed.
            let _ = thread.join();
        }
    }
}

async fn serve<S: Service + Send + 'static>(
    socket: std::net::TcpListener,
    tls: TlsAcceptor,
    hub: Arc<Hub<S>>,
    cut: Arc<Cut>,
    accepted: Arc<AtomicU64>,
    pieces: Option<u64>,
) {
    let Ok(socket) = TcpListener::from_std(socket) else { return };
    let answers = hub.clone();
    tokio::spawn(async move { answers.run().await });
    loop {
        // Accepting fails for a moment when the process is out of file descriptors.
        let Ok((stream, _)) = socket.accept().await else {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            continue;
        };
        let number = accepted.fetch_add(1, Ordering::SeqCst);
        let pieces = pieces.map(|seed| seed.wrapping_add(number << 1));
        let connection = Connection { hub: hub.clone(), tls: tls.clone(), cut: cut.clone(), pieces };
        tokio::spawn(connection.serve(stream));
    }
}

#[cfg(test)]
mod tests;
