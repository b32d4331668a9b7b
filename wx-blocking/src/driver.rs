//! Does what the core asks for: starts requests, stores the session.

use std::{collections::BTreeMap, sync::Arc};

use wx_proto::{Lane, Request, RequestId, Revision, Session};

use crate::{
    Net, SessionStore, StoreError, Worker,
    shared::{Shared, Step},
    worker::Turn,
};

/// The store and the workers. There is one, and who [leads](crate::lead) has it: so nothing is stored by two at a time,
/// and no request is started after its abort.
pub(crate) struct Driver {
    net: Net,
    store: Option<Box<dyn SessionStore>>,
    workers: BTreeMap<Lane, Vec<Worker>>,
    stored: Option<Revision>,
    /// What was stored last has a login, as far as is known.
    has_login: bool,
    /// Room for the session's text: a send stores it twice.
    bytes: Vec<u8>,
}

/// Who runs a request.
#[derive(Clone, Copy)]
pub(crate) enum Runs {
    /// The thread of its lane.
    Worker,
    /// Whoever has it started, if the lane is idle.
    Caller,
}

impl Driver {
    pub(crate) const fn new(net: Net, store: Option<Box<dyn SessionStore>>) -> Self {
        Self { net, store, workers: BTreeMap::new(), stored: None, has_login: true, bytes: Vec::new() }
    }

    /// Does one step. The lock is not held: a disk may be slow. A request that the caller may run comes back.
    pub(crate) fn perform(&mut self, shared: &Arc<Shared>, step: Step, runs: Runs) -> Option<Turn> {
        match step {
            Step::Start(request) => return self.start(shared, request, runs),
            Step::Abort(id) => self.abort(id),
            Step::DropIdle => self.drop_idle(),
            Step::Store(revision, session) => self.answer(shared, revision, session),
            Step::Settle(op, outcome, receiving) => shared.settle(op, outcome, *receiving),
        }
        None
    }

    fn start(&mut self, shared: &Arc<Shared>, request: Request, runs: Runs) -> Option<Turn> {
        let lane = request.lane;
        tracing::debug!(id = %request.id, endpoint = %request.endpoint, lane = lane.as_str(), "request");
        let worker = self.worker(shared, lane)?;
        match runs {
            Runs::Worker => worker.start(request),
            Runs::Caller => return worker.start_or_lend(request),
        }
        None
    }

    /// One that is idle. The core keeps to the lane's width, so that there are never more of them than that.
    fn worker(&mut self, shared: &Arc<Shared>, lane: Lane) -> Option<&Worker> {
        let workers = self.workers.entry(lane).or_default();
        let idle = workers.iter().position(|worker| !worker.is_busy());
        let at = idle.unwrap_or_else(|| {
            let (replies, progress) = (shared.clone(), shared.clone());
            workers.push(Worker::with_files(
                lane,
                self.net.clone(),
                shared.sinks.clone(),
                move |reply| replies.reply(reply),
                move |id, bytes| progress.progress(id, bytes),
            ));
            workers.len() - 1
        });
        workers.get(at)
    }

    fn abort(&self, id: RequestId) {
        let found = self.workers.values().flatten().any(|worker| worker.abort(id));
        tracing::debug!(%id, found, "abort");
    }

    /// After a sleep of the computer connections are dead, and look open.
    fn drop_idle(&self) {
        tracing::debug!("the computer slept, or its clock was set forward: idle connections are dropped");
        self.workers.values().flatten().for_each(Worker::drop_idle);
    }

    /// Stores the session and tells the core how that went.
    fn answer(&mut self, shared: &Shared, asked: Revision, session: Option<Session>) {
        let revision = session.as_ref().map_or(asked, Session::revision);
        let result = session.map_or(Ok(()), |session| self.save(&session));
        match result {
            Ok(()) => shared.stored(revision),
            Err(error) => {
                tracing::warn!(%error, "the session could not be stored");
                shared.store_failed(revision);
            }
        }
    }

    fn save(&mut self, session: &Session) -> Result<(), StoreError> {
        let Some(store) = &mut self.store else { return Ok(()) };
        self.bytes.clear();
        serde_json::to_writer(&mut self.bytes, session).map_err(|error| StoreError::Other(error.into()))?;
        store.save(&self.bytes)?;
        tracing::debug!(revision = %session.revision(), bytes = self.bytes.len(), "stored");
        if self.has_login && !session.has_login() {
            // Whoever finds the tokens of an earlier session could still act as the account.
            store.drop_previous()?;
        }
        self.has_login = session.has_login();
        self.stored = Some(session.revision());
        Ok(())
    }

    /// Makes sure that what may be lost in a power failure is on the disk.
    pub(crate) fn flush(&mut self) -> Result<(), StoreError> {
        self.store.as_mut().map_or(Ok(()), |store| store.flush())
    }

    /// Nothing leaves any more.
    pub(crate) fn halt(&mut self) {
        self.workers.clear();
    }

    /// Stores the last session, if it is not stored yet.
    pub(crate) fn finish(mut self, session: Option<Session>) -> Result<(), StoreError> {
        if let Some(session) = session.filter(|session| self.stored.is_none_or(|at| at < session.revision()))
        {
            self.save(&session)?;
        }
        self.flush()
    }
}
