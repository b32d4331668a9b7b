//! Test kit of the project.

pub mod server;
