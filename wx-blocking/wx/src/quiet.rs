//! `--quiet`: results and errors only.

use std::sync::OnceLock;

use wx_proto::{Cause, Event};

/// Settles it for the whole run.
pub(crate) fn choose(quiet: bool) {
    // Only `main` calls this, once.
    let _ = CHOSEN.set(quiet);
}

/// Whether hints, notices and the status line are left out.
pub(crate) fn is_set() -> bool {
    CHOSEN.get().copied().unwrap_or(false)
}

/// Whether what there is to say of this event is left out: all but errors.
pub(crate) fn hides(event: &Event) -> bool {
    let is_error =
        matches!(event, Event::Done { outcome: Err(_), .. } | Event::Trouble { cause: Cause::Store, .. });
    is_set() && !is_error
}

static CHOSEN: OnceLock<bool> = OnceLock::new();
