//! Steps in which messages go both ways.

use std::time::Instant;

use wx_proto::{Endpoint, Event};

use super::{FRIEND, GROUP, Script, watch::batch_of};
use crate::conformance::{
    AsyncDriver,
    site::{LONG_HOLD, SHORT_HOLD},
    watched::Twist,
};

const MEMBER: &str = "老王";

impl<D: AsyncDriver> Script<D> {
    pub(super) async fn receive(&mut self) {
        let batch = self.receive_text(FRIEND, None, "早 😂 <br/> & \"quoted\"").await;
        assert!(batch.messages().iter().all(|message| message.chat == self.friend));
        let batch = self.receive_text(GROUP, Some(MEMBER), "up the hill").await;
        for message in batch.messages() {
            assert_eq!(message.chat, self.group);
            assert!(message.sender.as_ref().is_some_and(|sender| *sender != self.group), "{message:?}");
        }
    }

    pub(super) async fn send_beside_the_long_poll(&mut self) {
        let poll =
            self.wait("a long poll to be held open", |watched| watched.held(Endpoint::SyncCheck)).await;
        let polls = self.site.requests(Endpoint::SyncCheck);
        let start = Instant::now();
        let op = self.driver.send(&self.friend.clone(), "beside").await;
        assert!(!self.sent(op).await.repeated);
        let (held, took) = (self.site.with(|watched, _| watched.held(Endpoint::SyncCheck)), start.elapsed());
        assert_eq!(held, Some(poll), "the long poll that was held when the send began; it took {took:?}");
        assert_eq!(self.site.requests(Endpoint::SyncCheck), polls, "no other long poll was begun");
        assert!(took < LONG_HOLD, "{took:?}");
        assert_eq!(self.texts_at_the_server(), ["beside"]);
    }

    pub(super) async fn send_in_order(&mut self) {
        let (friend, group) = (self.friend.clone(), self.group.clone());
        let chats = [(&friend, "one"), (&group, "two"), (&friend, "three")];
        let mut ops = Vec::new();
        for (chat, text) in chats {
            ops.push(self.driver.send(chat, text).await);
        }
        for op in ops {
            self.sent(op).await;
        }
        assert_eq!(self.texts_at_the_server(), ["beside", "one", "two", "three"]);
        let of_group = self.site.with(|watched, _| {
            let sent = watched.server.record().sent();
            sent.iter()
                .filter(|sent| sent.to == group.as_str())
                .map(|sent| sent.text.clone())
                .collect::<Vec<_>>()
        });
        assert_eq!(of_group, ["two"]);
    }

    /// The process ends while a send is on its way and a message is not acknowledged: neither may be lost, and no code is
    /// to be scanned again.
    pub(super) async fn restart(&mut self) {
        const UNACKNOWLEDGED: &str = "not acknowledged before the restart";
        self.site.twist(Endpoint::SendMsg, Twist::Stall);
        let op = self.driver.send(&self.friend.clone(), "over a restart").await;
        self.wait_for_stall().await;
        self.site.phone(|phone| phone.say(FRIEND, None, UNACKNOWLEDGED)).expect("a known name");
        let batch = self.find_batch(UNACKNOWLEDGED).await;
        self.driver.restart().await;
        // It was not acknowledged: so it was not received.
        self.seen.retain(|event| batch_of(event).is_none_or(|seen| seen.id != batch.id));
        self.from = self.seen.len();
        self.find("the login that was stored", |event| {
            assert!(!matches!(event, Event::QrCode(_)), "a code to scan, though a login was stored");
            let Event::LoggedIn { resumed, .. } = event else { return None };
            assert!(*resumed, "a new login, though one was stored");
            Some(())
        })
        .await;
        let batch = self.find_batch(UNACKNOWLEDGED).await;
        self.driver.ack(batch.id).await;
        assert!(self.sent(op).await.repeated, "the try before the restart was stored");
        self.assert_stored("over a restart", 2);
    }

    pub(super) async fn idle(&mut self) {
        self.site.with(|watched, _| watched.server.config_mut().hold = SHORT_HOLD);
        // Ends the poll that is held for long.
        self.receive_text(FRIEND, None, "from here on polls are short").await;
        let polls = self.site.requests(Endpoint::SyncCheck);
        self.wait("polls that go on by themselves", |watched| {
            (watched.server.record().requests(Endpoint::SyncCheck) >= polls + 2).then_some(())
        })
        .await;
    }
}
