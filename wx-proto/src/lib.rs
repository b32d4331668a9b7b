//! Sans-IO state machines of the WeChat web protocol.

mod client;
mod config;
mod cookie;
mod endpoint;
mod error;
mod flow;
mod host;
mod ids;
mod model;
mod outgoing;
mod output;
mod profile;
mod reply;
mod request;
mod rng;
mod secret;
mod session;
mod sync_key;
mod time;
mod tokens;

pub use client::{Client, LoginMethod, outbox::OutboxEntry};
pub use config::{Config, Storing};
pub use endpoint::Endpoint;
pub use error::{Cause, CommandError, EndReason, OpError, ReplyError};
pub use host::{Host, HostError};
pub use ids::{BatchId, MsgId, OpId, RequestId, Revision, UserName, Uuid, WireId};
pub use model::{
    Contact, ContactKind, Contacts, Content, Counts, Direction, Found, Me, Member, Message, Recalled, Status,
    System, Text, Unknown,
};
pub use outgoing::{Outgoing, SendOptions};
pub use output::{
    Batch, BatchContent, Event, Gap, GapReason, Outcome, Output, Phase, QrCode, ResumeStep, SentMessage,
};
pub use profile::Profile;
pub use reply::{Failure, FailureKind, Reply, Sent};
pub use request::{Body, Expect, Lane, Request, Route};
pub use secret::Secret;
pub use session::Session;
pub use sync_key::SyncKey;
pub use time::Timestamp;
