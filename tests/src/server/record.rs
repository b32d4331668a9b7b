//! What a test may look at afterwards.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use wx_proto::Md5;

use super::account::ContactId;
use super::resource::Resource;

/// What reached the server and what it handed out.
///
/// ```
/// use wx_proto::{Endpoint, LoginMethod};
/// use wx_testkit::runner::Runner;
///
/// let mut runner = Runner::demo();
/// runner.log_in(LoginMethod::Auto);
/// let record = runner.io.server.record();
/// assert_eq!(record.requests(Endpoint::Init), 1);
/// assert!(record.complaints().is_empty(), "the client did nothing wrong");
/// ```
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Record {
    pub(super) sent: Vec<Sent>,
    delivered: BTreeMap<u64, u64>,
    requests: BTreeMap<Resource, u64>,
    complaints: Vec<String>,
}

/// A message a client sent, once for each ClientMsgId.
///
/// ```
/// use std::time::Duration;
/// use wx_proto::{LoginMethod, Outgoing, SendOptions, UserName};
/// use wx_testkit::runner::Runner;
///
/// let mut runner = Runner::demo();
/// runner.log_in(LoginMethod::Auto);
/// let to = UserName::new(UserName::FILE_HELPER);
/// runner.client.send(&to, Outgoing::text("hello"), SendOptions::default())?;
/// runner.run_for(Duration::from_secs(60));
/// let sent = &runner.io.server.record().sent()[0];
/// assert_eq!((sent.text.as_str(), sent.count), ("hello", 1));
/// # Ok::<(), wx_proto::CommandError>(())
/// ```
#[derive(Clone, Debug, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Sent {
    /// The id the server gave it (the first one, if it was stored more than once).
    pub msg_id: u64,
    /// The id the client gave it.
    pub client_msg_id: String,
    /// The receiver.
    pub contact: ContactId,
    /// The receiver's UserName at that time.
    pub to: String,
    /// The receiver's display name at that time.
    pub to_name: String,
    /// `text`, `location`, `image`, `video`, `emoticon`, `file` or `app`.
    pub kind: String,
    /// The text, or the Content of what is no text.
    pub text: String,
    /// The file it carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<SentFile>,
    /// How often it was stored: more than once only when repeats are not dropped.
    pub count: u64,
    /// How many requests brought it.
    pub requests: u64,
}

/// The file of a message that a client sent.
///
/// ```
/// use wx_testkit::{content::FileContent, server::SentFile};
///
/// /// Whether a client sent these bytes.
/// fn is_of(sent: &SentFile, content: &FileContent) -> bool {
///     sent.len == content.len() && sent.md5.is_none_or(|md5| md5 == content.md5())
/// }
/// # let _ = is_of;
/// ```
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SentFile {
    /// Its name as the receiver sees it, or as it was uploaded.
    pub name: String,
    /// Its length in bytes.
    pub len: u64,
    /// Its digest, if the server knows it.
    pub md5: Option<Md5>,
    /// What the message names it by.
    pub media_id: String,
}

impl Record {
    /// The messages that clients sent, in the order of their first request.
    pub fn sent(&self) -> &[Sent] {
        &self.sent
    }

    /// How often each message id was put into a reply of `webwxsync`, lost replies included.
    pub fn delivered(&self) -> &BTreeMap<u64, u64> {
        &self.delivered
    }

    /// How many requests an endpoint or the start page got, faults included.
    pub fn requests(&self, resource: impl Into<Resource>) -> u64 {
        self.requests.get(&resource.into()).copied().unwrap_or_default()
    }

    /// What clients did wrong. A careful client leaves this empty.
    pub fn complaints(&self) -> &[String] {
        &self.complaints
    }

    pub(super) fn count_request(&mut self, resource: Resource) {
        *self.requests.entry(resource).or_default() += 1;
    }

    pub(super) fn count_delivery(&mut self, msg_id: u64) {
        *self.delivered.entry(msg_id).or_default() += 1;
    }

    pub(super) fn complain(&mut self, complaint: String) {
        if self.complaints.len() < MOST_COMPLAINTS {
            self.complaints.push(complaint);
        }
    }
}

/// A client in a loop must not fill the memory.
const MOST_COMPLAINTS: usize = 1000;
