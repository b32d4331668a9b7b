//! The machine inside a client: every part of its state, and the few things that all of them do.

use crate::{Config, Event, OpError, OpId, Outcome, Phase, QrCode, Storing, Timestamp, rng::SplitMix64};

use super::{
    account::Account, address_book::AddressBook, browser::Browser, bucket::Rates, clock::Clock,
    delivery::Delivery, downloads::Downloads, entry::Entry, events::Events, id_window::IdWindow, ids::Ids,
    lanes::Lanes, limits::RateLimits, outbox::Outbox, receiver::Receiver, seen::Seen, stage::Stage,
    storage::Storage, transfers::Transfers,
};

/// All that a client knows. Only [`Client`](super::Client) hands it out to change it.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    pub(super) config: Config,
    /// The caller's time beside the client's own.
    pub(super) clock: Clock,
    /// Device ids, message ids and jitter.
    pub(super) rng: SplitMix64,
    pub(super) stage: Stage,
    /// What the application was told of the stage.
    pub(super) phase: Phase,
    /// The code that is shown, if one is.
    pub(super) qr: Option<QrCode>,
    pub(super) account: Account,
    pub(super) address_book: AddressBook,
    pub(super) browser: Browser,
    /// The host that a login starts on.
    pub(super) entry: Entry,
    /// What the application is told next.
    pub(super) events: Events,
    pub(super) ids: Ids,
    /// Requests that wait, and those in flight.
    pub(super) lanes: Lanes,
    pub(super) storage: Storage,
    pub(super) receiver: Receiver,
    pub(super) outbox: Outbox,
    pub(super) downloads: Downloads,
    /// What the application was told of files on their way.
    pub(super) transfers: Transfers,
    /// What sends of this client became, where the phone's messages come from the account too; else empty.
    pub(super) sent_ids: IdWindow,
    /// How many requests may start a minute.
    pub(super) rates: Rates,
    /// What code 1205 holds back.
    pub(super) limits: RateLimits,
    /// Transitions taken, for tests.
    pub(super) seen: Seen,
}

impl Machine {
    pub(super) fn new(config: Config, seed: u64, now: Timestamp) -> Self {
        let mut storage = Storage::new(config.storing == Storing::Checkpoints);
        let revision = storage.raise();
        let ids = Ids::new(now, revision);
        let acked = IdWindow::new(config.acked_ids, []);
        let delivery = Delivery::new(ids.run(), config.unacked_batches, acked, None);
        Self {
            clock: Clock::new(now),
            rng: SplitMix64::new(seed),
            stage: Stage::Idle,
            phase: Phase::Idle,
            qr: None,
            account: Account::default(),
            address_book: AddressBook::new(&config),
            browser: Browser::new(&config.profile, now),
            entry: Entry::new(&config.profile),
            events: Events::default(),
            ids,
            lanes: Lanes::default(),
            storage,
            receiver: Receiver::new(delivery, revision),
            outbox: Outbox::new(config.outbox, config.send_interval, config.send_burst),
            downloads: Downloads::default(),
            transfers: Transfers::default(),
            sent_ids: IdWindow::new(config.sent_ids, []),
            rates: Rates::new(config.requests_per_minute, config.idle_requests_per_minute),
            limits: RateLimits::default(),
            seen: Seen::default(),
            config,
        }
    }

    pub(super) fn is_run_stored(&self) -> bool {
        self.ids.are_stored(&self.storage)
    }

    pub(super) fn next_op(&mut self) -> OpId {
        self.ids.next_op(&self.storage, self.clock.now())
    }

    pub(super) fn done(&mut self, op: OpId, outcome: Result<Outcome, OpError>) {
        self.events.push(Event::Done { op, outcome });
    }
}
