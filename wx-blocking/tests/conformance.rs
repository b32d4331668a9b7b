//! This driver passes the script for drivers.

use std::{
    fs::{self, File},
    path::Path,
    sync::mpsc,
    thread,
    time::Duration,
};

use tempfile::TempDir;
use wx_blocking::{
    BatchId, Client, DownloadOptions, Durability, Event, FileStore, LoginMethod, MediaRef, Net, NetOptions,
    OpId, Outgoing, SendOptions, Sinks, UserName, Worker,
};
use wx_proto::{Found, Lane, OutgoingFile, Reply, Request};
use wx_testkit::conformance::{self, Driver, Target};

struct Adapter {
    /// `None` while the process is ended.
    client: Option<Client>,
    target: Target,
    sinks: Sinks,
    /// The session and the certificate to trust.
    folder: TempDir,
}

impl Adapter {
    fn new(target: &Target) -> Self {
        let folder = TempDir::new().expect("a folder for temporary files");
        fs::write(folder.path().join(CA), &target.ca_pem).expect("room on the disk");
        let mut adapter = Self { client: None, target: target.clone(), sinks: Sinks::default(), folder };
        adapter.start();
        adapter
    }

    fn start(&mut self) {
        let path = self.folder.path();
        let store =
            FileStore::open(path.join("session.json"), Durability::Process).expect("it is not in use");
        let builder = Client::builder().connect_to(self.target.address).ca_file(path.join(CA));
        self.client = Some(builder.store(store).build().expect("a usable certificate"));
    }

    fn worker(&self, lane: Lane) -> (Worker, mpsc::Receiver<Reply>) {
        let mut options = NetOptions::default();
        options.ca_file = Some(self.folder.path().join(CA));
        options.connect_to = Some(self.target.address);
        let net = Net::new(&options).expect("a usable certificate");
        let (deliver, replies) = mpsc::channel();
        let deliver = move |reply| drop(deliver.send(reply));
        (Worker::with_files(lane, net, self.sinks.clone(), deliver, |_, _| {}), replies)
    }

    fn client(&mut self) -> &mut Client {
        self.client.as_mut().expect("it was started")
    }
}

const CA: &str = "ca.pem";

impl Driver for Adapter {
    fn login(&mut self) {
        self.client().login(LoginMethod::Qr).expect("nobody is logged in");
    }

    fn next_event(&mut self, timeout: Duration) -> Option<Event> {
        self.client().next_event(timeout).ok()
    }

    fn find(&mut self, name: &str) -> Option<UserName> {
        match self.client().handle().with_contacts(|contacts| contacts.find(name)) {
            Found::One(found) => Some(found),
            Found::Ambiguous(_) | Found::None => None,
        }
    }

    fn ack(&mut self, batch: BatchId) {
        self.client().handle().ack(batch).expect("an open batch");
    }

    fn send(&mut self, to: &UserName, text: &str) -> OpId {
        self.client().handle().send(to, Outgoing::text(text), SendOptions::default()).expect("online").id()
    }

    fn send_file(&mut self, to: &UserName, file: OutgoingFile) -> OpId {
        self.client().handle().send(to, Outgoing::file(file), SendOptions::default()).expect("online").id()
    }

    fn download(&mut self, media: &MediaRef, file: &Path) -> OpId {
        let handle = self.client().handle();
        handle.download(media, file, &DownloadOptions::default()).expect("online").id()
    }

    fn cancel(&mut self, op: OpId) -> bool {
        self.client().handle().cancel(op)
    }

    fn restart(&mut self) {
        self.client = None;
        self.start();
        self.client().login(LoginMethod::Auto).expect("nobody is logged in");
    }

    fn logout(&mut self) {
        self.client().handle().logout().expect("online").wait().expect("an answer");
    }

    fn exchange(&mut self, request: Request) -> Reply {
        let (worker, replies) = self.worker(request.lane);
        worker.start(request);
        replies.recv().expect("a worker brings a reply")
    }

    fn abandon(&mut self, request: Request, after: Duration) {
        let (worker, replies) = self.worker(request.lane);
        let id = request.id;
        worker.start(request);
        thread::sleep(after);
        assert!(worker.abort(id), "it ended too early");
        replies.recv().expect("a worker brings a reply");
    }

    fn sink(&mut self, op: OpId, file: &Path) {
        let file = File::options().read(true).write(true).open(file).expect("it is there");
        self.sinks.insert(op, file);
    }
}

#[test]
fn the_blocking_driver_passes() {
    conformance::run(Adapter::new);
}
