//! Files that come and go: reading what is sent, writing what is received.

mod open;
mod sinks;

pub use sinks::Sinks;

pub(crate) use open::{modified, open};
pub(crate) use sinks::Sink;
