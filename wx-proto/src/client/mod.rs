//! The client of one account: commands in, outputs out, everything else inside.
//!
//! ```text
//! command ─┐                      ┌─ Output::Start(request) ─> driver ─┐
//!          ├─> flows ─> lanes ────┤                                    │
//! handle ──┘     │                └─ Output::Abort(id)                 │
//!    ^           └─> Output::Event(event) ─> application               │
//!    └────────────────────────────── Reply <───────────────────────────┘
//! ```

mod account;
mod address_book;
mod browser;
mod bucket;
mod build;
mod clock;
mod commands;
mod contacts;
mod deadline;
pub(crate) mod delivery;
mod downloads;
mod drive;
mod entry;
mod events;
mod id_window;
mod ids;
mod lanes;
mod limits;
mod login;
mod logout;
mod machine;
pub(crate) mod outbox;
mod own_phone;
mod progress;
mod receiver;
mod replies;
mod schedule;
mod seen;
mod send;
mod session;
mod stage;
mod storage;
mod sync;
mod transfers;
mod upload;
mod value;

use crate::{
    ClientTime, CommandError, Config, Contacts, Me, Output, Phase, Reply, RequestId, Session, Timestamp,
};

pub use self::login::LoginMethod;
use self::{machine::Machine, outbox::OutboxEntry};

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
///
/// ```
/// use std::hash::{BuildHasher, RandomState};
///
/// use wx_proto::{Client, Config, Event, LoginMethod, Output, Phase, Timestamp};
///
/// let now = Timestamp::from_millis(1_735_700_000_000);
/// // From the system's entropy: equal seeds would give every copy the same device ids.
/// let mut client = Client::new(Config::default(), RandomState::new().hash_one(now.as_millis()), now);
/// client.login(LoginMethod::Auto)?;
/// let told = client.poll(now);
/// assert!(matches!(told, Some(Output::Event(Event::Phase(Phase::AwaitScan)))));
/// # Ok::<(), wx_proto::CommandError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    machine: Machine,
    rest: Rest,
}

/// What the last `poll` left.
#[derive(Clone, Copy, Debug)]
enum Rest {
    /// Output, or something that may give some.
    Due,
    /// Nothing until this time of the client's, or until the next reply or command.
    Until(Option<ClientTime>),
}

impl Client {
    /// A client without a login. `seed` feeds device ids, message ids and jitter: equal seeds and inputs give equal
    /// outputs. Nothing happens before [`login`](Self::login).
    pub fn new(config: Config, seed: u64, now: Timestamp) -> Self {
        Self { machine: Machine::new(config, seed, now), rest: Rest::Due }
    }

    /// A client that goes on where a stored session was. Nothing happens before [`login`](Self::login) with
    /// [`LoginMethod::Resume`] or [`LoginMethod::Auto`].
    ///
    /// A login of another profile, or with a host that the profile does not list, is dropped; the outbox is kept.
    ///
    /// ```
    /// use wx_proto::{Client, Config, LoginMethod, Timestamp};
    ///
    /// fn start(stored: Option<&[u8]>, seed: u64, now: Timestamp) -> Result<Client, Box<dyn std::error::Error>> {
    ///     let mut client = match stored {
    ///         Some(bytes) => Client::restore(serde_json::from_slice(bytes)?, Config::default(), seed, now),
    ///         None => Client::new(Config::default(), seed, now),
    ///     };
    ///     client.login(LoginMethod::Auto)?;
    ///     Ok(client)
    /// }
    /// ```
    pub fn restore(session: Session, config: Config, seed: u64, now: Timestamp) -> Self {
        Self { machine: Machine::restore(session, config, seed, now), rest: Rest::Due }
    }

    /// The next thing to do, `None` when there is nothing until [`deadline`](Self::deadline) or the next reply or
    /// command.
    ///
    /// ```
    /// use wx_proto::{Client, Output, Timestamp};
    ///
    /// fn drain(client: &mut Client, now: Timestamp) {
    ///     while let Some(output) = client.poll(now) {
    ///         match output {
    ///             Output::Start(request) => println!("run {} {}", request.http.method(), request.id),
    ///             Output::Abort(id) => println!("give {id} up"),
    ///             Output::Event(event) => println!("{event:?}"),
    ///         }
    ///     }
    /// }
    /// ```
    pub fn poll(&mut self, now: Timestamp) -> Option<Output> {
        let now = self.machine.clock.advance(now);
        if let Rest::Until(wake) = self.rest
            && wake.is_none_or(|wake| now < wake)
        {
            return None;
        }
        self.rest = Rest::Due;
        let output = self.machine.next(now);
        if output.is_none() {
            self.rest = Rest::Until(self.machine.next_wake());
        }
        output
    }

    /// Tells the time, as any call with it does: deadlines shift if the clock stepped back.
    pub(crate) fn pass(&mut self, now: Timestamp) {
        self.machine.clock.advance(now);
    }

    /// The same, unless the last call was later.
    pub(crate) fn catch_up(&mut self, now: Timestamp) {
        if now > self.machine.clock.wall() {
            self.pass(now);
        }
    }

    /// Takes the end of an exchange. One that is late, given up, repeated or unknown changes nothing.
    ///
    /// ```
    /// use wx_proto::{Client, Failure, FailureKind, Reply, RequestId, Sent, Timestamp};
    ///
    /// fn timed_out(client: &mut Client, id: RequestId, now: Timestamp) {
    ///     // It had left: nobody knows what the server made of it.
    ///     let failure = Failure { kind: FailureKind::Timeout, sent: Sent::Maybe, received: 0 };
    ///     client.handle(now, Reply::failed(id, failure));
    /// }
    /// ```
    pub fn handle(&mut self, now: Timestamp, reply: Reply) {
        self.machine.clock.advance(now);
        if self.machine.handle(reply) {
            self.rest = Rest::Due;
        }
    }

    /// Tells how many bytes of a request's stretch of a file have been read, or how many of a streamed reply are there, those
    /// before its offset included. Call it about every second while they pass: the core tells the application, and takes a
    /// long exchange that is silent for lost.
    ///
    /// ```
    /// use wx_proto::{Client, RequestId, Timestamp};
    ///
    /// /// What a driver does each second while a file passes.
    /// fn tick(client: &mut Client, id: RequestId, passed: u64, now: Timestamp) {
    ///     client.progress(now, id, passed);
    ///     // Then it polls: there may be an `Event::Transfer`.
    /// }
    /// # let _ = tick;
    /// ```
    pub fn progress(&mut self, now: Timestamp, id: RequestId, bytes: u64) {
        self.machine.clock.advance(now);
        if self.machine.progress(id, bytes) {
            self.rest = Rest::Due;
        }
    }

    /// When to poll again even without a reply, in the time the caller uses. Now, while there is output left.
    ///
    /// ```
    /// use std::time::Duration;
    /// use wx_proto::{Client, Timestamp};
    ///
    /// /// How long a driver may wait for the next reply before it polls again.
    /// fn patience(client: &Client, now: Timestamp) -> Option<Duration> {
    ///     client.deadline().map(|at| at.saturating_since(now))
    /// }
    /// ```
    pub fn deadline(&self) -> Option<Timestamp> {
        let clock = &self.machine.clock;
        match self.rest {
            Rest::Due => Some(clock.wall()),
            Rest::Until(wake) => wake.map(|wake| clock.to_caller(wake)),
        }
    }

    /// Runs a command: whatever it does, `poll` looks at it. One that is refused changes nothing.
    fn attempt<T>(
        &mut self,
        command: impl FnOnce(&mut Machine) -> Result<T, CommandError>,
    ) -> Result<T, CommandError> {
        let done = command(&mut self.machine)?;
        self.rest = Rest::Due;
        Ok(done)
    }

    /// The machine, for a command that cannot be refused.
    const fn command(&mut self) -> &mut Machine {
        self.rest = Rest::Due;
        &mut self.machine
    }

    /// Where the client stands.
    pub const fn phase(&self) -> &Phase {
        &self.machine.phase
    }

    /// The account, once known.
    pub fn me(&self) -> Option<&Me> {
        self.machine.account.me()
    }

    /// Contacts and groups known so far.
    ///
    /// ```
    /// use wx_proto::Client;
    ///
    /// fn list(client: &Client) {
    ///     for friend in client.contacts().friends() {
    ///         println!("{}", friend.name());
    ///     }
    /// }
    /// ```
    pub const fn contacts(&self) -> &Contacts {
        self.machine.address_book.contacts()
    }

    /// True once the session of this run was stored for the first time: sends are taken and batches handed out from
    /// then on.
    pub fn is_run_stored(&self) -> bool {
        self.machine.is_run_stored()
    }

    /// Sends from their command until they are forgotten, oldest first.
    ///
    /// ```
    /// use wx_proto::Client;
    ///
    /// fn not_over(client: &Client) -> usize {
    ///     client.outbox().filter(|entry| entry.outcome().is_none()).count()
    /// }
    /// ```
    pub fn outbox(&self) -> impl Iterator<Item = &OutboxEntry> {
        self.machine.outbox.iter()
    }

    /// The profile's name, host and limits this client works with.
    pub const fn config(&self) -> &Config {
        &self.machine.config
    }
}
