//! An order to break off the next reply.

use std::sync::{Mutex, PoisonError};

/// After how many body bytes the next reply breaks off, if it is to.
#[derive(Default)]
pub(super) struct Cut(Mutex<Option<usize>>);

impl Cut {
    pub(super) fn order(&self, after: usize) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(after);
    }

    pub(super) fn take(&self) -> Option<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
