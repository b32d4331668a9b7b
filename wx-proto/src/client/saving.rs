//! The stored session: built when asked for, taken apart on restore.

use std::collections::BTreeSet;

use super::{AckedIds, Client, Delivery, Login, effects};
use crate::{
    BatchId, Config, Contact, Session, Timestamp, UserName,
    flow::contacts,
    host::{Host, Hosts},
    session::{SavedLogin, SavedV1},
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
        let usable = |login: &SavedLogin| {
            let listed: Option<&Host> =
                profile.page_hosts.iter().find(|host| host.as_str() == login.base_host);
            listed.filter(|_| saved.profile == profile.name).cloned()
        };
        let position = saved
            .login
            .as_ref()
            .filter(|login| usable(login).is_some())
            .and_then(|login| login.position.clone());
        let login = saved.login.and_then(|login| {
            let host = usable(&login)?;
            Some((host, login))
        });

        // Batch and op ids of earlier runs must never come again; a number beyond its bits is a tampered session's.
        client.run = (saved.run % effects::MAX_RUN) + 1;
        client.logins = saved.logins;
        client.gap_since = saved.gap_since;
        let acked = AckedIds::new(client.config.acked_ids, saved.acked);
        client.delivery = Delivery::new(client.run, client.config.unacked_batches, acked, position);
        client.outbox.restore(saved.outbox, saved.last_wire_id, client.run_revision);
        if let Some((host, login)) = login {
            client.jar = saved.cookies;
            let groups = login.groups.into_iter().map(contacts::Wanted::plain).collect();
            client.step_contacts(contacts::Input::Want(groups));
            if let Some(me) = &login.me {
                client.contacts.set_me(&me.user_name);
            }
            client.login = Some(Login {
                hosts: Hosts::of(host),
                tokens: login.tokens,
                since: login.since,
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
        let login = self.login.as_ref().map(|login| SavedLogin {
            base_host: login.hosts.base().as_str().to_owned(),
            tokens: login.tokens.clone(),
            since: login.since,
            me: login.me.clone(),
            position: delivery.committed().cloned(),
            groups: self.known_groups(),
        });
        if !self.has_session() {
            return None;
        }
        let saved = SavedV1 {
            profile: self.config.profile.name.clone(),
            login,
            cookies: self.jar.clone(),
            logins: self.logins,
            run: self.run,
            acked: delivery.acked().iter().cloned().collect(),
            outbox: self.outbox.save(),
            last_wire_id: self.outbox.last_wire_id(),
            gap_since,
        };
        Some(Session { revision: self.storage.newest(), saved })
    }

    /// True if there is anything to keep.
    pub(super) const fn has_session(&self) -> bool {
        self.login.is_some() || self.logins > 0
    }

    /// Groups known to this login, loaded or still to be asked for, to be asked for again after a restore: the contact
    /// list has only saved ones.
    fn known_groups(&self) -> Vec<UserName> {
        let loaded = self.contacts.groups().map(Contact::user_name);
        let open = self.loader.open_names().filter(|name| name.is_group()).map(UserName::as_str);
        let known: BTreeSet<&str> = loaded.chain(open).collect();
        known.into_iter().map(UserName::new).collect()
    }
}
