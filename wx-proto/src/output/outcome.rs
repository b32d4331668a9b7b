//! The results of commands.

use bytes::Bytes;

use crate::{MsgId, WireId};

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
    /// All bytes of a file, picture, sound or film are there.
    Downloaded(Downloaded),
    /// The session is over on this side, and the server was asked to end it too; its answer says nothing.
    LoggedOut,
}

/// A download that is whole.
///
/// ```
/// use wx_proto::Downloaded;
///
/// fn tell(downloaded: &Downloaded) {
///     println!("{} bytes of {}", downloaded.len, downloaded.mime.unwrap_or("something"));
/// }
/// # let _ = tell;
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Downloaded {
    /// How many bytes are there.
    pub len: u64,
    /// The media type that the first bytes show, if they show one.
    pub mime: Option<&'static str>,
    /// The usual ending of names for it, without the dot: for what comes without a name.
    pub extension: Option<&'static str>,
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
