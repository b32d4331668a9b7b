//! The client of one account: commands in, outputs out, everything else inside.
//!
//! ```text
//! command ─┐                      ┌─ Output::Start(request) ─> driver ─┐
//!          ├─> flows ─> lanes ────┤                                    │
//! handle ──┘     │                └─ Output::Abort(id)                 │
//!    ^           └─> Output::Event(event) ─> application               │
//!    └────────────────────────────── Reply <───────────────────────────┘
//! ```

mod bucket;
mod build;
mod clock;
mod commands;
pub(crate) mod delivery;
mod effects;
mod lanes;
mod limits;
mod logout;
pub(crate) mod outbox;
mod people;
mod progress;
mod receiving;
mod replies;
mod saving;
mod seen;
mod starting;
mod storage;

use std::collections::VecDeque;

use crate::{
    Config, Contacts, EndReason, Event, Me, OpError, OpId, Outcome, Phase, QrCode, Revision, SessionEnd,
    Storing, Timestamp, bounds,
    cookie::Jar,
    endpoint::Waiter,
    flow::{self, contacts::Loader},
    host::Hosts,
    model::ContactLimits,
    rng::SplitMix64,
    tokens::Tokens,
};

use self::{
    bucket::{Rates, Worth},
    clock::Clock,
    delivery::{AckedIds, Delivery},
    lanes::Lanes,
    limits::RateLimits,
    outbox::{Outbox, OutboxEntry},
    seen::Seen,
    storage::Storage,
};

/// The client of one account, without IO: a value that turns commands, replies and time into outputs.
///
/// Drive it with three calls, legal at any time and in any order:
/// [`poll`](Self::poll) until it gives `None`, then wait until [`deadline`](Self::deadline) or until a reply is there,
/// give the reply to [`handle`](Self::handle), and begin again. Commands only enqueue; their results are events.
///
/// ```text
/// Idle ─login─> AwaitScan ─scan─> AwaitConfirm ─confirm─> Starting ─> Online ─> Ended
///                  ^───────── declined, expired ────┘        ^──── resume (Idle)
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    config: Config,
    clock: Clock,
    rng: SplitMix64,
    stage: Stage,
    phase: Phase,
    /// The login's tokens, hosts and account; none before the first and after the end.
    login: Option<Login>,
    jar: Jar,
    page: PageLoad,
    lanes: Lanes,
    storage: Storage,
    delivery: Delivery,
    outbox: Outbox,
    contacts: Contacts,
    loader: Loader,
    events: VecDeque<Event>,
    /// True from the first failure of an outage to the first reply after it.
    offline: bool,
    logins: u64,
    /// The account that the position, the acknowledged ids, the Gap and the outbox belong to.
    account: Option<u64>,
    run: u64,
    /// The revision that first holds `run`.
    run_revision: Revision,
    gap_since: Option<Timestamp>,
    /// How the last session ended, while there is no other.
    ended: Option<SessionEnd>,
    /// The revision that first holds the committed keys.
    position_revision: Revision,
    /// When a webwxsync last succeeded, or the tokens were handed out; none after a restore.
    renewed_at: Option<Timestamp>,
    /// When the last try to renew the cookies alone failed.
    renewal_lost_at: Option<Timestamp>,
    /// When the Gap of this login was opened.
    gap_opened_at: Option<Timestamp>,
    /// The first unusable reply at the present key.
    unusable_since: Option<Timestamp>,
    rates: Rates,
    limits: RateLimits,
    /// What the reply in hand is good for.
    worth: Worth,
    ops: u64,
    /// The last op id that was given out before the run was stored, without its run.
    unstored_op: u64,
    qr: Option<QrCode>,
    seen: Seen,
    /// Something happened since `poll` last gave `None`.
    dirty: bool,
    /// While clean: when there is something to do again.
    wake: Option<Timestamp>,
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

/// What the client is doing.
#[derive(Clone, Debug)]
enum Stage {
    Idle,
    Login(flow::login::State),
    Start(flow::start::State),
    Online(flow::sync::State),
    /// webwxlogout was lost so often.
    LoggingOut {
        failures: u32,
    },
    Ended,
}

/// One login.
#[derive(Clone, Debug)]
struct Login {
    hosts: Hosts,
    tokens: Tokens,
    since: Timestamp,
    me: Option<Me>,
    /// It was restored and nobody was told yet who it is.
    resumed: bool,
}

/// What the official page counts from the moment it is loaded.
#[derive(Clone, Copy, Debug)]
struct PageLoad {
    at: Timestamp,
    scripts: u64,
}

/// How to log in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum LoginMethod {
    /// Go on with the stored login; end if the server no longer knows it.
    Resume,
    /// A QR code to scan, whatever is stored.
    Qr,
    /// Go on with the stored login if there is one, else a QR code.
    Auto,
}

impl Client {
    /// A client without a login. `seed` feeds device ids, message ids and jitter: equal seeds and inputs give equal
    /// outputs. Nothing happens before [`login`](Self::login).
    pub fn new(config: Config, seed: u64, now: Timestamp) -> Self {
        let base = config.profile.page_host().clone();
        let mut storage = Storage::new(config.storing == Storing::Checkpoints);
        let run_revision = storage.raise();
        let mut client = Self {
            clock: Clock::new(now),
            rng: SplitMix64::new(seed),
            stage: Stage::Idle,
            phase: Phase::Idle,
            login: None,
            jar: Jar::default(),
            page: PageLoad { at: now, scripts: 0 },
            lanes: Lanes::default(),
            storage,
            delivery: Delivery::new(
                run_of_clock(now),
                config.unacked_batches,
                AckedIds::new(config.acked_ids, []),
                None,
            ),
            outbox: Outbox::new(config.outbox, config.send_interval, config.send_burst),
            contacts: Contacts::new(ContactLimits {
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
            gap_since: None,
            ended: None,
            position_revision: run_revision,
            renewed_at: None,
            renewal_lost_at: None,
            gap_opened_at: None,
            unusable_since: None,
            rates: Rates::new(config.requests_per_minute, config.idle_requests_per_minute),
            limits: RateLimits::default(),
            worth: Worth::Nothing,
            ops: 0,
            unstored_op: 0,
            qr: None,
            seen: Seen::default(),
            dirty: true,
            wake: None,
            config,
        };
        client.plant_page_cookies(&base);
        client
    }

    /// Where the client stands.
    pub const fn phase(&self) -> &Phase {
        &self.phase
    }

    /// The account, once known.
    pub fn me(&self) -> Option<&Me> {
        self.login.as_ref().and_then(|login| login.me.as_ref())
    }

    /// Contacts and groups known so far.
    pub const fn contacts(&self) -> &Contacts {
        &self.contacts
    }

    /// True once the session of this run was stored for the first time: sends are taken and batches handed out from
    /// then on.
    pub fn is_run_stored(&self) -> bool {
        self.storage.is_stored(self.run_revision)
    }

    /// Sends from their command until they are forgotten, oldest first.
    pub fn outbox(&self) -> impl Iterator<Item = &OutboxEntry> {
        self.outbox.iter()
    }

    /// The profile's name, host and limits this client works with.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// A command's id. Before the run is stored another run may get the same number: then the clock tells ids apart.
    fn next_op(&mut self) -> OpId {
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

    fn done(&mut self, op: OpId, outcome: Result<Outcome, OpError>) {
        self.events.push_back(Event::Done { op, outcome });
    }

    /// A login that starts from nothing: what belongs to the one before ends here.
    fn begin_qr_login(&mut self) {
        self.login = None;
        self.lose_position();
        self.change_peers();
        self.forget_people();
        let (state, effects) = flow::login::start();
        self.enter(Stage::Login(state));
        self.apply_login(effects);
    }

    /// Moves to a stage and tells the phase if it changed.
    fn enter(&mut self, stage: Stage) {
        let phase = match &stage {
            Stage::Idle => Phase::Idle,
            Stage::Login(flow::login::State::RequestUuid { .. } | flow::login::State::ShowQr { .. }) => {
                Phase::AwaitScan
            }
            Stage::Login(flow::login::State::Scanned { .. }) => Phase::AwaitConfirm,
            Stage::Login(flow::login::State::Redeem { .. }) | Stage::Start(_) => Phase::Starting,
            Stage::Online(_) => Phase::Online,
            // A login that is over moves on at once; `end` has set the phase with its reason; a logout changes nothing
            // before its end.
            Stage::Login(flow::login::State::Finished) | Stage::LoggingOut { .. } | Stage::Ended => {
                self.phase.clone()
            }
        };
        self.stage = stage;
        if phase != Phase::AwaitScan {
            self.qr = None;
        }
        if phase != self.phase {
            self.phase = phase.clone();
            self.events.push_back(Event::Phase(phase));
        }
    }

    /// Ends login and session: every send is settled, the tokens are dropped.
    fn end(&mut self, reason: EndReason) {
        self.note_end(&reason);
        self.give_up_everything();
        self.login = None;
        self.lose_position();
        self.offline = false;
        self.qr = None;
        self.storage.raise();
        self.stage = Stage::Ended;
        self.phase = Phase::Ended(reason);
        self.events.push_back(Event::Phase(self.phase.clone()));
    }

    /// The position means nothing any more: what the server queued since is covered by a Gap, from the earliest
    /// position that was lost so.
    fn lose_position(&mut self) {
        let since = self.delivery.forget_position();
        if let Some(since) = since {
            self.note_gap(since);
            self.position_revision = self.storage.raise();
        }
    }

    /// From `since` on messages may be missing. The earliest such time counts.
    fn note_gap(&mut self, since: Timestamp) {
        self.gap_since = Some(self.gap_since.map_or(since, |earlier| earlier.min(since)));
    }

    /// User names changed: nothing that names an old one may leave.
    fn change_peers(&mut self) {
        for op in self.outbox.open() {
            self.step_send(op, flow::send::Input::PeerChanged);
        }
    }

    /// User names changed: whoever is known under an old one, and what is being asked about them.
    fn forget_people(&mut self) {
        self.contacts.clear();
        self.loader = Loader::new();
        self.lanes.give_up(|call| call.waiter() == Waiter::Contacts);
    }

    /// Ends every request and every command that is not over.
    fn give_up_everything(&mut self) {
        for call in self.lanes.give_up(|_| true) {
            if let Waiter::Command(op) = call.waiter() {
                self.done(op, Err(OpError::SessionEnded));
            }
        }
        for op in self.outbox.open() {
            self.step_send(op, flow::send::Input::SessionEnded);
        }
    }
}
