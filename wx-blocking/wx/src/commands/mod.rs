//! The commands, one file or folder each.

pub(crate) mod completions;
pub(crate) mod contacts;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod download;
pub(crate) mod listen;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod man;
pub(crate) mod rpc;
pub(crate) mod send;
pub(crate) mod sim;
pub(crate) mod status;

use clap::{Parser, Subcommand};

use crate::options::GlobalOptions;

/// Read and send WeChat messages from the terminal.
///
/// Start with `wx demo`: it runs everything offline against a simulated server. For a real account: `wx login`,
/// scan the QR code with the phone, then `wx listen` and `wx send`.
#[derive(Debug, Parser)]
#[command(name = "wx", version, propagate_version = true, after_help = MORE)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: GlobalOptions,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Completions(completions::Args),
    Contacts(contacts::Args),
    Demo(demo::Args),
    Doctor(doctor::Args),
    Download(download::Args),
    Listen(listen::Args),
    Login(login::Args),
    Logout(logout::Args),
    Man(man::Args),
    Rpc(rpc::Args),
    Send(send::Args),
    Sim(sim::Args),
    Status(status::Args),
}

const MORE: &str = "\
Examples:
  wx demo                              # see it work, offline
  wx login                             # log in to a real account with the phone
  wx listen                            # read messages as they arrive
  wx listen --json | jq -c .           # the same for programs
  wx contacts 明                       # find people and groups
  wx send --to filehelper 'hello'      # write to your own phone
  date | wx send --to filehelper -     # send what another program prints
  wx download                          # files that came, to be fetched
  wx doctor                            # find out why it does not work

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 logged out or refused, 130 Ctrl-C.

This is not an official client. The service may warn, limit or block accounts
that use one, and refuses many accounts on the web: use a spare account.";

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Args::command().debug_assert();
    }
}
