//! The device of a world: its process starts and dies, its clock is set, it sleeps and wakes up.
#![expect(clippy::wildcard_enum_match_arm, reason = "an act that does not fit the moment does nothing")]

use std::time::Duration;

use wx_proto::{Client, Endpoint, LoginMethod};

use super::{act::Act, app::Todo, plan::AppKind, sim::Sim};
use crate::{runner::START, server::ContactId};

impl Sim<'_> {
    /// One step more; the process dies if it was the last one.
    pub(super) fn tick(&mut self) {
        let Some((steps, down)) = self.fuse else { return };
        match steps.checked_sub(1) {
            Some(left) => self.fuse = Some((left, down)),
            None => self.crash(down),
        }
    }

    pub(super) fn is_crash_safe(&self) -> bool {
        let Some(client) = &self.client else { return false };
        let fetching = self.open.values().any(|endpoint| *endpoint == Endpoint::Sync);
        let session = |session: Option<wx_proto::Session>| session.map(|session| session.revision());
        let stored = session(client.session()) == session(self.disk.session.clone());
        let idle = self.memory.unacked.is_none() && self.memory.unwritten.is_empty();
        !fetching && stored && idle && !self.memory.is_writing()
    }

    pub(super) fn crash(&mut self, down: u32) {
        self.note("the process dies");
        self.crashes += 1;
        self.take_transitions();
        self.fuse = None;
        self.client = None;
        self.handed = None;
        self.failures.forget();
        self.open.clear();
        let old = std::mem::take(&mut self.memory);
        let left = old.unacked.or_else(|| old.unwritten.front().map(|batch| batch.id));
        if let Some(id) = left
            && self.plan.app == AppKind::Forgetful
        {
            self.memory.later(self.now + self.dice.millis(1_000, 60_000), Todo::AckOld(id));
        }
        self.net.process_died();
        self.down_until = Some(self.now + Duration::from_secs(down.into()));
    }

    /// The process starts, from what is on the disk.
    pub(super) fn start(&mut self) {
        self.down_until = None;
        self.run += 1;
        if self.plan.same_clock {
            self.offset = (START.as_millis() as i64).saturating_sub_unsigned(self.now.as_millis());
        }
        self.note("the process starts");
        self.new_count();
        let config = self.plan.client.clone();
        let seed = if self.plan.same_seed { self.plan.seed } else { self.plan.seed ^ (self.run << 40) };
        let device = self.device();
        let mut client = match self.disk.session.as_ref().map(reloaded) {
            None => Client::new(config, seed, device),
            Some(Some(session)) => Client::restore(session, config, seed, device),
            Some(None) => {
                self.watch.fail("a stored session loads", "it does not");
                return;
            }
        };
        if client.login(LoginMethod::Auto).is_err() {
            self.watch.fail("a login may start", "at the start of a process");
        }
        self.superseded = !self.is_newest(&client);
        self.client = Some(client);
        self.memory.forgets = self.plan.app == AppKind::Forgetful && !self.calm && self.dice.percent(50);
        self.memory.later(self.now + Duration::from_secs(1), Todo::Repeat);
    }

    /// True if the client's login is the server's newest.
    pub(super) fn is_newest(&self, client: &Client) -> bool {
        let newest = self.net.server.user_name(ContactId::ME);
        client.me().is_some_and(|me| me.user_name.as_str() == newest)
    }

    pub(super) fn wake(&mut self) {
        self.asleep_until = None;
        self.note("the device wakes up");
        self.new_count();
        let slept = i64::from(std::mem::take(&mut self.slept_uncounted)) * 1_000;
        if slept != 0 {
            self.offset -= slept;
            self.owed.offset = None;
            self.clock_changed = true;
        }
    }

    /// Device, process and clock; the rest is in `acts`.
    /// Time jumped or the process began anew: rates and pauses count from here.
    fn new_count(&mut self) {
        self.watch.new_count();
        self.failures.forget();
    }

    pub(super) fn strike(&mut self, act: Act) {
        match act {
            Act::Crash { down, .. } if self.plan.careful => self.wants_crash = Some(down),
            Act::Crash { steps, down } if self.client.is_some() => self.fuse = Some((steps, down)),
            Act::Jump(secs) => {
                self.offset = self.offset.saturating_add(secs.saturating_mul(1_000));
                self.owed.offset = None;
                self.clock_changed = true;
                self.new_count();
            }
            Act::Suspend { secs, counted } if self.asleep_until.is_none() => {
                self.asleep_until = Some(self.now + Duration::from_secs(secs.into()));
                self.slept_uncounted = if counted { 0 } else { secs };
            }
            _ => {}
        }
    }
}

/// A session as it comes back from a file.
fn reloaded(session: &wx_proto::Session) -> Option<wx_proto::Session> {
    serde_json::from_slice(&serde_json::to_vec(session).ok()?).ok()
}
