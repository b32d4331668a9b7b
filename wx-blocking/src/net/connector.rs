//! Connecting: ureq's own proxy and TCP steps, then TLS with one set-up for all connections.
//!
//! ureq's TLS step would not do: given per-request timeouts it builds its set-up, certificates and all, anew for
//! each connection; it trusts either the platform or given certificates, not both; and it does not say how far
//! it came.

use std::{
    fmt,
    io::{self, Read, Write},
    sync::Arc,
};

use rustls::{ClientConfig, ClientConnection, StreamOwned, pki_types::ServerName};
use ureq::{
    Error,
    http::Uri,
    unversioned::transport::{
        Buffers, ConnectProxyConnector, ConnectionDetails, Connector, LazyBuffers, NextTimeout,
        SocksConnector, TcpConnector, Transport,
    },
};

use super::{
    progress::{Progress, Stage},
    records::Records,
};

pub(super) struct AbortableConnector {
    pub(super) progress: Arc<Progress>,
    pub(super) tls: Arc<ClientConfig>,
    pub(super) proxy: Option<Uri>,
}

impl Connector<()> for AbortableConnector {
    type Out = Box<dyn Transport>;

    fn connect(&self, details: &ConnectionDetails<'_>, _: Option<()>) -> Result<Option<Self::Out>, Error> {
        if self.progress.keeps_to_standing() {
            return Err(Error::ConnectionFailed);
        }
        let socket = socket(&self.limited(details))?;
        // An http proxy is connected to through this connector too: that is not yet the connection.
        let to_proxy = self.proxy.as_ref() == Some(details.uri);
        let transport = if details.needs_tls() {
            self.progress.enter(Stage::Securing);
            self.secured(socket, details)?
        } else {
            socket
        };
        if to_proxy {
            return Ok(Some(transport));
        }
        self.progress.connected();
        Ok(Some(Box::new(Watched { transport, progress: self.progress.clone(), head: Vec::new() })))
    }
}

impl AbortableConnector {
    /// The same task with what is left of the time to connect.
    fn limited<'a>(&self, details: &ConnectionDetails<'a>) -> ConnectionDetails<'a> {
        ConnectionDetails {
            uri: details.uri,
            addrs: details.addrs.clone(),
            config: details.config,
            request_level: details.request_level,
            resolver: details.resolver,
            now: (details.current_time)(),
            timeout: self.timeout(details),
            current_time: details.current_time.clone(),
            run_connector: details.run_connector.clone(),
            register_shutdown: details.register_shutdown.clone(),
        }
    }

    fn timeout(&self, details: &ConnectionDetails<'_>) -> NextTimeout {
        let after = match self.progress.connect_left() {
            Some(left) => details.timeout.after.min(left.into()),
            None => details.timeout.after,
        };
        NextTimeout { after, ..details.timeout }
    }

    fn secured(
        &self,
        socket: Box<dyn Transport>,
        details: &ConnectionDetails<'_>,
    ) -> Result<Box<dyn Transport>, Error> {
        let host = details.uri.host().unwrap_or_default();
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let name = ServerName::try_from(host.to_owned()).map_err(|_| Error::Tls("not a server name"))?;
        let mut connection = ClientConnection::new(self.tls.clone(), name)?;
        let mut socket = Records::new(socket, details.current_time.clone());
        socket.set_timeout(self.timeout(details));
        // The whole handshake, so that its failure is told from that of the request.
        connection.complete_io(&mut socket)?;
        let buffers =
            LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        Ok(Box::new(Secured { buffers, stream: StreamOwned::new(connection, socket) }))
    }
}

fn socket(details: &ConnectionDetails<'_>) -> Result<Box<dyn Transport>, Error> {
    let chain =
        ().chain(SocksConnector::default())
            .chain(ConnectProxyConnector::default())
            .chain(TcpConnector::default());
    let transport = chain.connect(details, None)?.ok_or(Error::ConnectionFailed)?;
    Ok(Box::new(transport))
}

impl fmt::Debug for AbortableConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AbortableConnector").finish_non_exhaustive()
    }
}

/// TLS over another transport.
struct Secured {
    buffers: LazyBuffers,
    stream: StreamOwned<ClientConnection, Records>,
}

impl Transport for Secured {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.stream.get_mut().set_timeout(timeout);
        let output = self.buffers.output().get(..amount).unwrap_or_default();
        Ok(self.stream.write_all(output)?)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.stream.get_mut().set_timeout(timeout);
        let amount = self.stream.read(self.buffers.input_append_buf())?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        let StreamOwned { conn, sock } = &mut self.stream;
        // Whatever came since the last reply is either its end or the connection's.
        let quiet = conn
            .process_new_packets()
            .is_ok_and(|state| !state.peer_has_closed() && state.plaintext_bytes_to_read() == 0);
        let socket = sock.transport();
        quiet && socket.buffers().input().is_empty() && socket.is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}

impl fmt::Debug for Secured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secured").finish_non_exhaustive()
    }
}

/// A transport that notes when something is written, and does not let a body go where nobody reads it any more.
#[derive(Debug)]
struct Watched {
    transport: Box<dyn Transport>,
    progress: Arc<Progress>,
    /// A request's head until its body is there: in one piece the server wakes once for both.
    head: Vec<u8>,
}

impl Watched {
    /// Keeps what is to be written, if the body will have room after it.
    fn hold(&mut self, amount: usize) -> bool {
        let body = self.progress.body();
        let output = self.transport.buffers().output();
        let fits = self.head.len().saturating_add(amount).saturating_add(body) <= output.len();
        let head =
            output.get(..amount).filter(|_| fits && body > 0 && self.progress.stage() < Stage::BodyRead);
        head.map(|head| self.head.extend_from_slice(head)).is_some()
    }

    /// Puts what was kept before the `amount` bytes that are to be written; how many they are now.
    fn with_head(&mut self, amount: usize) -> Result<usize, Error> {
        let head = self.head.len();
        let whole = head.saturating_add(amount);
        let output = self.transport.buffers().output().get_mut(..whole);
        let output = output.ok_or_else(|| io::Error::other("no room for head and body"))?;
        output.copy_within(..amount, head);
        if let Some(start) = output.get_mut(..head) {
            start.copy_from_slice(&self.head);
        }
        self.head.clear();
        Ok(whole)
    }
}

impl Transport for Watched {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.transport.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.progress.reach(Stage::Standing);
        if self.hold(amount) {
            return Ok(());
        }
        let amount = self.with_head(amount)?;
        self.progress.reach(Stage::Written);
        if self.progress.stage() == Stage::BodyRead {
            // It was open a moment ago, when ureq took it; a server that closes what lies idle may have done so since.
            if self.progress.is_pooled() && !self.transport.is_open() {
                self.progress.enter(Stage::Written);
                return Err(io::Error::from(io::ErrorKind::ConnectionReset).into());
            }
            self.progress.reach(Stage::BodyWritten);
        }
        self.transport.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.transport.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.transport.is_open()
    }

    fn is_tls(&self) -> bool {
        self.transport.is_tls()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use ureq::unversioned::transport::LazyBuffers;
    use wx_proto::{Body, Endpoint, Lane, Request, RequestId, Sent};

    use super::*;

    /// Takes whatever is written, and tells it piece by piece.
    #[derive(Debug)]
    struct Fake {
        is_open: bool,
        buffers: LazyBuffers,
        written: Arc<Mutex<Vec<String>>>,
    }

    impl Transport for Fake {
        fn buffers(&mut self) -> &mut dyn Buffers {
            &mut self.buffers
        }

        fn transmit_output(&mut self, amount: usize, _: NextTimeout) -> Result<(), Error> {
            let piece = String::from_utf8_lossy(&self.buffers.output()[..amount]).into_owned();
            self.written.lock().unwrap().push(piece);
            Ok(())
        }

        fn await_input(&mut self, _: NextTimeout) -> Result<bool, Error> {
            Ok(false)
        }

        fn is_open(&mut self) -> bool {
            self.is_open
        }
    }

    /// Writes a head and a body in two; true if both got through, and what was written.
    fn write(is_open: bool, connect: bool, room: usize) -> (bool, Sent, Vec<String>) {
        let progress = Arc::new(Progress::new());
        let http = http::Request::post("https://wx.qq.com/").body(Body::Bytes("text".into())).unwrap();
        progress.begin(&Request::new(RequestId::new(1), Endpoint::SendMsg, Lane::Send, http, 1024));
        if connect {
            progress.connected();
        }
        let written = Arc::default();
        let transport =
            Box::new(Fake { is_open, buffers: LazyBuffers::new(1024, room), written: Arc::clone(&written) });
        let mut watched = Watched { transport, progress: progress.clone(), head: Vec::new() };
        let mut put = |text: &str| {
            watched.buffers().output()[..text.len()].copy_from_slice(text.as_bytes());
            watched.transmit_output(text.len(), NextTimeout::default()).is_ok()
        };
        assert!(put("head, "));
        assert_eq!(progress.sent(), Sent::No);
        progress.reach(Stage::BodyRead);
        let is_through = put("text");
        let written = written.lock().unwrap().clone();
        (is_through, progress.sent(), written)
    }

    #[test]
    fn no_body_goes_over_an_idle_connection_that_was_closed_meanwhile() {
        let whole = || vec!["head, text".to_owned()];
        assert_eq!(write(true, false, 1024), (true, Sent::Maybe, whole()));
        assert_eq!(write(false, false, 1024), (false, Sent::No, vec![]));
        // What a new connection brings early is the reply.
        assert_eq!(write(false, true, 1024), (true, Sent::Maybe, whole()));
    }

    #[test]
    fn a_head_does_not_wait_for_a_body_that_has_no_room_behind_it() {
        let pieces = vec!["head, ".to_owned(), "text".to_owned()];
        assert_eq!(write(true, false, 9), (true, Sent::Maybe, pieces));
        assert_eq!(write(false, false, 9), (false, Sent::No, vec!["head, ".to_owned()]));
    }
}
