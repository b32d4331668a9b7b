//! Calls that wait: for `ready`, and for the contacts.

use std::{collections::BTreeSet, time::Instant};

use wx_proto::Phase;

use super::{
    error::RpcError,
    recipient::Recipient,
    reply::Reply,
    service::Service,
    state::{Parked, ParkedCall, State},
};
use crate::json::ErrorKind;

impl Service {
    pub(super) fn park(&self, state: &mut State, call: ParkedCall, reply: Reply) {
        if state.parked.len() >= MOST_PARKED {
            let what = "too many calls wait: wait for the event `ready`, or `contacts`";
            return reply.give(&self.out, Err(RpcError::new(ErrorKind::OutboxFull, what)), None);
        }
        state.parked.push_back(Parked { since: Instant::now(), call, reply });
    }

    /// Runs the calls that waited for the contacts, in their order.
    pub(super) fn unpark(&self, is_ready: impl Fn(&State, &Parked) -> bool) {
        let mut state = self.lock();
        while state.parked.front().is_some_and(|parked| is_ready(&state, parked)) {
            let Some(Parked { call, reply, .. }) = state.parked.pop_front() else { return };
            match call {
                ParkedCall::Contacts(query) => {
                    let list = self.list(&state, &query);
                    reply.give(&self.out, Ok(list), None);
                }
                ParkedCall::Download(download) => self.fetch(&mut state, &download, reply),
                ParkedCall::Send(send) => match Recipient::find(&self.handle, &state, &send.to) {
                    Recipient::Chat(user) => self.accept(&mut state, &user, send, reply),
                    Recipient::Nobody(error) => reply.give(&self.out, Err(error), None),
                    Recipient::NotYet => {
                        let what =
                            "nobody of this name is known, and the contacts are not loaded: try again later";
                        reply.give(&self.out, Err(RpcError::new(ErrorKind::UnknownChat, what)), None);
                    }
                },
            }
        }
    }

    /// Runs the downloads that waited for `ready`, and the sends that need no contacts; each chat keeps its order.
    pub(super) fn unpark_known(&self) {
        let mut state = self.lock();
        let mut later = BTreeSet::new();
        for Parked { since, call, reply } in std::mem::take(&mut state.parked) {
            let call = match call {
                ParkedCall::Send(send) if !later.contains(&send.to) => {
                    match Recipient::find(&self.handle, &state, &send.to) {
                        Recipient::Chat(user) => {
                            self.accept(&mut state, &user, send, reply);
                            continue;
                        }
                        Recipient::NotYet => {
                            later.insert(send.to.clone());
                            ParkedCall::Send(send)
                        }
                        Recipient::Nobody(error) => {
                            reply.give(&self.out, Err(error), None);
                            continue;
                        }
                    }
                }
                ParkedCall::Download(download) => {
                    self.fetch(&mut state, &download, reply);
                    continue;
                }
                call @ (ParkedCall::Send(_) | ParkedCall::Contacts(_)) => call,
            };
            state.parked.push_back(Parked { since, call, reply });
        }
    }

    pub(super) fn refuse_parked(&self, kind: ErrorKind, why: &str) {
        let parked = std::mem::take(&mut self.lock().parked);
        for Parked { reply, .. } in parked {
            let what = format!("{why}: nothing was sent");
            reply.give(&self.out, Err(RpcError::new(kind, what)), None);
        }
    }
}

/// Whether calls can be carried out.
pub(super) enum Readiness {
    Online,
    /// There is a login, which is being gone on with.
    Soon,
    NoLogin,
}

impl Readiness {
    pub(super) const fn of(phase: &Phase) -> Self {
        match phase {
            Phase::Online => Self::Online,
            Phase::Idle | Phase::Starting => Self::Soon,
            Phase::AwaitScan | Phase::AwaitConfirm | Phase::Ended(_) | _ => Self::NoLogin,
        }
    }
}

/// Calls that may wait for `ready` or the contacts.
const MOST_PARKED: usize = 256;
