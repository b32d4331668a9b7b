//! Commands from any thread.

use std::{path::Path, sync::Arc};

use bytes::Bytes;
use wx_proto::{
    BatchId, CommandError, Contacts, Me, OpError, OpId, OutboxEntry, Outcome, Outgoing, Phase, Revision,
    SendOptions, SentMessage, Session, Timestamp, UserName,
};

use crate::{FileOptions, Pending, PendingFile, SendError, Stats, shared::Shared};

/// Gives commands to a [`Client`](crate::Client) from any thread; cheap to clone. Once the client stopped, commands
/// are answered [`CommandError::NotOnline`] or [`SendError::Stopped`].
///
/// ```no_run
/// use std::thread;
/// use wx_blocking::{Client, UserName};
///
/// fn remind(client: &Client) {
///     let handle = client.handle();
///     thread::spawn(move || {
///         let phone = UserName::new(UserName::FILE_HELPER);
///         match handle.send_text(&phone, "time for tea") {
///             Ok(sent) => println!("sent as {:?}", sent.msg_id),
///             Err(error) => println!("not sent: {error}"),
///         }
///     });
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Handle {
    shared: Arc<Shared>,
}

impl Handle {
    pub(crate) const fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    pub(crate) const fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Sends a text and waits until its outcome is known and stored: [`send`](Self::send) and [`Pending::wait`] in one, which
    /// is faster, as the calling thread does the work.
    ///
    /// ```
    /// use wx_blocking::{Handle, SendError, UserName};
    ///
    /// fn greet(handle: &Handle, to: &UserName) -> Result<(), SendError> {
    ///     let sent = handle.send_text(to, "hello")?;
    ///     println!("stored as {:?}, perhaps twice: {}", sent.msg_id, sent.repeated);
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// [`SendError::Command`] if it was not accepted, otherwise as [`Pending::wait`].
    pub fn send_text(&self, to: &UserName, text: &str) -> Result<SentMessage, SendError> {
        self.shared.await_first_store();
        self.shared
            .run(|state| state.core.send(to, Outgoing::text(text), SendOptions::default()))
            .and_then(sent_message)
    }

    /// Accepts a message to send; just after the start it may wait a moment until the session is stored. With an id of your
    /// own that is known already, nothing is sent again: the outcome is that of the send with this id.
    ///
    /// ```
    /// use wx_blocking::{CommandError, Handle, Outgoing, SendOptions, UserName};
    ///
    /// /// All at once; they leave one after the other.
    /// fn tell(handle: &Handle, to: &[UserName], text: &str) -> Result<(), CommandError> {
    ///     let options = SendOptions::default;
    ///     let pending = to.iter().map(|to| handle.send(to, Outgoing::text(text), options()));
    ///     for sent in pending.collect::<Result<Vec<_>, _>>()? {
    ///         println!("{:?}", sent.wait());
    ///     }
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`wx_proto::Client::send`].
    pub fn send(
        &self,
        to: &UserName,
        message: Outgoing,
        options: SendOptions,
    ) -> Result<Pending<SentMessage>, CommandError> {
        self.shared.await_first_store();
        let op = self.shared.begin(|state| state.core.send(to, message, options))?;
        Ok(Pending::new(self.shared.clone(), op, sent))
    }

    /// Sends a file, and does not wait: it is read first, on a thread of its own, and then goes on its way like any other send.
    /// How far it is comes as [`Event::Transfer`](wx_proto::Event::Transfer).
    ///
    /// The session keeps the file's path: killed or stopped, the client goes on where the upload was, if the file is still there
    /// and as it was.
    ///
    /// ```
    /// use wx_blocking::{FileOptions, Handle, SendError, UserName};
    ///
    /// fn report(handle: &Handle, to: &UserName) -> Result<(), SendError> {
    ///     let sent = handle.send_file(to, "report.pdf", FileOptions::default()).wait()?;
    ///     println!("stored as {:?}", sent.msg_id);
    ///     Ok(())
    /// }
    /// # let _ = report;
    /// ```
    pub fn send_file(&self, to: &UserName, path: impl AsRef<Path>, options: FileOptions) -> PendingFile {
        PendingFile::start(self.shared.clone(), to.clone(), path.as_ref().to_owned(), options)
    }

    /// The outcome of this send is not needed any more: it leaves the session. A send that is not over stays, and so does
    /// every send once the client stopped.
    ///
    /// ```
    /// use wx_blocking::{Event, Handle};
    ///
    /// fn note_outcomes(handle: &Handle, event: &Event) {
    ///     if let Event::Done { op, outcome } = event {
    ///         // Note it where it outlives this process, then:
    ///         println!("{op}: {outcome:?}");
    ///         handle.forget(*op);
    ///     }
    /// }
    /// ```
    pub fn forget(&self, op: OpId) {
        self.shared.forget(op);
    }

    /// Gives a command up; its outcome tells whether it may have been done. False if it is over or unknown, and once the
    /// client stopped: what is stored then goes on when the session is resumed.
    pub fn cancel(&self, op: OpId) -> bool {
        self.shared.cancel(op)
    }

    /// Acknowledges a batch and all before it: they are not handed out again.
    ///
    /// ```
    /// use wx_blocking::{Batch, CommandError, Handle};
    ///
    /// fn consume(handle: &Handle, batch: &Batch) -> Result<(), CommandError> {
    ///     for message in batch.messages() {
    ///         println!("{}", message.content.text());
    ///     }
    ///     // Only now: until then a crash brings them again.
    ///     handle.ack(batch.id)
    /// }
    /// ```
    ///
    /// # Errors
    /// [`CommandError::UnknownBatch`] if there is no such open batch.
    pub fn ack(&self, batch: BatchId) -> Result<(), CommandError> {
        self.shared.command(|state| state.ack(batch))
    }

    /// Acknowledges a batch that the application stored in one transaction with `session`, its
    /// [`session_after`](Self::session_after): neither has to be stored again.
    ///
    /// ```
    /// use wx_blocking::{Batch, CommandError, Handle};
    ///
    /// fn consume(handle: &Handle, batch: &Batch) -> Result<(), CommandError> {
    ///     let session = handle.session_after(batch.id).ok_or(CommandError::UnknownBatch)?;
    ///     // One transaction: the messages of the batch, and the session as JSON. Once it is committed:
    ///     handle.ack_stored(batch.id, &session)
    /// }
    /// ```
    ///
    /// # Errors
    /// [`CommandError::UnknownBatch`] if there is no such open batch.
    pub fn ack_stored(&self, batch: BatchId, session: &Session) -> Result<(), CommandError> {
        self.shared.command(|state| state.ack_stored(batch, session))
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
    ///
    /// ```
    /// use std::io;
    /// use wx_blocking::Handle;
    ///
    /// /// At each `Event::Checkpoint`; `save` replaces what was stored before, whole or not at all.
    /// fn keep(handle: &Handle, save: impl Fn(&[u8]) -> io::Result<()>) -> Result<(), Box<dyn std::error::Error>> {
    ///     let Some(session) = handle.session() else { return Ok(()) };
    ///     match save(&serde_json::to_vec(&session)?) {
    ///         Ok(()) => handle.stored(session.revision()),
    ///         Err(_) => handle.store_failed(session.revision()),
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn stored(&self, revision: Revision) {
        self.shared.stored(revision);
    }

    /// The session of this revision could not be stored; it is asked for again after a pause.
    pub fn store_failed(&self, revision: Revision) {
        self.shared.store_failed(revision);
    }

    /// Ends the session, here and on the server; sends that are not over end too. Without the server's answer it fails: then
    /// the login is kept and can be resumed.
    ///
    /// ```
    /// use wx_blocking::{Handle, SendError};
    ///
    /// fn log_out(handle: &Handle) -> Result<(), SendError> {
    ///     handle.logout()?.wait()
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`wx_proto::Client::logout`].
    pub fn logout(&self) -> Result<Pending<()>, CommandError> {
        let op = self.shared.begin(|state| state.core.logout())?;
        Ok(Pending::new(self.shared.clone(), op, |_, _, outcome| {
            if let Outcome::LoggedOut = outcome? { Ok(()) } else { Err(other_outcome()) }
        }))
    }

    /// Drops the login here, without a word to the server, which keeps the session until it ends by itself.
    pub fn forget_login(&self) {
        self.shared.change(|state| state.core.forget_login());
    }

    /// The server's picture of the QR code that is shown.
    ///
    /// ```
    /// use wx_blocking::{Handle, SendError};
    ///
    /// fn save_code(handle: &Handle) -> Result<(), Box<dyn std::error::Error>> {
    ///     std::fs::write("code.jpg", handle.qr_image()?.wait()?)?;
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`wx_proto::Client::qr_image`].
    pub fn qr_image(&self) -> Result<Pending<Bytes>, CommandError> {
        let op = self.shared.begin(|state| state.core.qr_image())?;
        Ok(Pending::new(self.shared.clone(), op, |_, _, outcome| {
            if let Outcome::QrImage(image) = outcome? { Ok(image) } else { Err(other_outcome()) }
        }))
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
    ///
    /// ```
    /// use wx_blocking::{Handle, UserName};
    ///
    /// fn user_names(handle: &Handle) -> Vec<UserName> {
    ///     handle.with_contacts(|contacts| contacts.friends().map(|friend| UserName::new(friend.user_name())).collect())
    /// }
    /// ```
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
    ///
    /// ```no_run
    /// use std::{thread, time::Duration};
    /// use wx_blocking::Client;
    ///
    /// let mut client = Client::builder().build()?;
    /// let handle = client.handle();
    /// thread::spawn(move || {
    ///     thread::sleep(Duration::from_millis(10));
    ///     handle.interrupt();
    /// });
    /// for event in client.events() {
    ///     println!("{event:?}");
    /// }
    /// client.stop(Duration::ZERO)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn interrupt(&self) {
        self.shared.queue.close();
    }
}

/// What came of a send.
pub(crate) fn sent(
    _: &Shared,
    _: OpId,
    outcome: Result<Outcome, SendError>,
) -> Result<SentMessage, SendError> {
    outcome.and_then(sent_message)
}

fn sent_message(outcome: Outcome) -> Result<SentMessage, SendError> {
    if let Outcome::Sent(message) = outcome { Ok(message) } else { Err(other_outcome()) }
}

/// The core gives each command an outcome of its kind.
fn other_outcome() -> SendError {
    SendError::Op(OpError::BadReply)
}
