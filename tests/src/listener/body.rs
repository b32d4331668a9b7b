//! A reply's body, whole or broken off on purpose.

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

pub(super) struct ReplyBody {
    /// The length the reply's head promises.
    promised: usize,
    rest: Option<Bytes>,
    /// What follows the rest: a pause, so that the rest leaves first, and then the end of the connection.
    broken: Option<Pin<Box<Sleep>>>,
}

impl ReplyBody {
    pub(super) fn whole(bytes: Bytes) -> Self {
        Self { promised: bytes.len(), rest: Some(bytes), broken: None }
    }

    /// Promises all of `bytes` and breaks off after the first `after` of them.
    pub(super) fn cut(bytes: Bytes, after: usize) -> Self {
        let promised = bytes.len();
        if after >= promised {
            return Self::whole(bytes);
        }
        let pause = Box::pin(tokio::time::sleep(Duration::from_millis(20)));
        Self { promised, rest: Some(bytes.slice(..after)), broken: Some(pause) }
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(rest) = self.rest.take_if(|rest| !rest.is_empty()) {
            return Poll::Ready(Some(Ok(Frame::data(rest))));
        }
        match &mut self.broken {
            None => Poll::Ready(None),
            Some(pause) => {
                ready!(pause.as_mut().poll(cx));
                Poll::Ready(Some(Err(io::ErrorKind::BrokenPipe.into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.broken.is_none() && self.rest.as_ref().is_none_or(Bytes::is_empty)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(u64::try_from(self.promised).unwrap_or(u64::MAX))
    }
}
