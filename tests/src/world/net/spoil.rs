//! What becomes of a reply on its way.

use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode, header::CONTENT_LENGTH};
use wx_proto::{Endpoint, FailureKind, Route, Sent};

use super::{
    super::{
        action::{NetworkFault, Oddity},
        heard::{Heard, is_download},
        keys, login,
    },
    Arriving, Net, Ticket,
};
use crate::server::{Fault, FaultKind};

impl Net {
    /// The server's answer sets out on its way back.
    pub(super) fn answer(&mut self, ticket: Ticket, response: Response<Bytes>) {
        if self.gone.contains(&ticket.id) {
            return;
        }
        if let Some(kept) = &mut self.kept
            && matches!(ticket.endpoint, Endpoint::Sync | Endpoint::SyncCheck)
        {
            kept.insert(ticket.endpoint, response.clone());
        }
        if ticket.endpoint == Endpoint::Sync {
            self.hid |= self.server.keeps_back();
            let poisoned = self.poisons.iter().any(|poison| holds(response.body(), poison));
            let unlisted = ticket.trouble == Some(NetworkFault::NoList)
                && !holds(response.body(), b"\"AddMsgCount\": 0")
                && !holds(response.body(), b"\"AddMsgCount\":0");
            self.count_useless(ticket.trouble, poisoned || unlisted);
            if poisoned && holds(response.body(), Oddity::Oversized.json()) {
                return self.fail(ticket, FailureKind::TooLarge, Sent::Maybe);
            }
        }
        if ticket.endpoint == Endpoint::LoginPoll
            && login::is_confirmation(response.body())
            && let Some(trouble) = self.strike(|rule| rule.trouble.is_of_confirmation())
        {
            let declined = trouble == NetworkFault::Declined;
            let changed = if declined { login::declined(response) } else { login::to_foreign_host(response) };
            return self.arrive(&ticket, changed, Duration::ZERO);
        }
        match ticket.trouble {
            Some(NetworkFault::Drop { .. }) => self.fail(ticket, FailureKind::Closed, Sent::Maybe),
            Some(NetworkFault::Cut { permille, noticed }) if noticed || !may_be_cut(&ticket, &response) => {
                self.break_off(&ticket, response, permille)
            }
            Some(NetworkFault::Cut { permille, .. }) => {
                let left = response.body().len() * usize::from(permille) / 1_000;
                let mut cut = response.map(|body| body.slice(..left.min(body.len())));
                if is_download(ticket.endpoint) {
                    cut.headers_mut().remove(CONTENT_LENGTH);
                }
                self.arrive(&ticket, cut, Duration::ZERO);
            }
            Some(NetworkFault::Late(secs)) => {
                let delay = Duration::from_secs(secs.into());
                let timeout = ticket.started + ticket.idle_timeout;
                if self.now + delay > timeout {
                    self.fail_at(timeout.max(self.now), ticket, FailureKind::Timeout);
                }
                self.arrive(&ticket, response, delay);
            }
            Some(NetworkFault::Silence { told }) => self.silence(ticket, told),
            Some(NetworkFault::Twice) => {
                self.arrive(&ticket, response.clone(), Duration::ZERO);
                let pause = self.rng.millis(0, 40_000);
                self.arrive(&ticket, response, pause);
            }
            Some(NetworkFault::Portal) => {
                let mut portal = Response::new(Bytes::from_static(b"<html><body>Log in here</body></html>"));
                *portal.status_mut() = StatusCode::FOUND;
                self.arrive(&ticket, portal, Duration::ZERO);
            }
            Some(NetworkFault::NoKey) => {
                self.arrive(&ticket, keys::without(response, "SyncKey"), Duration::ZERO);
            }
            Some(NetworkFault::NoList) => {
                self.arrive(&ticket, keys::without(response, "AddMsgList"), Duration::ZERO);
            }
            Some(NetworkFault::NoCheckKey) => {
                self.arrive(&ticket, keys::without(response, "SyncCheckKey"), Duration::ZERO);
            }
            Some(NetworkFault::ShortKeys) => self.arrive(&ticket, keys::shortened(response), Duration::ZERO),
            Some(NetworkFault::TooLarge) => self.fail(ticket, FailureKind::TooLarge, Sent::Maybe),
            _ => self.arrive(&ticket, response, Duration::ZERO),
        }
    }

    /// The connection ends inside the reply, after so many thousandths of it.
    fn break_off(&mut self, ticket: &Ticket, response: Response<Bytes>, permille: u16) {
        if response.body().is_empty() {
            return self.fail(*ticket, FailureKind::Closed, Sent::Maybe);
        }
        let latency = self.rng.millis(1, 200);
        let key = self.key(self.now + latency);
        let (head, body) = response.into_parts();
        let left = body.len() * usize::from(permille) / 1_000;
        let left = u64::try_from(left.min(body.len().saturating_sub(1))).unwrap_or(u64::MAX);
        let result = Ok((head, body, Some(left)));
        self.arriving.insert(key, Arriving { ticket: *ticket, result, heard: Heard::Lost });
    }

    fn count_useless(&mut self, trouble: Option<NetworkFault>, poisoned: bool) {
        let (count, since) = self.useless;
        let more = (count + 1, if count == 0 { self.now } else { since });
        match trouble {
            _ if poisoned => self.useless = more,
            None
            | Some(
                NetworkFault::Twice
                | NetworkFault::Stale
                | NetworkFault::NoList
                | NetworkFault::NoCheckKey
                | NetworkFault::ShortKeys,
            ) => self.useless = (0, self.now),
            Some(
                NetworkFault::EmptyKey(_)
                | NetworkFault::NoKey
                | NetworkFault::Cut { noticed: false, .. }
                | NetworkFault::Garbage { .. }
                | NetworkFault::Ret { .. }
                | NetworkFault::Html { .. }
                | NetworkFault::Portal
                | NetworkFault::TooLarge,
            ) => self.useless = more,
            Some(_) => {}
        }
    }

    pub(super) fn arrive(&mut self, ticket: &Ticket, response: Response<Bytes>, delay: Duration) {
        let spoiled = matches!(
            ticket.trouble,
            Some(
                NetworkFault::Cut { noticed: false, .. }
                    | NetworkFault::EmptyKey(_)
                    | NetworkFault::NoKey
                    | NetworkFault::NoList
                    | NetworkFault::Stale
            )
        );
        let poisoned = ticket.endpoint == Endpoint::Sync
            && self.poisons.iter().any(|poison| holds(response.body(), poison));
        let heard = Heard::of(ticket.endpoint, &response);
        let useless = matches!(heard, Heard::Good { .. } | Heard::Uploaded) && (spoiled || poisoned);
        let heard = if useless { Heard::Useless } else { heard };
        let latency = self.rng.millis(5, 200);
        let key = self.key(self.now + delay + latency);
        let (head, body) = response.into_parts();
        if let Route::Stream { op, offset, .. } = ticket.expect.route(head.status, &head.headers) {
            if spoiled {
                self.unseen.insert(op);
            }
            self.marks.begin(ticket.id, self.now + delay, offset, body.len() as u64);
        }
        self.arriving.insert(key, Arriving { ticket: *ticket, result: Ok((head, body, None)), heard });
    }
}

/// True if the end of a reply may be lost and nobody sees it: of media only those whose length was announced.
fn may_be_cut(ticket: &Ticket, response: &Response<Bytes>) -> bool {
    let streamed =
        || matches!(ticket.expect.route(response.status(), response.headers()), Route::Stream { .. });
    ticket.endpoint == Endpoint::GetMedia || !is_download(ticket.endpoint) || !streamed()
}

fn holds(body: &[u8], part: &[u8]) -> bool {
    body.windows(part.len()).any(|window| window == part)
}

/// The troubles that the server itself makes.
pub(super) fn server_fault(trouble: NetworkFault) -> Option<Fault> {
    let (kind, after) = match trouble {
        NetworkFault::Status { status, after } => (FaultKind::Status(status), after),
        NetworkFault::Html { after } => (FaultKind::Html, after),
        NetworkFault::Empty { after } => (FaultKind::Empty, after),
        NetworkFault::Garbage { after } => (FaultKind::Garbage, after),
        NetworkFault::Ret { code, after } => (FaultKind::Ret(code), after),
        NetworkFault::EmptyKey(ret) => (FaultKind::EmptyKey(ret), true),
        NetworkFault::Refuse
        | NetworkFault::Drop { .. }
        | NetworkFault::Cut { .. }
        | NetworkFault::Late(_)
        | NetworkFault::Slow(_)
        | NetworkFault::Silence { .. }
        | NetworkFault::Twice
        | NetworkFault::Stale
        | NetworkFault::Portal
        | NetworkFault::NoKey
        | NetworkFault::NoList
        | NetworkFault::NoCheckKey
        | NetworkFault::ShortKeys
        | NetworkFault::TooLarge
        | NetworkFault::Declined
        | NetworkFault::Foreign
        | NetworkFault::Moved { .. } => return None,
    };
    let fault = Fault::new(kind);
    Some(if after { fault.after() } else { fault })
}
