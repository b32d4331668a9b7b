//! One accepted send.

use std::fmt;

use super::Upload;
use crate::{
    ClientTime, OpError, OpId, Outcome, Outgoing, Revision, SentMessage, Timestamp, UserName, WireId,
    flow::send::{State, Stored},
};

/// One accepted send, as the application sees it.
///
/// ```
/// use wx_proto::Client;
///
/// fn open_sends(client: &Client) -> usize {
///     client.outbox().filter(|entry| entry.outcome().is_none()).count()
/// }
/// # let _ = open_sends;
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct OutboxEntry {
    /// The command's id.
    pub op: OpId,
    /// The application's own id, if it gave one.
    pub client_msg_id: Option<String>,
    /// The chat.
    pub to: UserName,
    /// What is sent.
    pub message: Outgoing,
    /// The id on the wire, drawn at the first try.
    pub wire_id: Option<WireId>,
    /// After this time it is not begun any more.
    pub expires_at: Option<Timestamp>,
    pub(super) state: State,
    /// Of the file it carries.
    pub(super) upload: Option<Upload>,
    /// The same in the client's time.
    pub(super) not_after: Option<ClientTime>,
    /// When its last try was claimed.
    pub(super) tried_at: Option<ClientTime>,
    /// An earlier run may have sent it: after this time a repeat would come as a surprise.
    pub(super) fresh_until: Option<ClientTime>,
    /// Another account sent it: its own id means nothing to this one.
    pub(super) foreign: bool,
    /// The revision that holds the present claim or outcome.
    pub(super) revision: Revision,
    pub(super) told: bool,
}

impl OutboxEntry {
    /// The outcome, once there is one.
    pub fn outcome(&self) -> Option<Result<Outcome, OpError>> {
        let State::Settled(outcome) = &self.state else { return None };
        Some(match (outcome, self.wire_id) {
            (Ok(Stored { msg_id, repeated }), Some(wire_id)) => {
                Ok(Outcome::Sent(SentMessage { msg_id: msg_id.clone(), wire_id, repeated: *repeated }))
            }
            // Without a wire id nothing ever left: only a tampered session says so.
            (Ok(_), None) => Err(OpError::Unknown),
            (Err(error), _) => Err(error.clone()),
        })
    }

    /// True if a request of it may have reached the server.
    pub const fn may_have_left(&self) -> bool {
        self.state.may_have_left()
    }

    /// Requests that left or may have left.
    pub(in crate::client) const fn tries(&self) -> u8 {
        match self.state {
            State::Waiting { tries } | State::Claimed { tries } | State::InFlight { tries } => tries,
            State::Settled(_) => 0,
        }
    }

    /// When it is too late for a request of it.
    pub(super) fn too_late_at(&self) -> Option<ClientTime> {
        self.not_after.into_iter().chain(self.fresh_until).min()
    }

    pub(super) fn is_too_late(&self, now: ClientTime) -> bool {
        self.too_late_at().is_some_and(|at| at <= now)
    }

    pub(super) const fn is_settled(&self) -> bool {
        matches!(self.state, State::Settled(_))
    }
}

impl fmt::Debug for OutboxEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The state may quote the server, the message is private.
        f.debug_struct("OutboxEntry")
            .field("op", &self.op)
            .field("to", &self.to)
            .field("settled", &self.is_settled())
            .finish_non_exhaustive()
    }
}
