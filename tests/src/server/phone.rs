//! The human with the phone.

use std::time::Duration;

use thiserror::Error;

use super::Server;
use super::account::{Contact, ContactId, ContactKind};
use super::burst::Burst;
use super::kinds::{Kind, Quoted};
use super::queue::{Entry, Message};
use super::record::Sent;
use super::scan::{Attempt, ScanState};

/// What the owner of the account and the people around it do.
///
/// A NAME is a nick name, a remark name, or a UserName of the newest login.
///
/// ```
/// use std::time::Duration;
/// use wx_proto::LoginMethod;
/// use wx_testkit::runner::Runner;
///
/// let mut runner = Runner::demo();
/// runner.log_in(LoginMethod::Auto);
/// let mut phone = runner.io.phone();
/// let id = phone.say("周末爬山", "明哥", "see you on Sunday")?;
/// phone.recall(id)?;
/// phone.join("周末爬山", "Eve")?;
/// runner.run_for(Duration::from_secs(60));
/// assert_eq!(runner.texts()[0], "see you on Sunday");
/// # Ok::<(), wx_testkit::server::PhoneError>(())
/// ```
#[derive(Debug)]
pub struct Phone<'a> {
    pub(super) server: &'a mut Server,
}

/// Why the phone cannot do that.
///
/// ```
/// use wx_testkit::{
///     runner::START,
///     server::{PhoneError, Server},
/// };
///
/// let error = Server::demo().phone(START).say("nobody", None, "hello").unwrap_err();
/// assert_eq!(error, PhoneError::UnknownName("nobody".to_owned()));
/// ```
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum PhoneError {
    /// No QR code is in the state this needs.
    #[error("no login is waiting for that")]
    NoLogin,
    /// Nobody has this name.
    #[error("nobody is called {0:?}")]
    UnknownName(String),
    /// This is no group, or something that only a person can be.
    #[error("{0:?} cannot be used for that")]
    WrongKind(String),
    /// This person cannot write in that chat.
    #[error("{0:?} is not in that chat")]
    NotInChat(String),
    /// No message has this id.
    #[error("no message has the id {0}")]
    UnknownMessage(u64),
}

impl<'a> Phone<'a> {
    pub(super) fn new(server: &'a mut Server) -> Self {
        Self { server }
    }

    /// Scans the newest QR code.
    ///
    /// # Errors
    ///
    /// If none is waiting.
    pub fn scan(&mut self) -> Result<(), PhoneError> {
        let now = self.server.now;
        self.attempt(&[ScanState::Waiting])?.scan(now);
        Ok(())
    }

    /// Confirms the login that was scanned.
    ///
    /// # Errors
    ///
    /// If none was.
    pub fn confirm(&mut self) -> Result<(), PhoneError> {
        let now = self.server.now;
        self.attempt(&[ScanState::Scanned])?.confirm(now);
        Ok(())
    }

    /// Declines the login that was scanned.
    ///
    /// # Errors
    ///
    /// If none was.
    pub fn decline(&mut self) -> Result<(), PhoneError> {
        let silent = self.server.config.silent_decline;
        let attempt = self.attempt(&[ScanState::Scanned])?;
        attempt.state = if silent { ScanState::Waiting } else { ScanState::Declined };
        Ok(())
    }

    /// Lets the newest QR code expire before its time.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn expire_qr(&mut self) -> Result<(), PhoneError> {
        self.attempt(&[ScanState::Waiting, ScanState::Scanned])?.state = ScanState::Expired;
        Ok(())
    }

    /// From now on the account is refused with this code after the confirmation (1203); 0 lifts that.
    pub fn refuse(&mut self, ret: i64) {
        self.server.refused = (ret != 0).then_some(ret);
    }

    /// Ends the session with this code: 1100, 1101 or 1102.
    ///
    /// # Errors
    ///
    /// If nobody is logged in.
    pub fn kick(&mut self, retcode: i64) -> Result<(), PhoneError> {
        let login = self.server.logins.last_mut().filter(|login| login.ended.is_none());
        login.ok_or(PhoneError::NoLogin)?.end(retcode);
        Ok(())
    }

    /// Somebody writes a text in a chat. Gives the message id. Without a name it is the other side, or the first
    /// member of a group who is not the owner.
    ///
    /// # Errors
    ///
    /// If a name is unknown, or the writer is not in that chat.
    pub fn say<'n>(
        &mut self,
        chat: &str,
        from: impl Into<Option<&'n str>>,
        text: &str,
    ) -> Result<u64, PhoneError> {
        let message = self.draft(chat, from.into(), 1, text)?;
        Ok(self.queue(message))
    }

    /// Somebody sends a message of any kind; what `text` is for depends on it. Gives the message id.
    ///
    /// # Errors
    ///
    /// As [`say`](Self::say).
    pub fn say_kind<'n>(
        &mut self,
        chat: &str,
        from: impl Into<Option<&'n str>>,
        kind: Kind,
        text: &str,
    ) -> Result<u64, PhoneError> {
        let mut message = self.draft(chat, from.into(), 1, text)?;
        message.id = self.server.queue.draw_id();
        let name = |id| self.contact(id).map(|contact: &Contact| contact.nick.clone()).unwrap_or_default();
        let writer = message.sender.unwrap_or(message.from);
        let is_text = |old: &&Message| old.msg_type == 1 && !old.raw_ampersands && !old.text.is_empty();
        let texts = self.server.queue.messages().map(|(_, old)| old).filter(is_text);
        let quoted = texts.filter(|old| old.chat() == message.chat()).last();
        let quoted = quoted.map(|old| Quoted {
            id: old.id,
            name: name(old.sender.unwrap_or(old.from)),
            text: old.text.clone(),
        });
        kind.dress(&mut message, &name(writer), quoted);
        let id = message.id;
        self.server.queue.push(Entry::Message(message));
        Ok(id)
    }

    /// The owner writes a text on the phone.
    ///
    /// # Errors
    ///
    /// If the chat is unknown.
    pub fn say_as_self(&mut self, chat: &str, text: &str) -> Result<u64, PhoneError> {
        let chat = self.find(chat)?;
        let message = self.own(chat, text);
        Ok(self.queue(message))
    }

    /// A message of any MsgType; `text` is its text or XML before encoding.
    ///
    /// # Errors
    ///
    /// As [`say`](Self::say).
    pub fn push(&mut self, chat: &str, from: &str, msg_type: i64, text: &str) -> Result<u64, PhoneError> {
        let message = self.draft(chat, Some(from), msg_type, text)?;
        Ok(self.queue(message))
    }

    /// A text whose message has no id on the wire.
    ///
    /// # Errors
    ///
    /// As [`say`](Self::say).
    pub fn say_without_id(&mut self, chat: &str, from: &str, text: &str) -> Result<(), PhoneError> {
        let message = self.draft(chat, Some(from), 1, text)?;
        self.server.queue.push(Entry::Message(message));
        Ok(())
    }

    /// A message whose Content is this JSON value as it stands, however broken. Quotes are not added.
    ///
    /// # Errors
    ///
    /// As [`say`](Self::say).
    pub fn say_raw(&mut self, chat: &str, from: &str, json: &[u8]) -> Result<u64, PhoneError> {
        let mut message = self.draft(chat, Some(from), 1, "")?;
        message.raw = Some(json.to_vec());
        Ok(self.queue(message))
    }

    /// Many texts: all at once with a rate of 0, else so many a second from now on. Without a chat the first
    /// friend writes them.
    ///
    /// # Errors
    ///
    /// As [`say`](Self::say).
    pub fn burst(
        &mut self,
        count: u64,
        rate: u64,
        chat: Option<&str>,
        from: Option<&str>,
    ) -> Result<(), PhoneError> {
        let chat = match chat {
            Some(chat) => self.find(chat)?,
            None => self.first_friend()?,
        };
        let from = self.writer(chat, from)?;
        let burst = Burst::new(chat, from, rate, self.server.now, count);
        self.server.bursts.push(burst);
        self.server.advance_bursts();
        Ok(())
    }

    /// Withdraws a message, one of the queue or one that a client sent. Gives the id of the notice.
    ///
    /// # Errors
    ///
    /// If no message has that id.
    pub fn recall(&mut self, msg_id: u64) -> Result<u64, PhoneError> {
        let (from, to, sender) = match self.server.queue.message(msg_id) {
            Some(message) => (message.from, message.to, message.sender),
            None => {
                let sent = self.server.record.sent.iter().find(|sent| sent.msg_id == msg_id);
                (ContactId::ME, sent.ok_or(PhoneError::UnknownMessage(msg_id))?.contact, None)
            }
        };
        let writer = sender.unwrap_or(from);
        let notice = if writer == ContactId::ME {
            "你撤回了一条消息".to_owned()
        } else {
            format!("\"{}\" 撤回了一条消息", self.contact(writer).map(Contact::name).unwrap_or_default())
        };
        let mut message = Message::blank(0, from, to, self.server.now.as_secs());
        message.msg_type = 10_002;
        message.status = 4;
        message.sender = sender;
        message.text = format!(
            "<sysmsg type=\"revokemsg\"><revokemsg><session>wxid_example{}</session><oldmsgid>{}</oldmsgid><msgid>{msg_id}</msgid><replacemsg><![CDATA[{notice}]]></replacemsg></revokemsg></sysmsg>",
            message.chat().number(),
            msg_id % 2_000_000_000,
        );
        Ok(self.queue(message))
    }

    /// A message that a client sent comes back to it, as [`ServerConfig::echo_sends`](super::ServerConfig::echo_sends) lets all do.
    ///
    /// # Errors
    ///
    /// If no client sent a message with that id.
    pub fn echo(&mut self, msg_id: u64) -> Result<(), PhoneError> {
        let sent = self.server.record.sent.iter().find(|sent| sent.msg_id == msg_id);
        let Sent { contact, text, .. } = sent.ok_or(PhoneError::UnknownMessage(msg_id))?;
        let mut echo = Message::blank(msg_id, ContactId::ME, *contact, self.server.now.as_secs());
        text.clone_into(&mut echo.text);
        self.server.queue.push(Entry::Message(echo));
        Ok(())
    }

    /// The owner opens a chat on the phone: a status message, announced by selector 7.
    ///
    /// # Errors
    ///
    /// If the chat is unknown.
    pub fn open_chat(&mut self, chat: &str) -> Result<u64, PhoneError> {
        let chat = self.find(chat)?;
        let mut message = self.own(chat, "");
        message.msg_type = 51;
        message.notify_code = 2;
        message.notify_chats = vec![chat];
        Ok(self.queue(message))
    }

    /// Changes a contact or group; the client hears of it through ModContactList.
    ///
    /// # Errors
    ///
    /// If the name is unknown.
    pub fn change(&mut self, name: &str, change: impl FnOnce(&mut Contact)) -> Result<(), PhoneError> {
        let id = self.find(name)?;
        if let Some(contact) = self.server.account.contact_mut(id) {
            change(contact);
        }
        self.server.queue.push(Entry::Changed { id, added: false });
        Ok(())
    }

    /// A new friend.
    pub fn add_friend(&mut self, nick: &str, remark: &str) -> ContactId {
        let id = self.server.account.add_friend(nick, remark);
        self.server.queue.push(Entry::Changed { id, added: true });
        id
    }

    /// Deletes a friend or leaves a group; the client hears of it through DelContactList.
    ///
    /// # Errors
    ///
    /// If the name is unknown.
    pub fn remove(&mut self, name: &str) -> Result<(), PhoneError> {
        let id = self.find(name)?;
        if let Some(contact) = self.server.account.contact_mut(id) {
            contact.removed = true;
        }
        self.server.queue.push(Entry::Removed(id));
        Ok(())
    }

    /// The next `synccheck` says this selector although nothing is new.
    pub fn nudge(&mut self, selector: u32) {
        self.server.nudge = Some(selector);
    }

    /// For so long each `synccheck` says this selector, whether there is something or not.
    pub fn say_news(&mut self, selector: u32, time: Duration) {
        let until = self.server.now + time;
        self.server.lies.say_news(selector, until);
    }

    /// For so long no `synccheck` says that there is something.
    pub fn hide_news(&mut self, time: Duration) {
        let until = self.server.now + time;
        self.server.lies.say_none(until);
    }

    fn attempt(&mut self, states: &[ScanState]) -> Result<&mut Attempt, PhoneError> {
        let newest = self.server.attempts.iter_mut().rev().find(|attempt| states.contains(&attempt.state));
        newest.ok_or(PhoneError::NoLogin)
    }

    pub(super) fn find(&self, name: &str) -> Result<ContactId, PhoneError> {
        let by_user_name = || self.server.names().find(name).map(|contact| contact.id);
        (self.server.account.named(name).or_else(by_user_name))
            .ok_or_else(|| PhoneError::UnknownName(name.to_owned()))
    }

    pub(super) fn contact(&self, id: ContactId) -> Option<&Contact> {
        self.server.account.contact(id)
    }

    fn first_friend(&self) -> Result<ContactId, PhoneError> {
        let mut contacts = self.server.account.contacts().iter();
        let friend = contacts.find(|contact| contact.kind == ContactKind::Friend && !contact.removed);
        friend.map(|friend| friend.id).ok_or_else(|| PhoneError::UnknownName("the first friend".to_owned()))
    }

    /// Who writes in a chat: the one asked for, else the other side, else the first member who is not the owner.
    fn writer(&self, chat: ContactId, from: Option<&str>) -> Result<ContactId, PhoneError> {
        let Some(place) = self.contact(chat) else { return Err(PhoneError::NoLogin) };
        let members = place.members.iter().map(|member| member.id);
        let Some(name) = from else {
            let other = members.into_iter().find(|&id| id != ContactId::ME);
            return Ok(other.unwrap_or(chat));
        };
        let allowed = |id: ContactId| match place.kind {
            ContactKind::Group => id == ContactId::ME || place.members.iter().any(|member| member.id == id),
            ContactKind::Me
            | ContactKind::Friend
            | ContactKind::Official
            | ContactKind::Special
            | ContactKind::Stranger => id == ContactId::ME || id == chat,
        };
        // Two people may share a name: the one in the chat is meant.
        let named =
            |contact: &&Contact| (contact.nick == name || contact.remark == name) && allowed(contact.id);
        let id = match self.server.account.contacts().iter().find(named) {
            Some(contact) => contact.id,
            None => self.find(name)?,
        };
        if allowed(id) { Ok(id) } else { Err(PhoneError::NotInChat(name.to_owned())) }
    }

    pub(super) fn draft(
        &self,
        chat: &str,
        from: Option<&str>,
        msg_type: i64,
        text: &str,
    ) -> Result<Message, PhoneError> {
        let chat = self.find(chat)?;
        let from = self.writer(chat, from)?;
        let mut message = Message::between(&self.server.account, chat, from, self.server.now.as_secs());
        message.msg_type = msg_type;
        text.clone_into(&mut message.text);
        Ok(message)
    }

    fn own(&self, chat: ContactId, text: &str) -> Message {
        let mut message = Message::blank(0, ContactId::ME, chat, self.server.now.as_secs());
        text.clone_into(&mut message.text);
        message
    }

    fn queue(&mut self, mut message: Message) -> u64 {
        message.id = self.server.queue.draw_id();
        let id = message.id;
        self.server.queue.push(Entry::Message(message));
        id
    }
}
