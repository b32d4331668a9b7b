//! `wx`: a terminal client for the WeChat web protocol, with a simulated server inside.

mod account;
mod clock;
mod command_line;
mod commands;
mod error;
#[cfg(test)]
mod fixtures;
mod json;

mod messages;
mod options;
mod palette;
mod quiet;
mod report;
mod screen;
mod signals;
mod simulator;
mod size;
mod texts;

use std::process::ExitCode;

use commands::{
    Args, Command, completions, contacts, demo, doctor, download, listen, login, logout, man, rpc, send, sim,
    status,
};
use options::GlobalOptions;

fn main() -> ExitCode {
    let Args { global, command } = match command_line::parse() {
        Ok(args) => args,
        Err(code) => return code,
    };
    quiet::choose(global.quiet);
    screen::log::start(global.verbose);
    match run(&global, command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => report::report(error),
    }
}

fn run(global: &GlobalOptions, command: Command) -> error::Result {
    // The doctor tells what is wrong with an option beside everything else.
    if !matches!(command, Command::Doctor(_)) {
        account::check(global)?;
    }
    match command {
        Command::Completions(args) => completions::run(&args, command_line::command()),
        Command::Contacts(args) => contacts::run(global, &args),
        Command::Demo(args) => demo::run(global, &args),
        Command::Doctor(args) => doctor::run(global, &args),
        Command::Download(args) => download::run(global, args),
        Command::Listen(args) => listen::run(global, &args),
        Command::Login(args) => login::run(global, &args),
        Command::Logout(args) => logout::run(global, &args),
        Command::Man(args) => man::run(&args, command_line::command_for_pages()),
        Command::Rpc(args) => rpc::run(global, &args),
        Command::Send(args) => send::run(global, args),
        Command::Sim(args) => sim::run(global, args),
        Command::Status(args) => status::run(global, &args),
    }
}
