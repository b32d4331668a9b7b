//! A command under way, for the one who gave it.

use std::{fmt, sync::Arc, time::Duration};

use wx_proto::{OpId, Outcome};

use crate::{SendError, shared::Shared};

/// A command under way. Its outcome comes here, once, and is of type `T`.
///
/// Who does not want to wait keeps the [id](Self::id) and drops this: then the outcome comes as
/// [`Event::Done`](wx_proto::Event::Done), as those of earlier runs do. The command goes on either way.
///
/// ```no_run
/// use std::time::Duration;
/// use wx_blocking::{Handle, Outgoing, SendError, SendOptions, UserName};
///
/// fn greet(handle: &Handle, to: &UserName) -> Result<(), SendError> {
///     let mut pending = handle.send(to, Outgoing::text("hello"), SendOptions::default())?;
///     if pending.wait_timeout(Duration::from_secs(5))?.is_none() {
///         println!("not yet");
///         // Its outcome tells whether it was still in time.
///         pending.cancel();
///     }
///     let sent = pending.wait()?;
///     println!("stored by the server, perhaps twice: {}", sent.repeated);
///     Ok(())
/// }
/// ```
pub struct Pending<T> {
    shared: Arc<Shared>,
    op: OpId,
    read: Read<T>,
}

/// Makes of an outcome what the command gives.
pub(crate) type Read<T> = fn(&Shared, OpId, Result<Outcome, SendError>) -> Result<T, SendError>;

impl<T> Pending<T> {
    /// `op` has been joined for it.
    pub(crate) const fn new(shared: Arc<Shared>, op: OpId, read: Read<T>) -> Self {
        Self { shared, op, read }
    }

    /// The command's id, as in [`Event::Done`](wx_proto::Event::Done) and the outbox.
    pub const fn id(&self) -> OpId {
        self.op
    }

    /// Waits for the outcome. It is stored by then, and a send without an id of your own
    /// ([`SendOptions::client_msg_id`](wx_proto::SendOptions)) is forgotten with this; one with such an id stays until you
    /// [forget](crate::Handle::forget) it.
    ///
    /// ```
    /// use wx_blocking::{OpError, Pending, SendError, SentMessage};
    ///
    /// fn report(pending: Pending<SentMessage>) {
    ///     match pending.wait() {
    ///         Ok(sent) => println!("stored as {:?}", sent.msg_id),
    ///         Err(SendError::Op(OpError::Unknown)) => println!("nobody knows whether it is stored"),
    ///         Err(error) => println!("not sent: {error}"),
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    /// [`SendError::Op`] if it failed, [`SendError::Stopped`] if the client stopped first: then a send goes on when the
    /// session is resumed, and its outcome comes as [`Event::Done`](wx_proto::Event::Done).
    pub fn wait(self) -> Result<T, SendError> {
        let outcome = self.shared.wait(self.op);
        (self.read)(&self.shared, self.op, outcome)
    }

    /// The same, for so long at most; `None` if the outcome is not known by then. Whoever waits like this leaves the work to
    /// the client's own thread.
    ///
    /// ```
    /// use std::time::Duration;
    /// use wx_blocking::{Pending, SendError, SentMessage};
    ///
    /// fn check(pending: &mut Pending<SentMessage>) -> Result<(), SendError> {
    ///     match pending.wait_timeout(Duration::ZERO)? {
    ///         Some(sent) => println!("stored as {:?}", sent.msg_id),
    ///         None => println!("under way"),
    ///     }
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`wait`](Self::wait).
    pub fn wait_timeout(&mut self, timeout: Duration) -> Result<Option<T>, SendError> {
        let outcome = self.shared.wait_timeout(self.op, timeout).transpose();
        outcome.map(|outcome| (self.read)(&self.shared, self.op, outcome)).transpose()
    }

    /// Gives the command up; its outcome tells whether it may have been done. False if it is over, and once the client
    /// stopped: what is stored then goes on when the session is resumed.
    pub fn cancel(&self) -> bool {
        self.shared.cancel(self.op)
    }
}

impl<T> Drop for Pending<T> {
    fn drop(&mut self) {
        self.shared.leave(self.op);
    }
}

impl<T> fmt::Debug for Pending<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending").field("op", &self.op).finish_non_exhaustive()
    }
}
