//! What the steps wait for, in the events and at the server.

use std::time::{Duration, Instant};

use wx_proto::{Batch, Cause, Event, OpError, OpId, Outcome, SentMessage};

use super::Script;
use crate::conformance::{AsyncDriver, site::PATIENCE, watched::Watched};

impl<D: AsyncDriver> Script<D> {
    /// Somebody writes a text; it is received and acknowledged.
    pub(super) async fn receive_text(&mut self, chat: &str, from: Option<&str>, text: &str) -> Batch {
        self.site.phone(|phone| phone.say(chat, from, text)).expect("known names");
        let batch = self.find_batch(text).await;
        self.driver.ack(batch.id).await;
        batch
    }

    pub(super) async fn find_batch(&mut self, text: &str) -> Batch {
        let has_text = |batch: &&Batch| batch.messages().iter().any(|message| message.content.text() == text);
        self.find("the message", |event| batch_of(event).filter(has_text).cloned()).await
    }

    pub(super) async fn find_trouble(&mut self, what: &str, fits: impl Fn(&Cause) -> bool) {
        self.find(what, |event| {
            if let Event::Trouble { cause, .. } | Event::Offline { cause, .. } = event {
                assert!(fits(cause), "{what} is expected, but this came: {cause:?}");
                return Some(());
            }
            None
        })
        .await;
    }

    pub(super) async fn find_back_online(&mut self) {
        self.find("online again", |event| matches!(event, Event::Online).then_some(())).await;
    }

    pub(super) async fn sent(&mut self, op: OpId) -> SentMessage {
        match self.outcome(op).await {
            Ok(Outcome::Sent(sent)) => sent,
            other => panic!("the send {op} ended with {other:?}"),
        }
    }

    pub(super) async fn outcome(&mut self, op: OpId) -> Result<Outcome, OpError> {
        self.find("the end of a send", |event| {
            let Event::Done { op: of, outcome } = event else { return None };
            (*of == op).then(|| outcome.clone())
        })
        .await
    }

    /// Looks through the events of this step, and waits for more.
    pub(super) async fn find<T>(&mut self, what: &str, pick: impl Fn(&Event) -> Option<T>) -> T {
        let start = Instant::now();
        let mut next = self.from;
        loop {
            if let Some(event) = self.seen.get(next) {
                if let Some(found) = pick(event) {
                    return found;
                }
                next += 1;
            } else {
                let event = self.driver.next_event(PATIENCE.saturating_sub(start.elapsed())).await;
                let event = event.unwrap_or_else(|| {
                    let seen = self.seen.get(self.from..);
                    panic!("{what}: not within {PATIENCE:?}. Events of this step: {seen:#?}")
                });
                self.seen.push(event);
            }
        }
    }

    pub(super) async fn wait_for_stall(&mut self) {
        self.wait("a request to stall", |watched| watched.has_stalled().then_some(())).await;
    }

    /// Waits until the server shows what it should. Events are read meanwhile: a driver may need that to go on.
    pub(super) async fn wait<T>(&mut self, what: &str, look: impl Fn(&Watched) -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            if let Some(found) = self.site.with(|watched, _| look(watched)) {
                return found;
            }
            assert!(start.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
            self.seen.extend(self.driver.next_event(Duration::from_millis(5)).await);
        }
    }

    pub(super) fn texts_at_the_server(&self) -> Vec<String> {
        let text = |sent: &crate::server::Sent| sent.text.clone();
        self.site.with(|watched, _| watched.server.record().sent().iter().map(text).collect())
    }

    /// The text is there once, however many requests brought it.
    pub(super) fn assert_stored(&self, text: &str, requests: u64) {
        self.site.with(|watched, _| {
            let sent = watched.server.record().sent().iter().filter(|sent| sent.text == text);
            let counts: Vec<_> = sent.map(|sent| (sent.count, sent.requests)).collect();
            assert_eq!(counts, [(1, requests)], "(stored, requests) of {text:?}");
        });
    }
}

pub(super) fn batch_of(event: &Event) -> Option<&Batch> {
    if let Event::Batch(batch) = event { Some(batch) } else { None }
}
