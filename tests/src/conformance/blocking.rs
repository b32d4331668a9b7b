//! A driver with calls that block, as one with async calls that are ready at once.

use std::{
    path::Path,
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use wx_proto::{BatchId, Event, MediaRef, OpId, OutgoingFile, Reply, Request, UserName};

use super::{AsyncDriver, Driver};

pub(super) struct Blocking<D>(pub(super) D);

impl<D: Driver> AsyncDriver for Blocking<D> {
    async fn login(&mut self) {
        self.0.login();
    }

    async fn next_event(&mut self, timeout: Duration) -> Option<Event> {
        self.0.next_event(timeout)
    }

    async fn find(&mut self, name: &str) -> Option<UserName> {
        self.0.find(name)
    }

    async fn ack(&mut self, batch: BatchId) {
        self.0.ack(batch);
    }

    async fn send(&mut self, to: &UserName, text: &str) -> OpId {
        self.0.send(to, text)
    }

    async fn send_file(&mut self, to: &UserName, file: OutgoingFile) -> OpId {
        self.0.send_file(to, file)
    }

    async fn download(&mut self, media: &MediaRef, file: &Path) -> OpId {
        self.0.download(media, file)
    }

    async fn cancel(&mut self, op: OpId) -> bool {
        self.0.cancel(op)
    }

    async fn restart(&mut self) {
        self.0.restart();
    }

    async fn logout(&mut self) {
        self.0.logout();
    }

    async fn exchange(&mut self, request: Request) -> Reply {
        self.0.exchange(request)
    }

    async fn abandon(&mut self, request: Request, after: Duration) {
        self.0.abandon(request, after);
    }

    async fn sink(&mut self, op: OpId, file: &Path) {
        self.0.sink(op, file);
    }
}

/// Runs a future that waits for nothing but [`Blocking`] calls.
pub(super) fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("every call was ready at once"),
    }
}
