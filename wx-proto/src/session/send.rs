//! A send in a stored session.

use serde::{Deserialize, Serialize};

use crate::{
    OpError, OpId, Outgoing, Timestamp, UserName, WireId, client::outbox::SavedUpload, flow::send::Stored,
};

/// An entry in a stored session, times in the caller's. A claim counts as a try that may have left.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct SavedSend {
    pub(crate) op: OpId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) client_msg_id: Option<String>,
    pub(crate) to: UserName,
    pub(crate) message: Outgoing,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) wire_id: Option<WireId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) tries: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tried_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) outcome: Option<Result<Stored, OpError>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) foreign: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) upload: Option<SavedUpload>,
}
