//! Tests that cross crates, in one binary.

mod flow;
mod scenarios;
