//! This driver passes the script for drivers.

use std::{io::Write, time::Duration};

use tempfile::NamedTempFile;
use wx_blocking::{BatchId, Client, Event, LoginMethod, MemoryStore, OpId, Outgoing, SendOptions, UserName};
use wx_proto::Found;
use wx_testkit::conformance::{self, Driver, Target};

struct Adapter {
    client: Client,
    _ca_file: NamedTempFile,
}

impl Adapter {
    fn new(target: &Target) -> Self {
        let mut ca_file = NamedTempFile::new().expect("a folder for temporary files");
        ca_file.write_all(target.ca_pem.as_bytes()).expect("room on the disk");
        let builder = Client::builder().connect_to(target.address).ca_file(ca_file.path());
        let client = builder.store(MemoryStore::new()).seed(7).build().expect("a usable certificate");
        Self { client, _ca_file: ca_file }
    }
}

impl Driver for Adapter {
    fn login(&mut self) {
        self.client.login(LoginMethod::Qr).expect("nobody is logged in");
    }

    fn next_event(&mut self, timeout: Duration) -> Option<Event> {
        self.client.next_event(timeout).ok()
    }

    fn find(&mut self, name: &str) -> Option<UserName> {
        match self.client.handle().with_contacts(|contacts| contacts.find(name)) {
            Found::One(found) => Some(found),
            Found::Ambiguous(_) | Found::None => None,
        }
    }

    fn ack(&mut self, batch: BatchId) {
        self.client.handle().ack(batch).expect("an open batch");
    }

    fn send(&mut self, to: &UserName, text: &str) -> OpId {
        self.client.handle().send(to, Outgoing::text(text), SendOptions::default()).expect("online").id()
    }

    fn cancel(&mut self, op: OpId) -> bool {
        self.client.handle().cancel(op)
    }

    fn logout(&mut self) {
        self.client.handle().logout().expect("online").wait().expect("an answer");
    }
}

#[test]
fn the_blocking_driver_passes() {
    conformance::run(Adapter::new);
}
