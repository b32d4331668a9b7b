//! The server, driven by raw requests.

mod accounts;
mod browser;
mod checks;
mod faults;
mod flow;
mod layout;
mod media;
mod polls;
mod replay;
