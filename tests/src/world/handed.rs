//! What is handed out: whose it is, how far it reaches, where a Gap begins.

use std::{collections::BTreeSet, time::Duration};

use wx_proto::{Batch, BatchContent, Client, Gap, GapReason, Message, Storing, Timestamp};

use super::{
    app::Handed,
    disk::wire_number,
    keys::{self, Place},
    people,
    sim::Sim,
};
use crate::server::Message as Queued;

impl Sim<'_> {
    /// Whose a batch is, and how far it reaches.
    pub(super) fn note_handed(&mut self, batch: Batch) -> Handed {
        let owner = |message: &Message| {
            let names = [message.to.as_str(), message.from.as_str()];
            names.into_iter().find_map(|name| self.own_names.get(name)).copied()
        };
        let account = batch.messages().iter().find_map(owner).unwrap_or(self.account);
        let since = match &batch.content {
            BatchContent::Messages(_) => None,
            // Who was told wrong knew no better.
            BatchContent::Gap(_) if self.net.stale || self.net.hid => Some(Timestamp::default()),
            BatchContent::Gap(gap) => {
                let slack = u64::try_from(self.clock.slack().as_millis()).unwrap_or(u64::MAX);
                Some(Timestamp::from_millis(self.clock.at(gap.since).as_millis().saturating_sub(slack)))
            }
        };
        if account == self.net.account {
            self.note_reached(&batch, account);
        }
        Handed { batch, account, since }
    }

    pub(super) fn note_reached(&mut self, batch: &Batch, account: usize) {
        let Some(login) = self.net.server.logins().last().map(|login| login.number()) else { return };
        let ids: BTreeSet<u64> = batch.messages().iter().filter_map(wire_number).collect();
        let texts: BTreeSet<_> = batch.messages().iter().map(|message| message.content.text()).collect();
        let is_in = |message: &Queued| match message.id {
            0 => texts.contains(message.text.as_str()),
            id => ids.contains(&id),
        };
        let queued = self.net.server.messages();
        let newest = queued.filter(|(_, message)| is_in(message)).map(|(position, _)| position).max();
        if let Some(position) = newest {
            let before = self.handed.filter(|(of, _)| *of == login).map_or(0, |(_, before)| before);
            self.handed = Some((login, position.max(before)));
        }
        let written = self.written.get(account).copied().unwrap_or(0);
        if let Some(reached) = self.reached.get_mut(account) {
            let skipped = if matches!(batch.content, BatchContent::Gap(_)) { written } else { 0 };
            *reached = newest.unwrap_or(0).max(skipped).max(*reached);
        }
    }

    /// Messages are skipped only after at least six useless replies over ten minutes.
    pub(super) fn check_gap(&mut self, gap: &Gap) {
        let (count, since) = self.net.useless();
        let long = self.clock_changed || self.now.saturating_since(since) >= Duration::from_secs(600);
        if gap.reason == GapReason::Unreadable && !(count >= 6 && long) {
            self.watch.fail("nothing is skipped rashly", format!("after {count} useless replies"));
        }
        let ahead = gap.since.saturating_since(self.device());
        if ahead > Duration::ZERO {
            self.watch.fail("a Gap begins in the past", format!("it begins {ahead:?} from now"));
        }
        let floor = self.gap_floor.get(self.account).copied().flatten();
        // Of the same login it may be the one before.
        let floor = floor.filter(|floor| !self.clock_changed && self.login_at.is_some_and(|at| at > *floor));
        if let Some(early) = floor.filter(|floor| gap.since < *floor) {
            let what = format!(
                "{:?} before the login whose Gap was acknowledged",
                early.saturating_since(gap.since)
            );
            self.watch.fail("a Gap begins where the one before it ended", what);
        }
    }

    /// The Gap of this login is acknowledged and stored so: the next one begins later.
    pub(super) fn raise_gap_floor(&mut self, floor: Timestamp) {
        if let Some(known) = self.gap_floor.get_mut(self.holder) {
            *known = Some(floor.max(known.unwrap_or(floor)));
        }
    }

    /// Where nobody stores, the first key of a login counts from the moment it stands.
    pub(super) fn owe_without_a_store(&mut self) {
        if self.plan.client.storing == Storing::Checkpoints {
            return;
        }
        let session = self.client.as_ref().and_then(Client::session);
        if let Some(Place { uin, key: (login, position) }) = session.as_ref().and_then(keys::place) {
            self.owed.stored(people::account(uin), login, position);
        }
    }

    /// Groups that an earlier run of this login knew are known again, if nothing went wrong.
    pub(super) fn check_groups(&mut self) {
        let Some(client) = &self.client else { return };
        let (Some((me, before)), Some((now_me, now))) = (&self.disk.groups, known_groups(client)) else {
            return;
        };
        let lost = before.difference(&now).next();
        let well = *me == now_me && !self.superseded && self.net.struck_at <= self.began;
        if let Some(lost) = lost.filter(|_| well) {
            self.watch.fail("groups are known again", format!("{lost} is not"));
        }
    }

    /// A login on the other account: what is kept of the one before is of no use to it.
    pub(super) fn note_account(&mut self) {
        if self.net.granted != self.holder {
            let left = self.net.accounts().find(|(account, _)| *account == self.holder);
            let logins = left.map_or(0, |(_, server)| server.logins().len() as u64);
            self.owed.leave(self.holder, logins);
            self.holder = self.net.granted;
            self.handed = None;
            self.gap_floor = [None; 2];
            self.limits.forgive();
            self.watch.another_account();
        }
    }
}

/// The own UserName, and the UserNames of the groups known.
pub(super) fn known_groups(client: &Client) -> Option<(String, BTreeSet<String>)> {
    let me = client.me()?.user_name.as_str().to_owned();
    Some((me, client.contacts().groups().map(|group| group.user_name().to_owned()).collect()))
}
