//! What must hold whenever the client comes to rest.
#![expect(clippy::wildcard_enum_match_arm, reason = "the core may add phases; what they forbid is not known")]

use std::time::Duration;

use wx_proto::{Client, OutboxEntry, Outgoing, Phase};

use super::{heard::is_send, limits::Kind, pulse::Facts, sim::Sim};

/// From a text to its request when all is well: the pace of sends, and a slow disk.
const SOON: Duration = Duration::from_secs(15);
/// The same after one backoff.
const LATE: Duration = Duration::from_secs(70);
/// How long the pauses of what went wrong may reach.
const AFTERMATH: Duration = Duration::from_secs(120);

impl Sim<'_> {
    pub(super) fn check_rest(&mut self) {
        self.check_pulse();
        self.check_downloads_end();
        self.check_texts();
        let device = self.device();
        let Some(client) = &self.client else { return };
        let deadline = client.deadline();
        if deadline.is_some_and(|at| at <= device) {
            self.watch.fail("after a drain the deadline lies ahead", format!("{deadline:?} at {device:?}"));
        }
        let at_rest = matches!(client.phase(), Phase::Idle | Phase::Ended(_));
        if deadline.is_none() && !at_rest && !self.memory.is_writing() {
            let phase = client.phase().clone();
            self.watch.fail("the client never stands still", format!("{phase:?} without a deadline"));
        }
    }

    /// What has no file to wait for goes out, whatever is on its way up.
    fn check_texts(&mut self) {
        let Some(client) = &self.client else { return };
        let facts = self.facts(client);
        let idle = !self.open.values().any(|endpoint| is_send(*endpoint));
        let stored = client.is_run_stored() && !self.memory.is_writing() && !self.memory.store_failed;
        let free = facts.online && facts.free && stored && self.now >= self.limits.until(Kind::Send);
        let ready =
            |entry: &OutboxEntry| !matches!(entry.message, Outgoing::File(_)) && entry.outcome().is_none();
        let waits = idle && free && client.outbox().any(ready);
        self.text_waits = waits.then(|| self.text_waits.unwrap_or(self.now));
        let Some(since) = self.text_waits else { return };
        let passed = self.now.saturating_since(since);
        let well = since > facts.struck_at + AFTERMATH && !self.clock_changed;
        if passed > if well { SOON } else { LATE } {
            self.watch.fail("a text does not wait for a file", format!("one waits for {passed:?}"));
        }
    }

    /// How long the client was silent, and what it should have done meanwhile.
    fn check_pulse(&mut self) {
        let Some(client) = &self.client else { return };
        let (now, facts) = (self.now, self.facts(client));
        if let Some((rule, what)) = self.pulse.rest(facts) {
            self.watch.fail(rule, what);
        }
        let late = match client.phase() {
            Phase::Starting => Some(Kind::Init),
            Phase::Online if !self.memory.people_loaded => Some(Kind::Contacts),
            _ => None,
        };
        if let Some(kind) = late.filter(|kind| self.limits.is_late(*kind, now)) {
            self.watch.fail("after code 1205 it goes on", format!("{kind:?} is not asked for again"));
        }
    }

    /// How things are.
    pub(super) fn facts(&self, client: &Client) -> Facts {
        let (now, account) = (self.now, self.account);
        let online = *client.phase() == Phase::Online && self.leaving.is_none();
        let stored = client.is_run_stored() && !self.memory.is_writing() && !self.memory.store_failed;
        let written = self.written.get(account).copied().unwrap_or(0);
        let reached = self.reached.get(account).copied().unwrap_or(0);
        let login = self.net.server.logins().last().filter(|login| login.ended().is_none());
        let first = login.and_then(|login| self.owed.from.get(&(account, login.number())).copied());
        let waits = account == self.net.account
            && !self.superseded
            && first.is_some_and(|first| written > first.max(reached));
        Facts {
            now,
            online,
            space: self.has_room(),
            room: self.has_room() && stored,
            waits,
            honest: !self.net.server.hides_news(),
            free: !self.watch.is_near_rates(now, self.rules),
            check_until: self.limits.until(Kind::Check),
            sync_until: self.limits.until(Kind::Sync),
            init_until: self.limits.until(Kind::Init),
            struck_at: self.net.struck_at,
            sync_struck_at: self.net.sync_struck_at,
        }
    }
}
