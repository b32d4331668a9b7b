//! Receiving a file: beside its place while it comes, in its place once it is whole.

use std::{
    io,
    path::{Path, PathBuf},
};

use wx_proto::{CommandError, Event, FailureKind, MediaRef, MediaVariant, OpError, OpId, Outcome, UserName};

use super::{
    FileError,
    kind::{extension_of, mime_of},
    name::{clean_name, cleaned},
    partial::Partial,
};
use crate::{
    Pending, SendError,
    handle::Handle,
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

/// How to receive a file.
///
/// ```
/// use wx_blocking::{DownloadOptions, MediaVariant};
///
/// let mut options = DownloadOptions::default();
/// options.variant = MediaVariant::Thumbnail;
/// options.overwrite = true;
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct DownloadOptions {
    /// The whole, or a small picture of it.
    pub variant: MediaVariant,
    /// What has the name already is overwritten; else the new file gets a number: `name (2).pdf`.
    pub overwrite: bool,
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
    /// Makes room for a file.
    pub(crate) fn media(
        media: &MediaRef,
        target: &Path,
        options: &DownloadOptions,
    ) -> Result<Self, FileError> {
        let (name, size) = match options.variant {
            MediaVariant::Full => (name_of(media), media.size()),
            MediaVariant::Thumbnail => (stem_of(media), None),
        };
        Self::open(name, size, target, options.overwrite)
    }

    /// Makes room for somebody's picture.
    pub(crate) fn avatar(user: &UserName, target: &Path, overwrite: bool) -> Result<Self, FileError> {
        let name = Name::Stem(clean_name(&format!("avatar-{user}")));
        Self::open(name, None, target, overwrite)
    }

    /// In `target` with this name if that is a folder, else as `target`.
    fn open(name: Name, size: Option<u64>, target: &Path, overwrite: bool) -> Result<Self, FileError> {
        let (folder, name) = if target.is_dir() { (target, name) } else { apart(target)? };
        let (Name::Whole(shown) | Name::Stem(shown)) = &name;
        let partial = Partial::create(folder, shown, size)?;
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

/// The folder and the name of a file that need not be there.
fn apart(target: &Path) -> Result<(&Path, Name), FileError> {
    let refused = |kind| FileError::io("write", target, &io::Error::from(kind));
    if target.as_os_str().as_encoded_bytes().ends_with(b"/") {
        return Err(refused(io::ErrorKind::NotFound));
    }
    let name = target.file_name().ok_or_else(|| refused(io::ErrorKind::InvalidInput))?;
    let name = name.to_str().ok_or_else(|| FileError::NotUnicode { path: target.to_owned() })?;
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    Ok((folder.unwrap_or(Path::new(".")), Name::Whole(name.to_owned())))
}

/// The name that its sender gave it, or one that says what it is.
fn name_of(media: &MediaRef) -> Name {
    media.file_name().and_then(cleaned).map_or_else(|| stem_of(media), Name::Whole)
}

/// Says what it is.
fn stem_of(media: &MediaRef) -> Name {
    let kind = media.kind().as_str();
    // Ids come from the server.
    Name::Stem(media.msg_id().map_or_else(|| kind.to_owned(), |id| clean_name(&format!("{kind}-{id}"))))
}

impl Handle {
    /// Fetches a file, a picture, a sound or a film, and does not wait. `target` is the file to make of it, or a folder: then the
    /// name is the one that its sender gave it, [made harmless](crate::clean_name), or for what has none its kind and the id of
    /// its message. How far it is comes as [`Event::Transfer`](wx_proto::Event::Transfer).
    ///
    /// Until it is whole it lies beside its place as `.NAME.XXXXXX.part`, and is removed if it never is. Only its owner may read
    /// it, also after that. Who drops the [`Pending`] asks [`take_download`](Self::take_download) where the file is.
    ///
    /// ```
    /// use wx_blocking::{DownloadOptions, Handle, MediaRef, SendError};
    ///
    /// fn keep(handle: &Handle, media: &MediaRef) -> Result<(), SendError> {
    ///     let there = handle.download(media, "pictures", &DownloadOptions::default())?.wait()?;
    ///     println!("{} bytes in {}", there.size, there.path.display());
    ///     Ok(())
    /// }
    /// # let _ = keep;
    /// ```
    ///
    /// # Errors
    /// [`SendError::File`] if there is no room for it or no right to write; else [`SendError::Command`], as
    /// [`wx_proto::Client::download`].
    pub fn download(
        &self,
        media: &MediaRef,
        target: impl AsRef<Path>,
        options: &DownloadOptions,
    ) -> Result<Pending<Downloaded>, SendError> {
        let receiving = Receiving::media(media, target.as_ref(), options)?;
        self.receive(receiving, |state| state.core.download(media, options.variant))
    }

    /// Fetches the picture of a person or a group, as [`download`](Self::download) does.
    ///
    /// ```
    /// use wx_blocking::{Handle, SendError, UserName};
    ///
    /// fn portrait(handle: &Handle, of: &UserName) -> Result<(), SendError> {
    ///     handle.avatar(of, "portrait.jpg", true)?.wait()?;
    ///     Ok(())
    /// }
    /// # let _ = portrait;
    /// ```
    ///
    /// # Errors
    /// As for [`download`](Self::download), and as [`wx_proto::Client::avatar`].
    pub fn avatar(
        &self,
        user: &UserName,
        target: impl AsRef<Path>,
        overwrite: bool,
    ) -> Result<Pending<Downloaded>, SendError> {
        let receiving = Receiving::avatar(user, target.as_ref(), overwrite)?;
        self.receive(receiving, |state| state.core.avatar(user))
    }

    /// Where the file of a download is, or why there is none, for those who take its outcome as
    /// [`Event::Done`](wx_proto::Event::Done). It is said once; `None` before that, and if the download failed on the way.
    ///
    /// ```
    /// use wx_blocking::{Event, Handle};
    ///
    /// fn note(handle: &Handle, event: &Event) {
    ///     let Event::Done { op, .. } = event else { return };
    ///     match handle.take_download(*op) {
    ///         Some(Ok(there)) => println!("it is in {}", there.path.display()),
    ///         Some(Err(error)) => println!("it could not be kept: {error}"),
    ///         None => {}
    ///     }
    /// }
    /// # let _ = note;
    /// ```
    pub fn take_download(&self, op: OpId) -> Option<Result<Downloaded, FileError>> {
        self.shared().take_received(op)
    }

    fn receive(
        &self,
        receiving: Receiving,
        command: impl FnOnce(&mut State) -> Result<OpId, CommandError>,
    ) -> Result<Pending<Downloaded>, SendError> {
        let op = self.shared().receive(receiving, command)?;
        Ok(Pending::new(self.shared().clone(), op, downloaded))
    }
}

impl Shared {
    /// Gives a command whose reply is streamed into a file.
    fn receive(
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
    fn take_received(&self, op: OpId) -> Option<Result<Downloaded, FileError>> {
        self.lock().received.remove(&op)
    }
}

/// For a [`Pending`](crate::Pending).
fn downloaded(
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
