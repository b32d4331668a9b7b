//! A file as an answer, whole or not.

use std::{
    io::{self, Write},
    thread,
    time::Duration,
};

use flate2::{Compression, write::GzEncoder};

/// How the file is sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sending {
    /// Where in the file the answer begins; from there it is a 206.
    pub(super) from: usize,
    /// How many bytes of the body go out before the connection ends; the head announces all.
    pub(super) at_most: usize,
    pub(super) gzip: bool,
    /// With pauses.
    pub(super) slowly: bool,
}

/// The whole file at once.
pub(super) const WHOLE: Sending = Sending { from: 0, at_most: usize::MAX, gzip: false, slowly: false };

impl Sending {
    pub(super) fn send(self, stream: &mut impl Write) -> io::Result<()> {
        let file = file();
        let rest = file.get(self.from..).unwrap_or_default();
        let body = if self.gzip { compressed(rest)? } else { rest.to_vec() };
        let coding = if self.gzip { "content-encoding: gzip\r\n" } else { "" };
        let (last, total) = (file.len() - 1, file.len());
        let range = format!("content-range: bytes {}-{last}/{total}\r\n", self.from);
        let (status, range) = if self.from > 0 { ("206 Partial Content", &*range) } else { ("200 OK", "") };
        write!(
            stream,
            "HTTP/1.1 {status}\r\ncontent-type: application/octet-stream\r\ncontent-length: {}\r\n{coding}{range}\r\n",
            body.len()
        )?;
        let sent = body.get(..self.at_most).unwrap_or(&body);
        let pieces = if self.slowly { 16 * 1024 } else { sent.len().max(1) };
        for piece in sent.chunks(pieces) {
            stream.write_all(piece)?;
            stream.flush()?;
            if self.slowly {
                thread::sleep(PAUSE);
            }
        }
        stream.flush()?;
        if sent.len() < body.len() { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(()) }
    }
}

/// A file of some chunks, no two pieces of which are the same.
pub(super) fn file() -> Vec<u8> {
    (0..350_000_u32).flat_map(u32::to_be_bytes).collect()
}

fn compressed(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// Between the pieces of a file that is sent slowly.
const PAUSE: Duration = Duration::from_millis(20);
