//! Tests that cross crates, in one binary.

mod delivery;
mod flow;
mod hosts;
mod login;
mod redaction;
mod scenarios;
mod sending;
mod support;
