//! Many accounts behind one server.

mod route;

use std::iter;

use bytes::Bytes;
use http::Response;
use wx_proto::Timestamp;

use super::call::Call;
use super::{Account, Answer, HoldId, Server, ServerConfig};
use crate::rng::Rng;

/// Many accounts behind one server: a [`Server`] for each, and the way of a request to its own.
///
/// They share hosts and nothing else: each has its uin, its UserNames, its people, its queue and its logins.
///
/// A request goes to the account that
/// - the wxuin of its cookies names; without that cookie the uin of its query, then `BaseRequest.Uin`,
/// - its uuid is of, for the login poll, the QR picture and the tokens,
/// - has neither a login under way nor a session, for a `jslogin`: the first in order. If each has one, they take turns.
///   A session counts until it has ended, whether its client still runs or not.
///
/// What belongs to no account goes to the first, which answers it as a server answers what it does not know. Whether the
/// credentials fit each other is the account's own check: the cookie wxsid of another one is no login of its own.
///
/// ```
/// use wx_testkit::server::{Accounts, ServerConfig};
///
/// let accounts = Accounts::demo(&ServerConfig::web(), 3, 1);
/// let uins: Vec<u64> = accounts.servers().map(|server| server.account().uin()).collect();
/// assert_eq!(uins, [1_234_567_890, 1_234_567_891, 1_234_567_892]);
/// ```
#[derive(Clone, Debug)]
pub struct Accounts {
    first: Server,
    others: Vec<Server>,
    /// Whose turn it is to get a `jslogin` when none is free.
    login_turn: usize,
    /// Where [`poll`](Self::poll) goes on.
    poll_turn: usize,
}

impl From<Server> for Accounts {
    fn from(first: Server) -> Self {
        Self::new(first, Vec::new())
    }
}

impl Accounts {
    /// The most accounts there can be.
    pub const MOST: usize = 1000;

    /// The accounts of these servers, of which each must have a uin of its own. Of those beyond
    /// [`MOST`](Self::MOST) nothing is kept.
    pub fn new(first: Server, mut others: Vec<Server>) -> Self {
        others.truncate(Self::MOST - 1);
        Self { first, others, login_turn: 0, poll_turn: 0 }
    }

    /// So many [demo accounts](Account::demo), at least one. Equal arguments give equal accounts.
    pub fn demo(config: &ServerConfig, count: usize, seed: u64) -> Self {
        let mut accounts = Self::from(demo(config, 0, seed));
        accounts.grow(config, count, seed);
        accounts
    }

    /// Adds demo accounts until there are `count`; those that are there stay as they are.
    pub fn grow(&mut self, config: &ServerConfig, count: usize, seed: u64) {
        let number = |index: usize| u64::try_from(index).unwrap_or(u64::MAX);
        for index in self.count()..count.min(Self::MOST) {
            self.others.push(demo(config, number(index), seed));
        }
    }

    /// How many there are; never 0.
    pub fn count(&self) -> usize {
        self.others.len() + 1
    }

    /// The first one.
    pub fn first(&self) -> &Server {
        &self.first
    }

    /// The first one, to change.
    pub fn first_mut(&mut self) -> &mut Server {
        &mut self.first
    }

    /// All but the first, in order.
    pub fn others(&self) -> &[Server] {
        &self.others
    }

    /// The one at this place in the order, from 0.
    pub fn get_mut(&mut self, index: usize) -> Option<&mut Server> {
        match index.checked_sub(1) {
            None => Some(&mut self.first),
            Some(index) => self.others.get_mut(index),
        }
    }

    /// All, in order.
    pub fn servers(&self) -> impl Iterator<Item = &Server> {
        iter::once(&self.first).chain(&self.others)
    }

    /// All, in order, to change.
    pub fn servers_mut(&mut self) -> impl Iterator<Item = &mut Server> {
        iter::once(&mut self.first).chain(&mut self.others)
    }

    /// As [`Server::handle`], by the account that the request belongs to.
    pub fn handle(&mut self, now: Timestamp, request: http::Request<Bytes>) -> Answer {
        let call = Call::new(request);
        let index = self.route(now, &call);
        let Some(server) = self.get_mut(index) else { return Answer::Drop };
        match server.answer_call(now, call) {
            Answer::Held(id) => Answer::Held(outer(index, id)),
            answer @ (Answer::Now(_) | Answer::Streamed(_) | Answer::Drop) => answer,
        }
    }

    /// As [`Server::poll`], of all accounts in turn.
    pub fn poll(&mut self, now: Timestamp) -> Option<(HoldId, Response<Bytes>)> {
        for _ in 0..self.count() {
            let index = self.poll_turn;
            if let Some((id, reply)) = self.get_mut(index)?.poll(now) {
                return Some((outer(index, id), reply));
            }
            self.poll_turn = (index + 1) % self.count();
        }
        None
    }

    /// As [`Server::poll_lost`], of all accounts.
    pub fn poll_lost(&mut self) -> Option<HoldId> {
        let mut lost = self.servers_mut().map(Server::poll_lost).enumerate();
        lost.find_map(|(index, id)| Some(outer(index, id?)))
    }

    /// As [`Server::deadline`], the earliest.
    pub fn deadline(&self) -> Option<Timestamp> {
        self.servers().filter_map(Server::deadline).min()
    }

    /// As [`Server::abandon`].
    pub fn abandon(&mut self, id: HoldId) {
        let (index, id) = inner(id);
        if let Some(server) = self.get_mut(index) {
            server.abandon(id);
        }
    }
}

/// The demo account at this place in the order. The first is the one that a server with one account has.
fn demo(config: &ServerConfig, index: u64, seed: u64) -> Server {
    let mut config = config.clone();
    // Ids of its own, so that a message that went astray is seen.
    config.first_msg_id = config.first_msg_id.saturating_add(index.saturating_mul(MSG_IDS_EACH));
    match index {
        0 => Server::new(config, Account::demo(), seed),
        _ => Server::new(config, Account::demo_number(index), Rng::new(seed ^ index << 32).draw()),
    }
}

/// A held poll of the account at `index`, as everybody else sees it: the id of the first account is its own.
fn outer(index: usize, id: HoldId) -> HoldId {
    let index = u64::try_from(index).unwrap_or(u64::MAX);
    HoldId(index << HOLD_BITS | id.0)
}

fn inner(id: HoldId) -> (usize, HoldId) {
    let index = usize::try_from(id.0 >> HOLD_BITS).unwrap_or(usize::MAX);
    (index, HoldId(id.0 & ((1 << HOLD_BITS) - 1)))
}

/// A server that holds a million polls a second numbers them for nine years with so many bits.
const HOLD_BITS: u32 = 48;
const MSG_IDS_EACH: u64 = 1_000_000_000_000;
