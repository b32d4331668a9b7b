//! Commands from any thread.

use std::sync::Arc;

use bytes::Bytes;
use wx_proto::{
    BatchId, CommandError, Contacts, Me, OpError, OpId, OutboxEntry, Outcome, Outgoing, Phase, Revision,
    SendOptions, SentMessage, Session, Timestamp, UserName,
};

use crate::{SendError, Stats, shared::Shared};

/// Gives commands to a [`Client`](crate::Client) from any thread; cheap to clone. Once the client stopped, commands
/// are answered [`CommandError::NotOnline`] or [`SendError::Stopped`].
#[derive(Clone, Debug)]
pub struct Handle {
    shared: Arc<Shared>,
}

impl Handle {
    pub(crate) const fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Sends a text, waits until its outcome is known and stored, and forgets it.
    ///
    /// # Errors
    /// [`SendError::Command`] if it was not accepted, [`SendError::Op`] if it failed, [`SendError::Stopped`] if the
    /// client stopped first: then its outcome comes as [`Event::Done`](wx_proto::Event::Done) when the session is
    /// resumed.
    pub fn send_text(&self, to: &UserName, text: &str) -> Result<SentMessage, SendError> {
        self.shared.await_first_store();
        let outcome =
            self.shared.run(|state| state.core.send(to, Outgoing::text(text), SendOptions::default()))?;
        if let Outcome::Sent(message) = outcome { Ok(message) } else { Err(OpError::BadReply.into()) }
    }

    /// Accepts a message to send and does not wait for its outcome; just after the start it may wait a moment until the
    /// session is stored. Its outcome goes to whoever [waits](Self::wait) for it, else it
    /// comes as [`Event::Done`](wx_proto::Event::Done). It stays in the session until it is
    /// [forgotten](Self::forget).
    ///
    /// # Errors
    /// As [`wx_proto::Client::send`].
    pub fn send(&self, to: &UserName, message: Outgoing, options: SendOptions) -> Result<OpId, CommandError> {
        self.shared.await_first_store();
        self.shared.command(|state| state.core.send(to, message, options))
    }

    /// Waits for the outcome of a send, or takes it if it is known already. It does not forget the send.
    ///
    /// # Errors
    /// [`SendError::Op`] if it failed, [`SendError::UnknownOp`] if there is no such send, [`SendError::Stopped`] if
    /// the client stopped first.
    pub fn wait(&self, op: OpId) -> Result<Outcome, SendError> {
        self.shared.wait(op)
    }

    /// The outcome of this send is not needed any more: it leaves the session. A send that is not over stays, and so does
    /// every send once the client stopped.
    pub fn forget(&self, op: OpId) {
        self.shared.forget(op);
    }

    /// Gives a command up; its outcome tells whether it may have been done. False if it is over or unknown, and once the
    /// client stopped: what is stored then goes on when the session is resumed.
    pub fn cancel(&self, op: OpId) -> bool {
        self.shared.change(|state| !state.stopped && state.core.cancel(op))
    }

    /// Acknowledges a batch and all before it: they are not handed out again.
    ///
    /// # Errors
    /// [`CommandError::UnknownBatch`] if there is no such open batch.
    pub fn ack(&self, batch: BatchId) -> Result<(), CommandError> {
        self.shared.command(|state| state.ack(batch))
    }

    /// The session as it is, for applications that [keep it](crate::Builder::kept_by_application) themselves; after
    /// [`Client::stop`](crate::Client::stop) the last one. `None` before there is anything to keep.
    pub fn session(&self) -> Option<Session> {
        self.shared.lock().core.session()
    }

    /// The session as if `batch`, and all before it, were acknowledged: to be stored in one transaction with them.
    /// `None` if there is no such open batch.
    pub fn session_after(&self, batch: BatchId) -> Option<Session> {
        self.shared.lock().core.session_after(batch)
    }

    /// The session of this revision is stored.
    pub fn stored(&self, revision: Revision) {
        self.shared.stored(revision);
    }

    /// The session of this revision could not be stored; it is asked for again after a pause.
    pub fn store_failed(&self, revision: Revision) {
        self.shared.store_failed(revision);
    }

    /// Ends the session, here and on the server, and waits for that; sends that are not over end too.
    ///
    /// # Errors
    /// [`SendError::Op`] if the server did not answer: the login is kept and can be resumed.
    /// [`SendError::Command`] if there is none, [`SendError::Stopped`] if the client stopped first.
    pub fn logout(&self) -> Result<(), SendError> {
        self.shared.run(|state| state.core.logout()).map(|_| ())
    }

    /// Drops the login here, without a word to the server, which keeps the session until it ends by itself.
    pub fn forget_login(&self) {
        self.shared.change(|state| state.core.forget_login());
    }

    /// Asks for the end of the session, here and on the server, and does not wait: the outcome comes as
    /// [`Event::Done`](wx_proto::Event::Done).
    ///
    /// # Errors
    /// As [`wx_proto::Client::logout`].
    pub fn request_logout(&self) -> Result<OpId, CommandError> {
        self.shared.command(|state| state.core.logout())
    }

    /// The server's picture of the QR code that is shown.
    ///
    /// # Errors
    /// [`SendError::Command`] if none is shown, [`SendError::Op`] if it could not be fetched.
    pub fn qr_image(&self) -> Result<Bytes, SendError> {
        let outcome = self.shared.run(|state| state.core.qr_image())?;
        if let Outcome::QrImage(image) = outcome { Ok(image) } else { Err(OpError::BadReply.into()) }
    }

    /// Where the client stands.
    pub fn phase(&self) -> Phase {
        self.shared.lock().core.phase().clone()
    }

    /// The account, once known.
    pub fn me(&self) -> Option<Me> {
        self.shared.lock().core.me().cloned()
    }

    /// Looks into the book of contacts. Everything else waits meanwhile: be short, and use no handle inside.
    pub fn with_contacts<T>(&self, look: impl FnOnce(&Contacts) -> T) -> T {
        self.shared.look(|core| look(core.contacts()))
    }

    /// Looks through the sends that are not forgotten, oldest first. Everything else waits meanwhile: be short, and use
    /// no handle inside.
    pub fn with_outbox<T>(&self, look: impl FnOnce(&[&OutboxEntry]) -> T) -> T {
        self.shared.look(|core| look(&core.outbox().collect::<Vec<_>>()))
    }

    /// What the client did so far.
    pub fn stats(&self) -> Stats {
        self.shared.lock().stats
    }

    /// When the next request leaves by itself; `None` while one is under way, and while nothing waits for its time. In
    /// an outage this is the next try.
    pub fn next_try(&self) -> Option<Timestamp> {
        let state = self.shared.lock();
        if state.stats.requests > state.stats.replies { None } else { state.core.deadline() }
    }

    /// Ends [`Client::events`](crate::Client::events) and [`Client::next_event`](crate::Client::next_event) at once
    /// and for good, so that the client's owner can [stop](crate::Client::stop) it. The loop goes on until then;
    /// events that were not read are not lost: batches and outcomes come again when the session is resumed.
    pub fn interrupt(&self) {
        self.shared.queue.close();
    }
}
