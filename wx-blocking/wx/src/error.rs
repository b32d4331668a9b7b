//! How a subcommand ends.

use std::{fmt, io, process::ExitCode};

use crate::{
    quiet,
    screen::{BAD, Screen, clean, wrap},
    signals::Signal,
    texts::lang::say,
};

/// What a subcommand returns.
pub(crate) type Result<T = ()> = std::result::Result<T, End>;

/// An end other than success.
#[derive(Debug)]
pub(crate) enum End {
    /// Nobody reads the output any more: nothing is wrong.
    ClosedPipe,
    /// A signal asked to stop.
    Interrupted(Signal),
    /// It failed.
    Failed(Failure),
}

/// What went wrong, and what to do next.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    what: String,
    next: String,
}

impl End {
    /// Exit code 1.
    pub(crate) fn failed(what: impl fmt::Display, next: impl Into<String>) -> Self {
        Self::Failed(Failure { code: 1, what: what.to_string(), next: next.into() })
    }

    /// Exit code 2: the command line asks for something impossible.
    pub(crate) fn usage(what: impl fmt::Display, next: impl Into<String>) -> Self {
        Self::Failed(Failure { code: 2, what: what.to_string(), next: next.into() })
    }

    /// Exit code 3: logged out, or refused.
    pub(crate) fn logged_out(what: impl fmt::Display, next: impl Into<String>) -> Self {
        Self::Failed(Failure { code: 3, what: what.to_string(), next: next.into() })
    }

    /// Exit code 3, and the output says everything already.
    pub(crate) const fn logged_out_as_told() -> Self {
        Self::Failed(Failure { code: 3, what: String::new(), next: String::new() })
    }

    /// A signal came, and there is something to say about what was under way.
    pub(crate) fn stopped(signal: Signal, what: impl fmt::Display, next: impl Into<String>) -> Self {
        Self::Failed(Failure { code: signal.code(), what: what.to_string(), next: next.into() })
    }

    /// The same end with the code of an interruption, if there was one.
    pub(crate) fn after(self, signal: Option<Signal>) -> Self {
        match (self, signal) {
            (Self::Failed(failure), Some(signal)) => Self::Failed(Failure { code: signal.code(), ..failure }),
            (end, _) => end,
        }
    }

    /// Tells the person, and gives the code for the shell.
    pub(crate) fn report(self) -> ExitCode {
        match self {
            Self::ClosedPipe => ExitCode::SUCCESS,
            // Whoever pressed Ctrl-C knows.
            Self::Interrupted(signal @ Signal::Interrupt) => ExitCode::from(signal.code()),
            Self::Interrupted(signal @ Signal::Terminate) => {
                Self::stopped(signal, say().interrupted(), say().run_again()).report()
            }
            Self::Failed(Failure { code, what, .. }) if what.is_empty() => ExitCode::from(code),
            Self::Failed(Failure { code, what, next }) => {
                let (what, next) = (clean::block(&what, 0), clean::line(&next));
                let mut screen = Screen::stderr();
                let columns = screen.columns();
                let mut text = wrap::wrap(&format!("{BAD}{}{BAD:#}{what}", say().error()), columns, 2);
                text.push('\n');
                if !next.is_empty() && !quiet::is_set() {
                    let next = format!("  {HINT}{}{HINT:#}{next}", say().next());
                    text += &format!("{}\n", wrap::wrap(&next, columns, 4));
                }
                // With nobody to tell there is still the exit code.
                let _ = screen.write(&text);
                ExitCode::from(code)
            }
        }
    }
}

/// For writing to stdout.
impl From<io::Error> for End {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::ClosedPipe
        } else {
            Self::failed(say().cannot_write(&say().io_error(&error)), say().see_the_output())
        }
    }
}

const HINT: anstyle::Style = anstyle::AnsiColor::Cyan.on_default();
