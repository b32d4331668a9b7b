//! Recorded scenarios: reading them, and comparing requests with them.
//!
//! A scenario is a folder under `fixtures/<profile>/`; the format is described in `fixtures/README.md`. [`Scenario::load`] reads
//! one strictly, [`compare`] holds a request against a recorded one under the rules of [`Volatile`].
//!
//! ```
//! use wx_testkit::transcript::{Scenario, Volatile, compare};
//!
//! let scenario = Scenario::load("web", "refused")?;
//! let recorded = &scenario.exchanges[0];
//! assert_eq!(recorded.endpoint, "jslogin");
//! compare(&recorded.request, &recorded.request, &Volatile::page())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod form;
mod head;
mod json;
mod left_out;
mod matcher;
mod mismatch;
mod query;
mod reader;
#[cfg(test)]
mod recorded;
mod volatile;

pub use error::{Problem, ReadError};
pub use matcher::compare;
pub use mismatch::{Mismatch, Part};
pub use reader::{Exchange, Scenario};
pub use volatile::{Pattern, Volatile};
