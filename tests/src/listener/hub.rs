//! The service shared by all connections, and the connections that wait for its held answers.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use bytes::Bytes;
use http::{Request, Response};
use tokio::sync::{Notify, oneshot};
use wx_proto::Timestamp;

use super::service::{Answer, HoldId, Service};
use crate::server::MediaBody;

/// A reply on its way to a connection.
pub(super) enum Outgoing {
    /// Its body is in memory.
    Whole(Response<Bytes>),
    /// Its body is made as it leaves.
    Streamed(Response<MediaBody>),
}

pub(super) struct Hub<S> {
    inner: Mutex<Inner<S>>,
    changed: Notify,
    anchor: (Timestamp, Instant),
}

struct Inner<S> {
    service: S,
    waiting: BTreeMap<HoldId, oneshot::Sender<Response<Bytes>>>,
}

impl<S: Service> Inner<S> {
    /// Hands every due answer to the connection that waits for it.
    fn settle(&mut self, now: Timestamp) {
        while let Some((id, response)) = self.service.poll(now) {
            if let Some(waiting) = self.waiting.remove(&id) {
                // The client may have gone away in this very moment.
                let _ = waiting.send(response);
            }
        }
        while let Some(id) = self.service.poll_lost() {
            // Dropping the sender ends the wait without an answer.
            self.waiting.remove(&id);
        }
    }
}

impl<S: Service> Hub<S> {
    pub(super) fn new(service: S) -> Self {
        let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let start = Timestamp::from_millis(0) + since_epoch;
        Self {
            inner: Mutex::new(Inner { service, waiting: BTreeMap::new() }),
            changed: Notify::new(),
            anchor: (start, Instant::now()),
        }
    }

    /// Changes the service; answers that become due by it go out at once.
    pub(super) fn with<R>(&self, change: impl FnOnce(&mut S, Timestamp) -> R) -> R {
        let now = self.now();
        let mut inner = self.lock();
        let result = change(&mut inner.service, now);
        inner.settle(now);
        drop(inner);
        self.changed.notify_one();
        result
    }

    /// The reply to `request`, however long it takes; `None` if there is none.
    pub(super) async fn answer(self: &Arc<Self>, request: Request<Bytes>) -> Option<Outgoing> {
        let (id, reply) = {
            let now = self.now();
            let mut inner = self.lock();
            match inner.service.handle(now, request) {
                Answer::Now(response) => {
                    inner.settle(now);
                    self.changed.notify_one();
                    return Some(Outgoing::Whole(response));
                }
                Answer::Streamed(response) => {
                    inner.settle(now);
                    self.changed.notify_one();
                    return Some(Outgoing::Streamed(response));
                }
                Answer::Drop => {
                    inner.settle(now);
                    self.changed.notify_one();
                    return None;
                }
                Answer::Held(id) => {
                    let (sender, receiver) = oneshot::channel();
                    inner.waiting.insert(id, sender);
                    inner.settle(now);
                    (id, receiver)
                }
            }
        };
        self.changed.notify_one();
        let _hold = Hold { hub: self, id };
        reply.await.ok().map(Outgoing::Whole)
    }

    /// Hands out held answers when they are due; never ends.
    pub(super) async fn run(&self) {
        loop {
            let now = self.now();
            let deadline = {
                let mut inner = self.lock();
                inner.settle(now);
                inner.service.deadline()
            };
            // At least a millisecond: a service that is always due must not keep the thread busy.
            let wait =
                deadline.map(|at| at.saturating_since(now).clamp(Duration::from_millis(1), LONGEST_WAIT));
            tokio::select! {
                () = self.changed.notified() => {}
                () = tokio::time::sleep(wait.unwrap_or(LONGEST_WAIT)) => {}
            }
        }
    }

    fn now(&self) -> Timestamp {
        self.anchor.0 + self.anchor.1.elapsed()
    }

    /// A panic inside the service fails its own request, not the listener.
    fn lock(&self) -> MutexGuard<'_, Inner<S>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection waiting for a held answer. Dropped before the answer came, it tells the service.
struct Hold<'a, S: Service> {
    hub: &'a Hub<S>,
    id: HoldId,
}

impl<S: Service> Drop for Hold<'_, S> {
    fn drop(&mut self) {
        let mut inner = self.hub.lock();
        if inner.waiting.remove(&self.id).is_some() {
            inner.service.abandon(self.id);
        }
    }
}

const LONGEST_WAIT: Duration = Duration::from_secs(3600);
