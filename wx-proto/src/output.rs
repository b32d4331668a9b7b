//! What a client hands out.

use bytes::Bytes;

use crate::{
    BatchId, Cause, ContactCounts, EndReason, GroupChange, Lane, Me, Message, MsgId, OpError, OpId, Progress,
    Request, RequestId, Revision, Timestamp, UserName, Uuid, WireId,
};

/// One thing for the driver or the application to do.
///
/// ```
/// use std::hash::{BuildHasher, RandomState};
/// use wx_proto::{Client, Config, LoginMethod, Output, Timestamp};
///
/// let now = Timestamp::from_millis(1_735_700_000_000);
/// // Not a constant: equal seeds give equal device ids.
/// let seed = RandomState::new().hash_one(std::process::id());
/// let mut client = Client::new(Config::default(), seed, now);
/// client.login(LoginMethod::Qr)?;
/// while let Some(output) = client.poll(now) {
///     match output {
///         Output::Start(request) => println!("run {request:?}"),
///         Output::Abort(id) => println!("give {id} up"),
///         Output::Event(event) => println!("tell {event:?}"),
///         _ => {}
///     }
/// }
/// # Ok::<(), wx_proto::CommandError>(())
/// ```
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a driver must not skip a kind of output")]
#[expect(clippy::large_enum_variant, reason = "an output is moved once and never stored")]
pub enum Output {
    /// Run this exchange and bring its end back with [`Client::handle`](crate::Client::handle).
    Start(Request),
    /// Give this exchange up; a reply that comes all the same is ignored.
    Abort(RequestId),
    /// Something for the application.
    Event(Event),
}

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
    /// The account is known.
    LoggedIn {
        /// Who logged in.
        me: Me,
        /// True if a stored login goes on.
        resumed: bool,
    },
    /// The contact list and the groups are loaded. Messages do not wait for it.
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
    /// A file comes and goes; at most four times a second for each.
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

/// Where a client stands.
///
/// ```
/// use std::hash::{BuildHasher, RandomState};
/// use wx_proto::{Client, Config, LoginMethod, Phase, Timestamp};
///
/// // Not a constant: equal seeds give equal device ids.
/// let seed = RandomState::new().hash_one(std::process::id());
/// let mut client = Client::new(Config::default(), seed, Timestamp::from_secs(1_735_700_000));
/// assert_eq!(*client.phase(), Phase::Idle);
/// client.login(LoginMethod::Qr)?;
/// assert_eq!(*client.phase(), Phase::AwaitScan);
/// # Ok::<(), wx_proto::CommandError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Phase {
    /// Nothing asked of it.
    Idle,
    /// A QR code is being fetched or waits for its scan.
    AwaitScan,
    /// Scanned; waits for the confirmation on the phone.
    AwaitConfirm,
    /// Confirmed, or resuming: tokens and first keys are being fetched.
    Starting,
    /// Messages flow both ways.
    Online,
    /// Over, until the next [`Client::login`](crate::Client::login).
    Ended(EndReason),
}

/// A step of resuming a stored login.
///
/// ```
/// use wx_proto::ResumeStep;
///
/// assert_eq!(ResumeStep::Stored.as_str(), "stored");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ResumeStep {
    /// The stored keys are tried with a synccheck.
    Stored,
    /// The stored tokens are tried with webwxinit.
    Init,
    /// Neither was accepted: a new QR code.
    Qr,
}

impl ResumeStep {
    /// The step's name in lower case, for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Init => "init",
            Self::Qr => "qr",
        }
    }
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

/// Messages that arrived together, or a Gap. It is acknowledged as a whole; acknowledging it acknowledges all before it.
///
/// ```
/// use wx_proto::{Batch, Client, CommandError};
///
/// fn take(client: &mut Client, batch: &Batch) -> Result<(), CommandError> {
///     for message in batch.messages() {
///         println!("{}", message.content.text());
///     }
///     client.ack(batch.id)
/// }
/// # let _ = take;
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Batch {
    /// For [`Client::ack`](crate::Client::ack).
    pub id: BatchId,
    /// What arrived.
    pub content: BatchContent,
}

impl Batch {
    /// The messages, none for a Gap.
    pub fn messages(&self) -> &[Message] {
        match &self.content {
            BatchContent::Messages(messages) => messages,
            BatchContent::Gap(_) => &[],
        }
    }
}

/// What a batch holds.
///
/// ```
/// use wx_proto::BatchContent;
///
/// fn tell(content: &BatchContent) {
///     match content {
///         BatchContent::Messages(messages) => println!("{} messages", messages.len()),
///         BatchContent::Gap(gap) => println!("messages may be missing: {}", gap.reason.as_str()),
///         _ => {}
///     }
/// }
/// # let _ = tell;
/// ```
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "an application must not skip a Gap")]
pub enum BatchContent {
    /// At least one message, in the server's order.
    Messages(Vec<Message>),
    /// Messages may be missing.
    Gap(Gap),
}

/// Messages of a stretch of time may be missing: look at the phone.
///
/// ```
/// use wx_proto::{BatchContent, Event};
///
/// fn missing(event: &Event) -> Option<u64> {
///     let Event::Batch(batch) = event else { return None };
///     if let BatchContent::Gap(gap) = &batch.content { Some(gap.since.as_secs()) } else { None }
/// }
/// # assert_eq!(missing(&Event::Online), None);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Gap {
    /// From when on.
    pub since: Timestamp,
    /// Why.
    pub reason: GapReason,
}

/// Why messages may be missing.
///
/// ```
/// use wx_proto::GapReason;
///
/// assert_eq!(GapReason::NewLogin.as_str(), "new_login");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum GapReason {
    /// A new login starts at a position of its own.
    NewLogin,
    /// The server's replies at one position could not be used for a long time, and the position was given up.
    Unreadable,
}

impl GapReason {
    /// A stable word for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NewLogin => "new_login",
            Self::Unreadable => "unreadable",
        }
    }
}

/// The result of a command.
///
/// ```
/// use wx_proto::{Event, Outcome};
///
/// fn tell(event: &Event) {
///     match event {
///         Event::Done { op, outcome: Ok(Outcome::Sent(sent)) } => println!("{op} is {:?}", sent.msg_id),
///         Event::Done { op, outcome: Err(error) } => println!("{op}: {error}"),
///         _ => {}
///     }
/// }
/// # tell(&Event::Online);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// A send is stored by the server.
    Sent(SentMessage),
    /// The picture of the QR code: JPEG, PNG or GIF bytes.
    QrImage(Bytes),
    /// The session is over on this side, and the server was asked to end it too; its answer says nothing.
    LoggedOut,
}

/// A send that the server stored.
///
/// ```
/// use wx_proto::SentMessage;
///
/// fn tell(sent: &SentMessage) {
///     let again = if sent.repeated { ", after a try that may have arrived" } else { "" };
///     println!("sent as {}{again}", sent.wire_id);
/// }
/// # let _ = tell;
/// ```
#[derive(Clone, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct SentMessage {
    /// The server's id of the message, if it gave one.
    pub msg_id: Option<MsgId>,
    /// The id it carried on the wire.
    pub wire_id: WireId,
    /// True if an earlier try may have been stored as well: the peer may see the message twice.
    pub repeated: bool,
}
