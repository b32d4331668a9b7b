//! Telling a person how a command ended.

use std::process::ExitCode;

use crate::{
    error::{CliError, Failure},
    palette::{BAD, HINT},
    quiet,
    screen::{Screen, clean, wrap},
    signals::Signal,
    texts::lang::say,
};

/// Tells the person, and gives the code for the shell.
pub(crate) fn report(error: CliError) -> ExitCode {
    match error {
        CliError::ClosedPipe => ExitCode::SUCCESS,
        // Whoever pressed Ctrl-C knows.
        CliError::Interrupted(signal @ Signal::Interrupt) => ExitCode::from(signal.code()),
        CliError::Interrupted(signal @ Signal::Terminate) => {
            report(CliError::stopped(signal, say().interrupted(), say().run_again()))
        }
        CliError::Failed(failure) => {
            if !failure.what.is_empty() {
                // With nobody to tell there is still the exit code.
                let _ = write(&failure);
            }
            ExitCode::from(failure.code)
        }
    }
}

fn write(Failure { what, next, .. }: &Failure) -> std::io::Result<()> {
    let (what, next) = (clean::block(what, 0), clean::line(next));
    let mut screen = Screen::stderr();
    let columns = screen.columns();
    let mut text = wrap::wrap(&format!("{BAD}{}{BAD:#}{what}", say().error()), columns, 2);
    text.push('\n');
    if !next.is_empty() && !quiet::is_set() {
        let next = format!("  {HINT}{}{HINT:#}{next}", say().next());
        text += &format!("{}\n", wrap::wrap(&next, columns, 4));
    }
    screen.write(&text)
}
