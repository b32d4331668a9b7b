//! What the application may ask for: commands only enqueue, their results are events.

use super::{Client, LoginMethod};
use crate::{
    BatchId, CommandError, MediaRef, MediaVariant, OpId, Outgoing, Revision, SendOptions, Session, UserName,
};

impl Client {
    /// Starts the login. From `Idle` and `Ended`.
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
    /// # Errors
    /// [`CommandError::NotOnline`] if there is nothing to end.
    pub fn logout(&mut self) -> Result<OpId, CommandError> {
        self.attempt(|machine| machine.logout())
    }

    /// Drops the login here, without a word to the server, which keeps the session until it ends by itself. Sends that are
    /// not over end too.
    pub fn forget_login(&mut self) {
        self.command().forget_login()
    }

    /// Fetches the picture of the QR code that is shown; most applications draw its `url` themselves.
    ///
    /// # Errors
    /// [`CommandError::NoQrCode`] when none is shown.
    pub fn qr_image(&mut self) -> Result<OpId, CommandError> {
        self.attempt(|machine| machine.qr_image())
    }

    /// Accepts a message to send. It leaves when a revision holding it is stored and its turn comes; its end is
    /// [`Event::Done`](crate::Event::Done) with the id given here.
    ///
    /// # Errors
    /// [`CommandError::NotOnline`], [`CommandError::NotStored`], [`CommandError::EmptyText`], [`CommandError::TextTooLong`],
    /// [`CommandError::EmptyFile`], [`CommandError::FileTooLarge`],
    /// [`CommandError::OutboxFull`]; nothing was accepted then.
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
    /// # Errors
    /// [`CommandError::NotOnline`], [`CommandError::OtherLogin`], [`CommandError::NoSuchVariant`],
    /// [`CommandError::TooManyDownloads`]; nothing happens then.
    pub fn download(&mut self, media: &MediaRef, variant: MediaVariant) -> Result<OpId, CommandError> {
        self.attempt(|machine| machine.download(media, variant))
    }

    /// Fetches the picture of a person or a group, as [`download`](Self::download) does.
    ///
    /// # Errors
    /// [`CommandError::NotOnline`], [`CommandError::TooManyDownloads`]; nothing happens then.
    pub fn avatar(&mut self, user: &UserName) -> Result<OpId, CommandError> {
        self.attempt(|machine| machine.avatar(user))
    }

    /// Gives a command up. Its end is `Cancelled` if nothing of it may have left, else `Unknown`. False if it is over
    /// already, or no such command.
    pub fn cancel(&mut self, op: OpId) -> bool {
        self.command().cancel(op)
    }

    /// The application has the outcome of this send: it leaves the session.
    pub fn forget(&mut self, op: OpId) {
        self.command().forget(op)
    }

    /// Acknowledges a batch and all before it: the stored position may pass them now.
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
    pub fn stored(&mut self, revision: Revision) {
        self.command().stored(revision)
    }

    /// The session of this revision could not be stored; it is offered again after a pause.
    pub fn store_failed(&mut self, revision: Revision) {
        self.command().store_failed(revision)
    }

    /// The session for a store: `None` before there is anything to keep. Built when called, with its revision.
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
