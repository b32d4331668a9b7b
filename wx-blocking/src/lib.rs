//! Blocking driver for [`wx_proto`]: a client for the WeChat web protocol with threads and sockets.
//!
//! ```no_run
//! use wx_blocking::{Client, Durability, Event, FileStore, LoginMethod};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let store = FileStore::open("session.json", Durability::Process)?;
//! let mut client = Client::builder().store(store).build()?;
//! let handle = client.handle();
//! client.login(LoginMethod::Auto)?;
//! for event in client.events() {
//!     match event {
//!         Event::QrCode(qr) => println!("scan {}", qr.url),
//!         Event::Batch(batch) => {
//!             for message in batch.messages() {
//!                 println!("{}", message.content.text());
//!             }
//!             // Only now may they be gone for good.
//!             handle.ack(batch.id)?;
//!         }
//!         Event::Phase(wx_blocking::Phase::Ended(reason)) => {
//!             println!("{reason}: {}", reason.hint());
//!             break;
//!         }
//!         _ => {}
//!     }
//! }
//! client.stop(std::time::Duration::from_secs(5))?;
//! # Ok(())
//! # }
//! ```
//!
//! Each command gives a [`Pending`], which has its outcome. A text that must be sent once, whatever happens in between, has an
//! id of its own:
//!
//! ```no_run
//! use wx_blocking::{Handle, Outgoing, SendError, SendOptions, UserName};
//!
//! fn confirm(handle: &Handle, to: &UserName, order: u64) -> Result<(), SendError> {
//!     let options = SendOptions::with_id(format!("order-{order}"));
//!     let pending = handle.send(to, Outgoing::text("Your order is on its way."), options)?;
//!     let op = pending.id();
//!     // Asked again after a crash, it sends nothing and has the outcome of before.
//!     let sent = pending.wait()?;
//!     println!("stored as {:?}", sent.msg_id);
//!     // What came of it is noted: the session need not keep it.
//!     handle.forget(op);
//!     Ok(())
//! }
//! ```
//!
//! Files go both ways in constant memory. How far they are comes as [`Event::Transfer`]:
//!
//! ```no_run
//! use wx_blocking::{DownloadOptions, FileOptions, Handle, MediaRef, SendError, UserName};
//!
//! fn both_ways(handle: &Handle, to: &UserName, received: &MediaRef) -> Result<(), SendError> {
//!     let sending = handle.send_file(to, "report.pdf", FileOptions::default());
//!     // Into this folder, under its own name made harmless; nothing is overwritten.
//!     let fetching = handle.download(received, "downloads", &DownloadOptions::default())?;
//!     println!("it is {}", fetching.wait()?.path.display());
//!     sending.wait()?;
//!     Ok(())
//! }
//! ```
//!
//! The client's loop has its own thread, and each kind of request a worker (transfers two), so that neither a slow application nor a
//! held poll stops anything else. Other threads give commands through a [`Handle`]. With a [`SessionStore`] the
//! session is stored whenever the core asks for it, and nothing that must not be lost is on its way before it is.

mod builder;
mod client;
mod clock;
mod driver;
mod error;
mod events;
mod exchange;
mod files;
mod handle;
mod lead;
mod net;
mod ops;
mod pending;
mod queue;
mod shared;
mod stats;
mod store;
mod waiting;
mod worker;

pub use builder::Builder;
pub use client::Client;
pub use clock::Clock;
pub use error::{BuildError, RecvTimeout, SendError};
pub use events::Events;
pub use files::{
    DownloadOptions, Downloaded, FileError, FileOptions, PendingFile, Sinks, clean_name, describe_file,
};
pub use handle::Handle;
pub use net::{Net, NetError, NetOptions};
pub use pending::Pending;
pub use stats::Stats;
pub use store::{Durability, FileStore, LockState, MemoryStore, SessionStore, StoreError};
pub use worker::Worker;
pub use wx_proto;
pub use wx_proto::{
    Batch, BatchContent, BatchId, CommandError, Config, Contacts, EndReason, Event, FileKind, LoginMethod,
    Me, MediaRef, MediaVariant, Message, OpError, OpId, OutboxEntry, Outcome, Outgoing, Phase, Profile,
    QrCode, SendOptions, SentMessage, Session, UserName,
};
