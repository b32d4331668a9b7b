//! The machine inside a client: every part of its state, and the few things that all of them do.

use std::collections::VecDeque;

use crate::{
    Config, Contacts, Event, Me, OpError, OpId, Outcome, Phase, QrCode, Revision, SessionEnd, Storing,
    Timestamp, bounds, cookie::Jar, flow::contacts::Loader, host::Hosts, model::Limits, rng::Rng,
    tokens::Tokens,
};

use super::{
    bucket::Rates,
    clock::Clock,
    delivery::{AckedIds, Delivery},
    effects,
    lanes::Lanes,
    limits::RateLimits,
    outbox::Outbox,
    receiver::Receiver,
    seen::Seen,
    stage::Stage,
    storage::Storage,
};

/// All that a client knows. Only [`Client`](super::Client) hands it out to change it.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    pub(super) config: Config,
    pub(super) clock: Clock,
    pub(super) rng: Rng,
    pub(super) stage: Stage,
    pub(super) phase: Phase,
    /// The login's tokens, hosts and account; none before the first and after the end.
    pub(super) login: Option<Login>,
    pub(super) jar: Jar,
    pub(super) page: PageLoad,
    pub(super) lanes: Lanes,
    pub(super) storage: Storage,
    pub(super) receiver: Receiver,
    pub(super) outbox: Outbox,
    pub(super) contacts: Contacts,
    pub(super) loader: Loader,
    pub(super) events: VecDeque<Event>,
    /// True from the first failure of an outage to the first reply after it.
    pub(super) offline: bool,
    pub(super) logins: u64,
    /// The account that the position, the acknowledged ids, the Gap and the outbox belong to.
    pub(super) account: Option<u64>,
    pub(super) run: u64,
    /// The revision that first holds `run`.
    pub(super) run_revision: Revision,
    /// How the last session ended, while there is no other.
    pub(super) ended: Option<SessionEnd>,
    pub(super) rates: Rates,
    pub(super) limits: RateLimits,
    pub(super) ops: u64,
    /// The last op id that was given out before the run was stored, without its run.
    pub(super) unstored_op: u64,
    pub(super) qr: Option<QrCode>,
    pub(super) seen: Seen,
}

/// Numbers of commands from here on are given out before the run is stored.
const UNSTORED_OPS: u64 = 1 << 31;

/// The run number of a client without a store of before: it counts ten minutes, so that ids do not come again when a
/// session was moved away. A clock that would use up the numbers is not believed: those of 30 years are.
pub(super) fn run_of_clock(now: Timestamp) -> u64 {
    /// 1 January 2026.
    const FIRST: u64 = 1_767_225_600;
    let run = now.as_secs().saturating_sub(FIRST) / 600 + 1;
    if run < effects::MAX_RUN / 4 * 3 { run } else { 1 }
}

/// One login.
#[derive(Clone, Debug)]
pub(super) struct Login {
    pub(super) hosts: Hosts,
    pub(super) tokens: Tokens,
    pub(super) since: Timestamp,
    pub(super) me: Option<Me>,
    /// It was restored and nobody was told yet who it is.
    pub(super) resumed: bool,
}

/// What the official page counts from the moment it is loaded.
#[derive(Clone, Copy, Debug)]
pub(super) struct PageLoad {
    pub(super) at: Timestamp,
    pub(super) scripts: u64,
}

impl Machine {
    pub(super) fn new(config: Config, seed: u64, now: Timestamp) -> Self {
        let base = config.profile.page_host().clone();
        let mut storage = Storage::new(config.storing == Storing::Checkpoints);
        let run_revision = storage.raise();
        let acked = AckedIds::new(config.acked_ids, []);
        let delivery = Delivery::new(run_of_clock(now), config.unacked_batches, acked, None);
        let mut machine = Self {
            clock: Clock::new(now),
            rng: Rng::new(seed),
            stage: Stage::Idle,
            phase: Phase::Idle,
            login: None,
            jar: Jar::default(),
            page: PageLoad { at: now, scripts: 0 },
            lanes: Lanes::default(),
            storage,
            receiver: Receiver::new(delivery, run_revision),
            outbox: Outbox::new(config.outbox, config.send_interval, config.send_burst),
            contacts: Contacts::new(Limits {
                contacts: config.contacts,
                group_members: config.group_members,
                bytes: config.contact_bytes,
            }),
            loader: Loader::new(),
            events: VecDeque::new(),
            offline: false,
            logins: 0,
            account: None,
            run: run_of_clock(now),
            run_revision,
            ended: None,
            rates: Rates::new(config.requests_per_minute, config.idle_requests_per_minute),
            limits: RateLimits::default(),
            ops: 0,
            unstored_op: 0,
            qr: None,
            seen: Seen::default(),
            config,
        };
        machine.plant_page_cookies(&base);
        machine
    }

    pub(super) const fn phase(&self) -> &Phase {
        &self.phase
    }

    pub(super) fn me(&self) -> Option<&Me> {
        self.login.as_ref().and_then(|login| login.me.as_ref())
    }

    pub(super) fn is_run_stored(&self) -> bool {
        self.storage.is_stored(self.run_revision)
    }

    /// A command's id. Before the run is stored another run may get the same number: then the clock tells ids apart.
    pub(super) fn next_op(&mut self) -> OpId {
        let number = if self.is_run_stored() {
            self.ops += 1;
            self.ops
        } else {
            let millis = self.clock.now().as_millis() % UNSTORED_OPS;
            self.unstored_op = millis.max(self.unstored_op.saturating_add(1));
            UNSTORED_OPS + self.unstored_op % UNSTORED_OPS
        };
        OpId::new((self.run << bounds::RUN_SHIFT) | number)
    }

    pub(super) fn done(&mut self, op: OpId, outcome: Result<Outcome, OpError>) {
        self.events.push_back(Event::Done { op, outcome });
    }
}
