//! What an act does.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the core may add kinds; the application ignores what it does not know"
)]

use std::time::Duration;

use wx_proto::{CommandError, Found, Outgoing, Phase, SendOptions, UserName};

use super::{
    action::{Action, Oddity},
    disk::Wish,
    people,
    plan::People,
    sim::Sim,
};
use crate::server::{Phone, Server};

impl Sim<'_> {
    pub(super) fn act(&mut self, act: Action) {
        if self.journal.is_some() {
            self.note(&format!("{act:?}"));
        }
        match act {
            // Of another chat, which the file helper's client has nothing to do with.
            Action::Say { chat: 2, .. } if self.plan.people == People::Phone => {
                drop(self.phone().say("Ann", None, "elsewhere"));
            }
            Action::Say { chat, count } => {
                let chat = self.chat(chat);
                for _ in 0..count {
                    self.say(|phone, text| phone.say(chat, None, text).is_ok());
                }
            }
            Action::Nameless { chat } => {
                let from = if chat == 1 { "Bob" } else { "Ann" };
                let chat = self.chat(chat);
                let from = if self.plan.people == People::Phone { chat } else { from };
                self.say(|phone, text| phone.say_without_id(chat, from, text).is_ok());
            }
            Action::Odd(oddity) => self.say_odd(oddity),
            Action::Own { chat } => {
                let chat = self.chat(chat);
                self.say(|phone, text| phone.say_as_self(chat, text).is_ok());
            }
            // Nobody is told of it.
            Action::OpenChat if self.plan.people == People::Phone => drop(self.phone().open_chat("Ann")),
            Action::OpenChat => self.say(|phone, _| phone.open_chat("Ann").is_ok()),
            Action::Rename => {
                let signature = format!("at {}", self.now.as_millis());
                let renamed = self.phone().change("Bob", |contact| contact.signature = signature);
                debug_assert!(renamed.is_ok(), "Bob is there");
            }
            Action::Flood(count) => {
                for number in 0..count {
                    let signature = format!("{number} at {}", self.now.as_millis());
                    let renamed = self.phone().change("Ann", |contact| contact.signature = signature);
                    debug_assert!(renamed.is_ok(), "Ann is there");
                }
            }
            Action::Nudge(selector) => self.phone().nudge(selector),
            Action::FalseNews { selector, secs } => {
                self.phone().say_news(selector, Duration::from_secs(secs.into()));
            }
            Action::HideNews(secs) => {
                self.net.hid = true;
                self.phone().hide_news(Duration::from_secs(secs.into()));
            }
            Action::Send { chat, expires, own_id } => {
                self.texts += 1;
                let text = format!("s{}", self.texts);
                self.unsent.push((chat, expires, own_id, text));
            }
            Action::Cancel { younger } => {
                let op = self.watch.ops.keys().nth_back(younger.into()).copied();
                if let (Some(client), Some(op)) = (&mut self.client, op) {
                    client.cancel(op);
                }
            }
            Action::HoldAcks(secs) => self.acks_held_until = self.now + Duration::from_secs(secs.into()),
            Action::Logout => self.log_out(),
            Action::LoginBy(way) => self.way = way,
            Action::OtherAccount => {
                drop(self.phone().kick(1101));
                let account = 1 - self.net.account;
                let (plan, server) = (self.plan, self.plan.server.clone());
                let world = people::world(plan.people, account);
                self.net.switch_account(|| Server::new(server, world, plan.seed ^ 0x6f74_6865_7200));
            }
            Action::HostGone => self.host_gone = true,
            Action::OtherProfile => self.other_profile = true,
            Action::Fault { trouble, on, times } => self.net.fail_next(trouble, on, times.into()),
            Action::Outage { trouble, on, secs } => {
                let until = self.now + Duration::from_secs(secs.into());
                self.net.fail_until(trouble, on, until);
            }
            // Nobody may be logged in.
            Action::Kick(code) => drop(self.phone().kick(code)),
            // No code may be waiting.
            Action::ExpireQr => drop(self.phone().expire_qr()),
            Action::NewNames => {
                self.net.server.change_names();
                self.login_at = None;
                self.net.forget_replies();
            }
            Action::RestartServer => self.net.restart_server(),
            Action::RenewSkey => self.net.server.renew_skey(),
            Action::DiskRefuses(times) => self.disk.refuse(times.into()),
            Action::DiskFull(secs) => self.disk.fill(self.now + Duration::from_secs(secs.into())),
            Action::DiskHangs(secs) => self.disk.hang(self.now + Duration::from_secs(secs.into())),
            Action::DiskTears => self.disk.tear(),
            Action::Crash { .. } | Action::Jump(_) | Action::SetRight | Action::Suspend { .. } => {
                self.strike(act)
            }
        }
    }

    fn log_out(&mut self) {
        let Some(client) = &mut self.client else { return };
        if *client.phase() != Phase::Online || self.leaving.is_some() {
            return;
        }
        match client.logout() {
            Ok(op) => {
                let stored = client.is_run_stored();
                (self.leaving, self.asked_to_leave) = (Some(op), true);
                if stored && (self.watch.ops.contains_key(&op) || !self.left_by.insert(op)) {
                    self.watch.fail("op ids never repeat", format!("op {op} is a logout"));
                }
            }
            Err(error) => self.watch.fail("whoever is online can log out", error.to_string()),
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
            let newest = self.net.server.messages().last().map_or(0, |(position, _)| position);
            if let Some(written) = self.written.get_mut(self.net.account) {
                *written = newest;
            }
        }
    }

    fn say_odd(&mut self, oddity: Oddity) {
        if oddity.is_poison() {
            self.net.poisons.push(oddity.json());
        }
        let chat = self.chat(0);
        self.say(|phone, _| phone.say_raw(chat, chat, oddity.json()).is_ok());
    }

    /// Gives the client what waits to be sent, once it is online. True if it took something.
    pub(super) fn send_what_waits(&mut self) -> bool {
        let Some(client) = &mut self.client else { return false };
        if self.unsent.is_empty() || *client.phase() != Phase::Online || self.leaving.is_some() {
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
    pub(super) fn send(&mut self, to: &UserName, text: String, options: SendOptions) -> bool {
        let Some(client) = &mut self.client else { return true };
        let expires = options.expires_at.map(|at| self.clock.at(at));
        match client.send(to, Outgoing::text(text.clone()), options) {
            Ok(op) => {
                self.book.accepted(op, &text, expires);
                self.watch.accepted(op, &text, self.run);
                if self.journal.is_some() {
                    self.note(&format!("send {text} is op {op}"));
                }
            }
            Err(CommandError::NotStored | CommandError::OutboxFull { .. }) => return false,
            // Code 1205 holds sends back: the application is told at once, and gives this one up.
            Err(error) if format!("{error:?}").starts_with("RateLimited") => self.watch.sends += 1,
            Err(error) => self.watch.fail("a client that is online takes sends", error.to_string()),
        }
        self.tick();
        true
    }
}
