//! What a client tells the application.

use super::{Batch, Outcome, Phase, ResumeStep};
use crate::{
    Cause, ContactCounts, GroupChange, Host, Lane, Me, OpError, OpId, Progress, Revision, Timestamp,
    UserName, Uuid,
};

/// Something for the application.
///
/// ```
/// use wx_proto::Event;
///
/// fn tell(event: &Event) {
///     match event {
///         Event::QrCode(qr) => println!("scan {}", qr.url),
///         Event::Batch(batch) => println!("{} messages", batch.messages().len()),
///         Event::Phase(phase) => println!("{phase:?}"),
///         _ => {}
///     }
/// }
/// # tell(&Event::Online);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// The client's phase changed. `Online`: the long poll is about to start.
    Phase(Phase),
    /// Show this QR code; it replaces the one before.
    QrCode(QrCode),
    /// The phone scanned the code and asks its owner to confirm.
    Scanned {
        /// The picture of the account, as the data URI that the server sends.
        avatar: Option<String>,
    },
    /// Its owner declined the login on the phone; another QR code follows.
    Declined,
    /// A stored login is tried; each step is told.
    Resume {
        /// What is tried.
        step: ResumeStep,
    },
    /// The account is not known at this host, which serves another region: the whole login follows once more at the
    /// next one, with a new QR code. Each host is tried once.
    WrongEntry {
        /// The host that was tried.
        entry: Host,
        /// The host that is tried next.
        next: Host,
    },
    /// The account is known.
    LoggedIn {
        /// Who logged in.
        me: Me,
        /// True if a stored login goes on.
        resumed: bool,
    },
    /// The contact list and the groups are loaded. Messages do not wait for it. In a flavour without contacts it follows at
    /// once, with nobody.
    Contacts(ContactCounts),
    /// A contact or group is new or changed, or the account itself is.
    ContactChanged(UserName),
    /// A contact or group was removed.
    ContactRemoved(UserName),
    /// What changed in a group and among its members; `ContactChanged` comes before it.
    GroupChanged(GroupChange),
    /// Received messages: store or process them, then [`Client::ack`](crate::Client::ack).
    Batch(Batch),
    /// Store [`Client::session`](crate::Client::session), then call [`Client::stored`](crate::Client::stored) with
    /// its revision, or [`Client::store_failed`](crate::Client::store_failed).
    Checkpoint {
        /// The newest revision; the session built later may be newer still.
        revision: Revision,
    },
    /// A command has its result. The end of a send comes once it is stored, and again after a restore, until
    /// [`Client::forget`](crate::Client::forget).
    Done {
        /// The command.
        op: OpId,
        /// Its result.
        outcome: Result<Outcome, OpError>,
    },
    /// A file comes or goes; at most four times a second for each.
    Transfer(Progress),
    /// Something failed and is tried again; nothing to do.
    Trouble {
        /// Where.
        lane: Lane,
        /// Why.
        cause: Cause,
        /// Failures in a row.
        attempt: u32,
        /// When the next try starts.
        retry_at: Timestamp,
    },
    /// An outage began. Sends are kept, the login is kept, tries go on.
    Offline {
        /// The first failure.
        cause: Cause,
        /// When the next try starts.
        retry_at: Timestamp,
    },
    /// The outage is over.
    Online,
}

/// A QR code to scan with the phone.
///
/// ```
/// use wx_proto::{Event, QrCode};
///
/// fn show(event: &Event) {
///     if let Event::QrCode(QrCode { url, .. }) = event {
///         println!("draw this text as a QR code: {url}");
///     }
/// }
/// # show(&Event::Online);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct QrCode {
    /// The login's uuid.
    pub uuid: Uuid,
    /// What the code has to say.
    pub url: String,
    /// Where the server has it as a picture.
    pub image_url: String,
}
