//! How a command ends, if not with success.

use std::{fmt, io};

use crate::{
    signals::{NoSignals, Signal},
    texts::lang::say,
};

/// What a command returns.
pub(crate) type Result<T = ()> = std::result::Result<T, CliError>;

/// An end other than success.
#[derive(Debug)]
pub(crate) enum CliError {
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
    /// The exit code.
    pub(crate) code: u8,
    /// Empty if the output says everything already.
    pub(crate) what: String,
    /// What to do next; may be empty.
    pub(crate) next: String,
}

impl CliError {
    /// Exit code 1.
    pub(crate) fn failed(what: impl fmt::Display, next: impl Into<String>) -> Self {
        Self::with_code(1, what, next)
    }

    /// Exit code 2: the command line asks for something impossible.
    pub(crate) fn usage(what: impl fmt::Display, next: impl Into<String>) -> Self {
        Self::with_code(2, what, next)
    }

    /// Exit code 3: logged out, or refused.
    pub(crate) fn logged_out(what: impl fmt::Display, next: impl Into<String>) -> Self {
        Self::with_code(3, what, next)
    }

    /// Exit code 3, and the output says everything already.
    pub(crate) fn logged_out_as_told() -> Self {
        Self::with_code(3, "", "")
    }

    /// A signal came, and there is something to say about what was under way.
    pub(crate) fn stopped(signal: Signal, what: impl fmt::Display, next: impl Into<String>) -> Self {
        Self::with_code(signal.code(), what, next)
    }

    /// The system gave no thread.
    pub(crate) fn no_thread(error: &io::Error) -> Self {
        Self::failed(say().no_thread(&say().io_error(error)), say().free_memory())
    }

    fn with_code(code: u8, what: impl fmt::Display, next: impl Into<String>) -> Self {
        Self::Failed(Failure { code, what: what.to_string(), next: next.into() })
    }

    /// The same end with the code of an interruption, if there was one.
    pub(crate) fn after(self, signal: Option<Signal>) -> Self {
        match (self, signal) {
            (Self::Failed(failure), Some(signal)) => Self::Failed(Failure { code: signal.code(), ..failure }),
            (end, _) => end,
        }
    }
}

impl From<NoSignals> for CliError {
    fn from(NoSignals(error): NoSignals) -> Self {
        Self::failed(say().no_signals(&say().io_error(&error)), say().run_again())
    }
}

impl From<Signal> for CliError {
    fn from(signal: Signal) -> Self {
        Self::Interrupted(signal)
    }
}

/// For writing to stdout.
impl From<io::Error> for CliError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::ClosedPipe
        } else {
            Self::failed(say().cannot_write(&say().io_error(&error)), say().see_the_output())
        }
    }
}

/// The end of a command that goes on until it is stopped: being asked to is its success, being interrupted is what
/// shells call so.
pub(crate) const fn end_of_service(signal: Signal) -> Result {
    match signal {
        Signal::Interrupt => Err(CliError::Interrupted(signal)),
        Signal::Terminate => Ok(()),
    }
}
