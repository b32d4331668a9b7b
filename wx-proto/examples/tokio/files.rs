//! Files: what is sent is read as it leaves, what is received is written as it comes.

use std::{
    collections::BTreeMap,
    error::Error,
    fmt,
    io::SeekFrom,
    mem,
    path::PathBuf,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll, ready},
    time::{Duration, UNIX_EPOCH},
};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::{
    fs::{File, OpenOptions},
    io::{AsyncRead, AsyncReadExt, AsyncSeekExt, AsyncWriteExt, ReadBuf},
    sync::mpsc,
};
use wx_proto::{FailureKind, FileSlice, FileSource, OpId, RequestId, Streamed, Timestamp};

/// Where downloads go. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sinks(Arc<Mutex<BTreeMap<OpId, PathBuf>>>);

impl Sinks {
    /// What comes for `op` goes into this file. To be said in the same call of [`Handle::with`](super::Handle::with) as the
    /// command.
    #[allow(dead_code, reason = "the program of this example fetches no files")]
    pub(crate) fn insert(&self, op: OpId, path: PathBuf) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(op, path);
    }

    fn path(&self, op: OpId) -> Option<PathBuf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&op).cloned()
    }
}

/// How far a file is: the loop tells the core.
pub(crate) type Progress = mpsc::Sender<(RequestId, u64)>;

#[allow(clippy::disallowed_types, reason = "a driver has the clock that the core has not")]
type Instant = std::time::Instant;

/// Tells it about every second.
pub(crate) struct Meter {
    id: RequestId,
    progress: Progress,
    told: Instant,
    bytes: Arc<AtomicU64>,
}

impl Meter {
    pub(crate) fn new(id: RequestId, progress: Progress) -> Self {
        Self { id, progress, told: Instant::now(), bytes: Arc::default() }
    }

    /// How far it is, for whoever waits for silence.
    pub(crate) fn bytes(&self) -> Arc<AtomicU64> {
        self.bytes.clone()
    }

    fn tell(&mut self, bytes: u64) {
        self.bytes.store(bytes, Relaxed);
        if self.told.elapsed() >= Duration::from_secs(1) {
            self.told = Instant::now();
            // With a loop that is busy the next one will do.
            let _ = self.progress.try_send((self.id, bytes));
        }
    }
}

/// A request's body with a stretch of a file in it.
pub(crate) struct Upload {
    prefix: Bytes,
    file: File,
    /// The same file, for its length and time: asking for them waits for nothing.
    metadata: std::fs::File,
    slice: FileSlice,
    read: u64,
    suffix: Bytes,
    meter: Meter,
}

impl Upload {
    pub(crate) async fn open(
        prefix: Bytes,
        slice: FileSlice,
        suffix: Bytes,
        meter: Meter,
    ) -> Result<Self, FailureKind> {
        let unreadable = |_| FailureKind::FileUnreadable;
        let mut file = File::open(&slice.source.locator).await.map_err(unreadable)?;
        let metadata = file.try_clone().await.map_err(unreadable)?.into_std().await;
        check(&metadata, &slice.source)?;
        file.seek(SeekFrom::Start(slice.offset)).await.map_err(unreadable)?;
        Ok(Self { prefix, file, metadata, slice, read: 0, suffix, meter })
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Result<Vec<u8>, FailureKind>> {
        let most = PIECE.min(usize::try_from(self.slice.len - self.read).unwrap_or(PIECE));
        let mut piece = vec![0; most];
        let mut buffer = ReadBuf::new(&mut piece);
        ready!(Pin::new(&mut self.file).poll_read(cx, &mut buffer))
            .map_err(|_| FailureKind::FileUnreadable)?;
        let length = buffer.filled().len();
        piece.truncate(length);
        self.read += length as u64;
        // Without its last piece the request is not whole: nothing of a file that changed is taken.
        if length == 0 {
            return Poll::Ready(Err(FailureKind::FileChanged));
        }
        if self.read == self.slice.len {
            check(&self.metadata, &self.slice.source)?;
        }
        self.meter.tell(self.read);
        Poll::Ready(Ok(piece))
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = Fault;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Fault>>> {
        let piece = if !self.prefix.is_empty() {
            mem::take(&mut self.prefix)
        } else if self.read < self.slice.len {
            match ready!(self.poll_read(cx)) {
                Ok(piece) => piece.into(),
                Err(kind) => return Poll::Ready(Some(Err(Fault(kind)))),
            }
        } else {
            mem::take(&mut self.suffix)
        };
        Poll::Ready((!piece.is_empty()).then(|| Ok(Frame::data(piece))))
    }

    fn size_hint(&self) -> SizeHint {
        let around = self.prefix.len() + self.suffix.len();
        SizeHint::with_exact(around as u64 + self.slice.len - self.read)
    }
}

/// Is the file as it was?
fn check(file: &std::fs::File, source: &FileSource) -> Result<(), FailureKind> {
    let metadata = file.metadata().map_err(|_| FailureKind::FileUnreadable)?;
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let modified = modified.map(|since_epoch| Timestamp::from_millis(0) + since_epoch);
    if !metadata.is_file() {
        return Err(FailureKind::FileUnreadable);
    }
    let is_other = source.modified.is_some() && source.modified != modified;
    if metadata.len() != source.len || is_other { Err(FailureKind::FileChanged) } else { Ok(()) }
}

/// A fault of the file's, on its way through the HTTP library.
#[derive(Debug)]
pub(crate) struct Fault(pub(crate) FailureKind);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Fault {}

/// The file that a reply is written to.
pub(crate) struct Sink {
    file: File,
    offset: u64,
    end: u64,
    most: u64,
    meter: Meter,
}

impl Sink {
    pub(crate) async fn open(
        sinks: &Sinks,
        (op, offset, max): (OpId, u64, u64),
        meter: Meter,
    ) -> Result<Self, FailureKind> {
        let path = sinks.path(op).ok_or(FailureKind::FileUnwritable)?;
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(false).open(path).await;
        let file = file.map_err(|_| FailureKind::FileUnwritable)?;
        Ok(Self { file, offset, end: offset, most: offset.saturating_add(max), meter })
    }

    /// Writes one more piece; how many bytes are there then.
    pub(crate) async fn write(&mut self, piece: &[u8]) -> Result<u64, FailureKind> {
        if self.end + piece.len() as u64 > self.most {
            return Err(FailureKind::TooLarge);
        }
        self.try_write(piece).await.map_err(|_| FailureKind::FileUnwritable)?;
        self.end += piece.len() as u64;
        self.meter.tell(self.end);
        Ok(self.end)
    }

    async fn try_write(&mut self, piece: &[u8]) -> std::io::Result<()> {
        if self.end == self.offset {
            // Only now, so that a reply that brings nothing leaves what is there.
            if self.file.metadata().await?.len() < self.offset {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            self.file.set_len(self.offset).await?;
            self.file.seek(SeekFrom::Start(self.offset)).await?;
        }
        self.file.write_all(piece).await?;
        // It is not in the file before, and an exchange can be given up at any time.
        self.file.flush().await
    }

    pub(crate) async fn finish(mut self) -> Result<Streamed, FailureKind> {
        let mut start = Vec::new();
        let mut read = async || {
            self.file.rewind().await?;
            (&mut self.file).take(Streamed::START as u64).read_to_end(&mut start).await
        };
        read().await.map_err(|_| FailureKind::FileUnwritable)?;
        Ok(Streamed { len: self.end, start })
    }
}

const PIECE: usize = 64 * 1024;
