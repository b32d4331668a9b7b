//! Bodies of replies: collected, or written to a file as they come.

use std::io::{self, Read};

use wx_proto::{FailureKind, Streamed};

use super::meter::Meter;
use crate::{files::Sink, net::Progress};

/// Why a body did not come to its end.
pub(super) enum Broken {
    /// It could not be read.
    Read(io::Error),
    /// Anything else.
    Kind(FailureKind),
}

/// Reads to the end, `max` bytes at most.
pub(super) fn collect(reader: impl Read, max: u64, received: &mut u64) -> Result<Vec<u8>, Broken> {
    let mut body = Vec::new();
    let read = reader.take(max.saturating_add(1)).read_to_end(&mut body);
    *received = u64::try_from(body.len()).unwrap_or(u64::MAX);
    if *received > max {
        return Err(Broken::Kind(FailureKind::TooLarge));
    }
    read.map(|_| body).map_err(Broken::Read)
}

/// Writes what is read from where `meter` stands, `max` bytes at most. `there` is how many bytes the file holds then, 0 if none
/// came. A reply that brings nothing leaves the file as it is.
pub(super) fn stream(
    mut reader: impl Read,
    sink: &Sink,
    max: u64,
    progress: &Progress,
    meter: &mut Meter,
    there: &mut u64,
) -> Result<Streamed, Broken> {
    let is_aborted = || progress.aborted();
    let offset = meter.bytes();
    let most = offset.saturating_add(max);
    let mut end = offset;
    let mut buffer = vec![0; BUFFER];
    loop {
        let piece = match reader.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => buffer.get(..read.map_err(Broken::Read)?).unwrap_or_default(),
        };
        if piece.is_empty() {
            let start = sink.start(is_aborted).map_err(Broken::Kind)?;
            return Ok(Streamed { len: end, start });
        }
        let length = u64::try_from(piece.len()).unwrap_or(u64::MAX);
        if end.saturating_add(length) > most {
            return Err(Broken::Kind(FailureKind::TooLarge));
        }
        if *there == 0 {
            sink.cut(offset, is_aborted).map_err(Broken::Kind)?;
        }
        sink.write(end, piece, is_aborted).map_err(Broken::Kind)?;
        end += length;
        *there = end;
        meter.add(length);
    }
}

const BUFFER: usize = 64 * 1024;
