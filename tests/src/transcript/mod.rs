//! Recorded scenarios, read strictly from `fixtures/<profile>/`; the format is described in `fixtures/README.md`.

mod error;
mod head;
mod reader;

pub use error::{Problem, ReadError};
pub use reader::{Exchange, Scenario};
