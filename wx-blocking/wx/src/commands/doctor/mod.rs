//! `wx doctor`.

mod check;
mod local;
mod network;

use self::check::{Check, Verdict};
use crate::{
    error::{CliError, Result},
    json,
    options::GlobalOptions,
    screen::Screen,
    texts::lang::{Lang, say},
};

/// Find out why it does not work
///
/// Looks at the clock, the network, the session file and the terminal, and says what to do about each. The only request
/// it makes is the one that every login begins with; it logs in to nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  wx doctor
  wx doctor --json | jq -r 'select(.result!=\"ok\") | \"\\(.check): \\(.message)\"'
  wx doctor --account work

Exit codes: 0 all is well, or worth a look at most; 1 something fails.")]
pub(crate) struct Args {
    /// One JSON object a line, for programs
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(global: &GlobalOptions, args: &Args) -> Result {
    // What programs read is English always.
    let lang = if args.json { Lang::En } else { say() };
    let mut screen = Screen::stdout();
    let mut failed = false;
    let mut tell = |check: Check| -> Result {
        failed |= check.result == Verdict::Fail;
        let columns = screen.columns();
        Ok(screen.write(&if args.json { json::line(&check) } else { check.text(lang, columns) })?)
    };
    tell(local::clock(lang))?;
    network::look(global, lang, &mut tell)?;
    for check in local::session(global, lang) {
        tell(check)?;
    }
    tell(local::terminal(lang))?;
    tell(local::locale(lang))?;
    if failed { Err(CliError::failed(say().doctor_failed(), "")) } else { Ok(()) }
}
