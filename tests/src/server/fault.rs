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
    /// The request is carried out, and the connection is closed after so many bytes of the reply's body. The answer of a held
    /// poll is lost.
    Cut(u64),
    /// The request is carried out, and so many milliseconds pass before each piece of the reply's body. The answer of a held
    /// poll is lost.
    Slow(u32),
    /// Uploads only: when this chunk comes, all that is there of its file is lost. The reply does not say so; the last one
    /// has no MediaId.
    Forget(u32),
}

impl FaultKind {
    /// True if it is a fault of the answer to a request that is carried out.
    const fn is_carried_out(self) -> bool {
        match self {
            Self::EmptyKey(_) | Self::Cut(_) | Self::Slow(_) | Self::Forget(_) => true,
            Self::Status(_) | Self::Html | Self::Empty | Self::Garbage | Self::Ret(_) | Self::Lose => false,
        }
    }
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
        let possible = match self.kind {
            FaultKind::EmptyKey(_) => resource == Resource::Endpoint(Endpoint::Sync),
            // It waits for its chunk.
            FaultKind::Forget(_) => false,
            FaultKind::Status(_)
            | FaultKind::Html
            | FaultKind::Empty
            | FaultKind::Garbage
            | FaultKind::Ret(_)
            | FaultKind::Lose
            | FaultKind::Cut(_)
            | FaultKind::Slow(_) => true,
        };
        possible && self.is_on(resource)
    }

    fn is_on(&self, resource: Resource) -> bool {
        self.resource.is_none_or(|wanted| wanted == resource)
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
        let carried_out = fault.after || fault.kind.is_carried_out();
        let struck = if carried_out { Struck::After(fault.kind) } else { Struck::Before(fault.kind) };
        self.0.retain(|fault| fault.count > 0);
        struck
    }

    /// True if what is there of an upload is to be lost at this chunk.
    pub(super) fn take_forget(&mut self, endpoint: Endpoint, chunk: u32) -> bool {
        let fits =
            |fault: &&mut Fault| fault.kind == FaultKind::Forget(chunk) && fault.is_on(endpoint.into());
        let Some(fault) = self.0.iter_mut().find(fits) else { return false };
        fault.count -= 1;
        self.0.retain(|fault| fault.count > 0);
        true
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
    fn forgetting_waits_for_its_chunk() {
        let mut faults = Faults::default();
        faults.add(Fault::new(FaultKind::Forget(3)));
        assert!(matches!(faults.take(Endpoint::UploadMedia.into()), Struck::No));
        assert!(!faults.take_forget(Endpoint::UploadMedia, 2));
        assert!(faults.take_forget(Endpoint::UploadMedia, 3));
        assert!(!faults.take_forget(Endpoint::UploadMedia, 3));
    }

    #[test]
    fn an_empty_key_waits_for_a_sync() {
        let mut faults = Faults::default();
        faults.add(Fault::new(FaultKind::EmptyKey(3)));
        assert!(matches!(faults.take(Endpoint::SyncCheck.into()), Struck::No));
        assert!(matches!(faults.take(Endpoint::Sync.into()), Struck::After(FaultKind::EmptyKey(3))));
    }
}
