//! Test kit of the project.

pub mod transcript;
