//! A stream that writes in random small pieces, so that tests see replies split anywhere.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

pub(super) struct Pieces<T> {
    stream: T,
    /// State of the generator; `None` writes whole.
    random: Option<u64>,
    flushing: bool,
}

impl<T> Pieces<T> {
    pub(super) fn new(stream: T, seed: Option<u64>) -> Self {
        // xorshift stays at zero for ever when it starts there.
        Self { stream, random: seed.map(|seed| seed | 1), flushing: false }
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Pieces<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        let Some(random) = &mut this.random else {
            return Pin::new(&mut this.stream).poll_write(cx, bytes);
        };
        // Flushed, each piece becomes a TLS record and a TCP segment of its own.
        if this.flushing {
            ready!(Pin::new(&mut this.stream).poll_flush(cx))?;
            this.flushing = false;
        }
        let piece = usize::try_from(next(random) % LONGEST).unwrap_or(0) + 1;
        let piece = bytes.get(..piece).unwrap_or(bytes);
        let written = ready!(Pin::new(&mut this.stream).poll_write(cx, piece))?;
        this.flushing = true;
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Pieces<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

/// xorshift64
fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

const LONGEST: u64 = 97;
