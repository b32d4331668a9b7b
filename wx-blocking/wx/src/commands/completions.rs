//! `wx completions`.

use std::io::{self, Write};

use clap::Command;
use clap_complete::Shell;

use crate::error::Result;

/// Print the completions for a shell
///
/// They are made from this very command line, so that they know every command and option of this version.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  wx completions bash > wx.bash      # then: source wx.bash
  wx completions zsh > _wx           # belongs into a folder of $fpath
  wx completions fish > wx.fish      # belongs into ~/.config/fish/completions")]
pub(crate) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// `command` is the whole command line.
pub(crate) fn run(args: &Args, mut command: Command) -> Result {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "wx", &mut script);
    let mut out = io::stdout().lock();
    out.write_all(&script)?;
    Ok(out.flush()?)
}
