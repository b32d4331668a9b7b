//! Blocking driver for `wx-proto`.

mod exchange;
mod net;
mod worker;

pub use net::{Net, NetError, NetOptions};
pub use worker::Worker;
