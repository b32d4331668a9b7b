//! Sans-IO state machines of the WeChat web protocol.
#![allow(dead_code, unused_imports)]

mod cookie;
mod endpoint;
mod error;
mod host;
mod ids;
mod model;
mod profile;
mod reply;
mod request;
mod rng;
mod secret;
mod sync_key;
mod time;
mod tokens;

pub use endpoint::Endpoint;
pub use error::{Cause, CommandError, EndReason, OpError, ReplyError};
pub use host::{Host, HostError};
pub use ids::{BatchId, MsgId, OpId, RequestId, Revision, UserName, Uuid, WireId};
pub use model::Me;
pub use profile::Profile;
pub use reply::{Failure, FailureKind, Reply, Sent};
pub use request::{Body, Expect, Lane, Request, Route};
pub use secret::Secret;
pub use sync_key::SyncKey;
pub use time::Timestamp;
