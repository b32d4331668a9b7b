//! Sending a file: it is read once before the core hears of it.

use std::{
    fmt,
    ops::ControlFlow,
    path::PathBuf,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread,
    time::{Duration, Instant},
};

use wx_proto::{FileKind, OpError, OpId, Outgoing, OutgoingFile, SendOptions, SentMessage, UserName};

use super::{
    FileError, describe_file,
    kind::{kind_of, mime_of},
};
use crate::{Pending, SendError, handle::sent, shared::Shared};

/// How to send a file. The default tells all of it from the file.
///
/// ```
/// use wx_blocking::{FileKind, FileOptions, SendOptions};
///
/// let mut options = FileOptions::default();
/// // A picture that its receiver can save as it is.
/// options.kind = Some(FileKind::File);
/// options.name = Some("holiday.jpg".to_owned());
/// options.send = SendOptions::with_id("holiday");
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct FileOptions {
    /// As what it is sent; if `None`, as [`FileKind::of`] says.
    pub kind: Option<FileKind>,
    /// The name that its receiver sees; if `None`, the file's own.
    pub name: Option<String>,
    /// The type of its bytes; if `None`, by its name.
    pub mime: Option<String>,
    /// As for a text.
    pub send: SendOptions,
}

/// A file on its way. First it is read for its length and MD5; then it is a command like any other, which goes on
/// when the session is resumed.
///
/// Dropping it does not stop it: its outcome is an [`Event::Done`](wx_proto::Event::Done) then. But whoever drops it before it
/// was read never hears that it could not be.
///
/// ```no_run
/// use std::time::Duration;
/// use wx_blocking::{FileOptions, Handle, SendError, UserName};
///
/// fn send(handle: &Handle, to: &UserName) -> Result<(), SendError> {
///     let mut file = handle.send_file(to, "report.pdf", FileOptions::default());
///     if file.wait_timeout(Duration::from_secs(60))?.is_none() {
///         println!("not yet");
///         file.cancel();
///     }
///     let sent = file.wait()?;
///     println!("stored as {:?}", sent.msg_id);
///     Ok(())
/// }
/// ```
pub struct PendingFile {
    preparing: Arc<Preparing>,
}

/// Shared with the thread that reads the file.
struct Preparing {
    state: Mutex<State>,
    changed: Condvar,
    cancelled: AtomicBool,
}

enum State {
    /// It is being read.
    Reading,
    /// The core has it, and its outcome is waited for.
    Begun(Pending<SentMessage>),
    /// It never came so far.
    Failed(SendError),
    /// Somebody took one of these, or nobody wants to hear how it ends.
    Taken(Option<OpId>),
}

struct Task {
    to: UserName,
    path: PathBuf,
    options: FileOptions,
}

impl PendingFile {
    pub(crate) fn start(shared: Arc<Shared>, to: UserName, path: PathBuf, options: FileOptions) -> Self {
        let preparing = Arc::new(Preparing {
            state: Mutex::new(State::Reading),
            changed: Condvar::new(),
            cancelled: AtomicBool::new(false),
        });
        let task = Task { to, path: path.clone(), options };
        let thread = thread::Builder::new().name("wx-file".to_owned()).spawn({
            let preparing = preparing.clone();
            move || preparing.run(&shared, task)
        });
        if let Err(error) = thread {
            preparing.set(State::Failed(FileError::io("read", &path, &error).into()));
        }
        Self { preparing }
    }

    /// The command's id, as in [`Event::Done`](wx_proto::Event::Done) and [`Event::Transfer`](wx_proto::Event::Transfer), once
    /// the file was read.
    pub fn id(&self) -> Option<OpId> {
        match &*self.preparing.lock() {
            State::Begun(pending) => Some(pending.id()),
            State::Taken(op) => *op,
            State::Reading | State::Failed(_) => None,
        }
    }

    /// Waits for the outcome, as [`Pending::wait`].
    ///
    /// # Errors
    /// [`SendError::File`] if the file could not be read; else as [`Handle::send`](crate::Handle::send) and
    /// [`Pending::wait`].
    pub fn wait(self) -> Result<SentMessage, SendError> {
        let mut state = self.preparing.lock();
        while let State::Reading = *state {
            state = self.preparing.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let begun = take(&mut state);
        drop(state);
        begun?.wait()
    }

    /// The same, for so long at most; `None` if the outcome is not known by then.
    ///
    /// # Errors
    /// As [`wait`](Self::wait).
    pub fn wait_timeout(&mut self, timeout: Duration) -> Result<Option<SentMessage>, SendError> {
        let start = Instant::now();
        let reading = |state: &mut State| matches!(state, State::Reading);
        let state = self.preparing.lock();
        let waited = self.preparing.changed.wait_timeout_while(state, timeout, reading);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner).0;
        if reading(&mut state) {
            return Ok(None);
        }
        let mut begun = take(&mut state)?;
        drop(state);
        let outcome = begun.wait_timeout(timeout.saturating_sub(start.elapsed()));
        if let Ok(None) = outcome {
            self.preparing.set(State::Begun(begun));
        }
        outcome
    }

    /// Gives it up, as [`Pending::cancel`]. False if it is over.
    pub fn cancel(&self) -> bool {
        match &*self.preparing.lock() {
            State::Reading => {
                self.preparing.cancelled.store(true, SeqCst);
                true
            }
            State::Begun(pending) => pending.cancel(),
            State::Failed(_) | State::Taken(_) => false,
        }
    }
}

/// What came of the reading, for one who waits for the rest.
fn take(state: &mut State) -> Result<Pending<SentMessage>, SendError> {
    let op = if let State::Begun(pending) = &*state { Some(pending.id()) } else { None };
    match std::mem::replace(state, State::Taken(op)) {
        State::Begun(pending) => Ok(pending),
        State::Failed(error) => Err(error),
        // Its outcome was given already.
        State::Reading | State::Taken(_) => Err(SendError::Stopped),
    }
}

impl Drop for PendingFile {
    fn drop(&mut self) {
        // A command under way is left by its own drop, without this lock.
        let rest = take(&mut self.preparing.lock());
        drop(rest);
    }
}

impl fmt::Debug for PendingFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingFile").field("id", &self.id()).finish_non_exhaustive()
    }
}

impl Preparing {
    fn run(&self, shared: &Arc<Shared>, task: Task) {
        let prepared = self.prepare(shared, &task);
        if prepared.is_ok() {
            shared.await_first_store();
        }
        // Who cancels has the lock: either this has not begun, or there is a command to cancel.
        let mut state = self.lock();
        let begun = prepared.and_then(|file| {
            if self.cancelled.load(SeqCst) {
                return Err(OpError::Cancelled.into());
            }
            let Task { to, options, .. } = task;
            let op = shared.begin(|state| state.core.send(&to, Outgoing::file(file), options.send))?;
            Ok(Pending::new(shared.clone(), op, sent))
        });
        let was = std::mem::replace(
            &mut *state,
            match begun {
                Ok(pending) => State::Begun(pending),
                Err(error) => State::Failed(error),
            },
        );
        // Nobody waits: left at once, so that its outcome is an event.
        let left = if let State::Reading = was { None } else { Some(take(&mut state)) };
        drop(state);
        self.changed.notify_all();
        if let Some(Err(error)) = left {
            tracing::warn!(%error, "a file that nobody waits for is not sent");
        }
    }

    fn prepare(&self, shared: &Shared, Task { path, options, .. }: &Task) -> Result<OutgoingFile, SendError> {
        let mut looked = 0;
        let source = describe_file(path, |done, _| {
            let is_cancelled = self.cancelled.load(SeqCst);
            let looks = done - looked >= LOOK_EVERY;
            if looks {
                looked = done;
            }
            if is_cancelled || (looks && shared.lock().stopped) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        let source = source.map_err(|error| match error {
            FileError::Cancelled if self.cancelled.load(SeqCst) => SendError::Op(OpError::Cancelled),
            FileError::Cancelled => SendError::Stopped,
            error @ (FileError::Io { .. }
            | FileError::NotAFile { .. }
            | FileError::NotUnicode { .. }
            | FileError::Changed { .. }
            | FileError::NoSpace { .. }) => SendError::File(error),
        });
        let source = Arc::new(source?);
        let name = options.name.as_deref().unwrap_or(&source.locator);
        let kind = match options.kind {
            Some(kind) => kind,
            None => kind_of(name, &source.locator).map_err(|error| FileError::io("read", path, &error))?,
        };
        let mime = options.mime.clone().unwrap_or_else(|| mime_of(name));
        Ok(OutgoingFile::new(kind, name, mime, source.clone()))
    }

    fn set(&self, new: State) {
        *self.lock() = new;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// After so many bytes read it is looked whether the client still runs, which takes a lock.
const LOOK_EVERY: u64 = 16 << 20;
