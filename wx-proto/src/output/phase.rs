//! Where a client stands.

use crate::EndReason;

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
