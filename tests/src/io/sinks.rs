//! Where streamed replies go: a file for each command, with so much room.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::response::Parts;
use wx_proto::{Expect, Failure, FailureKind, OpId, Reply, RequestId, Route, Sent, Streamed};

/// What was received, by the command that asked for it.
///
/// ```
/// use wx_proto::OpId;
/// use wx_testkit::io::Sinks;
///
/// let mut sinks = Sinks::default();
/// // As on a disk that is nearly full.
/// sinks.room = Some(100_000);
/// assert_eq!(sinks.get(OpId::new(1)), None, "nothing was fetched yet");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Sinks {
    /// So many bytes fit into each; no limit with `None`.
    pub room: Option<u64>,
    open: BTreeMap<OpId, Sink>,
}

/// One of them.
#[derive(Clone, Debug, Default)]
struct Sink {
    bytes: Vec<u8>,
    room: Option<u64>,
}

impl Sinks {
    /// What was written for this command.
    pub fn get(&self, op: OpId) -> Option<&[u8]> {
        self.open.get(&op).map(|sink| sink.bytes.as_slice())
    }

    /// Lets so many bytes fit into one of them, or as many as there is room for.
    pub fn limit(&mut self, op: OpId, room: impl Into<Option<u64>>) {
        self.open.entry(op).or_default().room = room.into();
    }

    /// Takes away what was written for this command.
    pub fn remove(&mut self, op: OpId) -> Option<Vec<u8>> {
        self.open.remove(&op).map(|sink| sink.bytes)
    }

    /// The reply to a request, once as much of its body as comes before `cut` went where it belongs.
    pub fn receive(
        &mut self,
        id: RequestId,
        expect: Expect,
        head: Parts,
        body: Bytes,
        cut: Option<u64>,
    ) -> Reply {
        let whole = length(body.len());
        let arrived = cut.map_or(whole, |cut| cut.min(whole));
        let failed = |kind, received| Reply::failed(id, Failure { kind, sent: Sent::Maybe, received });
        let (op, offset, max) = match expect.route(head.status, &head.headers) {
            Route::Collect { max } if arrived > max => return failed(FailureKind::TooLarge, max),
            Route::Collect { .. } if arrived < whole => return failed(FailureKind::Closed, arrived),
            Route::Collect { .. } => return Reply::collected(id, head, body),
            Route::Stream { op, offset, max } => (op, offset, max),
        };
        let fits = body.slice(..usize::try_from(arrived.min(max)).unwrap_or(body.len()));
        let room = self.room;
        let sink = self.open.entry(op).or_default();
        let fitted = sink.write(offset, &fits, room);
        // What lies there from a try before counts.
        let len = length(sink.bytes.len());
        if !fitted {
            failed(FailureKind::FileUnwritable, len)
        } else if arrived > max {
            failed(FailureKind::TooLarge, len)
        } else if arrived < whole {
            failed(FailureKind::Closed, len)
        } else {
            let start = sink.bytes.iter().take(Streamed::START).copied().collect();
            Reply::streamed(id, head, Streamed { len, start })
        }
    }
}

impl Sink {
    /// Writes from this place on; says whether all of it fitted.
    fn write(&mut self, offset: u64, bytes: &[u8], room: Option<u64>) -> bool {
        // A gap would be a mistake of the core's; it shows as zeros.
        self.bytes.resize(usize::try_from(offset).unwrap_or(usize::MAX).min(MOST), 0);
        let room = self.room.or(room).map_or(u64::MAX, |room| room.saturating_sub(offset));
        let count = usize::try_from(room).unwrap_or(usize::MAX).min(bytes.len());
        self.bytes.extend_from_slice(bytes.get(..count).unwrap_or(bytes));
        count == bytes.len()
    }
}

fn length(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

/// An offset beyond this is no offset.
const MOST: usize = 1 << 32;

#[cfg(test)]
mod tests {
    use http::header::{CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE};

    use super::*;

    const ID: RequestId = RequestId::new(1);
    const OP: OpId = OpId::new(7);

    fn head(status: u16, headers: &[(http::HeaderName, &str)]) -> Parts {
        let mut response = http::Response::new(());
        *response.status_mut() = http::StatusCode::from_u16(status).unwrap();
        for (name, value) in headers {
            response.headers_mut().insert(name, value.parse().unwrap());
        }
        response.into_parts().0
    }

    fn receive(sinks: &mut Sinks, expect: Expect, body: &'static str, cut: Option<u64>) -> Reply {
        let kind = head(200, &[(CONTENT_TYPE, "video/mp4"), (CONTENT_LENGTH, "10")]);
        sinks.receive(ID, expect, kind, body.into(), cut)
    }

    #[test]
    fn a_wished_reply_is_written() {
        let mut sinks = Sinks::default();
        let reply = receive(&mut sinks, Expect::streamed(OP, 100), "0123456789", None);
        assert_eq!(reply.received().unwrap().1, 10);
        assert_eq!(sinks.get(OP), Some(&b"0123456789"[..]));
        let page = head(200, &[(CONTENT_TYPE, "text/html")]);
        sinks.receive(ID, Expect::streamed(OP, 100), page, "<html>".into(), None).received().unwrap();
        assert_eq!(sinks.remove(OP).as_deref(), Some(&b"0123456789"[..]), "a page is not written");
        let part = head(206, &[(CONTENT_TYPE, "video/mp4"), (CONTENT_RANGE, "bytes 0-3/10")]);
        sinks.receive(ID, Expect::streamed(OP, 100), part, "0123".into(), None).received().unwrap();
        assert_eq!(sinks.get(OP), Some(&b"0123"[..]));
    }

    #[test]
    fn what_does_not_fit_or_breaks_off() {
        let mut sinks = Sinks::default();
        let failure = |reply: Reply| reply.received().unwrap_err();
        let broken = failure(receive(&mut sinks, Expect::streamed(OP, 100), "0123456789", Some(4)));
        assert_eq!((broken.kind, broken.received), (FailureKind::Closed, 4));
        assert_eq!(sinks.get(OP), Some(&b"0123"[..]));
        let long = failure(receive(&mut sinks, Expect::streamed(OP, 6), "0123456789", None));
        assert_eq!((long.kind, long.received), (FailureKind::TooLarge, 6));
        sinks.room = Some(3);
        let full = failure(receive(&mut sinks, Expect::streamed(OP, 100), "0123456789", None));
        assert_eq!((full.kind, full.received), (FailureKind::FileUnwritable, 3));
        sinks.limit(OP, 10);
        assert!(receive(&mut sinks, Expect::streamed(OP, 100), "0123456789", None).received().is_ok());
    }
}
