//! Test kit of the project.

pub mod control;
#[cfg(feature = "listener")]
pub mod listener;
pub mod script;
pub mod server;
pub mod transcript;
