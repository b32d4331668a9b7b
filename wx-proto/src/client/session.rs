//! The stored session: built when asked for, taken apart on restore.

use super::{
    account::{Account, Login},
    delivery::Delivery,
    id_window::IdWindow,
    machine::Machine,
    receiver::Receiver,
    schedule,
};
use crate::{
    BatchId, Cause, ClientTime, Config, Lane, Revision, Session, Timestamp,
    endpoint::batch_get_contact::ContactQuery,
    host::Host,
    session::{SavedEnd, SavedLogin, SavedV1},
};

impl Machine {
    pub(super) fn restore(session: Session, config: Config, seed: u64, now: Timestamp) -> Self {
        let Session { saved, .. } = session;
        let mut machine = Self::new(config, seed, now);
        let profile = &machine.config.profile;
        let base_host = |login: &SavedLogin| {
            let listed: Option<&Host> = profile.page_hosts().find(|host| host.as_str() == login.base_host);
            listed.filter(|_| saved.profile == profile.name).cloned()
        };
        // A time in the future is one of a clock that was wrong: what it stands for may have begun at any time.
        let clock = machine.clock.clone();
        let believed = |time: Timestamp| {
            let time = clock.to_client(time);
            if time <= clock.now() { time } else { ClientTime::default() }
        };
        let position = saved.login.as_ref().and_then(|login| login.position.as_ref());
        let mut position = position.map(|position| position.map_time(|since| believed(*since)));
        let account = saved.account.or(saved.login.as_ref().map(|login| login.tokens.uin));
        let login = saved.login.and_then(|login| Some((base_host(&login)?, login)));

        // Batch and op ids of earlier runs must never come again.
        machine.ids.follow(saved.run);
        machine.lanes.count_from(machine.ids.first_request(now));
        let lost = position.take_if(|_| login.is_none());
        let acked = IdWindow::new(machine.config.acked_ids, saved.acked);
        let delivery = Delivery::new(machine.ids.run(), machine.config.unacked_batches, acked, position);
        // It comes from the store.
        machine.receiver = Receiver::new(delivery, Revision::new(0));
        for since in saved.gap_since.map(believed).into_iter().chain(lost.map(|lost| lost.since)) {
            machine.receiver.note_gap(since);
        }
        let repeats = machine.config.retry_ambiguous_sends;
        machine.outbox.restore(saved.outbox, saved.last_wire_id, machine.ids.revision(), &clock, repeats);
        let profile = &machine.config.profile;
        let entry = saved.entry.filter(|_| saved.profile == profile.name);
        let entry = entry.and_then(|entry| profile.page_hosts().find(|host| host.as_str() == entry)).cloned();
        machine.entry.restore(entry);
        machine.sent_ids.extend(saved.sent);
        let login = login.map(|(host, login)| {
            machine.browser.restore(saved.cookies);
            machine.want(login.groups.into_iter().map(ContactQuery::plain).collect());
            if let Some(me) = &login.me {
                machine.address_book.set_me(&me.user_name);
            }
            Login {
                hosts: machine.config.profile.hosts(&host),
                tokens: login.tokens,
                since: clock.to_client(login.since).min(clock.now()),
                me: login.me,
                resumed: true,
            }
        });
        let ended = saved.ended.as_ref().and_then(SavedEnd::end);
        let ended = ended.map(|end| (clock.to_client(end.at), end.reason));
        machine.account = Account::restored(login, saved.logins, account, ended);
        machine
    }

    pub(super) fn session(&self) -> Option<Session> {
        self.session_with(&self.receiver, None)
    }

    pub(super) fn session_after(&self, batch: BatchId) -> Option<Session> {
        self.session_with(&self.receiver.after(batch)?, Some(batch))
    }

    pub(super) fn stored(&mut self, revision: Revision) {
        self.storage.stored(revision);
    }

    pub(super) fn store_failed(&mut self, revision: Revision) {
        let rng = &mut self.rng;
        let failed =
            self.storage.failed(revision, |failures| schedule::backoff(failures, rng), self.clock.now());
        if let Some((attempt, at)) = failed {
            self.trouble(Lane::Control, Cause::Store, attempt, at);
        }
    }

    /// Where the account was last known; only where that matters.
    fn saved_entry(&self) -> Option<String> {
        let known = self.entry.known().filter(|_| self.config.profile.flavour().has_regions())?;
        Some(known.as_str().to_owned())
    }

    fn session_with(&self, receiver: &Receiver, after: Option<BatchId>) -> Option<Session> {
        let to_caller = |time| self.clock.to_caller(time);
        let login = self.account.login().map(|login| SavedLogin {
            base_host: login.hosts.base().as_str().to_owned(),
            tokens: login.tokens.clone(),
            since: to_caller(login.since),
            me: login.me.clone(),
            position: receiver.committed().map(|position| position.map_time(|since| to_caller(*since))),
            groups: self.address_book.known_groups(),
        });
        if !self.account.is_worth_keeping() {
            return None;
        }
        let saved = SavedV1 {
            profile: self.config.profile.name.clone(),
            login,
            cookies: self.browser.jar().clone(),
            // A login says it itself.
            account: self.account.uin().filter(|_| self.account.login().is_none()),
            logins: self.account.logins(),
            run: self.ids.run(),
            acked: receiver.acked().iter().cloned().collect(),
            outbox: self.outbox.save(to_caller),
            last_wire_id: self.outbox.last_wire_id(),
            gap_since: receiver.gap_since().map(to_caller),
            entry: self.saved_entry(),
            sent: self.sent_ids.iter().cloned().collect(),
            ended: self.account.ended().and_then(|(at, reason)| SavedEnd::of(to_caller(*at), reason)),
        };
        Some(Session { revision: self.storage.newest(), after, saved })
    }
}
