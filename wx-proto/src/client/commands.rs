//! What the application may ask for: commands only enqueue, their results are events.

use super::{Client, LoginMethod};
use crate::{
    BatchId, CommandError, MediaRef, MediaVariant, OpId, Outgoing, Revision, SendOptions, Session, UserName,
};

impl Client {
    /// Starts the login. From `Idle` and `Ended`.
    ///
    /// ```
    /// use wx_proto::{Client, Config, LoginMethod, Timestamp};
    ///
    /// let mut client = Client::new(Config::default(), 1, Timestamp::from_secs(1_735_700_000));
    /// // Nothing is stored, so there is nothing to resume; a code can always be asked for.
    /// assert!(client.login(LoginMethod::Resume).is_err());
    /// client.login(LoginMethod::Qr)?;
    /// # Ok::<(), wx_proto::CommandError>(())
    /// ```
    ///
    /// # Errors
    /// [`CommandError::AlreadyActive`] while one is under way or stands; [`CommandError::NothingToResume`] for
    /// [`LoginMethod::Resume`] without a stored login.
    pub fn login(&mut self, how: LoginMethod) -> Result<(), CommandError> {
        self.attempt(|machine| machine.login(how))
    }

    /// Ends the session, here and on the server. Sends that are not over end too. Works in any phase but `Idle` and
    /// `Ended`; during a login it just gives up.
    ///
    /// Without an answer of the server it is asked three times in all; then the operation ends with
    /// [`OpError::Failed`](crate::OpError::Failed) or [`OpError::BadReply`](crate::OpError::BadReply), and the client
    /// is in [`Phase::Idle`](crate::Phase::Idle) with its login, which can be resumed.
    ///
    /// ```
    /// use wx_proto::{Client, CommandError};
    ///
    /// fn log_out(client: &mut Client) -> Result<(), CommandError> {
    ///     let op = client.logout()?;
    ///     println!("Event::Done of {op} says whether the server has answered");
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// [`CommandError::NotOnline`] if there is nothing to end.
    pub fn logout(&mut self) -> Result<OpId, CommandError> {
        self.attempt(|machine| machine.logout())
    }

    /// Drops the login here, without a word to the server, which keeps the session until it ends by itself. Sends that are
    /// not over end too.
    ///
    /// ```
    /// use wx_proto::{Client, Config, LoginMethod, Phase, Timestamp};
    ///
    /// let mut client = Client::new(Config::default(), 1, Timestamp::from_secs(1_735_700_000));
    /// client.login(LoginMethod::Qr)?;
    /// client.forget_login();
    /// assert!(!client.session().is_some_and(|session| session.has_login()));
    /// # Ok::<(), wx_proto::CommandError>(())
    /// ```
    pub fn forget_login(&mut self) {
        self.command().forget_login()
    }

    /// Fetches the picture of the QR code that is shown; most applications draw its `url` themselves.
    ///
    /// ```
    /// use wx_proto::{Client, CommandError, Event, OpId, Outcome};
    ///
    /// /// At each `Event::QrCode`.
    /// fn fetch(client: &mut Client) -> Result<OpId, CommandError> {
    ///     client.qr_image()
    /// }
    ///
    /// /// At each `Event::Done`.
    /// fn show(event: &Event) {
    ///     if let Event::Done { outcome: Ok(Outcome::QrImage(jpeg)), .. } = event {
    ///         println!("a JPEG of {} bytes", jpeg.len());
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    /// [`CommandError::NoQrCode`] when none is shown.
    pub fn qr_image(&mut self) -> Result<OpId, CommandError> {
        self.attempt(|machine| machine.qr_image())
    }

    /// Accepts a message to send. It leaves when a revision holding it is stored and its turn comes; its end is
    /// [`Event::Done`](crate::Event::Done) with the id given here.
    ///
    /// ```
    /// use wx_proto::{Client, CommandError, Found, Outgoing, SendOptions};
    ///
    /// fn greet(client: &mut Client, name: &str) -> Result<(), CommandError> {
    ///     if let Found::One(to) = client.contacts().find(name) {
    ///         let op = client.send(&to, Outgoing::text("hello"), SendOptions::default())?;
    ///         println!("Event::Done of {op} says what came of it");
    ///     }
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// [`CommandError::OnlyFileHelper`], [`CommandError::NotOnline`], [`CommandError::NotStored`],
    /// [`CommandError::EmptyText`], [`CommandError::TextTooLong`], [`CommandError::EmptyFile`],
    /// [`CommandError::FileTooLarge`], [`CommandError::OutboxFull`]; nothing was accepted then.
    pub fn send(
        &mut self,
        to: &UserName,
        message: Outgoing,
        options: SendOptions,
    ) -> Result<OpId, CommandError> {
        self.attempt(|machine| machine.send(to, message, options))
    }

    /// Fetches a file, a picture, a sound or a film. The driver writes it where the application wants the bytes of this
    /// command; the end is [`Event::Done`](crate::Event::Done) with [`Outcome::Downloaded`](crate::Outcome::Downloaded). It is
    /// not stored: after a restart it has to be asked for again, for which `media` is enough.
    ///
    /// ```
    /// use wx_proto::{Client, CommandError, Content, MediaVariant, Message, OpId};
    ///
    /// fn fetch(client: &mut Client, message: &Message) -> Result<Option<OpId>, CommandError> {
    ///     let Content::Image(image) = &message.content else { return Ok(None) };
    ///     image.media.as_ref().map(|media| client.download(media, MediaVariant::Full)).transpose()
    /// }
    /// # let _ = fetch;
    /// ```
    ///
    /// # Errors
    /// [`CommandError::NotOnline`], [`CommandError::OtherLogin`], [`CommandError::NoSuchVariant`],
    /// [`CommandError::TooManyDownloads`]; nothing happens then.
    pub fn download(&mut self, media: &MediaRef, variant: MediaVariant) -> Result<OpId, CommandError> {
        self.attempt(|machine| machine.download(media, variant))
    }

    /// Fetches the picture of a person or a group, as [`download`](Self::download) does.
    ///
    /// ```
    /// use wx_proto::{Client, CommandError, Message, OpId};
    ///
    /// fn portrait(client: &mut Client, message: &Message) -> Result<OpId, CommandError> {
    ///     client.avatar(&message.from)
    /// }
    /// # let _ = portrait;
    /// ```
    ///
    /// # Errors
    /// [`CommandError::NotOnline`], [`CommandError::TooManyDownloads`]; nothing happens then.
    pub fn avatar(&mut self, user: &UserName) -> Result<OpId, CommandError> {
        self.attempt(|machine| machine.avatar(user))
    }

    /// Gives a command up. Its end is `Cancelled` if nothing of it may have left, else `Unknown`. False if it is over
    /// already, or no such command.
    ///
    /// ```
    /// use wx_proto::{Client, OpId};
    ///
    /// fn give_up(client: &mut Client, op: OpId) {
    ///     if client.cancel(op) {
    ///         println!("Event::Done of {op} says whether it may have left");
    ///     }
    /// }
    /// ```
    pub fn cancel(&mut self, op: OpId) -> bool {
        self.command().cancel(op)
    }

    /// The application has the outcome of this send: it leaves the session.
    ///
    /// ```
    /// use wx_proto::{Client, Event};
    ///
    /// fn note_outcomes(client: &mut Client, event: &Event) {
    ///     if let Event::Done { op, outcome } = event {
    ///         // Note it where it outlives this process, then:
    ///         println!("{op}: {outcome:?}");
    ///         client.forget(*op);
    ///     }
    /// }
    /// ```
    pub fn forget(&mut self, op: OpId) {
        self.command().forget(op)
    }

    /// Acknowledges a batch and all before it: the stored position may pass them now.
    ///
    /// ```
    /// use wx_proto::{Batch, Client, CommandError};
    ///
    /// fn consume(client: &mut Client, batch: &Batch) -> Result<(), CommandError> {
    ///     for message in batch.messages() {
    ///         println!("{}", message.content.text());
    ///     }
    ///     // Only now: until then a crash brings them again.
    ///     client.ack(batch.id)
    /// }
    /// ```
    ///
    /// # Errors
    /// [`CommandError::UnknownBatch`] if no open batch has this id; nothing moves then.
    pub fn ack(&mut self, batch: BatchId) -> Result<(), CommandError> {
        self.attempt(|machine| machine.ack(batch))
    }

    /// Acknowledges a batch that is stored together with `session`, its [`session_after`](Self::session_after): the
    /// application stored both in one transaction, so neither has to be stored again.
    ///
    /// It is [`ack`](Self::ack) and [`stored`](Self::stored) in one. Whatever the session does not hold, because it
    /// changed meanwhile or because this is another session, is asked for by a checkpoint as ever.
    ///
    /// ```
    /// use wx_proto::{Batch, Client, CommandError};
    ///
    /// fn consume(client: &mut Client, batch: &Batch) -> Result<(), CommandError> {
    ///     let session = client.session_after(batch.id).ok_or(CommandError::UnknownBatch)?;
    ///     // One transaction: the messages of the batch, and the session as JSON. Once it is committed:
    ///     client.ack_stored(batch.id, &session)
    /// }
    /// ```
    ///
    /// # Errors
    /// [`CommandError::UnknownBatch`] if no open batch has this id; nothing moves then.
    pub fn ack_stored(&mut self, batch: BatchId, session: &Session) -> Result<(), CommandError> {
        self.attempt(|machine| machine.ack_stored(batch, session))
    }

    /// The session of this revision is stored.
    ///
    /// ```
    /// use std::io;
    /// use wx_proto::Client;
    ///
    /// /// At each `Event::Checkpoint`; `save` replaces what was stored before, whole or not at all.
    /// fn keep(client: &mut Client, save: impl Fn(&[u8]) -> io::Result<()>) -> serde_json::Result<()> {
    ///     let Some(session) = client.session() else { return Ok(()) };
    ///     match save(&serde_json::to_vec(&session)?) {
    ///         Ok(()) => client.stored(session.revision()),
    ///         Err(_) => client.store_failed(session.revision()),
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn stored(&mut self, revision: Revision) {
        self.command().stored(revision)
    }

    /// The session of this revision could not be stored; it is offered again after a pause.
    pub fn store_failed(&mut self, revision: Revision) {
        self.command().store_failed(revision)
    }

    /// The session for a store: `None` before there is anything to keep. Built when called, with its revision.
    ///
    /// ```
    /// use wx_proto::{Client, Config, Timestamp};
    ///
    /// fn copy(client: &Client, seed: u64, now: Timestamp) -> Result<Option<Client>, serde_json::Error> {
    ///     let Some(session) = client.session() else { return Ok(None) };
    ///     let bytes = serde_json::to_vec(&session)?;
    ///     // In another process:
    ///     let session = serde_json::from_slice(&bytes)?;
    ///     Ok(Some(Client::restore(session, Config::default(), seed, now)))
    /// }
    /// ```
    pub fn session(&self) -> Option<Session> {
        self.machine.session()
    }

    /// The session as if `batch`, and all before it, were acknowledged: for applications that store both in one
    /// transaction. `None` if no open batch has this id.
    ///
    /// From then on until [`ack_stored`](Self::ack_stored) such an application answers each checkpoint by storing this one, not
    /// [`session`](Self::session). No session is written over one that was built after it, even of the same revision.
    pub fn session_after(&self, batch: BatchId) -> Option<Session> {
        self.machine.session_after(batch)
    }
}
