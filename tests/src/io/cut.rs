//! Orders to break exchanges off.

use wx_proto::Endpoint;

/// Where an exchange breaks off.
///
/// ```
/// use wx_proto::Endpoint;
/// use wx_testkit::{io::CutAt, runner::Runner};
///
/// let mut runner = Runner::demo();
/// // Of the next chunk that goes up nothing but its first kilobyte leaves.
/// runner.io.cut_next(Some(Endpoint::UploadMedia), CutAt::Request(1_024));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "there is nothing else to cut")]
pub enum CutAt {
    /// After so many bytes of the request's body: the server gets none of it. If it is not longer, its reply is lost.
    Request(u64),
    /// After so many bytes of the reply's body.
    Reply(u64),
}

#[derive(Clone, Debug, Default)]
pub(super) struct Cuts(Vec<(Option<Endpoint>, CutAt)>);

impl Cuts {
    pub(super) fn order(&mut self, endpoint: Option<Endpoint>, at: CutAt) {
        self.0.push((endpoint, at));
    }

    pub(super) fn take(&mut self, endpoint: Endpoint) -> Option<CutAt> {
        let place = self.0.iter().position(|(on, _)| on.is_none_or(|on| on == endpoint))?;
        Some(self.0.remove(place).1)
    }
}
