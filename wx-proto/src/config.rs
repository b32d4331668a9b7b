//! What an application may choose, with its default; every queue and window has its bound here.

use std::time::Duration;

use crate::Profile;

/// The choices of a client. Start from [`Config::default`] or [`Config::new`] and change what you need.
///
/// ```
/// use wx_proto::{Config, Profile};
///
/// let mut config = Config::new(Profile::web());
/// config.unacked_batches = 4;
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// The flavour of the protocol. Default: [`Profile::web`].
    pub profile: Profile,
    /// Who stores the session. Default: [`Storing::Checkpoints`].
    pub storing: Storing,
    /// Batches that may be open, received but not acknowledged. Default: 1, because it is not published how far
    /// back the server replays.
    pub unacked_batches: usize,
    /// Message ids of acknowledged batches to remember, against duplicates. Default: 2,000.
    pub acked_ids: usize,
    /// Ids of own sends to remember in a flavour where the phone's messages come from the account itself
    /// ([`Profile::file_helper`]): a message with one of them is an own send that came back. Default: 2,000.
    pub sent_ids: usize,
    /// Sends the outbox holds, settled but not forgotten ones included. Default: 256; more than 10,000 count as so many.
    pub outbox: usize,
    /// Longest text in characters. Default: 2,000; the server's own limit is not published.
    pub max_text: usize,
    /// Average pause between sends. Default: 300 ms.
    pub send_interval: Duration,
    /// Sends that may go out without a pause after a quiet time. Default: 20.
    pub send_burst: u32,
    /// Repeat a send under the same id when its reply was lost, three tries in all. Default: true, as the
    /// official page does. Whether the server drops the repeat is not published.
    pub retry_ambiguous_sends: bool,
    /// Longest picture or animated sticker to send, in bytes. Default: 20 MiB, the official page's.
    pub max_image: u64,
    /// Longest film to send, in bytes. Default: 20 MiB less one: the official page refuses those of 20 MiB and more.
    pub max_video: u64,
    /// Longest file to send, in bytes. Default: 50 MiB, the official page's. What the server takes is not published.
    pub max_file: u64,
    /// Longest file, picture, sound or film to fetch, in bytes. Default: 1 GiB.
    pub max_download: u64,
    /// Largest reply that is collected in memory, in bytes, after content decoding. Default: 32 MiB.
    pub max_reply: u64,
    /// Requests a minute, and at once, commands aside. Default: 120.
    pub requests_per_minute: u32,
    /// Those among them that may bring no message, no contact and no new state. Default: 30.
    pub idle_requests_per_minute: u32,
    /// A long poll that was held so long does not count as bringing nothing. Default: 20 s; the server holds for 25 s.
    pub held_poll: Duration,
    /// Contacts and groups to keep in memory. Default: 20,000. One more is left out, and shows nowhere by name; those
    /// that are known are still kept up to date.
    pub contacts: usize,
    /// Members of a group to keep in memory, the first ones in the server's order. Default: 2,000; the service allows
    /// 500, and more than 10,000 are never read.
    pub group_members: usize,
    /// Bytes of all contacts, groups and members together. Default: 64 MiB, which is some 10,000 contacts and 1,000
    /// groups of 500. Whatever would go beyond it is left out.
    pub contact_bytes: usize,
}

/// Who stores the session.
///
/// ```
/// use wx_proto::{Config, Storing};
///
/// let mut config = Config::default();
/// config.storing = Storing::Nothing;
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Storing {
    /// [`Event::Checkpoint`](crate::Event::Checkpoint) asks for it; sends and fetches wait until the answer is there.
    Checkpoints,
    /// Nobody: every revision counts as stored. A crash then loses the login, and what was in hand.
    Nothing,
}

impl Config {
    /// The defaults for a profile.
    pub fn new(profile: Profile) -> Self {
        Self {
            profile,
            storing: Storing::Checkpoints,
            unacked_batches: 1,
            acked_ids: 2_000,
            sent_ids: 2_000,
            outbox: 256,
            max_text: 2_000,
            send_interval: Duration::from_millis(300),
            send_burst: 20,
            retry_ambiguous_sends: true,
            max_image: 20 << 20,
            max_video: (20 << 20) - 1,
            max_file: 50 << 20,
            max_download: 1 << 30,
            max_reply: 32 << 20,
            requests_per_minute: 120,
            idle_requests_per_minute: 30,
            held_poll: Duration::from_secs(20),
            contacts: 20_000,
            group_members: 2_000,
            contact_bytes: 64 << 20,
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::new(Profile::web())
    }
}
