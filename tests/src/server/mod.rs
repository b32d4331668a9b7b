//! The simulated server: a pure value.
//!
//! It opens no socket and reads no clock: a request and the time go in, an answer comes out. A long poll that
//! cannot be answered yet is *held*: it gets a [`HoldId`], and [`Server::poll`] hands its answer out once
//! there is one. Everything it draws comes from its seed, so that a run repeats byte for byte. It serialises:
//! the account, its queue and its logins survive; QR codes and held polls do not.
//!
//! It checks what the real server checks, answers what the real one answers, in the same byte layout, and notes
//! what a client did wrong in [`Record::complaints`].

mod account;
mod accounts;
mod auth;
mod burst;
mod call;
mod config;
mod contact_json;
mod contacts;
mod date;
mod demo;
mod dispatch;
mod encode;
mod fault;
mod hold;
mod hosts;
mod init;
mod keys;
mod kinds;
mod layout;
mod lies;
mod login;
mod logout;
mod media;
mod message_json;
mod names;
mod people;
mod phone;
mod picture;
mod queue;
mod record;
mod reply;
mod resource;
mod scan;
mod send;
mod signin;
mod sync;

#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, time::Duration};

use bytes::Bytes;
use http::Response;
use serde::{Deserialize, Serialize};
use wx_proto::Timestamp;

use crate::rng::Rng;

pub use self::account::{Account, Contact, ContactId, ContactKind, Lookup, Member};
pub use self::accounts::Accounts;
pub use self::config::{OldKeys, ServerConfig};
pub use self::fault::{Fault, FaultKind};
pub use self::hold::HoldId;
pub use self::hosts::HostRole;
pub use self::kinds::Kind;
pub use self::login::Login;
pub use self::media::{FileKind, MediaBody, PhoneFile, Upload};
pub use self::people::Mark;
pub use self::phone::{Phone, PhoneError};
pub use self::queue::{MemberValue, Message};
pub use self::record::{Record, Sent, SentFile};
pub use self::resource::Resource;

use self::burst::Burst;
use self::call::Call;
use self::fault::Faults;
use self::hold::Hold;
use self::lies::Lies;
use self::media::Media;
use self::names::Names;
use self::queue::Queue;
use self::scan::Attempt;

/// The simulated server. See the [module](self).
///
/// ```
/// use bytes::Bytes;
/// use wx_testkit::{
///     runner::START,
///     server::{Answer, Server},
/// };
///
/// let mut server = Server::demo();
/// let address = "https://login.wx.qq.com/jslogin?appid=wx782c26e4c19acffb&fun=new&lang=zh_CN&_=1";
/// let request = http::Request::get(address).body(Bytes::new())?;
/// let Answer::Now(response) = server.handle(START, request) else { return Err("held".into()) };
/// assert!(response.body().starts_with(b"window.QRLogin.code = 200;"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Server {
    config: ServerConfig,
    account: Account,
    seed: u64,
    rng: Rng,
    now: Timestamp,
    queue: Queue,
    logins: Vec<Login>,
    record: Record,
    faults: Faults,
    refused: Option<i64>,
    /// A selector told once though nothing is there.
    nudge: Option<u32>,
    /// What `synccheck` says that is not so.
    #[serde(default)]
    lies: Lies,
    bursts: Vec<Burst>,
    /// The files of messages and uploads.
    #[serde(default)]
    media: Media,
    #[serde(skip)]
    attempts: Vec<Attempt>,
    #[serde(skip)]
    holds: BTreeMap<HoldId, Hold>,
    #[serde(skip)]
    lost: Vec<HoldId>,
    next_hold: u64,
}

/// What becomes of a request.
///
/// ```
/// use wx_testkit::server::Answer;
///
/// fn tell(answer: &Answer) {
///     match answer {
///         Answer::Now(response) => println!("{} at once", response.status()),
///         Answer::Streamed(response) => println!("{} at once, its body bit by bit", response.status()),
///         Answer::Held(hold) => println!("{hold:?}: later, from Server::poll"),
///         Answer::Drop => println!("never: the connection is closed"),
///     }
/// }
/// ```
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a caller must not skip one")]
pub enum Answer {
    /// This answer, at once.
    Now(Response<Bytes>),
    /// This answer at once, its body read piece by piece.
    Streamed(Response<MediaBody>),
    /// An answer later, from [`Server::poll`].
    Held(HoldId),
    /// No answer: close the connection.
    Drop,
}

impl Server {
    /// A server with nobody logged in. Equal arguments and equal inputs give equal outputs.
    pub fn new(config: ServerConfig, account: Account, seed: u64) -> Self {
        Self {
            queue: Queue::new(config.first_msg_id),
            config,
            account,
            seed,
            rng: Rng::new(seed),
            now: Timestamp::default(),
            logins: Vec::new(),
            record: Record::default(),
            faults: Faults::default(),
            refused: None,
            nudge: None,
            lies: Lies::default(),
            bursts: Vec::new(),
            media: Media::default(),
            attempts: Vec::new(),
            holds: BTreeMap::new(),
            lost: Vec::new(),
            next_hold: 0,
        }
    }

    /// The server of most examples: the [demo account](Account::demo), and a phone that scans after three seconds and
    /// confirms two seconds later.
    pub fn demo() -> Self {
        let mut config = ServerConfig::web();
        config.scan_after = Some(Duration::from_secs(3));
        config.confirm_after = Some(Duration::from_secs(2));
        Self::new(config, Account::demo(), 1)
    }

    /// Takes a request. Its host comes from the absolute address or else from the Host header.
    pub fn handle(&mut self, now: Timestamp, request: http::Request<Bytes>) -> Answer {
        self.answer_call(now, Call::new(request))
    }

    /// What was sent to the server, handed out by it, and done wrong.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// The account and everyone it knows.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// The settings.
    pub fn config(&self) -> &ServerConfig {
        &self.config
    }

    /// The settings, to change while the server runs.
    pub fn config_mut(&mut self) -> &mut ServerConfig {
        &mut self.config
    }

    /// All logins, the newest last.
    pub fn logins(&self) -> &[Login] {
        &self.logins
    }

    /// All messages ever queued, each with the position after it. Message `n` is owed to a login whose
    /// [`first_position`](Login::first_position) lies before `n`.
    pub fn messages(&self) -> impl Iterator<Item = (u64, &Message)> {
        self.queue.messages()
    }

    /// The files that clients uploaded to their end, in that order.
    pub fn uploads(&self) -> &[Upload] {
        self.media.uploads()
    }

    /// The UserName of a contact in the newest login.
    pub fn user_name(&self, id: ContactId) -> String {
        self.names().of_id(id)
    }

    /// The human with the phone, at this time.
    pub fn phone(&mut self, now: Timestamp) -> Phone<'_> {
        self.advance(now);
        Phone::new(self)
    }

    /// Adds a fault of coming replies; several are used up in the order they came.
    pub fn add_fault(&mut self, fault: Fault) {
        self.faults.add(fault);
    }

    /// Drops all faults that have not struck yet, and says what is so from now on.
    pub fn clear_faults(&mut self) {
        self.faults.clear();
        self.lies = Lies::default();
    }

    /// True while a `synccheck` does not tell of what waits.
    pub fn hides_news(&self) -> bool {
        self.lies.hides(self.now) || self.config.says_once
    }

    /// True if the newest login was handed a part of the queue and nothing will tell it of the rest: no ContinueFlag
    /// does, and `synccheck` said once that there is something.
    pub fn keeps_back(&self) -> bool {
        let unsaid = self.config.says_once && !self.config.continue_flag;
        unsaid && self.logins.last().is_some_and(|login| login.newest < login.said)
    }

    /// Starts anew: QR codes and held polls are forgotten, logins and the queue are kept. The connections of the
    /// polls are the caller's to close.
    pub fn restart(&mut self) {
        self.attempts.clear();
        self.holds.clear();
        self.lost.clear();
    }

    /// Draws another SKey for the newest login; `webwxsync` hands it out from now on, the one before stays good.
    pub fn renew_skey(&mut self) {
        let skey = format!("@crypt_{}_{}", self.rng.hex(8), self.rng.hex(32));
        if let Some(login) = self.logins.last_mut() {
            login.renew_skey(skey);
        }
    }

    /// Gives everybody other UserNames within the newest login, if it lives: its client learns of them with its next
    /// webwxinit, and keys from before are of no use any more.
    pub fn change_names(&mut self) {
        let number = self.logins.len() as u64 + 1;
        if let Some(login) = self.logins.last().filter(|login| login.ended.is_none()) {
            let renamed = login.renamed(number);
            self.logins.push(renamed);
            self.move_holds(self.logins.len() - 1);
        }
    }

    /// Lets the things happen that were due by now.
    fn advance(&mut self, now: Timestamp) {
        self.now = now;
        for attempt in &mut self.attempts {
            attempt.advance(now, &self.config);
        }
        self.advance_bursts();
    }

    fn names(&self) -> Names<'_> {
        self.names_of(self.logins.len() as u64)
    }

    fn names_of(&self, login: u64) -> Names<'_> {
        Names { account: &self.account, seed: self.seed, login, emoji_spans: self.config.emoji_spans }
    }
}
