//! What reaches the client: replies, media where they belong, and how far files have come.

use wx_proto::{Failure, FailureKind, Reply, RequestId, Sent, Timestamp};

use super::{Arriving, Net};
use crate::{
    io::Sinks,
    world::heard::{Heard, is_download},
};

impl Net {
    /// A reply is there. What comes after its request was given up, or comes once more, is written nowhere.
    pub(super) fn deliver(&mut self, arriving: Arriving) -> (Reply, Heard) {
        let Arriving { ticket, result, heard } = arriving;
        let id = ticket.id;
        let wanted = self.streams.remove(&id) || !is_download(ticket.endpoint);
        let (head, body, cut) = match result {
            Ok(arrived) if wanted => arrived,
            Ok(_) => {
                let late = Failure { kind: FailureKind::Closed, sent: Sent::Maybe, received: 0 };
                return (Reply::failed(id, late), Heard::Lost);
            }
            Err(failure) => return (Reply::failed(id, failure), Heard::Lost),
        };
        let reply = self.sinks.receive(id, ticket.expect, head, body, cut);
        let heard = if reply.received().is_err() { Heard::Lost } else { heard };
        (reply, heard)
    }

    /// How far a file has come by now.
    pub(in crate::world) fn next_mark(&mut self, now: Timestamp) -> Option<(RequestId, u64)> {
        self.marks.next(now)
    }

    /// The process died, and nobody wants what it fetched.
    pub(in crate::world) fn forget_sinks(&mut self) {
        let room = self.sinks.room;
        self.sinks = Sinks::default();
        self.sinks.room = room;
        self.unseen.clear();
    }
}
