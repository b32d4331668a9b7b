//! Sans-IO state machines of the WeChat web protocol: QR login, contacts, message sync, sending.
//!
//! [`Client`] is a plain value: no sockets, clock, threads or randomness of its own. A driver turns its crank:
//!
//! 1. [`Client::poll`] until it gives `None`. [`Output::Start`]: run this HTTP exchange. [`Output::Abort`]: give it up.
//!    [`Output::Event`]: something for the application.
//! 2. Wait for the end of an exchange, a command, or [`Client::deadline`].
//! 3. Give the end of an exchange to [`Client::handle`], and begin again.
//!
//! Commands ([`login`](Client::login), [`send`](Client::send), [`ack`](Client::ack), ...) only enqueue. Any call is legal at
//! any time; undrained output makes `deadline` say "now". [`Fleet`] drives many clients on one thread in the same way.
//!
//! ```
//! use std::hash::{BuildHasher, RandomState};
//!
//! use wx_proto::{Client, Config, LoginMethod, Output, Timestamp};
//!
//! let now = Timestamp::from_millis(1_735_700_000_000);
//! // From the system: with the same seed in every copy, all of them would have the same device ids.
//! let seed = RandomState::new().hash_one(std::process::id());
//! let mut client = Client::new(Config::default(), seed, now);
//! client.login(LoginMethod::Auto)?;
//! while let Some(output) = client.poll(now) {
//!     if let Output::Start(request) = output {
//!         assert_eq!(request.http.uri().host(), Some("login.wx.qq.com"));
//!         assert_eq!(request.http.uri().path(), "/jslogin");
//!     }
//! }
//! assert!(client.deadline().is_some_and(|at| at > now));
//! # Ok::<(), wx_proto::CommandError>(())
//! ```
//!
//! What a driver has to do beside that, from certificates to suspend, is in [`driver`].
//!
//! What an application has to know:
//!
//! - **Acknowledge.** A [`Batch`] comes again after a crash until it is acknowledged and that is stored. No more than
//!   [`Config::unacked_batches`] are open at a time.
//! - **Store.** [`Event::Checkpoint`] asks for it; sends and fetches wait for the answer. [`Client::restore`] goes on from
//!   the stored [`Session`].
//! - **User names change** with every login ([`UserName`]): never store them as identities.
//! - **Secrets are typed.** Nothing that prints ([`Debug`], [`Display`](std::fmt::Display), log lines) shows a token, a cookie,
//!   or what people wrote and are called: `Debug` has the length of a text in its place. What a message says is in
//!   [`Content::text`] and in the fields of its kind, names are in the fields and methods of [`Contact`] and [`Member`].

mod bounds;
mod client;
mod coding;
mod config;
mod cookie;
pub mod driver;
mod endpoint;
mod error;
mod file;
mod fleet;
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
pub use coding::faces;
pub use config::{Config, Storing};
pub use error::{Cause, CommandError, EndReason, OpError, ReplyError};
pub use file::{FileSlice, FileSource, Md5, NotAnMd5};
pub use fleet::Fleet;
#[cfg(feature = "transitions")]
#[doc(hidden)]
pub use flow::transitions;
pub use host::{Host, HostError};
pub use ids::{BatchId, GroupName, MsgId, NotAGroup, OpId, RequestId, Revision, UserName, Uuid, WireId};
pub use model::{
    App, Article, Card, ChannelVideo, ChatHistory, Confidence, Contact, ContactCounts, ContactFlags,
    ContactKind, Contacts, Content, Dimensions, Direction, Emoticon, File, Fingerprint, FingerprintError,
    FormerMember, Found, FriendRequest, Game, GroupChange, GroupEvent, Image, Link, LiveLocation, Location,
    MatchKind, Me, MediaKind, MediaRef, MediaVariant, Member, Members, Message, MiniProgram, Music, Note,
    Pat, Person, Point, Quote, Quoted, Recalled, Recognised, Record, RedPacket, SearchField, SearchHit, Sex,
    SnsFlags, Status, StatusEvent, System, Text, Transfer, Unknown, VerifyFlags, Video, Voice, Voip,
};
pub use outgoing::{FileKind, FileName, Forward, NotForwardable, Outgoing, OutgoingFile, SendOptions};
pub use output::{
    Batch, BatchContent, Downloaded, Event, Gap, GapReason, Outcome, Output, Phase, Progress, QrCode,
    ResumeStep, SentMessage, TransferDirection,
};
#[cfg(feature = "toml")]
pub use profile::ProfileError;
pub use profile::{Flavour, Profile};
pub use reply::{Failure, FailureKind, Reply, Sent, Streamed};
pub use request::{Body, Endpoint, Expect, Lane, Request, Route};
// For the test kit alone. Not part of the stable API.
#[doc(hidden)]
pub use rng::SplitMix64;
pub use secret::Secret;
pub use session::{OpenSend, Session, SessionEnd};
pub use sync_key::SyncKey;
pub(crate) use time::ClientTime;
pub use time::Timestamp;
