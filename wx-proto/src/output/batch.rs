//! What is delivered and acknowledged: messages, or a Gap.

use crate::{BatchId, Message, Timestamp};

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
