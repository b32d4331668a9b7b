//! Steps in which the network or the server misbehaves.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Response, StatusCode, header};
use wx_proto::{Cause, Endpoint, Event, FailureKind, Lane, OpError, ReplyError};

use super::{FRIEND, Script};
use crate::{
    conformance::{AsyncDriver, watched::Twist},
    server::{Fault, FaultKind, Resource},
};

/// Well before the core's own timeouts would end an exchange.
const SOON: Duration = Duration::from_secs(5);

impl<D: AsyncDriver> Script<D> {
    pub(super) async fn survive_a_status(&mut self) {
        let fault = Fault::new(FaultKind::Status(503)).on(Endpoint::Sync);
        self.site.with(|watched, _| watched.server.add_fault(fault));
        self.receive_text(FRIEND, None, "after a 503").await;
        self.find_trouble("the status, as a reply", |cause| {
            matches!(cause, Cause::Reply { error: ReplyError::Status(503), .. })
        })
        .await;
    }

    pub(super) async fn survive_a_cut(&mut self) {
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

    pub(super) async fn refuse_too_large(&mut self) {
        // Next to nothing while it is compressed.
        let large = Response::new(Bytes::from(vec![b' '; 3 << 20]));
        self.site.twist(Endpoint::SyncCheck, Twist::Instead(large));
        self.find_trouble("a reply over the limit", |cause| {
            matches!(cause, Cause::Network { kind: FailureKind::TooLarge, .. })
        })
        .await;
        self.receive_text(FRIEND, None, "after a large reply").await;
    }

    pub(super) async fn follow_no_redirect(&mut self) {
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
    pub(super) async fn lose_the_answer_of_a_send(&mut self) {
        let fault = Fault::new(FaultKind::Lose).on(Endpoint::SendMsg).after();
        self.site.with(|watched, _| watched.server.add_fault(fault));
        let op = self.driver.send(&self.friend.clone(), "maybe twice").await;
        assert!(self.sent(op).await.repeated, "the first try may have been stored");
        self.assert_stored("maybe twice", 2);
    }

    /// The server is gone and a text cannot leave: nothing needs to be told but that it waits.
    pub(super) async fn survive_an_outage(&mut self) {
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

    pub(super) async fn give_up(&mut self) {
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
}
