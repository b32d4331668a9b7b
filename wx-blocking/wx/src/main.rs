//! `wx`: a terminal client for the WeChat web protocol, with a simulated server inside.

mod account;
mod args;
mod clean;
mod completions;
mod contacts;
mod days;
mod demo;
mod doctor;
mod end;
mod exec;
#[cfg(test)]
mod fixtures;
mod follow;
mod holder;
mod human;
mod json;
mod lang;
mod line;
mod listen;
mod log;
mod login;
mod logout;
mod man;
mod names;
mod presence;
mod qr;
mod quiet;
mod recent;
mod rpc;
mod screen;
mod send;
mod serve;
mod signals;
mod sim;
mod status;
mod status_line;
mod stored;
mod texts;
mod wrap;

use std::process::ExitCode;

use args::{Args, Command, Global};

fn main() -> ExitCode {
    let Args { global, command } = match line::parse() {
        Ok(args) => args,
        Err(code) => return code,
    };
    quiet::choose(global.quiet);
    log::start(global.verbose);
    match run(&global, command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(end) => end.report(),
    }
}

fn run(global: &Global, command: Command) -> end::Result {
    // The doctor tells what is wrong with an option beside everything else.
    if !matches!(command, Command::Doctor(_)) {
        account::check(global)?;
    }
    match command {
        Command::Completions(args) => completions::run(&args),
        Command::Contacts(args) => contacts::run(global, &args),
        Command::Demo(args) => demo::run(global, &args),
        Command::Doctor(args) => doctor::run(global, &args),
        Command::Listen(args) => listen::run(global, &args),
        Command::Login(args) => login::run(global, &args),
        Command::Logout(args) => logout::run(global, &args),
        Command::Man(args) => man::run(&args),
        Command::Rpc(args) => rpc::run(global, &args),
        Command::Send(args) => send::run(global, args),
        Command::Sim(args) => sim::run(global, args),
        Command::Status(args) => status::run(global, &args),
    }
}
