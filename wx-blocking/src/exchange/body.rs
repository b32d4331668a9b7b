//! Bodies of requests, read as they leave.

use std::{
    fmt,
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
    sync::Arc,
};

use bytes::{Buf, Bytes};
use wx_proto::{FailureKind, FileSlice, FileSource};

use super::meter::Meter;
use crate::{
    files,
    net::{Progress, Stage},
};

/// A request's body that notes its first reading.
pub(super) struct Noted {
    pub(super) bytes: Bytes,
    pub(super) progress: Arc<Progress>,
}

impl Read for Noted {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.progress.reach(Stage::BodyRead);
        take(&mut self.bytes, buf)
    }
}

/// A stretch of a file with bytes around it. It holds none of the file: what is read goes straight to where it is written from.
pub(super) struct Upload {
    prefix: Bytes,
    file: File,
    source: Arc<FileSource>,
    /// Bytes of the stretch that are to be read.
    left: u64,
    suffix: Bytes,
    progress: Arc<Progress>,
    meter: Meter,
}

impl Upload {
    /// Opens the file and looks whether it is as it was.
    pub(super) fn open(
        (prefix, slice, suffix): (Bytes, &FileSlice, Bytes),
        progress: Arc<Progress>,
        meter: Meter,
    ) -> Result<Self, FailureKind> {
        let source = slice.source.clone();
        let (mut file, _) = files::open(Path::new(&source.locator)).map_err(|error| unreadable(&error))?;
        check(&file, &source)?;
        file.seek(SeekFrom::Start(slice.offset)).map_err(|error| unreadable(&error))?;
        Ok(Self { prefix, file, source, left: slice.len, suffix, progress, meter })
    }

    fn read_file(&mut self, buf: &mut [u8]) -> Result<usize, FailureKind> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buf.len());
        let buf = buf.get_mut(..most).unwrap_or_default();
        let length = loop {
            match self.file.read(buf) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read.map_err(|error| unreadable(&error))?,
            }
        };
        if length == 0 {
            return Err(FailureKind::FileChanged);
        }
        let read = u64::try_from(length).unwrap_or(u64::MAX);
        self.left = self.left.saturating_sub(read);
        if self.left == 0 {
            // Without these bytes the request is not whole, so that nothing of a file that changed meanwhile is taken.
            check(&self.file, &self.source)?;
        }
        self.meter.add(read);
        Ok(length)
    }
}

impl Read for Upload {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let length = if !self.prefix.is_empty() {
            take(&mut self.prefix, buf)?
        } else if self.left > 0 {
            self.read_file(buf).map_err(|kind| io::Error::other(Fault(kind)))?
        } else {
            take(&mut self.suffix, buf)?
        };
        self.progress.reach(Stage::BodyRead);
        Ok(length)
    }
}

fn take(bytes: &mut Bytes, buf: &mut [u8]) -> io::Result<usize> {
    let length = bytes.len().min(buf.len());
    bytes.split_to(length).reader().read(buf)
}

fn check(file: &File, source: &FileSource) -> Result<(), FailureKind> {
    let metadata = file.metadata().map_err(|error| unreadable(&error))?;
    let is_other = source.modified.is_some_and(|modified| files::modified(&metadata) != Some(modified));
    if metadata.len() != source.len || is_other { Err(FailureKind::FileChanged) } else { Ok(()) }
}

fn unreadable(error: &io::Error) -> FailureKind {
    tracing::warn!(%error, "a file to send could not be read");
    FailureKind::FileUnreadable
}

/// A fault of the file's, on its way through the HTTP library.
#[derive(Debug)]
struct Fault(FailureKind);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Fault {}

/// What became of the file, if that ended the exchange.
pub(super) fn fault(error: &ureq::Error) -> Option<FailureKind> {
    let ureq::Error::Io(error) = error else { return None };
    error.get_ref()?.downcast_ref::<Fault>().map(|fault| fault.0)
}
