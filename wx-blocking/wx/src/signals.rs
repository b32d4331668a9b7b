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
}

/// The system does not hand the signals over.
#[derive(Debug)]
pub(crate) struct NoSignals(pub(crate) io::Error);

/// Whether the program was asked to stop.
#[derive(Clone, Debug)]
pub(crate) struct StopFlag(Arc<AtomicUsize>);

impl StopFlag {
    /// Takes the signals over. The first sets the flag; the second ends the program where it stands.
    ///
    /// # Errors
    /// If the system does not hand them over.
    pub(crate) fn install() -> Result<Self, NoSignals> {
        let stop = Self(Arc::default());
        let seen = Arc::new(AtomicBool::new(false));
        let all = SIGNALS.iter().try_for_each(|(signal, value)| {
            // In this order: the first signal finds the flag unset.
            flag::register_conditional_shutdown(*signal, 128 + *signal, Arc::clone(&seen))?;
            flag::register(*signal, Arc::clone(&seen))?;
            flag::register_usize(*signal, Arc::clone(&stop.0), *value).map(drop)
        });
        all.map(|()| stop).map_err(NoSignals)
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
    /// The signal, once one came.
    pub(crate) fn check(&self) -> Result<(), Signal> {
        self.signal().map_or(Ok(()), Err)
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
