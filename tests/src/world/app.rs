//! The application above the client: what it stores, when it acknowledges, what it forgets.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use wx_proto::{Batch, BatchId, Message, Revision, Session, Timestamp};

use super::plan::AppKind;
use crate::rng::Rng;

/// What the application does later in this run.
#[derive(Clone, Debug)]
pub(super) enum Todo {
    /// Acknowledge.
    Ack(BatchId),
    /// Acknowledge with an id of an earlier run.
    AckOld(BatchId),
    /// Try again to store what is not stored.
    Write,
    /// The session is on the disk by now, or not. `seen`: what it knows of steps of the clock.
    Wrote { session: Box<Session>, seen: u64 },
    /// Log in again.
    LogIn,
    /// Do again what was wished for before the crash.
    Repeat,
}

/// A batch that was handed out, and whose it is.
#[derive(Clone, Debug)]
pub(super) struct Handed {
    pub(super) batch: Batch,
    pub(super) account: usize,
    /// Where a Gap begins: the earliest true time that it may mean.
    pub(super) since: Option<Timestamp>,
}

/// What dies with the process.
#[derive(Debug, Default)]
pub(super) struct Memory {
    todo: BTreeMap<(Timestamp, u64), Todo>,
    drawn: u64,
    /// Handed out and not in the journal yet.
    pub(super) unwritten: VecDeque<Handed>,
    /// Handed out and not acknowledged, each with its account.
    pub(super) open: BTreeMap<BatchId, usize>,
    /// The last answer to a checkpoint was that it could not be stored.
    pub(super) store_failed: bool,
    /// In the journal, together with `session_after` of it, and not acknowledged.
    pub(super) committed: Option<BatchId>,
    /// The newest batch in the journal that is not acknowledged.
    pub(super) unacked: Option<BatchId>,
    /// The newest acknowledged batch.
    pub(super) acked: Option<BatchId>,
    /// A Gap is open: when its login began, if that is known.
    pub(super) gap_opened: Option<Option<Timestamp>>,
    /// When the login began whose Gap is in the journal, together with `session_after` of it.
    pub(super) committed_gap: Option<Timestamp>,
    /// A Gap that is acknowledged, from what revision on, and what no later one begins before.
    pub(super) gap_acked: Option<(Revision, Timestamp)>,
    /// The first load of people is done in this session.
    pub(super) people_loaded: bool,
    /// What this run was handed in this login.
    pub(super) received: Vec<Message>,
    /// This run acknowledges nothing more.
    pub(super) forgets: bool,
}

impl Memory {
    pub(super) fn later(&mut self, at: Timestamp, todo: Todo) {
        self.drawn += 1;
        self.todo.insert((at, self.drawn), todo);
    }

    pub(super) fn next_due(&mut self, now: Timestamp) -> Option<Todo> {
        let entry = self.todo.first_entry().filter(|entry| entry.key().0 <= now)?;
        Some(entry.remove())
    }

    pub(super) fn next_at(&self) -> Option<Timestamp> {
        self.todo.keys().next().map(|(at, _)| *at)
    }

    /// True if a session is on its way to the disk.
    pub(super) fn is_writing(&self) -> bool {
        self.todo.values().any(|todo| matches!(todo, Todo::Wrote { .. }))
    }

    /// Does everything at once that it would have done later.
    pub(super) fn hurry(&mut self, now: Timestamp) {
        for (_, todo) in std::mem::take(&mut self.todo) {
            self.later(now, todo);
        }
        self.forgets = false;
    }
}

/// How long this application takes to put a batch into its journal; `None`: not in this run.
pub(super) fn write_delay(kind: AppKind, forgets: bool, rng: &mut Rng) -> Option<Duration> {
    match kind {
        AppKind::Transactional | AppKind::AtLeastOnce => {
            Some(if rng.percent(60) { Duration::ZERO } else { rng.millis(1, 4_000) })
        }
        AppKind::Slow => Some(if rng.percent(40) { Duration::ZERO } else { rng.millis(1, 600_000) }),
        AppKind::Mute => Some(Duration::ZERO),
        AppKind::Forgetful => (!forgets || rng.percent(50)).then_some(Duration::ZERO),
    }
}

/// How long this application takes to acknowledge; `None`: it forgets.
pub(super) fn ack_delay(kind: AppKind, forgets: bool, rng: &mut Rng) -> Option<Duration> {
    match kind {
        AppKind::Transactional | AppKind::AtLeastOnce => {
            Some(if rng.percent(80) { Duration::ZERO } else { rng.millis(1, 5_000) })
        }
        AppKind::Slow => {
            let most = rng.pick(5_000, &[60_000, 2_400_000]);
            Some(rng.millis(1_000, most))
        }
        AppKind::Mute => None,
        AppKind::Forgetful => (!forgets).then_some(Duration::ZERO),
    }
}
