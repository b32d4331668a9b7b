//! What an act does, and what the application does with each event.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the core may add kinds; the application ignores what it does not know"
)]

use std::{collections::BTreeSet, time::Duration};

use wx_proto::{
    Batch, BatchContent, BatchId, CommandError, Event, Found, GapReason, LoginMethod, Outgoing, Phase,
    ResumeStep, SendOptions, Session, UserName,
};

use super::{
    act::{Act, Oddity},
    app::{Todo, ack_delay, write_delay},
    disk::{Logged, LoggedGap, Wish, Written, wire_number},
    keys, people,
    plan::AppKind,
    sim::Sim,
};
use crate::server::Phone;

impl Sim<'_> {
    pub(super) fn act(&mut self, act: Act) {
        if self.journal.is_some() {
            self.note(&format!("{act:?}"));
        }
        match act {
            Act::Say { chat, count } => {
                let chat = self.chat(chat);
                for _ in 0..count {
                    self.say(|phone, text| phone.say(chat, None, text).is_ok());
                }
            }
            Act::Nameless { chat } => {
                let from = if chat == 1 { "Bob" } else { "Ann" };
                let chat = self.chat(chat);
                self.say(|phone, text| phone.say_without_id(chat, from, text).is_ok());
            }
            Act::Odd(oddity) => self.say_odd(oddity),
            Act::Own { chat } => {
                let chat = self.chat(chat);
                self.say(|phone, text| phone.say_as_self(chat, text).is_ok());
            }
            Act::OpenChat => self.say(|phone, _| phone.open_chat("Ann").is_ok()),
            Act::Rename => {
                let signature = format!("at {}", self.now.as_millis());
                let renamed = self.phone().change("Bob", |contact| contact.signature = signature);
                debug_assert!(renamed.is_ok(), "Bob is there");
            }
            Act::Nudge(selector) => self.phone().nudge(selector),
            Act::Send { chat, expires, own_id } => {
                self.texts += 1;
                let text = format!("s{}", self.texts);
                self.unsent.push((chat, expires, own_id, text));
            }
            Act::Cancel => {
                let newest = self.watch.ops.keys().next_back().copied();
                if let (Some(client), Some(op)) = (&mut self.client, newest) {
                    client.cancel(op);
                }
            }
            Act::Fault { trouble, on, times } => self.net.fail_next(trouble, on, times.into()),
            Act::Outage { trouble, on, secs } => {
                let until = self.now + Duration::from_secs(secs.into());
                self.net.fail_until(trouble, on, until);
            }
            // Nobody may be logged in.
            Act::Kick(code) => drop(self.phone().kick(code)),
            // No code may be waiting.
            Act::ExpireQr => drop(self.phone().expire_qr()),
            Act::NewNames => self.net.server.change_names(),
            Act::RestartServer => self.net.restart_server(),
            Act::RenewSkey => self.net.server.renew_skey(),
            Act::DiskRefuses(times) => self.disk.refuse(times.into()),
            Act::DiskFull(secs) => self.disk.fill(self.now + Duration::from_secs(secs.into())),
            Act::DiskTears => self.disk.tear(),
            Act::Crash { .. } | Act::Jump(_) | Act::Suspend { .. } => self.strike(act),
        }
    }

    fn chat(&self, chat: u8) -> &'static str {
        people::chat(self.plan.people, chat)
    }

    fn phone(&mut self) -> Phone<'_> {
        self.net.server.phone(self.now)
    }

    fn say(&mut self, say: impl FnOnce(&mut Phone<'_>, &str) -> bool) {
        self.texts += 1;
        let text = format!("m{}", self.texts);
        if say(&mut self.phone(), &text) {
            self.messages += 1;
        }
    }

    fn say_odd(&mut self, oddity: Oddity) {
        if oddity.is_poison() {
            self.net.poisons.push(oddity.json());
        }
        self.say(|phone, _| phone.say_raw("Ann", "Ann", oddity.json()).is_ok());
    }

    /// Gives the client what waits to be sent, once it is online. True if it took something.
    pub(super) fn send_what_waits(&mut self) -> bool {
        let Some(client) = &mut self.client else { return false };
        if self.unsent.is_empty() || *client.phase() != Phase::Online {
            return false;
        }
        let (chat, expires, own_id, text) = self.unsent.remove(0);
        let waiting = (chat, expires, own_id, text.clone());
        let to = match client.contacts().find(people::chat(self.plan.people, chat)) {
            Found::One(name) => name,
            _ => UserName::new(UserName::FILE_HELPER),
        };
        let me = client.me().map(|me| me.user_name.clone());
        let mut options = SendOptions::default();
        let device = self.device();
        options.expires_at = expires.map(|secs| device + Duration::from_secs(secs.into()));
        if own_id {
            options.client_msg_id = Some(text.clone());
            if !self.disk.wishes.iter().any(|wish| wish.text == text) {
                let wish = Wish { id: text.clone(), to: to.clone(), text: text.clone(), me };
                self.disk.wishes.push(wish);
            }
        }
        if self.send(&to, text, options) {
            return true;
        }
        // Not yet: again after the next step.
        self.unsent.insert(0, waiting);
        false
    }

    /// False if the client takes no sends yet.
    fn send(&mut self, to: &UserName, text: String, options: SendOptions) -> bool {
        let Some(client) = &mut self.client else { return true };
        match client.send(to, Outgoing::text(text.clone()), options) {
            Ok(op) => {
                self.watch.accepted(op, &text, self.run);
                if self.journal.is_some() {
                    self.note(&format!("send {text} is op {op}"));
                }
            }
            Err(CommandError::NotStored) => return false,
            Err(error) => self.watch.fail("a client that is online takes sends", error.to_string()),
        }
        self.tick();
        true
    }

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
            Todo::Wrote(session) => self.write_session(*session),
            Todo::LogIn => {
                let Some(client) = &mut self.client else { return };
                if client.login(LoginMethod::Auto).is_err() && matches!(client.phase(), Phase::Ended(_)) {
                    self.watch.fail("a login may start", "after an end");
                }
            }
            Todo::Repeat => self.repeat_wishes(),
        }
    }

    /// After a crash the application does not know which of its sends were accepted: it sends them again under their
    /// ids.
    fn repeat_wishes(&mut self) {
        let Some(client) = &self.client else { return };
        if *client.phase() != Phase::Online {
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
            if again && !self.send(&wish.to, wish.text, SendOptions::with_id(wish.id)) {
                self.memory.later(self.now + Duration::from_secs(5), Todo::Repeat);
                return;
            }
        }
    }

    pub(super) fn event(&mut self, event: Event) {
        match event {
            Event::Batch(batch) => {
                self.watch.batch(batch.id);
                if let BatchContent::Gap(gap) = &batch.content {
                    self.check_gap(gap.reason);
                }
                self.note_handed(&batch);
                self.memory.unwritten.push_back(batch);
                let delay = if self.calm {
                    Some(Duration::ZERO)
                } else {
                    write_delay(self.plan.app, self.memory.forgets, &mut self.dice)
                };
                match delay {
                    Some(Duration::ZERO) if self.memory.unwritten.len() == 1 => self.write_batches(),
                    Some(delay) => self.memory.later(self.now + delay, Todo::Write),
                    None => {}
                }
            }
            Event::Checkpoint { .. } => self.checkpoint(),
            Event::Done { op, outcome } => {
                self.watch.done(op, &outcome);
                if self.disk.write(self.now) == Written::Done {
                    self.disk.outcomes.insert(op, outcome);
                    if self.calm || self.dice.percent(80) {
                        self.tick();
                        if let Some(client) = &mut self.client {
                            client.forget(op);
                        }
                    }
                }
            }
            // Names may be others: people are asked for anew.
            Event::LoggedIn { .. } => self.failures.forget(),
            Event::Phase(Phase::Online) => {
                self.logins_seen = self.net.server.logins().len();
                self.superseded = !self.client.as_ref().is_some_and(|client| self.is_newest(client));
                self.net.said_over = false;
                self.net.said_foreign = false;
                self.net.said_refused = false;
            }
            Event::Phase(Phase::Ended(reason)) => {
                self.watch.ended(&reason, self.was_told(), &self.net);
                let pause = if self.calm { Duration::ZERO } else { self.dice.millis(100, 30_000) };
                self.memory.later(self.now + pause, Todo::LogIn);
            }
            Event::Resume { step: ResumeStep::Qr } if !self.was_told() => {
                self.watch.fail("only a fatal code ends a session", "resuming went on to a QR code");
            }
            _ => {}
        }
    }

    fn note_handed(&mut self, batch: &Batch) {
        let Some(login) = self.net.server.logins().last().map(|login| login.number()) else { return };
        let ids: BTreeSet<u64> = batch.messages().iter().filter_map(wire_number).collect();
        let queued = self.net.server.messages();
        let newest =
            queued.filter(|(_, message)| ids.contains(&message.id)).map(|(position, _)| position).max();
        if let Some(position) = newest {
            let before = self.handed.filter(|(of, _)| *of == login).map_or(0, |(_, before)| before);
            self.handed = Some((login, position.max(before)));
        }
    }

    /// Messages are skipped only after at least six useless replies over ten minutes.
    fn check_gap(&mut self, reason: GapReason) {
        let (count, since) = self.net.useless();
        let long = self.clock_changed || self.now.saturating_since(since) >= Duration::from_secs(600);
        if reason == GapReason::Unreadable && !(count >= 6 && long) {
            self.watch.fail("nothing is skipped rashly", format!("after {count} useless replies"));
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
            Some(batch) => client.session_after(batch),
            None => client.session(),
        };
        let Some(session) = session else {
            self.watch.fail("a checkpoint comes with a session", format!("{:?}", self.memory.committed));
            return;
        };
        if self.plan.disk_millis > 0 && self.plan.app != AppKind::Transactional {
            let pause = self.dice.millis(0, self.plan.disk_millis);
            self.memory.later(self.now + pause, Todo::Wrote(Box::new(session)));
        } else {
            self.write_session(session);
        }
    }

    fn write_session(&mut self, session: Session) {
        self.tick();
        let Some(client) = &mut self.client else { return };
        let revision = session.revision();
        match self.disk.write(self.now) {
            Written::Done => {
                self.keep(session);
                self.tick();
                if let Some(client) = &mut self.client {
                    client.stored(revision);
                }
            }
            Written::Refused => client.store_failed(revision),
            Written::Torn => self.crash(5),
        }
    }

    /// The session is on the disk: the first key of a login counts from here.
    fn keep(&mut self, session: Session) {
        let newest = self.net.server.logins().last().map_or(0, |login| login.number());
        if !self.owed.from.contains_key(&newest)
            && let Some((login, position)) = keys::stored_position(&session)
        {
            self.owed.from.entry(login).or_insert(position);
        }
        self.disk.session = Some(session);
    }

    /// Puts what was handed out into the journal, in its order.
    fn write_batches(&mut self) {
        while let Some(batch) = self.memory.unwritten.front().cloned() {
            match self.disk.write(self.now) {
                Written::Torn => return self.crash(5),
                Written::Refused => {
                    let pause = self.dice.millis(200, 20_000);
                    self.memory.later(self.now + pause, Todo::Write);
                    return;
                }
                Written::Done => {}
            }
            self.memory.unwritten.pop_front();
            self.log(&batch);
            self.memory.unacked = Some(batch.id);
            self.tick();
            let delay = if self.calm {
                Some(Duration::ZERO)
            } else {
                ack_delay(self.plan.app, self.memory.forgets, &mut self.dice)
            };
            match delay {
                _ if self.client.is_none() => return,
                Some(Duration::ZERO) => self.ack(batch.id),
                Some(delay) => self.memory.later(self.now + delay, Todo::Ack(batch.id)),
                None => {}
            }
        }
    }

    fn log(&mut self, batch: &Batch) {
        if self.plan.app == AppKind::Transactional {
            let session = self.client.as_ref().and_then(|client| client.session_after(batch.id));
            match session {
                Some(session) => self.keep(session),
                None => {
                    self.watch.fail("an open batch has a session after it", format!("batch {}", batch.id))
                }
            }
            self.memory.committed = Some(batch.id);
        }
        match &batch.content {
            BatchContent::Messages(messages) => self.disk.log.extend(messages.iter().map(Logged::of)),
            BatchContent::Gap(gap) => {
                let skipped = gap.reason == GapReason::Unreadable;
                self.disk.gaps.push(LoggedGap { since: gap.since, at: self.now, skipped });
            }
        }
    }

    fn ack(&mut self, id: BatchId) {
        if self.memory.acked.is_some_and(|acked| id <= acked) {
            return;
        }
        let Some(client) = &mut self.client else { return };
        if let Err(error) = client.ack(id) {
            self.watch.fail("an open batch can be acknowledged", format!("batch {id}: {error}"));
            return;
        }
        if self.journal.is_some() {
            self.note(&format!("ack {id}"));
        }
        // There is room for a fetch, with another key than the renewal before it had.
        self.failures.forget();
        self.memory.acked = Some(id);
        self.memory.committed.take_if(|committed| *committed <= id);
        self.memory.unacked.take_if(|unacked| *unacked <= id);
        self.tick();
    }
}
