//! Where streamed replies go.

use std::{
    collections::BTreeMap,
    fmt,
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use wx_proto::{FailureKind, OpId, Streamed};

/// Open files by the command whose streamed reply goes there, for [workers](crate::Worker::with_files). Cheap to clone: all
/// clones are the same.
///
/// ```
/// use wx_blocking::{OpId, Sinks};
///
/// let sinks = Sinks::default();
/// // Open for reading too: the core looks at the first bytes.
/// sinks.insert(OpId::new(1), tempfile::tempfile()?);
/// assert!(sinks.remove(OpId::new(1)));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Sinks(Arc<Mutex<BTreeMap<OpId, Arc<Sink>>>>);

impl Sinks {
    /// What is streamed for `op` goes into `file`, which must be open for reading and writing.
    pub fn insert(&self, op: OpId, file: File) {
        self.lock().insert(op, Arc::new(Sink(Mutex::new(Inner { file, error: None }))));
    }

    /// Nothing more is streamed for `op`. False if nothing was.
    pub fn remove(&self, op: OpId) -> bool {
        self.lock().remove(&op).is_some()
    }

    /// Why the last write for `op` failed, if it did.
    pub fn error(&self, op: OpId) -> Option<io::Error> {
        let sink = self.get(op)?;
        sink.lock().error.take()
    }

    pub(crate) fn get(&self, op: OpId) -> Option<Arc<Sink>> {
        self.lock().get(&op).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<OpId, Arc<Sink>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Sinks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sinks").field("open", &self.lock().len()).finish_non_exhaustive()
    }
}

/// One file. An exchange that was given up may still run for a moment: each write asks first, under the lock, so that none
/// comes behind one of the next try.
pub(crate) struct Sink(Mutex<Inner>);

struct Inner {
    file: File,
    error: Option<io::Error>,
}

impl Sink {
    /// Drops what lies at `offset` and behind it.
    pub(crate) fn cut(&self, offset: u64, is_aborted: impl Fn() -> bool) -> Result<(), FailureKind> {
        self.change(is_aborted, |file| {
            if file.metadata()?.len() < offset {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "what was there before is gone"));
            }
            file.set_len(offset)
        })
    }

    pub(crate) fn write(
        &self,
        at: u64,
        piece: &[u8],
        is_aborted: impl Fn() -> bool,
    ) -> Result<(), FailureKind> {
        self.change(is_aborted, |file| {
            file.seek(SeekFrom::Start(at))?;
            file.write_all(piece)
        })
    }

    /// The first bytes of the whole.
    pub(crate) fn start(&self, is_aborted: impl Fn() -> bool) -> Result<Vec<u8>, FailureKind> {
        self.change(is_aborted, |file| {
            file.rewind()?;
            let mut start = Vec::with_capacity(Streamed::START);
            file.take(u64::try_from(Streamed::START).unwrap_or(u64::MAX)).read_to_end(&mut start)?;
            Ok(start)
        })
    }

    fn change<T>(
        &self,
        is_aborted: impl Fn() -> bool,
        change: impl FnOnce(&mut File) -> io::Result<T>,
    ) -> Result<T, FailureKind> {
        let mut inner = self.lock();
        if is_aborted() {
            return Err(FailureKind::Aborted);
        }
        change(&mut inner.file).map_err(|error| {
            tracing::warn!(%error, "what was received could not be written");
            inner.error = Some(error);
            FailureKind::FileUnwritable
        })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
