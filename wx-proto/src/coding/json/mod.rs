//! JSON as the servers of all years send it: the one reader of replies, contacts and messages.
//!
//! Types vary between years, flavours and clients: a number may come as a text, a list as null. Each member stands for itself:
//! one of the wrong type reads as missing and costs no other one.
//!
//! - [`Value`] says what one value may look like, and what it means as a text, a number or an id.
//! - [`Members`] are those of an object, each still raw, read by name.
//! - [`Reply`] is the envelope of a reply: `BaseResponse`, lists, and a repair of what is no valid JSON.

mod lists;
mod members;
mod outer;
mod repair;
mod reply;
mod value;

pub(crate) use lists::objects;
pub(crate) use members::Members;
pub(crate) use repair::repaired;
pub(crate) use reply::{Item, List, Reply, read, read_listed};
pub(crate) use value::{Value, number, text, unsigned};
