//! The stored session: built when asked for, taken apart on restore.

use std::collections::BTreeSet;

use super::{AckedIds, Client, Delivery, Login, delivery::Position, effects};
use crate::{
    BatchId, Config, Contact, Revision, Session, Timestamp, UserName, bounds,
    endpoint::batch_get_contact::ContactQuery,
    host::{Host, Hosts},
    session::{SavedEnd, SavedLogin, SavedV1},
};

impl Client {
    /// A client that goes on where a stored session was. Nothing happens before [`login`](Self::login) with
    /// [`LoginMethod::Resume`](crate::LoginMethod::Resume) or [`LoginMethod::Auto`](crate::LoginMethod::Auto).
    ///
    /// A login of another profile, or with a host that the profile does not list, is dropped; the outbox is kept.
    pub fn restore(session: Session, config: Config, seed: u64, now: Timestamp) -> Self {
        let Session { saved, .. } = session;
        let mut client = Self::new(config, seed, now);
        let profile = &client.config.profile;
        let base_host = |login: &SavedLogin| {
            let listed: Option<&Host> =
                profile.page_hosts.iter().find(|host| host.as_str() == login.base_host);
            listed.filter(|_| saved.profile == profile.name).cloned()
        };
        // A time in the future is one of a clock that was wrong: what it stands for may have begun at any time.
        let believed = |time: Timestamp| if time <= now { time } else { Timestamp::from_millis(0) };
        let mut position = saved.login.as_ref().and_then(|login| login.position.clone());
        if let Some(position) = &mut position {
            position.since = believed(position.since);
        }
        let account = saved.account.or(saved.login.as_ref().map(|login| login.tokens.uin));
        let login = saved.login.and_then(|login| Some((base_host(&login)?, login)));

        // Batch and op ids of earlier runs must never come again; a number beyond its bits is a tampered session's.
        client.run = ((saved.run % effects::MAX_RUN) + 1).max(client.run);
        client.lanes.count_from(
            ((client.run - 1) << bounds::RUN_SHIFT) | (now.as_millis() & u64::from(u32::MAX >> 1)),
        );
        client.account = account;
        client.logins = saved.logins;
        client.gap_since = saved.gap_since.map(believed);
        if login.is_none()
            && let Some(lost) = position.take()
        {
            client.note_gap(lost.since);
        }
        client.ended = saved.ended.as_ref().and_then(SavedEnd::end);
        let acked = AckedIds::new(client.config.acked_ids, saved.acked);
        client.delivery = Delivery::new(client.run, client.config.unacked_batches, acked, position);
        // It comes from the store.
        client.position_revision = Revision::new(0);
        let repeats = client.config.retry_ambiguous_sends;
        client.outbox.restore(saved.outbox, saved.last_wire_id, client.run_revision, now, repeats);
        if let Some((host, login)) = login {
            client.jar = saved.cookies;
            client.want(login.groups.into_iter().map(ContactQuery::plain).collect());
            if let Some(me) = &login.me {
                client.contacts.set_me(&me.user_name);
            }
            client.login = Some(Login {
                hosts: Hosts::of(host),
                tokens: login.tokens,
                since: login.since.min(now),
                me: login.me,
                resumed: true,
            });
        }
        client
    }

    /// The session for a store: `None` before there is anything to keep. Built when called, with its revision.
    pub fn session(&self) -> Option<Session> {
        self.session_with(&self.delivery, self.gap_since)
    }

    /// The session as if `batch`, and all before it, were acknowledged: for applications that store both in one
    /// transaction. `None` if no open batch has this id.
    ///
    /// Until `ack`, such an application answers each checkpoint by storing this one, not [`session`](Self::session).
    pub fn session_after(&self, batch: BatchId) -> Option<Session> {
        let mut delivery = self.delivery.clone();
        let acked = delivery.ack(batch)?;
        self.session_with(&delivery, self.gap_since.filter(|_| !acked.gap))
    }

    fn session_with(&self, delivery: &Delivery, gap_since: Option<Timestamp>) -> Option<Session> {
        let to_caller = |time| self.clock.to_caller(time);
        let at_caller =
            |position: &Position| Position { since: to_caller(position.since), ..position.clone() };
        let login = self.login.as_ref().map(|login| SavedLogin {
            base_host: login.hosts.base().as_str().to_owned(),
            tokens: login.tokens.clone(),
            since: to_caller(login.since),
            me: login.me.clone(),
            position: delivery.committed().map(at_caller),
            groups: self.known_groups(),
        });
        if !self.has_session() {
            return None;
        }
        let saved = SavedV1 {
            profile: self.config.profile.name.clone(),
            login,
            cookies: self.jar.clone(),
            // A login says it itself.
            account: self.account.filter(|_| self.login.is_none()),
            logins: self.logins,
            run: self.run,
            acked: delivery.acked().iter().cloned().collect(),
            outbox: self.outbox.save(to_caller),
            last_wire_id: self.outbox.last_wire_id(),
            gap_since: gap_since.map(to_caller),
            ended: self.ended.as_ref().and_then(|end| SavedEnd::of(to_caller(end.at), &end.reason)),
        };
        Some(Session { revision: self.storage.newest(), saved })
    }

    /// True if there is anything to keep.
    pub(super) const fn has_session(&self) -> bool {
        self.login.is_some() || self.logins > 0
    }

    /// Groups known to this login, loaded or still to be asked for, to be asked for again after a restore: the contact
    /// list has only saved ones.
    pub(super) fn known_groups(&self) -> Vec<UserName> {
        let loaded = self.contacts.groups().map(Contact::user_name);
        let open = self.loader.open_names().filter(|name| name.is_group()).map(UserName::as_str);
        let known: BTreeSet<&str> = loaded.chain(open).collect();
        known.into_iter().map(UserName::new).collect()
    }
}
