//! The steps.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Response, StatusCode, header};
use wx_proto::{
    Batch, Cause, EndReason, Endpoint, Event, FailureKind, Lane, MsgId, OpError, OpId, Outcome, Phase,
    ReplyError, SentMessage, UserName,
};

use super::{
    AsyncDriver,
    site::{LONG_HOLD, PATIENCE, SHORT_HOLD, Site},
    watched::{Twist, Watched},
};
use crate::server::{Fault, FaultKind, Resource};

const FRIEND: &str = "明哥";
const GROUP: &str = "周末爬山";
const MEMBER: &str = "老王";
/// Well before the core's own timeouts would end an exchange.
const SOON: Duration = Duration::from_secs(5);

/// A driver on its way through the steps.
pub(super) struct Script<D> {
    driver: D,
    site: Site,
    /// All events so far, and where those of this step begin.
    seen: Vec<Event>,
    from: usize,
    friend: UserName,
    group: UserName,
}

impl<D: AsyncDriver> Script<D> {
    pub(super) fn new(driver: D, site: Site) -> Self {
        let nobody = UserName::new("");
        Self { driver, site, seen: Vec::new(), from: 0, friend: nobody.clone(), group: nobody }
    }

    pub(super) async fn run(mut self) {
        self.step("log in").log_in().await;
        self.step("load contacts").load_contacts().await;
        self.step("receive").receive().await;
        self.step("send beside the long poll").send_beside_the_long_poll().await;
        self.step("send in order").send_in_order().await;
        self.step("go on after a restart").restart().await;
        self.step("poll while nothing happens").idle().await;
        self.step("survive a 503").survive_a_status().await;
        self.step("survive a cut reply").survive_a_cut().await;
        self.step("refuse a reply that is too large").refuse_too_large().await;
        self.step("follow no redirect").follow_no_redirect().await;
        self.step("say that a send may have left").lose_the_answer_of_a_send().await;
        self.step("say that a send did not leave").survive_an_outage().await;
        self.step("give a request up").give_up().await;
        self.step("log out").log_out().await;
        self.check_the_end();
    }

    /// What depends on how a reply's bytes arrive.
    pub(super) async fn run_in_pieces(mut self) {
        println!("with replies in small pieces");
        self.step("log in").log_in().await;
        self.step("load contacts").load_contacts().await;
        self.step("receive").receive().await;
        self.step("send beside the long poll").send_beside_the_long_poll().await;
        self.step("send in order").send_in_order().await;
        self.step("survive a cut reply").survive_a_cut().await;
        self.step("log out").log_out().await;
        self.check_the_end();
    }

    /// The next step. The test harness shows its name if it fails.
    fn step(&mut self, name: &str) -> &mut Self {
        println!("{name}");
        self.from = self.seen.len();
        self
    }

    async fn log_in(&mut self) {
        self.driver.login().await;
        self.find("online", |event| matches!(event, Event::Phase(Phase::Online)).then_some(())).await;
        let mut order = Vec::new();
        for event in &self.seen {
            if let Event::QrCode(code) = event {
                assert!(code.url.starts_with("https://login.weixin.qq.com/l/"), "{code:?}");
                order.push("a QR code");
            } else if let Event::Scanned { .. } = event {
                order.push("scanned");
            } else if let Event::LoggedIn { me, resumed } = event {
                assert_eq!((me.uin, *resumed), (1_234_567_890, false));
                order.push("logged in");
            } else if let Event::Phase(Phase::Online) = event {
                order.push("online");
            }
        }
        assert_eq!(order, ["a QR code", "scanned", "logged in", "online"]);
    }

    async fn load_contacts(&mut self) {
        let counts = self
            .find("contacts", |event| if let Event::Contacts(counts) = event { Some(*counts) } else { None })
            .await;
        assert!(counts.friends >= 4 && counts.groups == 2, "{counts:?}");
        self.friend = self.find_chat(FRIEND).await;
        self.group = self.find_chat(GROUP).await;
        // Anything longer than 1 KiB is compressed for those who accept it, and all requests do.
        let length = self.site.with(|watched, _| watched.longest.get(&Endpoint::GetContact.into()).copied());
        assert!(length.is_some_and(|length| length > 1024), "{length:?}");
    }

    async fn find_chat(&mut self, name: &str) -> UserName {
        let found = self.driver.find(name).await;
        let found = found.unwrap_or_else(|| panic!("{name} is among the contacts"));
        let id = self.site.with(|watched, _| {
            let server = &watched.server;
            server.account().named(name).map(|id| server.user_name(id))
        });
        assert_eq!(Some(found.as_str()), id.as_deref(), "{name}");
        found
    }

    async fn receive(&mut self) {
        let batch = self.receive_text(FRIEND, None, "早 😂 <br/> & \"quoted\"").await;
        assert!(batch.messages().iter().all(|message| message.chat == self.friend));
        let batch = self.receive_text(GROUP, Some(MEMBER), "up the hill").await;
        for message in batch.messages() {
            assert_eq!(message.chat, self.group);
            assert!(message.sender.as_ref().is_some_and(|sender| *sender != self.group), "{message:?}");
        }
    }

    async fn send_beside_the_long_poll(&mut self) {
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

    async fn send_in_order(&mut self) {
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
    async fn restart(&mut self) {
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

    async fn idle(&mut self) {
        self.site.with(|watched, _| watched.server.config_mut().hold = SHORT_HOLD);
        // Ends the poll that is held for long.
        self.receive_text(FRIEND, None, "from here on polls are short").await;
        let polls = self.site.requests(Endpoint::SyncCheck);
        self.wait("polls that go on by themselves", |watched| {
            (watched.server.record().requests(Endpoint::SyncCheck) >= polls + 2).then_some(())
        })
        .await;
    }

    async fn survive_a_status(&mut self) {
        let fault = Fault::new(FaultKind::Status(503)).on(Endpoint::Sync);
        self.site.with(|watched, _| watched.server.add_fault(fault));
        self.receive_text(FRIEND, None, "after a 503").await;
        self.find_trouble("the status, as a reply", |cause| {
            matches!(cause, Cause::Reply { error: ReplyError::Status(503), .. })
        })
        .await;
    }

    async fn survive_a_cut(&mut self) {
        self.site.twist(Endpoint::Sync, Twist::Stall);
        // Not to be compressed to next to nothing.
        let text: String = (0..400_u64).map(|number| format!("{:x} ", number * number * 7919)).collect();
        self.site.phone(|phone| phone.say(FRIEND, None, &text)).expect("a known name");
        self.wait_for_stall().await;
        self.site.cut_next_reply(700);
        self.site.with(|watched, _| watched.release());
        self.find_trouble("a lost connection", |cause| {
            matches!(cause, Cause::Network { kind: FailureKind::Closed, .. })
        })
        .await;
        let batch = self.find_batch(&text).await;
        self.driver.ack(batch.id).await;
        self.find_back_online().await;
    }

    async fn refuse_too_large(&mut self) {
        // Next to nothing while it is compressed.
        let large = Response::new(Bytes::from(vec![b' '; 3 << 20]));
        self.site.twist(Endpoint::SyncCheck, Twist::Instead(large));
        self.find_trouble("a reply over the limit", |cause| {
            matches!(cause, Cause::Network { kind: FailureKind::TooLarge, .. })
        })
        .await;
        self.receive_text(FRIEND, None, "after a large reply").await;
    }

    async fn follow_no_redirect(&mut self) {
        let mut elsewhere = Response::new(Bytes::new());
        *elsewhere.status_mut() = StatusCode::FOUND;
        elsewhere
            .headers_mut()
            .insert(header::LOCATION, header::HeaderValue::from_static("https://wx.qq.com/"));
        self.site.twist(Endpoint::SyncCheck, Twist::Instead(elsewhere));
        self.find_trouble("the redirect, as a reply", |cause| {
            matches!(cause, Cause::Reply { error: ReplyError::Status(302), .. })
        })
        .await;
        assert_eq!(self.site.requests(Resource::Page), 0, "nothing went where the redirect led");
        self.receive_text(FRIEND, None, "after a redirect").await;
    }

    /// The server stores a text and its answer is lost: that the repeat may be one must be told.
    async fn lose_the_answer_of_a_send(&mut self) {
        let fault = Fault::new(FaultKind::Lose).on(Endpoint::SendMsg).after();
        self.site.with(|watched, _| watched.server.add_fault(fault));
        let op = self.driver.send(&self.friend.clone(), "maybe twice").await;
        assert!(self.sent(op).await.repeated, "the first try may have been stored");
        self.assert_stored("maybe twice", 2);
    }

    /// The server is gone and a text cannot leave: nothing needs to be told but that it waits.
    async fn survive_an_outage(&mut self) {
        self.site.close();
        self.find("the outage", |event| matches!(event, Event::Offline { .. }).then_some(())).await;
        let op = self.driver.send(&self.friend.clone(), "once").await;
        self.find("a refused connection", |event| {
            let Event::Trouble { lane: Lane::Send, cause: Cause::Network { kind, .. }, .. } = event else {
                return None;
            };
            assert_eq!(*kind, FailureKind::Connect);
            Some(())
        })
        .await;
        self.site.open();
        assert!(!self.sent(op).await.repeated, "no try before the last one left");
        self.assert_stored("once", 1);
        self.find_back_online().await;
        self.receive_text(FRIEND, None, "after an outage").await;
    }

    async fn give_up(&mut self) {
        self.site.twist(Endpoint::SendMsg, Twist::Stall);
        let op = self.driver.send(&self.friend.clone(), "given up").await;
        self.wait_for_stall().await;
        assert!(self.driver.cancel(op).await);
        assert_eq!(self.outcome(op).await, Err(OpError::Unknown));
        let start = Instant::now();
        self.wait("the end of a request that was given up", |watched| {
            watched.given_up.contains(&Endpoint::SendMsg.into()).then_some(())
        })
        .await;
        assert!(start.elapsed() < SOON, "a request that was given up went on for {:?}", start.elapsed());
        let op = self.driver.send(&self.group.clone(), "goes on").await;
        assert!(!self.sent(op).await.repeated);
    }

    async fn log_out(&mut self) {
        self.driver.logout().await;
        let reason = self
            .find("the end", |event| {
                if let Event::Phase(Phase::Ended(reason)) = event { Some(reason.clone()) } else { None }
            })
            .await;
        assert_eq!(reason, EndReason::LoggedOut);
        assert_eq!(self.site.requests(Endpoint::Logout), 1);
        // It was answered with a redirect to the start page.
        assert_eq!(self.site.requests(Resource::Page), 0, "nothing went where the redirect led");
    }

    fn check_the_end(&self) {
        let batches = self.seen.iter().filter_map(batch_of);
        let ids: Vec<MsgId> = batches
            .flat_map(|batch| batch.messages().iter().filter_map(|message| message.id.clone()))
            .collect();
        self.site.with(|watched, _| {
            let queued: Vec<MsgId> =
                watched.server.messages().map(|(_, message)| MsgId::new(message.id.to_string())).collect();
            assert_eq!(ids, queued, "every message once and in order");
            assert_eq!(watched.server.record().complaints(), [""; 0]);
            assert_eq!(watched.added, [""; 0]);
            assert_eq!(watched.server.logins().len(), 1);
        });
    }

    /// Somebody writes a text; it is received and acknowledged.
    async fn receive_text(&mut self, chat: &str, from: Option<&str>, text: &str) -> Batch {
        self.site.phone(|phone| phone.say(chat, from, text)).expect("known names");
        let batch = self.find_batch(text).await;
        self.driver.ack(batch.id).await;
        batch
    }

    async fn find_batch(&mut self, text: &str) -> Batch {
        let has_text = |batch: &&Batch| batch.messages().iter().any(|message| message.content.text() == text);
        self.find("the message", |event| batch_of(event).filter(has_text).cloned()).await
    }

    async fn find_trouble(&mut self, what: &str, fits: impl Fn(&Cause) -> bool) {
        self.find(what, |event| {
            if let Event::Trouble { cause, .. } | Event::Offline { cause, .. } = event {
                assert!(fits(cause), "{what} is expected, but this came: {cause:?}");
                return Some(());
            }
            None
        })
        .await;
    }

    async fn find_back_online(&mut self) {
        self.find("online again", |event| matches!(event, Event::Online).then_some(())).await;
    }

    async fn sent(&mut self, op: OpId) -> SentMessage {
        match self.outcome(op).await {
            Ok(Outcome::Sent(sent)) => sent,
            other => panic!("the send {op} ended with {other:?}"),
        }
    }

    async fn outcome(&mut self, op: OpId) -> Result<Outcome, OpError> {
        self.find("the end of a send", |event| {
            let Event::Done { op: of, outcome } = event else { return None };
            (*of == op).then(|| outcome.clone())
        })
        .await
    }

    /// Looks through the events of this step, and waits for more.
    async fn find<T>(&mut self, what: &str, pick: impl Fn(&Event) -> Option<T>) -> T {
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

    async fn wait_for_stall(&mut self) {
        self.wait("a request to stall", |watched| watched.has_stalled().then_some(())).await;
    }

    /// Waits until the server shows what it should. Events are read meanwhile: a driver may need that to go on.
    async fn wait<T>(&mut self, what: &str, look: impl Fn(&Watched) -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            if let Some(found) = self.site.with(|watched, _| look(watched)) {
                return found;
            }
            assert!(start.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
            self.seen.extend(self.driver.next_event(Duration::from_millis(5)).await);
        }
    }

    fn texts_at_the_server(&self) -> Vec<String> {
        let text = |sent: &crate::server::Sent| sent.text.clone();
        self.site.with(|watched, _| watched.server.record().sent().iter().map(text).collect())
    }

    /// The text is there once, however many requests brought it.
    fn assert_stored(&self, text: &str, requests: u64) {
        self.site.with(|watched, _| {
            let sent = watched.server.record().sent().iter().filter(|sent| sent.text == text);
            let counts: Vec<_> = sent.map(|sent| (sent.count, sent.requests)).collect();
            assert_eq!(counts, [(1, requests)], "(stored, requests) of {text:?}");
        });
    }
}

fn batch_of(event: &Event) -> Option<&Batch> {
    if let Event::Batch(batch) = event { Some(batch) } else { None }
}
