//! Receiving a file: beside its place while it comes, in its place once it is whole.

use std::{
    io,
    path::{Path, PathBuf},
};

use wx_proto::{CommandError, Event, FailureKind, MediaRef, OpError, OpId, Outcome};

use super::{
    FileError,
    kind::{extension_of, mime_of},
    name::{clean_name, cleaned},
    partial::Partial,
};
use crate::{
    SendError,
    shared::{Shared, State},
};

/// Where a file is that was received.
///
/// ```
/// use wx_blocking::Downloaded;
///
/// fn tell(file: &Downloaded) {
///     println!("{}: {} bytes, {}", file.path.display(), file.size, file.mime);
/// }
/// # let _ = tell;
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Downloaded {
    /// The file.
    pub path: PathBuf,
    /// Its length in bytes.
    pub size: u64,
    /// The type of its bytes, such as `image/png`; empty if it is not known.
    pub mime: String,
}

/// A file that is to come.
#[derive(Debug)]
pub(crate) struct Receiving {
    partial: Partial,
    name: Name,
    overwrite: bool,
}

#[derive(Debug)]
enum Name {
    Whole(String),
    /// Without an extension: the bytes tell it.
    Stem(String),
}

impl Receiving {
    /// Makes room for a file: in `target` if that is a folder, else as `target`.
    pub(crate) fn open(media: &MediaRef, target: &Path, overwrite: bool) -> Result<Self, FileError> {
        let (folder, name) = if target.is_dir() {
            (target, name_of(media))
        } else {
            let refused = |kind| FileError::io("write", target, &io::Error::from(kind));
            let is_folder = target.as_os_str().as_encoded_bytes().ends_with(b"/");
            if is_folder {
                return Err(refused(io::ErrorKind::NotFound));
            }
            let name = target.file_name().ok_or_else(|| refused(io::ErrorKind::InvalidInput))?;
            let name = name.to_str().ok_or_else(|| FileError::NotUnicode { path: target.to_owned() })?;
            let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
            (folder.unwrap_or(Path::new(".")), Name::Whole(name.to_owned()))
        };
        let (Name::Whole(shown) | Name::Stem(shown)) = &name;
        let partial = Partial::create(folder, shown, media.size())?;
        Ok(Self { partial, name, overwrite })
    }

    /// It is whole.
    fn keep(self, mime: &str) -> Result<Downloaded, FileError> {
        let Self { partial, name, overwrite } = self;
        let size = partial.len()?;
        let name = match (name, extension_of(mime)) {
            (Name::Whole(name), _) => name,
            (Name::Stem(stem), Some(extension)) => format!("{stem}.{extension}"),
            (Name::Stem(stem), None) => stem,
        };
        let mime = if mime.is_empty() { mime_of(&name) } else { mime.to_owned() };
        Ok(Downloaded { path: partial.keep(&name, overwrite)?, size, mime })
    }
}

/// The name that its sender gave it, or one that says what it is.
fn name_of(media: &MediaRef) -> Name {
    if let Some(name) = media.file_name().and_then(cleaned) {
        return Name::Whole(name);
    }
    let kind = media.kind().as_str();
    // Ids come from the server.
    Name::Stem(media.msg_id().map_or_else(|| kind.to_owned(), |id| clean_name(&format!("{kind}-{id}"))))
}

impl Shared {
    /// Gives a command whose reply is streamed into a file.
    pub(crate) fn receive(
        &self,
        receiving: Receiving,
        command: impl FnOnce(&mut State) -> Result<OpId, CommandError>,
    ) -> Result<OpId, SendError> {
        let file = receiving.partial.open()?;
        let begun = self.begin(|state| {
            let op = command(state)?;
            // Under the same lock, so that its request finds the file.
            self.sinks.insert(op, file);
            state.receiving.insert(op, receiving);
            Ok(op)
        });
        Ok(begun?)
    }

    /// A download is over: puts the file in its place, or removes it. Not under the lock: a disk may be slow.
    pub(crate) fn settle(&self, op: OpId, outcome: Result<Outcome, OpError>, receiving: Receiving) {
        let error = self.sinks.error(op);
        self.sinks.remove(op);
        let place = receiving.partial.place();
        let kept = match &outcome {
            Ok(outcome) => receiving.keep(mime(outcome)),
            Err(_) => {
                drop(receiving);
                let error = error.unwrap_or_else(|| io::ErrorKind::Other.into());
                Err(FileError::io("write", &place, &error))
            }
        };
        let outcome = match &kept {
            Err(error) if outcome.is_ok() => {
                tracing::warn!(%error, "a file that was received could not be kept");
                Err(OpError::Failed(FailureKind::FileUnwritable))
            }
            Ok(_) | Err(_) => outcome,
        };
        let mut state = self.lock();
        if outcome.is_ok() || outcome == Err(OpError::Failed(FailureKind::FileUnwritable)) {
            state.received.insert(op, kept);
        }
        if state.received.len() > RECEIVED {
            state.received.pop_first();
        }
        self.tell(&mut state, Event::Done { op, outcome });
    }

    /// What came of a download, once.
    pub(crate) fn take_received(&self, op: OpId) -> Option<Result<Downloaded, FileError>> {
        self.lock().received.remove(&op)
    }
}

/// For a [`Pending`](crate::Pending).
pub(crate) fn downloaded(
    shared: &Shared,
    op: OpId,
    outcome: Result<Outcome, SendError>,
) -> Result<Downloaded, SendError> {
    let received = shared.take_received(op);
    match (outcome, received) {
        (Ok(_), Some(Ok(downloaded))) => Ok(downloaded),
        (Ok(_), None) => Err(SendError::Op(OpError::BadReply)),
        (_, Some(Err(error))) => Err(SendError::File(error)),
        (Err(error), Some(Ok(_)) | None) => Err(error),
    }
}

/// The type that the bytes show.
fn mime(outcome: &Outcome) -> &str {
    if let Outcome::Downloaded(downloaded) = outcome { downloaded.mime.unwrap_or_default() } else { "" }
}

/// Files whose place nobody has asked for yet.
const RECEIVED: usize = 256;
