//! Blocking driver for `wx-proto`.

mod clock;
mod exchange;
mod net;
mod store;
mod worker;

pub use clock::Clock;
pub use net::{Net, NetError, NetOptions};
pub use store::{Durability, FileStore, MemoryStore, SessionStore, StoreError};
pub use worker::Worker;
