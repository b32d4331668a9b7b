//! `wx`: a terminal client for the WeChat web protocol, with a simulated server inside.

mod account;
mod args;
mod clean;
mod demo;
mod end;
mod follow;
mod human;
mod json;
mod listen;
mod log;
mod login;
mod logout;
mod names;
mod qr;
mod rpc;
mod screen;
mod send;
mod serve;
mod signals;
mod sim;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};

fn main() -> ExitCode {
    let Args { global, command } = Args::parse();
    global.color.write_global();
    log::start(global.verbose);
    let result = match command {
        Command::Demo(args) => demo::run(&global, &args),
        Command::Listen(args) => listen::run(&global, &args),
        Command::Login(args) => login::run(&global, &args),
        Command::Logout(args) => logout::run(&global, &args),
        Command::Rpc(args) => rpc::run(&global, &args),
        Command::Send(args) => send::run(&global, args),
        Command::Sim(args) => sim::run(&global, args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(end) => end.report(),
    }
}
