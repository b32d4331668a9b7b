//! The loop: does what the core asks for, on a thread of its own.

use std::{collections::BTreeMap, sync::Arc};

use wx_proto::{Lane, RequestId, Revision, Session};

use crate::{
    Net, SessionStore, StoreError, Worker,
    shared::{Shared, Step},
};

/// Everything the loop's thread owns.
pub(crate) struct Driver {
    shared: Arc<Shared>,
    net: Net,
    store: Option<Box<dyn SessionStore>>,
    workers: BTreeMap<Lane, Worker>,
    stored: Option<Revision>,
    /// What was stored last has a login, as far as is known.
    has_login: bool,
}

impl Driver {
    pub(crate) const fn new(shared: Arc<Shared>, net: Net, store: Option<Box<dyn SessionStore>>) -> Self {
        Self { shared, net, store, workers: BTreeMap::new(), stored: None, has_login: true }
    }

    /// Runs until it is asked to stop, then stores what is not stored yet.
    pub(crate) fn run(mut self) -> Result<(), StoreError> {
        let closing = Closing(self.shared.clone());
        while let Some(step) = self.shared.next() {
            match step {
                Step::Start(request) => {
                    let lane = request.lane;
                    tracing::debug!(id = %request.id, endpoint = %request.endpoint, lane = lane.as_str(), "request");
                    self.worker(lane).start(request);
                }
                Step::Abort(id) => self.abort(id),
                Step::Store(revision, session) => self.answer(revision, session),
                Step::Flush => {
                    if let Err(error) = self.flush() {
                        tracing::warn!(%error, "the session may not survive a power failure");
                    }
                }
            }
        }
        // Nothing leaves any more; a running send is stored as one that may have left.
        self.workers.clear();
        let session = self.shared.close();
        drop(closing);
        self.finish(session)
    }

    fn worker(&mut self, lane: Lane) -> &Worker {
        let (net, shared) = (&self.net, &self.shared);
        self.workers.entry(lane).or_insert_with(|| {
            let shared = shared.clone();
            Worker::new(lane, net.clone(), move |reply| shared.reply(reply))
        })
    }

    fn abort(&self, id: RequestId) {
        let found = self.workers.values().any(|worker| worker.abort(id));
        tracing::debug!(%id, found, "abort");
    }

    /// Stores the session and tells the core how that went. The lock is not held: a disk may be slow.
    fn answer(&mut self, asked: Revision, session: Option<Session>) {
        let revision = session.as_ref().map_or(asked, Session::revision);
        let result = session.map_or(Ok(()), |session| self.save(&session));
        match result {
            Ok(()) => self.shared.stored(revision),
            Err(error) => {
                tracing::warn!(%error, "the session could not be stored");
                self.shared.store_failed(revision);
            }
        }
    }

    fn save(&mut self, session: &Session) -> Result<(), StoreError> {
        let Some(store) = &mut self.store else { return Ok(()) };
        let bytes = serde_json::to_vec(session).map_err(|error| StoreError::Other(error.into()))?;
        store.save(&bytes)?;
        tracing::debug!(revision = %session.revision(), bytes = bytes.len(), "stored");
        if self.has_login && !session.has_login() {
            // Whoever finds the tokens of an earlier session could still act as the account.
            store.drop_previous()?;
        }
        self.has_login = session.has_login();
        self.stored = Some(session.revision());
        Ok(())
    }

    fn finish(mut self, session: Option<Session>) -> Result<(), StoreError> {
        if let Some(session) = session.filter(|session| self.stored.is_none_or(|at| at < session.revision()))
        {
            self.save(&session)?;
        }
        self.flush()
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        self.store.as_mut().map_or(Ok(()), |store| store.flush())
    }
}

/// Lets nobody wait for a loop that is gone, not even if it panicked.
struct Closing(Arc<Shared>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.release();
    }
}
