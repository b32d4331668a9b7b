//! SIGINT, SIGTERM and SIGHUP.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
};

use crate::{
    error::{End, Result},
    texts::lang::say,
};

/// How often a waiting loop looks whether it is to stop.
pub(crate) const TICK: Duration = Duration::from_millis(100);
/// How long sends under way may take to settle at the end.
pub(crate) const GRACE: Duration = Duration::from_secs(15);

/// What asked the program to stop.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// SIGTERM, or the terminal is gone.
    Terminate,
}

impl Signal {
    /// The exit code of a command that did not come to its end.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Interrupt => 130,
            Self::Terminate => 1,
        }
    }

    /// The end of a command that goes on until it is stopped: being asked to is its success, being interrupted is what
    /// shells call so.
    pub(crate) const fn end_of_service(self) -> Result {
        match self {
            Self::Interrupt => Err(End::Interrupted(self)),
            Self::Terminate => Ok(()),
        }
    }
}

/// Whether the program was asked to stop.
#[derive(Clone, Debug)]
pub(crate) struct StopFlag(Arc<AtomicUsize>);

impl StopFlag {
    /// Takes the signals over. The first sets the flag; the second ends the program where it stands.
    pub(crate) fn install() -> Result<Self> {
        let stop = Self(Arc::default());
        let seen = Arc::new(AtomicBool::new(false));
        let all = SIGNALS.iter().try_for_each(|(signal, value)| -> io::Result<()> {
            // In this order: the first signal finds the flag unset.
            flag::register_conditional_shutdown(*signal, 128 + *signal, Arc::clone(&seen))?;
            flag::register(*signal, Arc::clone(&seen))?;
            flag::register_usize(*signal, Arc::clone(&stop.0), *value)?;
            Ok(())
        });
        all.map_err(|error| End::failed(say().no_signals(&say().io_error(&error)), say().run_again()))?;
        Ok(stop)
    }

    pub(crate) fn is_set(&self) -> bool {
        self.signal().is_some()
    }

    pub(crate) fn signal(&self) -> Option<Signal> {
        match self.0.load(Ordering::SeqCst) {
            NONE => None,
            INTERRUPT => Some(Signal::Interrupt),
            _ => Some(Signal::Terminate),
        }
    }

    /// # Errors
    /// [`End::Interrupted`] once a signal came.
    pub(crate) fn check(&self) -> Result {
        self.signal().map_or(Ok(()), |signal| Err(End::Interrupted(signal)))
    }
}

const NONE: usize = 0;
const INTERRUPT: usize = 1;
const TERMINATE: usize = 2;

const SIGNALS: &[(i32, usize)] = &[
    (SIGINT, INTERRUPT),
    (SIGTERM, TERMINATE),
    #[cfg(unix)]
    (signal_hook::consts::SIGHUP, TERMINATE),
];
