//! What must hold of every request, and whenever the client comes to rest.

use wx_proto::{Body, Phase, Request};

use super::{keys, sim::Sim};

impl Sim<'_> {
    pub(super) fn check_rest(&mut self) {
        let device = self.device();
        let Some(client) = &self.client else { return };
        let deadline = client.deadline();
        if deadline.is_some_and(|at| at <= device) {
            self.watch.fail("after a drain the deadline lies ahead", format!("{deadline:?} at {device:?}"));
        }
        let at_rest = matches!(client.phase(), Phase::Idle | Phase::Ended(_));
        if deadline.is_none() && !at_rest && !self.memory.is_writing() {
            let phase = client.phase().clone();
            self.watch.fail("the client never stands still", format!("{phase:?} without a deadline"));
        }
    }

    pub(super) fn check_host(&mut self, request: &Request) {
        let uri = request.http.uri();
        let host = uri.host().unwrap_or_default();
        let listed = self.net.server.config().hosts().iter().any(|known| known == host);
        if !listed || uri.scheme_str() != Some("https") {
            self.watch.fail("no request leaves for a host off the list", host);
        }
    }

    /// A check asks for what is new, not for what waits for its acknowledgement.
    pub(super) fn check_heartbeat(&mut self, request: &Request) {
        let presented = request.http.uri().query().and_then(keys::checked_position);
        let (Some((login, position)), Some((of, handed))) = (presented, self.handed) else { return };
        if login == of && position < handed {
            let what = format!("position {position}, after the message at {handed} was handed out");
            self.watch.fail("a check presents the newest key", what);
        }
    }

    /// With a window of 1 no webwxsync presents a key that a crash would forget.
    pub(super) fn check_key(&mut self, request: &Request) {
        let stored = self.disk.session.as_ref().and_then(keys::stored_position);
        let Body::Bytes(body) = &request.http.body() else { return };
        let presented = keys::presented_position(body);
        if presented != stored {
            let what = format!("{presented:?} was presented, {stored:?} is stored");
            self.watch.fail("no key is presented before it is stored", what);
        }
    }
}
