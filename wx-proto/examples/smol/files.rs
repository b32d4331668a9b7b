//! Files: what is sent is read as it leaves, what is received is written as it comes.

use std::{
    cell::Cell,
    collections::BTreeMap,
    error::Error,
    fmt,
    io::{self, SeekFrom, Write},
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
use flate2::write::MultiGzDecoder;
use hyper::body::{Body, Frame, SizeHint};
use smol::{
    channel::Sender,
    fs::{File, OpenOptions},
    io::{AsyncRead, AsyncReadExt, AsyncSeekExt, AsyncWriteExt},
    unblock,
};
use wx_proto::{FailureKind, FileSlice, FileSource, OpId, RequestId, Streamed, Timestamp};

/// Where downloads go. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Sinks(Arc<Mutex<BTreeMap<OpId, PathBuf>>>);

impl Sinks {
    /// What comes for `op` goes into this file. To be said in the same [`Command`](super::Command) that gives the core its own.
    #[allow(dead_code, reason = "the program of this example fetches no files")]
    pub(crate) fn insert(&self, op: OpId, path: PathBuf) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(op, path);
    }

    pub(crate) fn path(&self, op: OpId) -> Option<PathBuf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&op).cloned()
    }
}

/// How far a file is: the loop tells the core.
pub(crate) type Progress = Sender<(RequestId, u64)>;

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
            // A loop that is gone needs to know nothing.
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
        let path = slice.source.locator.clone();
        let open = unblock(move || {
            let file = std::fs::File::open(path)?;
            Ok((file.try_clone()?, file))
        });
        let (file, metadata) = open.await.map_err(|_: io::Error| FailureKind::FileUnreadable)?;
        check(&metadata, &slice.source)?;
        let mut file = File::from(file);
        file.seek(SeekFrom::Start(slice.offset)).await.map_err(|_| FailureKind::FileUnreadable)?;
        Ok(Self { prefix, file, metadata, slice, read: 0, suffix, meter })
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Result<Vec<u8>, FailureKind>> {
        let most = PIECE.min(usize::try_from(self.slice.len - self.read).unwrap_or(PIECE));
        let mut piece = vec![0; most];
        let read = ready!(Pin::new(&mut self.file).poll_read(cx, &mut piece));
        piece.truncate(read.map_err(|_| FailureKind::FileUnreadable)?);
        self.read += piece.len() as u64;
        // Without its last piece the request is not whole: nothing of a file that changed is taken.
        if piece.is_empty() {
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

/// Undoes a reply's coding piece by piece.
pub(crate) enum Decoder {
    Plain,
    Gzip(Box<MultiGzDecoder<Vec<u8>>>),
}

impl Decoder {
    pub(crate) fn new(is_gzip: bool) -> Self {
        if is_gzip { Self::Gzip(Box::new(MultiGzDecoder::new(Vec::new()))) } else { Self::Plain }
    }

    fn decode(&mut self, piece: &[u8]) -> Result<Vec<u8>, FailureKind> {
        let Self::Gzip(decoder) = self else { return Ok(piece.to_vec()) };
        decoder.write_all(piece).map_err(|_| FailureKind::Protocol)?;
        Ok(mem::take(decoder.get_mut()))
    }

    fn finish(self) -> Result<Vec<u8>, FailureKind> {
        let Self::Gzip(decoder) = self else { return Ok(Vec::new()) };
        decoder.finish().map_err(|_| FailureKind::Protocol)
    }
}

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

    /// Writes one more piece, and notes how many bytes are there then.
    pub(crate) async fn write(
        &mut self,
        decoder: &mut Decoder,
        encoded: &[u8],
        there: &Cell<u64>,
    ) -> Result<(), FailureKind> {
        // A few bytes of gzip can become a thousand times as many.
        for encoded in encoded.chunks(MOST_ENCODED) {
            self.write_decoded(&decoder.decode(encoded)?, there).await?;
        }
        Ok(())
    }

    async fn write_decoded(&mut self, piece: &[u8], there: &Cell<u64>) -> Result<(), FailureKind> {
        if piece.is_empty() {
            return Ok(());
        }
        if self.end + piece.len() as u64 > self.most {
            return Err(FailureKind::TooLarge);
        }
        self.try_write(piece).await.map_err(|_| FailureKind::FileUnwritable)?;
        self.end += piece.len() as u64;
        there.set(self.end);
        self.meter.tell(self.end);
        Ok(())
    }

    async fn try_write(&mut self, piece: &[u8]) -> io::Result<()> {
        if self.end == self.offset {
            // Only now, so that a reply that brings nothing leaves what is there.
            if self.file.metadata().await?.len() < self.offset {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.file.set_len(self.offset).await?;
            self.file.seek(SeekFrom::Start(self.offset)).await?;
        }
        self.file.write_all(piece).await?;
        // It is not in the file before, and an exchange can be given up at any time.
        self.file.flush().await
    }

    pub(crate) async fn finish(
        mut self,
        decoder: Decoder,
        there: &Cell<u64>,
    ) -> Result<Streamed, FailureKind> {
        self.write_decoded(&decoder.finish()?, there).await?;
        let mut start = Vec::new();
        let read = async {
            self.file.seek(SeekFrom::Start(0)).await?;
            (&mut self.file).take(Streamed::START as u64).read_to_end(&mut start).await
        };
        read.await.map_err(|_| FailureKind::FileUnwritable)?;
        Ok(Streamed { len: self.end, start })
    }
}

const PIECE: usize = 64 * 1024;
const MOST_ENCODED: usize = 4 * 1024;
