//! What a client hands out.

mod batch;
mod event;
mod outcome;
mod phase;
mod progress;

pub use self::{
    batch::{Batch, BatchContent, Gap, GapReason},
    event::{Event, QrCode},
    outcome::{Downloaded, Outcome, SentMessage},
    phase::{Phase, ResumeStep},
    progress::{Progress, TransferDirection},
};
use crate::{Request, RequestId};

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
