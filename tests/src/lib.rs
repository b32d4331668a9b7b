//! Test kit of the project: the simulated server, the scripted phone, the in-memory runner under a virtual clock, and
//! the reader and player of recorded scenarios.

#[cfg(feature = "listener")]
pub mod conformance;
pub mod content;
pub mod control;
pub mod coverage;
pub mod io;
pub mod journal;
#[cfg(feature = "listener")]
pub mod listener;
pub mod load;
pub mod player;
mod rng;
pub mod runner;
pub mod script;
pub mod server;
#[cfg(feature = "strategies")]
pub mod strategies;
pub mod transcript;
pub mod world;

/// The examples of the project's README, run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
