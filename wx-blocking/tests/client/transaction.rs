//! An application that keeps messages and session in one transaction.

use wx_blocking::{Client, Event, LoginMethod, Phase};
use wx_proto::{BatchId, Session};

use crate::support::{PATIENCE, Site, find, texts, until};

/// Its whole disk: what is in here was committed, all at once.
#[derive(Default)]
struct Disk {
    texts: Vec<String>,
    session: Option<Vec<u8>>,
}

impl Disk {
    fn keep(&mut self, session: Option<&Session>) {
        self.session = session.map(|session| serde_json::to_vec(session).expect("a session is plain JSON"));
    }

    fn session(&self) -> Option<Session> {
        self.session.as_deref().map(|json| serde_json::from_slice(json).expect("a stored session loads"))
    }
}

/// Reads events until there are so many texts. `dies`: it is killed between the transaction of the last and its ack.
fn run(site: &Site, disk: &mut Disk, until_texts: usize, dies: bool) {
    let mut client: Client = site.builder().kept_by_application(disk.session()).build().expect("a client");
    let handle = client.handle();
    client.login(LoginMethod::Auto).expect("a login may start");
    let mut open: Option<BatchId> = None;
    find(&mut client, |event| {
        if let Event::Checkpoint { .. } = event {
            let session = open.and_then(|batch| handle.session_after(batch)).or_else(|| handle.session());
            disk.keep(session.as_ref());
            if let Some(session) = session {
                handle.stored(session.revision());
            }
        }
        if let Event::Batch(batch) = event {
            disk.texts.extend(texts(batch));
            disk.keep(handle.session_after(batch.id).as_ref());
            open = Some(batch.id);
            if disk.texts.len() >= until_texts {
                return Some(());
            }
            handle.ack(batch.id).expect("an open batch");
            open = None;
        }
        if let Event::Phase(Phase::Online) = event
            && disk.texts.is_empty()
        {
            site.say("one");
            site.say("two");
        }
        None
    });
    if dies {
        // Nothing that happens from here on reaches the disk.
        drop(client);
    } else {
        client.stop(PATIENCE).expect("nothing to store here");
        disk.keep(handle.session().as_ref());
    }
}

#[test]
fn messages_and_session_in_one_transaction_come_exactly_once() {
    let site = Site::new();
    let mut disk = Disk::default();
    run(&site, &mut disk, 2, true);
    assert_eq!(disk.texts, ["one", "two"]);
    site.say("three");
    run(&site, &mut disk, 3, false);
    assert_eq!(disk.texts, ["one", "two", "three"]);
    until("nobody complains", || site.complaints().is_empty());
}
