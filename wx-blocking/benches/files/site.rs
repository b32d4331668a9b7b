//! The simulated server, which keeps requests for `curl` to make again.

use std::{
    io::Write,
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use tempfile::NamedTempFile;
use wx_proto::Timestamp;
use wx_testkit::{
    listener::{Answer, HoldId, Listener, ListenerOptions, Service},
    server::{Account, PhoneFile, Server, ServerConfig},
};

/// Bytes of a chunk.
pub(crate) const CHUNK: u64 = 512 << 10;

pub(crate) struct Site {
    listener: Listener<Noting>,
    ca_file: NamedTempFile,
    pub(crate) kept: Arc<Mutex<Kept>>,
}

/// The first chunk but one, and the first request for a file.
#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) chunk: Option<Request<Bytes>>,
    pub(crate) download: Option<Request<Bytes>>,
}

impl Site {
    pub(crate) fn start() -> Self {
        let mut config = ServerConfig::web();
        config.scan_after = Some(Duration::from_millis(10));
        config.confirm_after = Some(Duration::from_millis(10));
        // The bytes are hashed, not kept, and those that came before are asked for all the same.
        (config.kept_bytes, config.knows_files) = (0, false);
        let kept: Arc<Mutex<Kept>> = Arc::default();
        let server = Noting { server: Server::new(config, Account::demo(), 7), kept: kept.clone() };
        let listener = Listener::start(server, ListenerOptions::default()).unwrap();
        let mut ca_file = NamedTempFile::new().unwrap();
        ca_file.write_all(listener.ca_pem().as_bytes()).unwrap();
        Self { listener, ca_file, kept }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.listener.address()
    }

    pub(crate) fn ca_file(&self) -> &Path {
        self.ca_file.path()
    }

    pub(crate) fn connections(&self) -> u64 {
        self.listener.connections()
    }

    /// The newest upload is this file, each of its chunks came once.
    pub(crate) fn assert_uploaded(&self, file: &Path) {
        let upload = self.listener.with(|it, _| it.server.uploads().last().cloned()).unwrap();
        let md5 = upload.md5.map(|md5| md5.to_string()).unwrap();
        assert_eq!((upload.len, md5), super::digest(file), "what came up");
        assert!(upload.chunks.iter().all(|times| *times == 1));
    }

    pub(crate) fn phone(&self, file: PhoneFile) {
        self.listener.with(|it, now| it.server.phone(now).send_file("明哥", None, file)).unwrap();
    }

    pub(crate) fn complaints(&self) -> Vec<String> {
        self.listener.with(|it, _| it.server.record().complaints().to_vec())
    }
}

pub(crate) struct Noting {
    server: Server,
    kept: Arc<Mutex<Kept>>,
}

impl Service for Noting {
    fn handle(&mut self, now: Timestamp, request: Request<Bytes>) -> Answer {
        let path = request.uri().path();
        if path.ends_with("/webwxuploadmedia") {
            let kept = &mut self.kept.lock().unwrap().chunk;
            let is_second = || request.body().windows(40).take(4096).any(|it| it.starts_with(SECOND));
            if kept.is_none() && is_second() {
                *kept = Some(request.clone());
            }
        } else if path.ends_with("/webwxgetmedia") {
            self.kept.lock().unwrap().download.get_or_insert_with(|| request.clone());
        }
        self.server.handle(now, request)
    }

    fn poll(&mut self, now: Timestamp) -> Option<(HoldId, Response<Bytes>)> {
        self.server.poll(now)
    }

    fn poll_lost(&mut self) -> Option<HoldId> {
        self.server.poll_lost()
    }

    fn deadline(&self) -> Option<Timestamp> {
        self.server.deadline()
    }

    fn abandon(&mut self, id: HoldId) {
        self.server.abandon(id);
    }
}

/// What says that a chunk is the second.
pub(crate) const SECOND: &[u8] = b"name=\"chunk\"\r\n\r\n1\r\n";
