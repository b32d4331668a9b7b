//! The `wx` program, run as a person or another program runs it.
#![cfg(unix)]
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic")]

mod bots;
mod contacts;
mod demo;
mod doctor;
mod download;
mod examples;
mod exec;
mod file_helper;
mod files;
mod forged;
mod interrupt;
mod line;
mod listen;
mod log;
mod logout;
mod pages;
mod people;
mod rpc;
mod rpc_end;
mod rpc_files;
mod rpc_wait;
mod save;
mod send;
mod sim;
mod sim_accounts;
mod status;
mod support;
mod terminal;
