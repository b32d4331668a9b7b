//! What a call brings back, and who waits for it.

use super::{
    check_upload::CheckReply, init::Init, login_page::LoginPage, login_poll::LoginPoll, sync::SyncReply,
    sync_check::SyncCheck, upload_media::UploadReply,
};
use crate::{Contact, MsgId, OpId, Outcome, Uuid};

/// A reply that could be read, in the form in which the client takes it. Endpoints whose replies are used alike share a
/// form.
#[derive(Clone, Debug)]
pub(crate) enum ParsedReply {
    /// A QR code to show.
    Uuid(Uuid),
    LoginPoll(LoginPoll),
    LoginPage(LoginPage),
    Init(Box<Init>),
    /// webwxinit knows nobody with these tokens.
    NobodyThere,
    SyncCheck(SyncCheck),
    Sync(Box<SyncReply>),
    /// Contacts for the book. `next`: where the list goes on, 0 at its end; `None` if these were asked for by name.
    Contacts {
        contacts: Vec<Contact>,
        next: Option<u64>,
    },
    /// The server took a message.
    Sent {
        op: OpId,
        msg_id: Option<MsgId>,
    },
    /// The server has a file, or wants it.
    UploadChecked {
        op: OpId,
        reply: CheckReply,
    },
    /// The server took a chunk.
    ChunkTaken {
        op: OpId,
        chunk: u64,
        reply: UploadReply,
    },
    /// The result of a command.
    Done {
        op: OpId,
        outcome: Outcome,
    },
    /// The server ended the session.
    LoggedOut {
        op: OpId,
    },
    /// Nothing that anybody waits for.
    Nothing,
}

/// Who waits for the end of a call.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Waiter {
    /// The login flow.
    Login,
    /// The flow that the session hangs on: start or sync.
    Session,
    /// The contacts flow, which runs beside the session.
    Contacts,
    /// A send.
    Send(OpId),
    /// An upload of a send.
    Upload(OpId),
    /// A download.
    Download(OpId),
    /// A command that is over with its first reply or failure.
    Command(OpId),
    /// The logout, which is tried again by itself.
    Logout(OpId),
    Nobody,
}
