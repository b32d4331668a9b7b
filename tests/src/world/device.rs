//! The device of a world: its process starts and dies, its clock is set, it sleeps and wakes up.
#![expect(clippy::wildcard_enum_match_arm, reason = "an act that does not fit the moment does nothing")]

use std::time::Duration;

use wx_proto::{Client, Config, Endpoint, LoginMethod, Session, Storing};

use super::{
    action::{Action, Way},
    app::Todo,
    keys, people,
    plan::AppKind,
    pulse::Pulse,
    sim::Sim,
};
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
        let session = |session: Option<Session>| session.map(|session| session.revision());
        let stored = self.disk.stored_in == self.run
            && session(client.session()) == session(self.disk.session.clone());
        let idle = self.memory.unacked.is_none() && self.memory.unwritten.is_empty();
        !fetching && stored && idle && !self.memory.is_writing()
    }

    pub(super) fn crash(&mut self, down: u32) {
        self.note("the process dies");
        self.crashes += 1;
        self.take_transitions();
        self.fuse = None;
        let stored = self.client.take().is_some_and(|client| client.is_run_stored());
        let kept = self.plan.client.storing == Storing::Checkpoints;
        // Whoever stores nothing, or could not yet, cannot know which numbers were used.
        let ids = std::mem::take(&mut self.requested_now);
        if !stored || !kept {
            for id in ids {
                self.requested.remove(&id);
            }
        }
        if !kept {
            self.watch.nothing_was_kept();
            self.disk.outcomes.clear();
            self.wire_ids.clear();
            self.owed.lose(&self.net);
        }
        self.clock.process_died();
        self.uploads.process_died(self.disk.session.as_ref().filter(|_| kept));
        self.passing.process_died();
        self.forget_downloads();
        self.pulse = Pulse::new();
        self.leaving = None;
        self.handed = None;
        self.failures.forget();
        self.open.clear();
        let old = std::mem::take(&mut self.memory);
        let left = old.unacked.or_else(|| old.unwritten.front().map(|handed| handed.batch.id));
        if let Some(id) = left
            && self.plan.app == AppKind::Forgetful
        {
            self.memory.later(self.now + self.rng.millis(1_000, 60_000), Todo::AckOld(id));
        }
        self.net.process_died();
        self.down_until = Some(self.now + Duration::from_secs(down.into()));
    }

    /// The process starts, from what is on the disk.
    pub(super) fn start(&mut self) {
        self.down_until = None;
        self.run += 1;
        self.began = self.now;
        if let Some(floor) = self.disk.after_gap.take() {
            self.raise_gap_floor(floor);
        }
        if self.plan.same_clock {
            let offset = (START.as_millis() as i64).saturating_sub_unsigned(self.now.as_millis());
            self.clock.set(offset);
        }
        self.clock.look_anew(self.now);
        self.note("the process starts");
        self.new_count();
        let config = self.config();
        let seed = if self.plan.same_seed { self.plan.seed } else { self.plan.seed ^ (self.run << 40) };
        let device = self.device();
        self.limits.forget();
        let host_gone = std::mem::take(&mut self.host_gone);
        if let Some(session) = &self.disk.session {
            let texts = self.watch.ops.iter().map(|(op, entry)| (*op, entry.text.clone())).collect();
            if let Some(place) = keys::place(session) {
                self.account = people::account(place.uin);
            }
            self.book.restored(session, self.disk.ahead, device, &texts);
        }
        let mut client = match self.disk.session.as_ref().map(|session| reloaded(session, host_gone)) {
            None => Client::new(config, seed, device),
            Some(Some(session)) => Client::restore(session, config, seed, device),
            Some(None) => {
                self.watch.fail("a stored session loads", "it does not");
                return;
            }
        };
        self.superseded = !self.is_newest(&client);
        let logins = self.net.server.logins();
        let lives = logins.last().is_some_and(|login| login.ended().is_none());
        self.resumes_dead = client.me().is_some() && !lives;
        if !self.log_in(&mut client) {
            self.watch.fail("a login may start", "at the start of a process");
        }
        self.client = Some(client);
        self.memory.forgets = self.plan.app == AppKind::Forgetful && !self.calm && self.rng.percent(50);
        self.memory.later(self.now + Duration::from_secs(1), Todo::Repeat);
    }

    /// Starts a login in the way that is wanted. A login that is not stored cannot be resumed.
    pub(super) fn log_in(&mut self, client: &mut Client) -> bool {
        match std::mem::replace(&mut self.way, Way::Auto) {
            Way::Auto => client.login(LoginMethod::Auto).is_ok(),
            Way::Code => client.login(LoginMethod::Qr).is_ok(),
            Way::Resume => {
                client.login(LoginMethod::Resume).is_ok() || client.login(LoginMethod::Auto).is_ok()
            }
        }
    }

    fn config(&self) -> Config {
        let mut config = self.plan.client.clone();
        if self.other_profile {
            config.profile = config.profile.named("other");
        }
        config
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
            self.clock.set(self.clock.offset() - slept);
            self.clock_changed = true;
            self.watch.slept_uncounted(self.now);
        }
    }

    /// Time jumped or the process began anew: rates and pauses count from here.
    fn new_count(&mut self) {
        // What is under way may still go wrong, in a time that is not counted.
        (self.net.struck_at, self.net.sync_struck_at) = (self.now, self.now);
        self.watch.new_count();
        self.failures.forget();
        self.pulse.new_count();
        self.passing.new_count();
        self.text_waits = None;
        self.limits.new_count(self.now);
    }

    fn set_clock(&mut self, offset: i64) {
        self.clock.set(offset);
        self.clock_changed = true;
        self.new_count();
    }

    /// Device, process and clock; the rest is in `acts`.
    pub(super) fn strike(&mut self, act: Action) {
        match act {
            Action::Crash { down, .. } if self.plan.careful => self.wants_crash = Some(down),
            Action::Crash { steps, down } if self.client.is_some() => self.fuse = Some((steps, down)),
            Action::Jump(secs) => {
                self.set_clock(self.clock.offset().saturating_add(secs.saturating_mul(1_000)));
            }
            Action::SetRight => self.set_clock(0),
            Action::Suspend { secs, counted } if self.asleep_until.is_none() => {
                self.asleep_until = Some(self.now + Duration::from_secs(secs.into()));
                self.slept_uncounted = if counted { 0 } else { secs };
            }
            _ => {}
        }
    }
}

/// A session as it comes back from a file. `host_gone`: its login has a host that no profile lists any more.
fn reloaded(session: &Session, host_gone: bool) -> Option<Session> {
    if !host_gone {
        return serde_json::from_slice(&serde_json::to_vec(session).ok()?).ok();
    }
    let mut session = serde_json::to_value(session).ok()?;
    if let Some(host) = session.get_mut("login").and_then(|login| login.get_mut("base_host")) {
        *host = "wx99.qq.com".into();
    }
    serde_json::from_value(session).ok()
}
