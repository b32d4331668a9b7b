//! What the methods do, and who waits for which outcome.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde_json::{Value, json};
use wx_blocking::Handle;
use wx_proto::{
    CommandError, Event, OpError, OpId, OutboxEntry, Outcome, Outgoing, Phase, SendOptions, UserName,
};

use super::{
    answers,
    error::RpcError,
    frame::Call,
    methods::{self, Method, What},
    output::{AfterWrite, Item, Output},
    parking::Readiness,
    recipient::Recipient,
    reply::{self, Reply},
    state::{Parked, ParkedCall, State},
};
use crate::{
    account::{follow, received::Received},
    json::{self, ErrorKind, contact},
    messages::recent::RecentMessages,
};

/// Carries out calls, on the thread that reads them and on the one that takes the client's events.
pub(super) struct Service {
    pub(super) handle: Handle,
    pub(super) out: Output,
    profile: String,
    acks: bool,
    state: Mutex<State>,
    recent: Mutex<RecentMessages>,
    received: Mutex<Received>,
}

/// An outbox entry, as far as its answer needs it.
struct Entry {
    own_id: Option<String>,
    wire_id: Option<String>,
}

impl Service {
    pub(super) fn new(handle: Handle, out: Output, profile: String, acks: bool, received: Received) -> Self {
        let earlier = handle.with_outbox(|entries| entries.iter().map(|entry| entry.op).collect());
        let state = Mutex::new(State { earlier, ..State::default() });
        Self { handle, out, profile, acks, state, recent: Mutex::default(), received: Mutex::new(received) }
    }

    /// Carries out a call; the answer comes now or when its outcome is known.
    pub(super) fn call(&self, call: &Call<'_>, reply: Reply) {
        let result = match Method::parse(&call.method, call.params) {
            Ok(Method::Send(send)) => return self.send(send, reply),
            Ok(Method::Download(download)) => return self.download(download, reply),
            Ok(Method::Cancel(named)) => Ok(self.cancel_own(&named.client_msg_id)),
            Ok(Method::Contacts(query)) => return self.contacts(query, reply),
            Ok(Method::Logout) => return self.logout(reply),
            Ok(Method::Forget(named)) => self.forget(&named.client_msg_id),
            Ok(Method::Ack(ack)) => match self.handle.ack(ack.batch) {
                Ok(()) => Ok(json!({"batch": ack.batch.get()})),
                Err(error) => Err(self.rpc_error(&error)),
            },
            Ok(Method::Status) => Ok(answers::status(&self.handle, &self.profile, &self.lock())),
            Err(error) => Err(error),
        };
        reply.give(&self.out, result, None);
    }

    /// Tells the peer about an event, or gives the answer it brings.
    pub(super) fn event(&self, event: &Event) {
        if let Event::Done { op, outcome } = event {
            return self.settled(*op, outcome);
        }
        self.lock().note(event);
        // Before it is acknowledged: it can be fetched after a crash.
        self.received().note(event, &self.handle);
        let mut then = None;
        if let Event::Batch(batch) = event {
            then = self.acks.then_some(AfterWrite::Ack(batch.id));
        }
        let own_id = follow::client_msg_id(&self.handle, event);
        self.tell(event, own_id.as_deref(), then);
        if let Event::Contacts(_) = event {
            self.unpark(|_, _| true);
        }
        if let Event::Phase(Phase::Online) = event {
            self.unpark_known();
        }
        if let Event::Phase(Phase::AwaitScan) = event {
            self.refuse_parked(ErrorKind::NotOnline, "there is no login, wait for the event `ready`");
        }
        if let Event::Phase(Phase::Ended(_)) = event {
            self.refuse_parked(ErrorKind::SessionEnded, "the session ended");
        }
    }

    /// Runs the calls that waited for the contacts too long, and sends the files that were read.
    pub(super) fn tick(&self) {
        self.unpark(State::is_overdue);
        self.begin_read_files();
    }

    /// Nothing new is sent from here on; calls under way go on.
    pub(super) fn begin_stop(&self) {
        self.lock().is_stopping = true;
    }

    /// True if no call waits for its answer.
    pub(super) fn is_settled(&self) -> bool {
        let state = self.lock();
        let transfers = state.reading.is_empty() && state.downloads.is_empty();
        transfers && state.waiting.is_empty() && state.parked.is_empty()
    }

    /// Gives up what nothing of has left: each of these calls is answered at once.
    pub(super) fn cancel_unsent(&self) {
        self.refuse_parked(ErrorKind::Cancelled, "the program is stopping");
        let sent = self.handle.with_outbox(|entries| {
            let sent = entries.iter().filter(|entry| entry.may_have_left());
            sent.map(|entry| entry.op).collect::<BTreeSet<_>>()
        });
        self.cancel(|op| !sent.contains(&op));
        self.cancel_transfers();
    }

    /// Gives up all that is under way.
    pub(super) fn cancel_all(&self) {
        self.cancel(|_| true);
    }

    fn cancel(&self, which: impl Fn(OpId) -> bool) {
        let ops: Vec<OpId> = self.lock().waiting.keys().copied().filter(|op| which(*op)).collect();
        for op in ops {
            self.handle.cancel(op);
        }
    }

    /// There is no more time: what has no outcome yet is answered without one.
    pub(super) fn abandon(&self) {
        self.abandon_transfers();
        let waiting = std::mem::take(&mut self.lock().waiting);
        for reply in waiting.into_values().flatten() {
            let what =
                "the program ended before its outcome was known: the event `done` tells it at the next start";
            reply.give(&self.out, Err(RpcError::new(ErrorKind::UnknownOutcome, what)), None);
        }
    }

    fn send(&self, send: methods::Send, reply: Reply) {
        let mut state = self.lock();
        // One that is known already has its outcome, whatever is the matter.
        let is_known = send.client_msg_id.as_deref().is_some_and(|id| self.sent_as(id).is_some());
        let same_chat =
            |parked: &Parked| matches!(&parked.call, ParkedCall::Send(earlier) if earlier.to == send.to);
        let to = if is_known {
            Recipient::Chat(UserName::new(&*send.to))
        } else if state.is_stopping {
            Recipient::Nobody(RpcError::new(
                ErrorKind::Cancelled,
                "the program is stopping: nothing was sent",
            ))
        } else {
            match Readiness::of(&self.handle.phase()) {
                Readiness::Online if !state.parked.iter().any(same_chat) => {
                    Recipient::find(&self.handle, &state, &send.to)
                }
                Readiness::Online | Readiness::Soon => Recipient::NotYet,
                Readiness::NoLogin => Recipient::Nobody(self.rpc_error(&CommandError::NotOnline)),
            }
        };
        match to {
            Recipient::Chat(user) => self.accept(&mut state, &user, send, reply),
            Recipient::NotYet => self.park(&mut state, ParkedCall::Send(send), reply),
            Recipient::Nobody(error) => reply.give(&self.out, Err(error), None),
        }
    }

    pub(super) fn accept(&self, state: &mut State, to: &UserName, send: methods::Send, reply: Reply) {
        let methods::Send { client_msg_id, what, .. } = send;
        let message = match what {
            What::Text(text) => Outgoing::text(text),
            What::File(file) => return self.read_file(state, to, file, client_msg_id, reply),
            What::Forward(id) => match self.forwarded(&id) {
                Ok(message) => message,
                Err(error) => return reply.give(&self.out, Err(error), None),
            },
        };
        let mut options = SendOptions::default();
        options.client_msg_id = client_msg_id;
        // Under the lock: its end must find who waits for it.
        match self.handle.send(to, message, options) {
            // Its outcome comes as an event.
            Ok(pending) => self.wait_for(state, pending.id(), reply),
            Err(error) => reply.give(&self.out, Err(self.rpc_error(&error)), None),
        }
    }

    pub(super) fn wait_for(&self, state: &mut State, op: OpId, reply: Reply) {
        if let Err(reply) = state.wait_for(op, reply) {
            let what = "too many calls wait for their outcomes: wait for some answers";
            reply.give(&self.out, Err(RpcError::new(ErrorKind::OutboxFull, what)), None);
        }
    }

    fn contacts(&self, query: methods::Contacts, reply: Reply) {
        let mut state = self.lock();
        let result = match Readiness::of(&self.handle.phase()) {
            Readiness::Online if state.has_contacts || state.is_stopping => Ok(self.list(&state, &query)),
            Readiness::Soon if state.is_stopping => Err(self.rpc_error(&CommandError::NotOnline)),
            Readiness::Online | Readiness::Soon => {
                return self.park(&mut state, ParkedCall::Contacts(query), reply);
            }
            Readiness::NoLogin => Err(self.rpc_error(&CommandError::NotOnline)),
        };
        reply.give(&self.out, result, None);
    }

    pub(super) fn list(&self, state: &State, query: &methods::Contacts) -> Value {
        let query = query.query.as_deref().unwrap_or_default();
        let me = self.handle.me().map(|me| me.user_name);
        let list: Vec<Value> = self.handle.with_contacts(|contacts| {
            let me = me.as_ref().map(|me| me.as_str());
            let found = contact::found(contacts, query).into_iter();
            found.filter(|contact| Some(contact.user_name()) != me).map(contact::value).collect()
        });
        json!({"contacts": list, "complete": state.has_contacts})
    }

    fn logout(&self, reply: Reply) {
        let mut state = self.lock();
        match self.handle.logout() {
            Ok(pending) => self.wait_for(&mut state, pending.id(), reply),
            Err(error) => reply.give(&self.out, Err(self.rpc_error(&error)), None),
        }
    }

    /// Drops a send that is over; one that is not stays.
    fn forget(&self, own_id: &str) -> Result<Value, RpcError> {
        let Some((op, outcome)) = self.sent_as(own_id) else { return Ok(json!({"forgotten": false})) };
        let Some(outcome) = outcome else { return Ok(json!({"forgotten": false})) };
        // Its end would not be told any more.
        if self.lock().waiting.contains_key(&op) {
            self.settled(op, &outcome);
        }
        self.handle.forget(op);
        self.lock().earlier.remove(&op);
        Ok(json!({"forgotten": true}))
    }

    /// The send with this own id, and its outcome once it is over.
    pub(super) fn sent_as(&self, own_id: &str) -> Option<(OpId, Option<Result<Outcome, OpError>>)> {
        self.handle.with_outbox(|entries| {
            let entry = entries.iter().find(|entry| entry.client_msg_id.as_deref() == Some(own_id))?;
            Some((entry.op, entry.outcome()))
        })
    }

    /// A command is over: whoever waits gets the answer, and the peer hears of sends of an earlier run.
    fn settled(&self, op: OpId, outcome: &Result<Outcome, OpError>) {
        let mut state = self.lock();
        if let Some(fetching) = state.downloads.remove(&op) {
            drop(state);
            return self.fetched(op, fetching, outcome);
        }
        let entry = self.entry(op);
        let is_earlier = state.earlier.remove(&op);
        let waiting = state.waiting.remove(&op);
        let never_left = matches!(outcome, Err(OpError::Cancelled)) && state.is_stopping;
        drop(state);
        // One with an own id stays until the peer drops it, so that it is never sent again; unless it was given up
        // here and certainly never left: then the peer may send it again.
        let is_kept = entry.as_ref().is_some_and(|entry| entry.own_id.is_some()) && !never_left;
        let forget = (entry.is_some() && !is_kept).then_some(AfterWrite::Forget(op));
        match waiting {
            Some(replies) => {
                let id = entry.and_then(|entry| entry.own_id.or(entry.wire_id));
                for reply in replies {
                    reply.give(&self.out, answers::outcome(outcome, id.as_deref()), forget);
                }
            }
            None if is_earlier => {
                let id = entry.and_then(|entry| entry.own_id.or(entry.wire_id));
                let event = Event::Done { op, outcome: outcome.clone() };
                self.tell(&event, id.as_deref(), forget);
            }
            // Told already.
            None => self.out.push(Item { text: String::new(), then: forget.into_iter().collect() }),
        }
    }

    fn entry(&self, op: OpId) -> Option<Entry> {
        let of = |entry: &OutboxEntry| Entry {
            own_id: entry.client_msg_id.clone(),
            wire_id: entry.wire_id.map(|id| id.to_string()),
        };
        self.handle.with_outbox(|entries| entries.iter().find(|entry| entry.op == op).map(|entry| of(entry)))
    }

    /// Writes the lines of an event.
    fn tell(&self, event: &Event, client_msg_id: Option<&str>, then: Option<AfterWrite>) {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.note(event);
        let msg_id = self.fetched_by(event);
        let context = json::Context {
            client_msg_id,
            msg_id: msg_id.as_deref(),
            recent: Some(&recent),
            ..json::Context::new(&self.profile)
        };
        let me = self.handle.me();
        let lines = self.handle.with_contacts(|contacts| json::lines(event, contacts, me.as_ref(), context));
        if lines.is_empty() && then.is_none() {
            return;
        }
        let text = lines.lines().map(reply::event).collect();
        self.out.push(Item { text, then: then.into_iter().collect() });
    }

    pub(super) fn rpc_error(&self, error: &CommandError) -> RpcError {
        match (error, self.handle.phase()) {
            (CommandError::NotOnline, Phase::Ended(reason)) => {
                RpcError::new(ErrorKind::SessionEnded, format!("{reason}: {}", reason.hint()))
            }
            (CommandError::NotOnline, _) => {
                RpcError::new(ErrorKind::NotOnline, "there is no login yet: wait for the event `ready`")
            }
            (error, _) => RpcError::from(error),
        }
    }

    /// Messages that can be named. Never waited for with another lock of these in hand, but that of the state.
    pub(super) fn received(&self) -> MutexGuard<'_, Received> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
