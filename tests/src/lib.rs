//! Test kit of the project.

pub mod control;
pub mod script;
pub mod server;
pub mod transcript;
