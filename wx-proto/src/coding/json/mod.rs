//! JSON as the servers of all years send it.

mod lists;
pub(crate) mod members;
mod outer;
mod repair;
mod reply;
pub(crate) mod value;

pub(crate) use reply::*;
