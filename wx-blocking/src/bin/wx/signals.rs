//! SIGINT, SIGTERM and SIGHUP.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use std::time::Duration;

use crate::end::{End, Result};

/// How often a waiting loop looks whether it is to stop.
pub(crate) const TICK: Duration = Duration::from_millis(100);
/// How long sends under way may take to settle at the end.
pub(crate) const GRACE: Duration = Duration::from_secs(15);

/// Whether the program was asked to stop.
#[derive(Clone, Debug)]
pub(crate) struct StopFlag(Arc<AtomicBool>);

impl StopFlag {
    /// Takes the signals over. The first sets the flag; the second ends the program where it stands.
    pub(crate) fn install() -> Result<Self> {
        let flag = Arc::new(AtomicBool::new(false));
        let set = Arc::clone(&flag);
        let handler = move || {
            if set.swap(true, Ordering::SeqCst) {
                std::process::exit(130);
            }
        };
        ctrlc::set_handler(handler).map_err(|error| {
            End::failed(format_args!("cannot wait for signals: {error}"), "start the program in another way")
        })?;
        Ok(Self(flag))
    }

    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
