//! Test kit of the project, for testing a bot or a driver offline.
//!
//! | To | there is |
//! |---|---|
//! | play the server | [`server`]: a pure value, with a [phone](server::Phone) to write from and [faults](server::Fault) to add |
//! | run a client in virtual time | [`runner`], or [`io`] for a loop of one's own |
//! | test what has sockets | [`listener`]: the same server behind TLS on loopback (feature `listener`) |
//! | test a driver | [`conformance`]: the script that every driver must pass (feature `listener`) |
//! | replay recorded exchanges | [`transcript`] reads and compares them, [`player`] plays them to a client |
//! | read what happened | [`journal`], without secrets |
//! | steer a server by lines of JSON | [`control`] and [`script`] |
//! | look for what nobody thought of | [`world`]: seeded worlds with an oracle; [`strategies`] for proptest (feature `strategies`) |
//! | measure | [`load`]: large accounts and replies |
//! | see which transitions were taken | [`coverage`] (feature `transitions`) |
//!
//! ```
//! use std::time::Duration;
//! use wx_proto::{LoginMethod, Phase};
//! use wx_testkit::runner::Runner;
//!
//! let mut runner = Runner::demo();
//! assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
//! runner.io.phone().say("明哥", None, "hello")?;
//! runner.run_for(Duration::from_secs(60));
//! assert_eq!(runner.texts(), ["hello"]);
//! # Ok::<(), wx_testkit::server::PhoneError>(())
//! ```

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
