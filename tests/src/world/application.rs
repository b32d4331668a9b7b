//! What the application does with each event, and later.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the core may add kinds; the application ignores what it does not know"
)]

use std::time::Duration;

use wx_proto::{BatchContent, BatchId, Event, GapReason, Phase, ResumeStep, SendOptions, Session, Storing};

use super::{
    app::{Handed, Todo, ack_delay, write_delay},
    disk::{Logged, LoggedGap, Written},
    handed::known_groups,
    keys::{self, Place},
    people,
    plan::{AppKind, People},
    sim::Sim,
};

impl Sim<'_> {
    /// What the application does when its time has come.
    pub(super) fn due(&mut self, todo: Todo) {
        match todo {
            Todo::Ack(id) => self.ack(id),
            Todo::AckOld(id) => {
                let known = self.client.as_mut().is_some_and(|client| client.ack(id).is_ok());
                if known {
                    self.watch.fail("an id of an earlier run is unknown", format!("batch {id}"));
                }
            }
            Todo::Write => self.write_batches(),
            Todo::Wrote { session, seen } => self.write_session(*session, seen),
            Todo::LogIn => {
                // Somebody wants it now: its tries count anew.
                self.failures.forget();
                let Some(mut client) = self.client.take() else { return };
                let over = matches!(client.phase(), Phase::Ended(_) | Phase::Idle);
                if over && !self.log_in(&mut client) {
                    self.watch.fail("a login may start", "after an end");
                }
                self.client = Some(client);
            }
            Todo::Repeat => self.repeat_wishes(),
        }
    }

    /// After a crash the application does not know which of its sends were accepted: it sends them again under their
    /// ids.
    fn repeat_wishes(&mut self) {
        let Some(client) = &self.client else { return };
        if *client.phase() != Phase::Online || self.leaving.is_some() {
            if !matches!(client.phase(), Phase::Ended(_)) {
                self.memory.later(self.now + Duration::from_secs(5), Todo::Repeat);
            }
            return;
        }
        let me = client.me().map(|me| me.user_name.clone());
        let wishes = self.disk.wishes.clone();
        for wish in wishes {
            let known = (self.watch.ops.iter())
                .any(|(op, entry)| entry.text == wish.text && self.disk.outcomes.contains_key(op));
            let again = !known && wish.me == me;
            if again && !self.send(&wish.to, wish.text, wish.message, SendOptions::with_id(wish.id)) {
                self.memory.later(self.now + Duration::from_secs(5), Todo::Repeat);
                return;
            }
        }
    }

    pub(super) fn event(&mut self, event: Event) {
        match event {
            Event::Batch(batch) => {
                self.watch.batch(batch.id);
                self.pulse.batch();
                if self.plan.people == People::Phone {
                    self.check_phone(&batch);
                }
                if let BatchContent::Gap(gap) = &batch.content {
                    self.check_gap(gap);
                    self.memory.gap_opened = Some(self.login_at);
                }
                let handed = self.note_handed(batch);
                self.memory.open.insert(handed.batch.id, handed.account);
                self.memory.unwritten.push_back(handed);
                let delay = if self.calm {
                    Some(Duration::ZERO)
                } else {
                    write_delay(self.plan.app, self.memory.forgets, &mut self.rng)
                };
                match delay {
                    Some(Duration::ZERO) if self.memory.unwritten.len() == 1 => self.write_batches(),
                    Some(delay) => self.memory.later(self.now + delay, Todo::Write),
                    None => {}
                }
            }
            Event::Checkpoint { .. } => self.checkpoint(),
            Event::Done { op, .. } if self.leaving == Some(op) => self.leaving = None,
            Event::Done { op, outcome } if self.downloads.holds(op) => self.download_done(op, &outcome),
            Event::Transfer(progress) => {
                if let Some((rule, what)) = self.passing.told(&progress, self.now) {
                    self.watch.fail(rule, what);
                }
            }
            Event::Done { op, outcome } => {
                self.watch.done(op, &outcome);
                self.check_told(op, &outcome);
                if self.disk.write(self.now) == Written::Done {
                    self.disk.outcomes.insert(op, outcome);
                    if self.calm || self.rng.percent(80) {
                        self.tick();
                        if let Some(client) = &mut self.client {
                            client.forget(op);
                        }
                    }
                }
            }
            Event::LoggedIn { me, resumed } => {
                if resumed && self.resumes_dead && !self.net.stale {
                    self.watch.fail("a dead session is not told as logged in", "it was over before");
                }
                self.resumes_dead = false;
                if self.account != people::account(me.uin) {
                    // It may have been refused while the other one was resumed.
                    self.limits.forgive();
                }
                self.account = people::account(me.uin);
                if !resumed {
                    self.memory.received.clear();
                }
                self.own_names.insert(me.user_name.as_str().to_owned(), self.account);
                // Names may be others: people are asked for anew.
                self.failures.forget();
                self.memory.people_loaded = false;
            }
            Event::Contacts(_) => {
                self.memory.people_loaded = true;
                self.check_groups();
            }
            Event::Phase(Phase::Online) => {
                self.limits.entered(self.now);
                self.owe_without_a_store();
                self.logins_seen = self.net.server.logins().len();
                self.superseded = !self.client.as_ref().is_some_and(|client| self.is_newest(client));
                self.net.said_over = false;
                self.net.said_foreign = false;
                self.net.said_refused = false;
            }
            Event::Phase(Phase::Ended(reason)) => {
                self.watch.ended(&reason, self.was_told(), self.asked_to_leave, &self.net);
                self.asked_to_leave = false;
                self.leaving = None;
                self.resumes_dead = false;
                let pause = if self.calm { Duration::ZERO } else { self.rng.millis(100, 30_000) };
                self.memory.later(self.now + pause, Todo::LogIn);
            }
            Event::Resume { step: ResumeStep::Qr } if !self.was_told() => {
                self.watch.fail("only a fatal code ends a session", "resuming went on to a QR code");
            }
            Event::Phase(phase) => {
                self.limits.entered(self.now);
                match phase {
                    Phase::AwaitConfirm => self.login_at = Some(self.now),
                    Phase::AwaitScan => self.login_at = None,
                    // A logout that did not get through: the login is kept, and goes on.
                    Phase::Idle => {
                        self.asked_to_leave = false;
                        self.leaving = None;
                        self.memory.later(self.now + Duration::from_secs(5), Todo::LogIn);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// True if the server said that the login is over, or somebody did in its name.
    fn was_told(&self) -> bool {
        let logins = self.net.server.logins();
        let ended = logins.last().is_none_or(|login| login.ended().is_some());
        self.net.said_over || self.superseded || ended || logins.len() != self.logins_seen
    }

    fn checkpoint(&mut self) {
        let Some(client) = &self.client else { return };
        let session = match self.memory.committed {
            // Of a batch of another account nothing is kept.
            Some(batch) => client.session_after(batch).or_else(|| {
                let foreign = self.memory.open.get(&batch).is_none_or(|of| *of != self.holder);
                client.session().filter(|_| foreign)
            }),
            None => client.session(),
        };
        let Some(session) = session else {
            self.watch.fail("a checkpoint comes with a session", format!("{:?}", self.memory.committed));
            return;
        };
        let seen = self.clock.seen();
        if let Some(at) = self.disk.hanging(self.now) {
            self.memory.later(at, Todo::Wrote { session: Box::new(session), seen });
        } else if self.plan.disk_millis > 0
            && (self.plan.app != AppKind::Transactional || self.plan.acks_stored)
        {
            let pause = self.rng.millis(0, self.plan.disk_millis);
            self.memory.later(self.now + pause, Todo::Wrote { session: Box::new(session), seen });
        } else {
            let revision = session.revision();
            let known = known_groups(client);
            self.write_session(session, seen);
            let kept = self.disk.session.as_ref().is_some_and(|kept| kept.revision() == revision);
            if kept {
                self.disk.groups = known;
            }
        }
    }

    fn write_session(&mut self, session: Session, seen: u64) {
        self.tick();
        let Some(client) = &mut self.client else { return };
        let revision = session.revision();
        match self.disk.write(self.now) {
            Written::Done => {
                // A transaction may have been quicker: of one revision its session was built later, or is the same.
                let transacts = self.plan.app == AppKind::Transactional;
                let kept = self.disk.session.as_ref().filter(|_| self.disk.stored_in == self.run);
                if kept.is_none_or(|kept| {
                    kept.revision() < revision || kept.revision() == revision && !transacts
                }) {
                    self.keep(session, seen);
                }
                self.tick();
                if let Some(client) = &mut self.client {
                    client.stored(revision);
                    self.memory.store_failed = false;
                }
            }
            Written::Refused => {
                client.store_failed(revision);
                self.memory.store_failed = true;
            }
            Written::Torn => self.crash(5),
        }
    }

    /// The session is on the disk: the first key of a login counts from here.
    fn keep(&mut self, session: Session, seen: u64) {
        let newest = self.net.server.logins().last().map_or(0, |login| login.number());
        let known = self.owed.from.contains_key(&(self.net.account, newest));
        if (!known || self.plan.has_accounts())
            && let Some(Place { uin, key: (login, position) }) = keys::place(&session)
        {
            self.owed.stored(people::account(uin), login, position);
        }
        if self.plan.client.storing == Storing::Nothing {
            return;
        }
        if let Some((_, floor)) =
            self.memory.gap_acked.take_if(|(revision, _)| *revision <= session.revision())
        {
            self.raise_gap_floor(floor);
        }
        let online = self.client.as_ref().is_some_and(|client| *client.phase() == Phase::Online);
        self.disk.after_gap = self.memory.committed_gap.filter(|at| online && Some(*at) == self.login_at);
        self.clock.stored(seen);
        self.disk.ahead = self.clock.offset();
        self.disk.stored_in = self.run;
        self.disk.session = Some(session);
    }

    /// Puts what was handed out into the journal, in its order.
    fn write_batches(&mut self) {
        while let Some(handed) = self.memory.unwritten.front().cloned() {
            match self.disk.write(self.now) {
                Written::Torn => return self.crash(5),
                Written::Refused => {
                    let pause = self.rng.millis(200, 20_000);
                    self.memory.later(self.now + pause, Todo::Write);
                    return;
                }
                Written::Done => {}
            }
            self.memory.unwritten.pop_front();
            let id = handed.batch.id;
            self.log(&handed);
            self.memory.unacked = Some(id);
            self.tick();
            let delay = if self.calm {
                Some(Duration::ZERO)
            } else {
                ack_delay(self.plan.app, self.memory.forgets, &mut self.rng)
            };
            match delay {
                _ if self.client.is_none() => return,
                _ if self.now < self.acks_held_until => {
                    self.memory.later(self.acks_held_until, Todo::Ack(id));
                }
                Some(Duration::ZERO) => self.ack(id),
                Some(delay) => self.memory.later(self.now + delay, Todo::Ack(id)),
                None => {}
            }
        }
    }

    fn log(&mut self, handed: &Handed) {
        let Handed { batch, account, since } = handed;
        if self.plan.app == AppKind::Transactional {
            let session = self.client.as_ref().and_then(|client| client.session_after(batch.id));
            match session {
                Some(session) => {
                    if matches!(batch.content, BatchContent::Gap(_)) {
                        self.memory.committed_gap = self.login_at;
                    }
                    self.keep(session, self.clock.seen());
                }
                None if *account == self.holder => {
                    self.watch.fail("an open batch has a session after it", format!("batch {}", batch.id))
                }
                None => {}
            }
            self.memory.committed = Some(batch.id);
        }
        match &batch.content {
            BatchContent::Messages(messages) => {
                self.disk.log.extend(messages.iter().map(|message| Logged::of(message, *account)));
                for media in messages.iter().filter_map(|message| message.content.media()) {
                    self.keep_media(media, *account);
                }
                self.memory.received.extend(messages.iter().cloned());
            }
            BatchContent::Gap(gap) => {
                let skipped = gap.reason == GapReason::Unreadable;
                let since = since.unwrap_or(gap.since);
                self.disk.gaps.push(LoggedGap { account: *account, since, at: self.now, skipped });
            }
        }
    }

    fn ack(&mut self, id: BatchId) {
        if self.memory.acked.is_some_and(|acked| id <= acked) {
            return;
        }
        let Some(client) = &mut self.client else { return };
        let of = self.memory.open.get(&id).copied();
        self.memory.open = self.memory.open.split_off(&BatchId::new(id.get() + 1));
        // What the transaction stored, or a checkpoint after it.
        let stored = (self.plan.acks_stored && self.memory.committed == Some(id))
            .then_some(self.disk.session.as_ref())
            .flatten()
            .filter(|_| self.disk.stored_in == self.run);
        let acknowledged = match stored {
            Some(session) => client.ack_stored(id, session),
            None => client.ack(id),
        };
        if let Err(error) = acknowledged
            && of == Some(self.holder)
        {
            self.watch.fail("an open batch can be acknowledged", format!("batch {id}: {error}"));
            return;
        }
        if self.memory.open.is_empty()
            && let Some(login_at) = self.memory.gap_opened.take()
        {
            // Of a login before this one it says nothing.
            let stands = *client.phase() == Phase::Online && login_at == self.login_at;
            let revision = client.session().map(|session| session.revision());
            self.memory.gap_acked = revision.zip(login_at).filter(|_| stands);
        }
        if self.journal.is_some() {
            self.note(&format!("ack {id}"));
        }
        self.owe_without_a_store();
        // There is room for a fetch, with another key than the renewal before it had.
        self.failures.forget();
        self.memory.acked = Some(id);
        if self.memory.committed.take_if(|committed| *committed <= id).is_some() {
            self.memory.committed_gap = None;
        }
        self.memory.unacked.take_if(|unacked| *unacked <= id);
        self.tick();
    }
}
