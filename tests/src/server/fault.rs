//! Replies that go wrong on purpose.

use serde::{Deserialize, Serialize};
use wx_proto::Endpoint;

use super::resource::Resource;

/// A fault of the next replies: what, where, how often, and whether the request is still carried out.
///
/// ```
/// use wx_proto::{Endpoint, LoginMethod, Phase};
/// use wx_testkit::{
///     runner::Runner,
///     server::{Fault, FaultKind},
/// };
///
/// let mut runner = Runner::demo();
/// runner.io.server.add_fault(Fault::new(FaultKind::Status(503)).on(Endpoint::Init).times(2));
/// assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
/// assert_eq!(runner.io.server.record().requests(Endpoint::Init), 3);
/// ```
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Fault {
    kind: FaultKind,
    resource: Option<Resource>,
    count: u32,
    after: bool,
}

/// What goes wrong.
///
/// ```
/// use wx_proto::Endpoint;
/// use wx_testkit::server::{Fault, FaultKind, Server};
///
/// let mut server = Server::demo();
/// // "Too often", for one message; the message itself is not stored.
/// server.add_fault(Fault::new(FaultKind::Ret(1205)).on(Endpoint::SendMsg));
/// // The connection breaks, though the next one is.
/// server.add_fault(Fault::new(FaultKind::Lose).on(Endpoint::SendMsg).after());
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub enum FaultKind {
    /// This HTTP status and an empty body.
    Status(u16),
    /// Status 200 and an HTML page.
    Html,
    /// Status 200 and no body.
    Empty,
    /// Status 200 and bytes that are no text and no JSON.
    Garbage,
    /// A well-formed reply with this code: Ret, retcode, or the code of a login reply.
    Ret(i64),
    /// No answer at all: the connection is closed.
    Lose,
    /// `webwxsync` only, and always carried out: this Ret, and a SyncKey of no entries.
    EmptyKey(i64),
}

impl Fault {
    /// This fault, once, on the next request, which is not carried out.
    pub fn new(kind: FaultKind) -> Self {
        Self { kind, resource: None, count: 1, after: false }
    }

    /// Only on this endpoint, or on the start page.
    #[must_use]
    pub fn on(mut self, resource: impl Into<Resource>) -> Self {
        self.resource = Some(resource.into());
        self
    }

    /// This often.
    #[must_use]
    pub fn times(mut self, count: u32) -> Self {
        self.count = count;
        self
    }

    /// Carry the request out all the same; only its answer goes wrong. On a held poll that is the answer at
    /// the end of the hold.
    #[must_use]
    pub fn after(mut self) -> Self {
        self.after = true;
        self
    }

    fn fits(&self, resource: Resource) -> bool {
        let only_sync = matches!(self.kind, FaultKind::EmptyKey(_));
        self.resource.is_none_or(|wanted| wanted == resource)
            && (!only_sync || resource == Resource::Endpoint(Endpoint::Sync))
    }
}

/// The faults still to come.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Faults(Vec<Fault>);

/// The fault of one request.
#[derive(Clone, Copy)]
pub(super) enum Struck {
    No,
    Before(FaultKind),
    After(FaultKind),
}

impl Faults {
    pub(super) fn add(&mut self, fault: Fault) {
        if fault.count > 0 {
            self.0.push(fault);
        }
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn take(&mut self, resource: Resource) -> Struck {
        let Some(fault) = self.0.iter_mut().find(|fault| fault.fits(resource)) else { return Struck::No };
        fault.count -= 1;
        let carried_out = fault.after || matches!(fault.kind, FaultKind::EmptyKey(_));
        let struck = if carried_out { Struck::After(fault.kind) } else { Struck::Before(fault.kind) };
        self.0.retain(|fault| fault.count > 0);
        struck
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_its_endpoint_as_often_as_said() {
        let mut faults = Faults::default();
        faults.add(Fault::new(FaultKind::Html).on(Endpoint::Sync).times(2));
        assert!(matches!(faults.take(Endpoint::Init.into()), Struck::No));
        assert!(matches!(faults.take(Endpoint::Sync.into()), Struck::Before(FaultKind::Html)));
        assert!(matches!(faults.take(Endpoint::Sync.into()), Struck::Before(FaultKind::Html)));
        assert!(matches!(faults.take(Endpoint::Sync.into()), Struck::No));
    }

    #[test]
    fn an_empty_key_waits_for_a_sync() {
        let mut faults = Faults::default();
        faults.add(Fault::new(FaultKind::EmptyKey(3)));
        assert!(matches!(faults.take(Endpoint::SyncCheck.into()), Struck::No));
        assert!(matches!(faults.take(Endpoint::Sync.into()), Struck::After(FaultKind::EmptyKey(3))));
    }
}
