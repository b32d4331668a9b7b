//! A reply's body, read piece by piece, whole or broken off on purpose.

use std::{
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::Sleep;

use crate::server::MediaBody;

pub(super) struct ReplyBody {
    body: MediaBody,
    /// Bytes that are on their way.
    passed: u64,
    /// What comes after a pause.
    after: Option<(Pin<Box<Sleep>>, After)>,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum After {
    /// The next piece.
    Piece,
    /// The end of the connection: the pause lets the rest leave first.
    Break,
}

impl ReplyBody {
    pub(super) const fn new(body: MediaBody) -> Self {
        Self { body, passed: 0, after: None }
    }

    fn wait(&mut self, pause: Duration, after: After) {
        self.after = Some((Box::pin(tokio::time::sleep(pause)), after));
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = &mut *self;
        loop {
            let mut rested = false;
            if let Some((pause, after)) = &mut this.after {
                ready!(pause.as_mut().poll(cx));
                if *after == After::Break {
                    return Poll::Ready(Some(Err(io::ErrorKind::BrokenPipe.into())));
                }
                this.after = None;
                rested = true;
            }
            if this.is_end_stream() {
                return Poll::Ready(None);
            }
            if this.body.breaks_after() == Some(this.passed) {
                this.wait(BEFORE_BREAK, After::Break);
                continue;
            }
            if !rested && !this.body.pause().is_zero() {
                this.wait(this.body.pause(), After::Piece);
                continue;
            }
            let piece = this.body.piece(this.passed);
            this.passed = this.passed.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
    }

    fn is_end_stream(&self) -> bool {
        self.passed >= self.body.len()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.body.len())
    }
}

const BEFORE_BREAK: Duration = Duration::from_millis(20);
