//! What an act does.

use std::time::Duration;

use wx_proto::{Endpoint, Phase};

use super::{
    action::{Action, Oddity},
    content,
    outgoing::{Unsent, What},
    people,
    plan::People,
    sim::Sim,
};
use crate::server::{Fault, FaultKind, FileKind, Phone, PhoneFile, Server};

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
                self.unsent.push(Unsent { chat, expires, own_id, text, what: What::Text });
            }
            Action::Cancel { younger } => {
                let op = self.watch.ops.keys().nth_back(younger.into()).copied();
                if let (Some(client), Some(op)) = (&mut self.client, op) {
                    client.cancel(op);
                }
            }
            Action::SendFile { .. }
            | Action::SendSticker { .. }
            | Action::Forward { .. }
            | Action::ChangeFile
            | Action::RemoveFile => self.act_on_files(act),
            Action::ForgetUpload(chunk) => {
                let fault = Fault::new(FaultKind::Forget(chunk)).on(Endpoint::UploadMedia);
                self.net.server.add_fault(fault);
            }
            Action::SayFile { chat, kind, len } => self.say_file(chat, kind, len),
            Action::Download { younger, thumbnail } => self.unfetched.push((younger, thumbnail)),
            Action::Avatar { chat } => self.fetch_avatar(chat),
            Action::CancelDownload { younger } => {
                if let (Some(client), Some(op)) = (&mut self.client, self.downloads.nth_newest(younger)) {
                    client.cancel(op);
                }
            }
            Action::FullSinks { room, secs } => {
                self.net.sinks.room = Some(room.into());
                self.sinks_full_until = self.now + Duration::from_secs(secs.into());
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

    fn say_file(&mut self, chat: u8, kind: FileKind, len: u64) {
        let from = if chat == 1 { "Bob" } else { "Ann" };
        let chat = self.chat(chat);
        let content = content::received(kind, self.texts, len);
        let mut id = None;
        self.say(|phone, text| {
            let file = PhoneFile { kind, name: format!("{text}.bin"), content: content.clone() };
            id = phone.send_file(chat, from, file).ok();
            id.is_some()
        });
        if let Some(id) = id {
            self.received.insert((self.net.account, id), content);
        }
    }

    fn say_odd(&mut self, oddity: Oddity) {
        if oddity.is_poison() {
            self.net.poisons.push(oddity.json());
        }
        let chat = self.chat(0);
        self.say(|phone, _| phone.say_raw(chat, chat, oddity.json()).is_ok());
    }
}
