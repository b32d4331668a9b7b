//! What people and programs are shown of messages.

pub(crate) mod human;
pub(crate) mod names;
pub(crate) mod recent;
