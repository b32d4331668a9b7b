//! Tests that cross crates, in one binary.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail as tests do")]
#![allow(clippy::wildcard_enum_match_arm, reason = "the core's enums are non-exhaustive")]

mod accounts;
mod clocks;
mod delivery;
mod downloads;
mod file_helper;
mod files;
mod fleet;
mod fleet_accounts;
mod flow;
mod gaps;
mod heartbeat;
mod hostile;
mod hosts;
mod kinds;
mod limits;
mod login;
mod logout;
mod media;
mod people;
mod properties;
mod purity;
mod redaction;
mod resuming;
mod rules;
mod scenarios;
mod sending;
mod shapes;
mod stored;
mod support;
mod transitions;
mod uploads;
mod worlds;
