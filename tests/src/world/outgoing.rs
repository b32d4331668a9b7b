//! What the application sends: texts, files, stickers, and what it passes on.
#![expect(clippy::wildcard_enum_match_arm, reason = "an act without files does nothing here")]

use std::time::Duration;

use wx_proto::{
    CommandError, FileKind, FileSource, Found, OpError, OpId, Outcome, Outgoing, OutgoingFile, Phase,
    SendOptions, UserName,
};

use super::{action::Action, content, disk::Wish, people, sim::Sim};

/// Something that waits until the client takes it.
#[derive(Clone, Debug)]
pub(super) struct Unsent {
    pub(super) chat: u8,
    pub(super) expires: Option<u16>,
    pub(super) own_id: bool,
    /// The text; of something else the name that the world knows it by.
    pub(super) text: String,
    pub(super) what: What,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    Text,
    File(FileKind),
    Sticker,
    /// So many younger messages were handed out since.
    Forward(u8),
}

impl Sim<'_> {
    /// What the application does with its files.
    pub(super) fn act_on_files(&mut self, act: Action) {
        let (chat, own_id, what) = match act {
            Action::SendFile { chat, kind, len, own_id } => {
                self.make_file(kind, len);
                (chat, own_id, What::File(kind))
            }
            Action::SendSticker { chat } => (chat, false, What::Sticker),
            Action::Forward { chat, younger } => (chat, false, What::Forward(younger)),
            Action::ChangeFile => return self.change_file(),
            Action::RemoveFile => {
                if let Some(locator) = self.newest_file() {
                    self.net.files.remove(&locator);
                }
                return;
            }
            _ => return,
        };
        self.texts += 1;
        let text = format!("s{}", self.texts);
        self.unsent.push(Unsent { chat, expires: None, own_id, text, what });
    }

    /// A file for the send that comes next.
    fn make_file(&mut self, kind: FileKind, len: u64) {
        let number = self.texts + 1;
        let locator = format!("s{number}");
        let (content, md5) = content::of(content::form(kind), number, len);
        let mut source = FileSource::new(&locator, len, md5);
        source.modified = Some(self.now);
        self.net.files.write(&locator, content, self.now);
        self.files.insert(locator, source);
    }

    fn newest_file(&self) -> Option<String> {
        self.files.values().max_by_key(|file| file.modified).map(|file| file.locator.clone())
    }

    /// It has other bytes from now on, and its time of change says so.
    fn change_file(&mut self) {
        let Some(source) = self.newest_file().and_then(|locator| self.files.get(&locator)) else { return };
        if self.net.files.get(&source.locator).is_some() {
            let (other, _) = content::of(content::form(FileKind::File), self.texts + 1_000, source.len);
            self.net.files.write(&source.locator, other, self.now + Duration::from_millis(1));
        }
    }

    /// The message as the client takes it; `None` if there is nothing to pass on.
    fn message(&self, text: &str, what: What) -> Option<Outgoing> {
        Some(match what {
            What::Text => Outgoing::text(text),
            What::File(kind) => {
                let source = self.files.get(text)?.clone();
                Outgoing::file(OutgoingFile::new(kind, &format!("{text}.bin"), "", source))
            }
            What::Sticker => {
                let number = text.trim_start_matches('s').parse().unwrap_or(0);
                Outgoing::Emoticon(content::of(content::form(FileKind::Emoticon), number, 64).1)
            }
            What::Forward(younger) => {
                let message = self.memory.received.iter().rev().nth(younger.into())?;
                Outgoing::forward(message).ok()?
            }
        })
    }

    /// Gives the client what waits to be sent, once it is online. True if it took something.
    pub(super) fn send_what_waits(&mut self) -> bool {
        let Some(client) = &mut self.client else { return false };
        if self.unsent.is_empty() || *client.phase() != Phase::Online || self.leaving.is_some() {
            return false;
        }
        let to_chat = |chat| client.contacts().find(people::chat(self.plan.people, chat));
        let waiting = self.unsent.remove(0);
        let to = match to_chat(waiting.chat) {
            Found::One(name) => name,
            Found::None | Found::Ambiguous(_) => UserName::new(UserName::FILE_HELPER),
        };
        let me = client.me().map(|me| me.user_name.clone());
        let Some(message) = self.message(&waiting.text, waiting.what) else { return true };
        let mut options = SendOptions::default();
        let device = self.device();
        options.expires_at = waiting.expires.map(|secs| device + Duration::from_secs(secs.into()));
        if waiting.own_id {
            let text = &waiting.text;
            options.client_msg_id = Some(text.clone());
            if !self.disk.wishes.iter().any(|wish| wish.text == *text) {
                let message = message.clone();
                self.disk.wishes.push(Wish {
                    id: text.clone(),
                    to: to.clone(),
                    text: text.clone(),
                    message,
                    me,
                });
            }
        }
        if matches!(waiting.what, What::Forward(_)) {
            self.forwards.insert(waiting.text.clone());
        }
        if self.send(&to, waiting.text.clone(), message, options) {
            return true;
        }
        // Not yet: again after the next step.
        self.unsent.insert(0, waiting);
        false
    }

    /// False if the client takes no sends yet.
    pub(super) fn send(
        &mut self,
        to: &UserName,
        text: String,
        message: Outgoing,
        options: SendOptions,
    ) -> bool {
        let Some(client) = &mut self.client else { return true };
        let expires = options.expires_at.map(|at| self.clock.at(at));
        match client.send(to, message, options) {
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

    /// A file that was sent was told of to its end.
    pub(super) fn check_told(&mut self, op: OpId, outcome: &Result<Outcome, OpError>) {
        let text = self.watch.ops.get(&op).map(|op| op.text.as_str());
        let len = text.and_then(|text| self.files.get(text)).map(|file| file.len);
        if let (Some(len), Ok(_)) = (len, outcome)
            && let Some((rule, what)) = self.passing.whole(op, len, false)
        {
            self.watch.fail(rule, what);
        }
    }
}
