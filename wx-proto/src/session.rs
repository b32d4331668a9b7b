//! The stored session: everything a client needs to go on where it was, as versioned JSON.

mod check;
mod position;
mod send;

use std::fmt;

use serde::{Deserialize, Serialize};

pub(crate) use self::{position::Position, send::SavedSend};

use crate::{
    BatchId, EndReason, Endpoint, Me, MsgId, OpId, Revision, Timestamp, UserName, WireId, cookie::Jar,
    tokens::Tokens,
};

/// A client's state for a store. Made by [`Client::session`](crate::Client::session), taken by
/// [`Client::restore`](crate::Client::restore); in between it is JSON of a versioned format (`serde`). It holds the
/// login's tokens and cookies: store it where only its owner can read it. Neither its getters nor its `Debug` show them.
///
/// A stored one can be looked at without a client:
///
/// ```no_run
/// use wx_proto::Session;
///
/// let session: Session = serde_json::from_slice(&std::fs::read("session.json")?)?;
/// match (session.me(), session.login_since()) {
///     (Some(me), Some(since)) => println!("{} logged in at {}", me.nick_name, since.as_secs()),
///     _ => println!("never online with the profile {}", session.profile()),
/// }
/// let unsure = session.open_sends().filter(|send| send.may_have_left).count();
/// println!("{unsure} sends may have left");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// And a client goes on from it:
///
/// ```
/// use wx_proto::{Client, Config, Session, Timestamp};
///
/// fn go_on(stored: &str, seed: u64, now: Timestamp) -> Result<Client, serde_json::Error> {
///     let session: Session = serde_json::from_str(stored)?;
///     Ok(Client::restore(session, Config::default(), seed, now))
/// }
/// assert!(go_on("{}", 7, Timestamp::from_secs(1_735_700_000)).is_err());
/// ```
#[derive(Clone)]
pub struct Session {
    pub(crate) revision: Revision,
    /// It is one as if this batch, and all before it, were acknowledged. Of its own run only, so not stored.
    pub(crate) after: Option<BatchId>,
    pub(crate) saved: SavedV1,
}

impl Session {
    /// The revision it holds, for [`Client::stored`](crate::Client::stored).
    pub const fn revision(&self) -> Revision {
        self.revision
    }

    /// The name of the profile it belongs to.
    pub fn profile(&self) -> &str {
        &self.saved.profile
    }

    /// The account, if it was online once.
    pub fn me(&self) -> Option<&Me> {
        self.saved.login.as_ref().and_then(|login| login.me.as_ref())
    }

    /// How the last session ended, if there was none after it.
    pub fn ended(&self) -> Option<SessionEnd> {
        self.saved.ended.as_ref().and_then(SavedEnd::end)
    }

    /// True if there is a login to resume.
    pub const fn has_login(&self) -> bool {
        self.saved.login.is_some()
    }

    /// When the login to resume was made, by the computer's clock.
    pub fn login_since(&self) -> Option<Timestamp> {
        self.saved.login.as_ref().map(|login| login.since)
    }

    /// Where the login is in the stream of messages: everything that the server queued before this time is acknowledged.
    /// `None` without a login, and before its first reply with keys.
    pub fn position_since(&self) -> Option<Timestamp> {
        Some(self.saved.login.as_ref()?.position.as_ref()?.since)
    }

    /// The sends whose outcome is not known yet, oldest first.
    pub fn open_sends(&self) -> impl Iterator<Item = OpenSend<'_>> {
        self.saved.outbox.iter().filter(|send| send.outcome.is_none()).map(|send| OpenSend {
            op: send.op,
            client_msg_id: send.client_msg_id.as_deref(),
            to: &send.to,
            may_have_left: send.tries > 0,
        })
    }
}

/// A send in a stored session, as [`Session::open_sends`] shows it: it goes on when the session is resumed. What it says is
/// not shown.
///
/// ```
/// use wx_proto::{OpId, Session};
///
/// fn unsure(session: &Session) -> Vec<OpId> {
///     session.open_sends().filter(|send| send.may_have_left).map(|send| send.op).collect()
/// }
/// # let _ = unsure;
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct OpenSend<'a> {
    /// The command's id.
    pub op: OpId,
    /// The application's own id, if it gave one.
    pub client_msg_id: Option<&'a str>,
    /// The chat.
    pub to: &'a UserName,
    /// A request of it may have reached the server.
    pub may_have_left: bool,
}

/// When a session ended, and why.
///
/// ```
/// use wx_proto::Session;
///
/// fn why(session: &Session) -> Option<String> {
///     session.ended().map(|end| format!("{} at {}", end.reason, end.at.as_secs()))
/// }
/// # let _ = why;
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct SessionEnd {
    /// By this computer's clock.
    pub at: Timestamp,
    /// [`EndReason::LoggedOut`] or [`EndReason::SessionOver`].
    pub reason: EndReason,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("revision", &self.revision).finish_non_exhaustive()
    }
}

impl Serialize for Session {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        Saved::V1(&self.saved).serialize(to)
    }
}

impl<'de> Deserialize<'de> for Session {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let Saved::V1(saved) = Saved::<SavedV1>::deserialize(from)?;
        let saved = check::checked(saved).map_err(serde::de::Error::custom)?;
        Ok(Self { revision: Revision::new(0), after: None, saved })
    }
}

/// Every format that was ever stored, owned or borrowed. A released one is never changed: a new one is added, with its
/// upgrade.
#[derive(Deserialize, Serialize)]
#[serde(tag = "version")]
enum Saved<V1> {
    #[serde(rename = "1")]
    V1(V1),
}

#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct SavedV1 {
    pub(crate) profile: String,
    pub(crate) login: Option<SavedLogin>,
    pub(crate) cookies: Jar,
    /// The account (uin) that ids, Gap, outbox and position belong to. Sessions of before have it in their login only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) account: Option<u64>,
    /// Logins so far.
    pub(crate) logins: u64,
    /// Runs so far: each restore starts a new one.
    pub(crate) run: u64,
    pub(crate) acked: Vec<MsgId>,
    pub(crate) outbox: Vec<SavedSend>,
    pub(crate) last_wire_id: Option<WireId>,
    /// From when on messages may be missing, while the Gap that says so is not acknowledged.
    pub(crate) gap_since: Option<Timestamp>,
    /// The host where a login finds the account, in a flavour with one for each region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) entry: Option<String>,
    /// Ids of own sends, in a flavour where the phone's messages come from the account too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) sent: Vec<MsgId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ended: Option<SavedEnd>,
}

/// The end of the last session.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct SavedEnd {
    at: Timestamp,
    reason: SavedReason,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum SavedReason {
    LoggedOut,
    SessionOver { code: i64, endpoint: String, age_secs: u64 },
}

impl SavedEnd {
    pub(crate) fn of(at: Timestamp, reason: &EndReason) -> Option<Self> {
        let reason = match reason {
            EndReason::LoggedOut => SavedReason::LoggedOut,
            EndReason::SessionOver { code, endpoint, age_secs } => SavedReason::SessionOver {
                code: *code,
                endpoint: endpoint.as_str().to_owned(),
                age_secs: *age_secs,
            },
            // No session ends so.
            EndReason::LoginRefused { .. } | EndReason::ForeignHost(_) | EndReason::QrExpired => return None,
        };
        Some(Self { at, reason })
    }

    /// `None` if it names an endpoint that is not known.
    pub(crate) fn end(&self) -> Option<SessionEnd> {
        let reason = match &self.reason {
            SavedReason::LoggedOut => EndReason::LoggedOut,
            SavedReason::SessionOver { code, endpoint, age_secs } => EndReason::SessionOver {
                code: *code,
                endpoint: Endpoint::ALL.into_iter().find(|known| known.as_str() == endpoint)?,
                age_secs: *age_secs,
            },
        };
        Some(SessionEnd { at: self.at, reason })
    }
}

/// What dies with a login.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct SavedLogin {
    /// Parsed again on load: only a host of the profile is taken.
    pub(crate) base_host: String,
    pub(crate) tokens: Tokens,
    /// When the tokens were handed out.
    pub(crate) since: Timestamp,
    pub(crate) me: Option<Me>,
    /// The committed keys.
    pub(crate) position: Option<Position<Timestamp>>,
    /// Known groups: the contact list has only saved ones.
    pub(crate) groups: Vec<UserName>,
}
