//! Test kit of the project.

#[cfg(feature = "listener")]
pub mod listener;
